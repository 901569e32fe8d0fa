/* links.c - see links.h. */
#include "util/links.h"

#include <assert.h>

void links_init(struct links *l)
{
	*l = (struct links){.end = &l->first};
}

void links_add(struct links *l, struct link *link)
{
	assert(!link->among);
	*link = (struct link){.among = l, .at = l->end};
	*l->end = link;
	l->end = &link->next;
	l->n++;
}

void links_remove(struct link *link)
{
	struct links *l = link->among;

	if (!l)
		return;
	*link->at = link->next;
	if (link->next)
		link->next->at = link->at;
	else
		l->end = link->at;
	l->n--;
	link->among = NULL;
}

void links_drain(struct links *l, void (*leave)(struct link *link))
{
	for (size_t n = l->n; n && l->first; n--) /* those that come meanwhile stand behind them */
		leave(l->first);
}
