/* trim.c - lets go of what is in a file anyway. */
#include "util/trim.h"

#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_SEGMENTS = 64 }; /* headers of one object; those of libraries are about ten */

struct segments {
	ElfW(Phdr) list[MAX_SEGMENTS];
	int n;
	uintptr_t base, page;
};

/* The end of a segment in whole pages: up to where one begins that can be written, as that one wins the page. */
static uintptr_t end_of(const struct segments *s, const ElfW(Phdr) *p)
{
	uintptr_t end = (p->p_vaddr + p->p_filesz + s->page - 1) / s->page * s->page;
	for (int i = 0; i < s->n; i++) {
		uintptr_t begin = s->list[i].p_vaddr / s->page * s->page;
		bool writable = s->list[i].p_type == PT_LOAD && (s->list[i].p_flags & PF_W);
		if (writable && begin >= p->p_vaddr && begin < end)
			end = begin;
	}
	return end;
}

/* Segments that can't be written hold just what the file holds. (What is read-only only after relocation, RELRO, is part of
 * a writable one.) The list of objects is locked meanwhile, so none can go away. */
static int let_go(struct dl_phdr_info *info, size_t size, void *data)
{
	struct segments s = {.n = info->dlpi_phnum, .base = info->dlpi_addr, .page = (uintptr_t)sysconf(_SC_PAGESIZE)};
	(void)size, (void)data;
	if (s.n > MAX_SEGMENTS)
		return 0;
	memcpy(s.list, info->dlpi_phdr, (size_t)s.n * sizeof *s.list); /* looking at them later would fetch pages again */
	for (int i = 0; i < s.n; i++) {
		const ElfW(Phdr) *p = &s.list[i];
		if (p->p_type != PT_LOAD || (p->p_flags & PF_W))
			continue;
		uintptr_t from = p->p_vaddr / s.page * s.page, to = end_of(&s, p);
		if (from < to) /* refused for the vDSO, without harm */
			(void)madvise((void *)(s.base + from), to - from, MADV_DONTNEED);
	}
	return 0;
}

void memory_trim(void)
{
	(void)dl_iterate_phdr(let_go, NULL); /* 0, as let_go says so */
	(void)malloc_trim(0); /* whether there was something is no matter */
}
