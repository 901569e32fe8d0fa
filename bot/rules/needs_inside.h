/* needs_inside.h - what needs are made of, for the files that make and ask them only (needs*.c). */
#ifndef RULES_NEEDS_INSIDE_H
#define RULES_NEEDS_INSIDE_H

#include "rules/needs.h"

enum formula_kind { FORMULA_ALWAYS, FORMULA_STRING, FORMULA_AND, FORMULA_OR };

struct formula {
	uint8_t kind;
	uint32_t first, count; /* of its parts, formulas in `parts`; of FORMULA_STRING `first` is the string */
};

struct user {
	int formula;
	uint32_t first_begin, n_begins;
	bool leads;
};

/* Strings that matches begin with: doubled, and 1 more where the first space stands before the match. */
typedef uint32_t begin_code;

/* Until sealed. */
struct needs_draft {
	struct formula *formulas;
	size_t n_formulas, cap_formulas;
	int *parts;
	size_t n_parts, cap_parts;
	struct user *users; /* by number */
	size_t n_users, cap_users;
	begin_code *begins;
	size_t n_begins, cap_begins;
};

/* Lists side by side: that of i is list[start[i] .. start[i + 1]). */
struct lists {
	uint32_t *start, *list;
	size_t n;
};

enum { NO_LIST = UINT32_MAX };

/* Of a string in the list of what a user asks for: its clause ends here. */
#define CLAUSE_ENDS 0x80000000u

/* Sealed, all is in a few flat tables. A clause is a list of strings, one of which must be there. */
struct needs {
	struct trie *strings;
	struct needs_draft *draft; /* NULL when sealed */
	struct lists begins; /* begin_code; shared by users */
	struct lists led_by; /* by string: clauses that lead to users */
	struct lists users; /* by clause: whom it leads to */
	struct lists asked; /* by user: strings of the clauses that must hold, the rarest first; that which leads to it left out */
	uint32_t *begin; /* by user: in `begins`, or NO_LIST */
	uint64_t *leads; /* bits of users */
	uint32_t *always; /* of these, whom nothing is known of */
	size_t n_always, n_users;
};

/* Makes all of it from the draft. */
void needs_settle(struct needs *n, const char *usual);

#endif
