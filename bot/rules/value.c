/* value.c - told numbers. */
#include "rules/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rules/pattern.h"
#include "rules/rule.h"
#include "rules/vocab.h"
#include "text/lexicon.h"
#include "util/arena.h"
#include "util/mem.h"
#include "util/strmap.h"
#include "util/yaml.h"

enum { MAX_UNITS = 128, MAX_IMPLIES = 32 };

struct implication {
	enum value_kind kind;
	double min, max;
	int finding, line;
};

struct values {
	const struct yaml_file *file; /* while reading */
	const char *name; /* of the file, borrowed from the rule set */
	struct strmap *units; /* word -> index in days */
	double days[MAX_UNITS];
	size_t n_units;
	struct strmap *weekdays; /* word -> 0 Sunday .. 6 */
	struct strmap *months; /* word -> 1 .. 12 */
	struct implication implies[MAX_IMPLIES];
	size_t n_implies;
};

static bool to_number(const struct yaml *node, double *out)
{
	char *end = NULL;

	if (!node || node->kind != YAML_SCALAR || !*node->text)
		return false;
	*out = strtod(node->text, &end);
	return !*end;
}

static void read_units(struct values *v, const struct yaml *map, struct problems *problems)
{
	for (size_t i = 0; map && i < map->n; i++) {
		if (v->n_units == MAX_UNITS || !to_number(map->items[i], &v->days[v->n_units]))
			yaml_problem(v->file, map->items[i], problems, "expected how many days this unit has");
		else
			strmap_set(v->units, map->keys[i]->text, strlen(map->keys[i]->text), (int)v->n_units++);
	}
}

static void read_calendar(const struct values *v, const struct yaml *map, struct strmap *into, int most,
	struct problems *problems)
{
	for (size_t i = 0; map && i < map->n; i++) {
		double number;

		if (!to_number(map->items[i], &number) || number < 0 || number > most)
			yaml_problem(v->file, map->items[i], problems, "expected a number up to %d", most);
		else
			strmap_set(into, map->keys[i]->text, strlen(map->keys[i]->text), (int)number);
	}
}

static void read_implication(struct values *v, const struct yaml *node, const struct vocab *vocab, struct problems *problems)
{
	static const char *const known[] = {"value", "min", "max", "finding", NULL};
	const char *value = NULL, *finding = NULL;
	struct implication one = {.min = -INFINITY, .max = INFINITY, .line = node->line};

	if (yaml_only(v->file, node, known, problems) < 0 || v->n_implies == MAX_IMPLIES ||
		yaml_string(v->file, node, "value", true, &value, problems) < 0 ||
		yaml_string(v->file, node, "finding", true, &finding, problems) < 0)
		return;
	int kind = vocab_value_kind(vocab, vocab_finding(vocab, value));
	one.finding = vocab_finding(vocab, finding);
	if (kind < 0 || one.finding < 0) {
		yaml_problem(v->file, node, problems, "expected a finding with a value, and a finding that it implies");
		return;
	}
	one.kind = (enum value_kind)kind;
	if ((yaml_get(node, "min") && !to_number(yaml_get(node, "min"), &one.min)) ||
		(yaml_get(node, "max") && !to_number(yaml_get(node, "max"), &one.max))) {
		yaml_problem(v->file, node, problems, "min and max are numbers");
		return;
	}
	v->implies[v->n_implies++] = one;
}

struct values *values_read(const struct yaml_file *f, const struct vocab *vocab, struct problems *problems)
{
	static const char *const known[] = {"units", "weekdays", "months", "implies", "fragments", "findings", NULL};
	struct values *v = mem_alloc(1, sizeof *v);
	const struct yaml *root = yaml_root(f), *part = NULL;

	*v = (struct values){.file = f, .name = yaml_name(f), .units = strmap_new(), .weekdays = strmap_new(), .months = strmap_new()};
	(void)yaml_only(f, root, known, problems);
	if (yaml_child(f, root, "units", true, YAML_MAP, &part, problems) == 0)
		read_units(v, part, problems);
	if (yaml_child(f, root, "weekdays", true, YAML_MAP, &part, problems) == 0)
		read_calendar(v, part, v->weekdays, 6, problems);
	if (yaml_child(f, root, "months", true, YAML_MAP, &part, problems) == 0)
		read_calendar(v, part, v->months, 12, problems);
	if (yaml_child(f, root, "implies", true, YAML_LIST, &part, problems) == 0)
		for (size_t i = 0; i < part->n; i++)
			read_implication(v, part->items[i], vocab, problems);
	return v;
}

