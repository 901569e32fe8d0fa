/* fuzz_yaml.c - any bytes are a sound tree or a list of problems, never neither, never both. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"
#include "util/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_tree(const struct yaml *node, size_t depth)
{
	must(depth <= YAML_MAX_DEPTH);
	must(node->line > 0 && node->column > 0);
	if (node->kind == YAML_SCALAR) {
		must(node->text && node->n == 0);
		return;
	}
	for (size_t i = 0; i < node->n; i++) {
		if (node->kind == YAML_MAP) {
			must(node->keys[i]->kind == YAML_SCALAR);
			/* the first of that name: so there is no second */
			must(yaml_get(node, node->keys[i]->text) == node->items[i]);
		}
		check_tree(node->items[i], depth + 1);
	}
}

static void check_problems(const struct problems *p)
{
	for (size_t i = 0; i < p->n; i++)
		must(p->list[i].line > 0 && p->list[i].column > 0 && *p->list[i].text);
}

static void ask(const struct yaml_file *f, struct problems *p)
{
	static const char *const known[] = {"id", "regexes", NULL};
	const struct yaml *root = yaml_root(f), *child = NULL;
	const char *text = NULL;
	int number = 7;
	bool truth = false;
	if (yaml_string(f, root, "id", true, &text, p) == 0)
		must(text != NULL);
	(void)yaml_int(f, root, "n", false, 0, 9, &number, p);
	must(number >= 0 && number <= 9);
	(void)yaml_bool(f, root, "b", false, &truth, p);
	if (yaml_child(f, root, "regexes", true, YAML_LIST, &child, p) == 0)
		must(child->kind == YAML_LIST);
	(void)yaml_only(f, root, known, p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct problems p;
	problems_init(&p);
	struct yaml_file *f = yaml_parse((const char *)data, size, "fuzz.yaml", &p);
	must((f != NULL) == (p.n == 0));
	if (f) {
		check_tree(yaml_root(f), 0);
		ask(f, &p);
	}
	check_problems(&p);
	yaml_close(f);
	problems_done(&p);
	return 0;
}
