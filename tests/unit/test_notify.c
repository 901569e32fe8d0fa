/* test_notify.c - what the service manager is told, over the datagram socket that it names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/notify.h"

struct manager {
	int fd;
	char folder[32];
	struct sockaddr_un address;
};

static int start_manager(void **state)
{
	static struct manager m;
	m = (struct manager){.folder = "/tmp/soleus-notify-XXXXXX", .address.sun_family = AF_UNIX};
	if (!mkdtemp(m.folder))
		return -1;
	(void)snprintf(m.address.sun_path, sizeof m.address.sun_path, "%s/socket", m.folder);
	m.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	*state = &m;
	if (m.fd < 0 || bind(m.fd, (struct sockaddr *)&m.address, sizeof m.address) != 0)
		return -1;
	return setenv("NOTIFY_SOCKET", m.address.sun_path, 1);
}

static int stop_manager(void **state)
{
	struct manager *m = *state;
	(void)unsetenv("NOTIFY_SOCKET");
	(void)close(m->fd);
	return unlink(m->address.sun_path) | rmdir(m->folder);
}

/* The next message, or "" when there is none: sending is done when the call returns. */
static const char *heard(struct manager *m)
{
	static char text[512];
	ssize_t n = recv(m->fd, text, sizeof text - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void life(void **state)
{
	struct manager *m = *state;
	notify_ready();
	assert_string_equal(heard(m), "READY=1");
	notify_alive("3 chats, last poll 2 s ago");
	assert_string_equal(heard(m), "WATCHDOG=1\nSTATUS=3 chats, last poll 2 s ago");
	notify_reloading();
	const char *reloading = heard(m);
	assert_int_equal(strncmp(reloading, "RELOADING=1\nMONOTONIC_USEC=", 27), 0);
	assert_true(strtoull(reloading + 27, NULL, 10) > 0);
	notify_stopping();
	assert_string_equal(heard(m), "STOPPING=1");
	assert_string_equal(heard(m), "");
}

static void without_a_manager(void **state)
{
	struct manager *m = *state;
	assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
	notify_ready();
	notify_alive("nobody listens");
	notify_stopping();
	assert_int_equal(setenv("NOTIFY_SOCKET", "/nonexistent/socket", 1), 0);
	notify_ready(); /* somebody should, but does not */
	assert_string_equal(heard(m), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(life, start_manager, stop_manager),
		cmocka_unit_test_setup_teardown(without_a_manager, start_manager, stop_manager),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
