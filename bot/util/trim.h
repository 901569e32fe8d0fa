/* trim.h - gives memory back that only the start needed. */
#ifndef UTIL_TRIM_H
#define UTIL_TRIM_H

/* Loading and binding the libraries has read through most of them once: their pages count as ours until somebody else
 * wants the memory. They are let go, as is what malloc has left over. What is needed again comes back from the page cache
 * at the first touch. Safe at any time and with threads; best once, when everything is loaded. */
void memory_trim(void);

#endif
