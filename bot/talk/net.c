/* net.c - the safety net: that it is uncertain, the signs to watch for, how and where to get help, what to expect. */
#include "talk/responses.h"
#include "talk/turn.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/yaml.h"

enum { MAX_SIGNS = 5, MAX_TEXT = 4096 };

/* `lead` and the texts of a list, each after `between`. */
static const char *list_words(
	struct turn *t, const char *lead, const char *first, const char *between, const struct yaml *list)
{
	struct buf b;

	if (!lead || !list || list->kind != YAML_LIST || !list->n)
		return NULL;
	buf_init(&b, MAX_TEXT);
	buf_adds(&b, lead);
	for (size_t i = 0; i < list->n && i < MAX_SIGNS; i++) {
		const char *text = say_node(&t->voice, list->items[i]);

		buf_addf(&b, "%s%s", i ? between : first, text ? text : "");
	}
	const char *text = arena_strdup(t->arena, buf_str(&b));
	buf_done(&b);
	return text;
}

static const struct yaml *net_node(const struct turn *t, const char *part, const char *key)
{
	return responses_at(t->data->responses, "net", part, key, NULL);
}

/* "Call 112 at once with: trouble breathing ...; a foot that turns cold ..." */
static const char *call_words(struct turn *t)
{
	const char *text =
		list_words(t, say(&t->voice, "net", "call", "lead", NULL), " ", "; ", net_node(t, "call", "signs"));

	return text ? arena_printf(t->arena, "%s.", text) : NULL;
}

/* The likeliest condition, where its net is worded. */
static const struct yaml *own_net(const struct turn *t)
{
	const struct decision *d = &t->out->decision;
	const char *id =
		d->n_conditions ? vocab_condition_id(tables_vocab(t->data->tables), d->conditions[0].condition) : NULL;

	return id ? responses_at(t->data->responses, "net", "conditions", id, NULL) : NULL;
}

static const char *watch_words(struct turn *t, const struct yaml *own)
{
	if (yaml_get(own, "watch"))
		return list_words(t, say(&t->voice, "net", "watch_lead", NULL), "\n- ", "\n- ", yaml_get(own, "watch"));
	return list_words(
		t, say(&t->voice, "net", "same_day", "lead", NULL), "\n- ", "\n- ", net_node(t, "same_day", "signs"));
}

static const char *course_words(struct turn *t, const struct yaml *own)
{
	const char *course = say_node(&t->voice, yaml_get(own, "course"));

	return course ? course : advise_level_words(t, "time_course");
}

/* Today: what turns it into an emergency; the signs of the day are known already. */
static const char *urgent_net(struct turn *t)
{
	int rules[ADVISE_MAX_RULES];
	const char *own = advise_rules(t, rules) ? advise_rule_words(t, rules[0], "becomes_emergency") : NULL;
	const char *texts[] = {say(&t->voice, "net", "uncertain", NULL), own ? own : call_words(t),
		advise_level_words(t, "time_course"), say(&t->voice, "net", "not_wait", NULL)};

	return say_join(&t->voice, "\n", texts, 4);
}

static const char *calm_net(struct turn *t)
{
	const struct yaml *own = own_net(t);
	const char *what[] = {say(&t->voice, "net", "uncertain", NULL), call_words(t), watch_words(t, own),
		say(&t->voice, "net", "how_where", NULL)};
	const char *when[] = {course_words(t, own), say_node(&t->voice, yaml_get(own, "come_back")),
		say(&t->voice, "net", "not_wait", NULL)};
	const char *texts[] = {say_join(&t->voice, "\n", what, 4), say_join(&t->voice, " ", when, 3)};

	return say_join(&t->voice, "\n\n", texts, 2);
}

const char *net_words(struct turn *t)
{
	return t->s->urgency >= URGENCY_URGENT ? urgent_net(t) : calm_net(t);
}
