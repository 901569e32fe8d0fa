/* terminal.h - a conversation with a person at the terminal. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

struct chat;

/* Talks until the input ends. Returns the exit status. */
int terminal_talk(struct chat *c);

#endif