struct values *values_copy(const struct values *v, struct rule_copying *to)
{
	struct values *copy = arena_copy(to->arena, v, 1, sizeof *v);

	copy->file = NULL;
	copy->name = rule_copy_file(v->name, to);
	copy->units = strmap_copy(v->units, to->arena);
	copy->weekdays = strmap_copy(v->weekdays, to->arena);
	copy->months = strmap_copy(v->months, to->arena);
	return copy;
}

void values_free(struct values *v)
{
	if (!v)
		return;
	strmap_free(v->units);
	strmap_free(v->weekdays);
	strmap_free(v->months);
	free(v);
}

/* One written number: "72", "3.5", "1/2", "8/10" (the 8), "3rd". */
static bool digits_value(const char *s, size_t len, double *out)
{
	char copy[32], *end;

	if (!len || len >= sizeof copy || s[0] < '0' || s[0] > '9')
		return false;
	memcpy(copy, s, len);
	copy[len] = '\0';
	*out = strtod(copy, &end);
	if (*end == '/' && *out == 1 && strtod(end + 1, NULL) > 1 && strtod(end + 1, NULL) < 5)
		*out /= strtod(end + 1, NULL);
	return isfinite(*out);
}

/* Words that make a number together: "two and a half", "sixty five", "a couple of". What lies under 1 is added ("half"),
 * as are digits after tens; "a" before another number says nothing. */
static bool phrase_value(const struct lexicon *l, const char *s, size_t len, double *out)
{
	double sum = 0, last = 0;
	bool any = false, article = false;

	for (size_t i = 0; i < len;) {
		size_t n = 0;
		double one;

		while (i + n < len && s[i + n] != ' ')
			n++;
		if ((n == 1 && s[i] == 'a') || (n == 2 && memcmp(s + i, "an", 2) == 0))
			article = true;
		else if (digits_value(s + i, n, &one) || lexicon_number(l, s + i, n, &one)) {
			bool grows = any && (one < 1 || (last >= 20 && one < 10));
			sum = grows ? sum + one : one;
			last = one;
			any = true;
		}
		i += n + 1;
	}
	if (any || article)
		*out = any ? sum : 1;
	return any || article;
}

static int month_days(struct moment now, int month)
{
	int months = (now.month - month + 12) % 12;

	return months * 30 + (months ? 0 : now.day > 0 ? now.day - 1 : 0);
}

static bool days_told(const struct values *v, const struct lexicon *l, struct scan *scan, int pattern, size_t at,
	struct moment now, double *out)
{
	const char *s;
	size_t len;
	double n = 1;
	int unit;

	if (scan_group(scan, pattern, at, "weekday", &s, &len)) {
		int day = strmap_get(v->weekdays, s, len, -1);

		*out = day < 0 || now.weekday < 0 ? 0 : (now.weekday - day + 6) % 7 + 1;
		return day >= 0 && now.weekday >= 0;
	}
	if (scan_group(scan, pattern, at, "month", &s, &len)) {
		int month = strmap_get(v->months, s, len, -1);

		*out = month < 0 || now.month < 1 ? 0 : month_days(now, month);
		return month > 0 && now.month > 0;
	}
	if (!scan_group(scan, pattern, at, "unit", &s, &len) || (unit = strmap_get(v->units, s, len, -1)) < 0)
		return false;
	if (scan_group(scan, pattern, at, "n", &s, &len) && !phrase_value(l, s, len, &n))
		return false;
	if (scan_group(scan, pattern, at, "half", &s, &len))
		n += 0.5;
	*out = floor(n * v->days[unit] + 1e-6);
	return true;
}

bool value_told(const struct values *v, const struct lexicon *l, struct scan *scan, int pattern, size_t at,
	enum value_kind kind, struct moment now, double *out)
{
	const char *s;
	size_t len;

	if (kind == VALUE_DURATION_DAYS)
		return days_told(v, l, scan, pattern, at, now, out);
	if (!scan_group(scan, pattern, at, "n", &s, &len) || !phrase_value(l, s, len, out))
		return false;
	if (scan_group(scan, pattern, at, "half", &s, &len))
		*out += 0.5;
	return kind != VALUE_PAIN_SCORE || (*out >= 0 && *out <= 10);
}

size_t values_implied(const struct values *v, enum value_kind kind, double value, struct implied out[], size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < v->n_implies && n < max; i++)
		if (v->implies[i].kind == kind && value >= v->implies[i].min && value <= v->implies[i].max)
			out[n++] = (struct implied){v->implies[i].finding, v->implies[i].line, v->name};
	return n;
}
