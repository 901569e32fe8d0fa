/* lws_loop.c - what libwebsockets is told at its start, and what it complains about. */
#include "net/lws_loop.h"

#include <string.h>

#include <libwebsockets.h>

#include "net/loop.h"
#include "util/err.h"

enum {
	HEADER_BYTES = 4096, /* of one request, all headers together */
	READ_BYTES = 4096, /* read at once; one buffer for all connections */
	TLS_READ_BYTES = LWS_PRE + 16384, /* a whole record: the library forgets what OpenSSL still holds of one */
	HEAD_S = 10, /* for the headers, from the first byte or the connection on */
	SILENCE_S = 15, /* between two parts of a body */
	IDLE_S = 75, /* between two requests */
	OWN_FDS = 4, /* of the library: its event pipe */
};

/* The library says what was wrong with a certificate only in its log, which has no context: one file's variable, written
 * while lws_loop_open runs. */
static char complaint[256];

static void on_library_log(int level, const char *line)
{
	(void)level;
	size_t len = strcspn(line, "\n");
	if (len >= sizeof complaint)
		len = sizeof complaint - 1;
	memcpy(complaint, line, len);
	complaint[len] = '\0';
}

static struct lws_context *make_context(struct loop *l, const struct lws_loop_options *o, struct lws_context **context)
{
	void *loops[] = {loop_uv(l)};
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN_SERVER,
		.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
			(o->tls_certificate ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0),
		.foreign_loops = loops,
		.user = o->user,
		.pcontext = context,
		.uid = (uid_t)-1,
		.gid = (gid_t)-1,
		/* Else it takes memory for as many descriptors as the process may have. */
		.fd_limit_per_thread = (unsigned)o->max_connections + OWN_FDS,
		.max_http_header_pool = (unsigned short)o->max_connections,
		.max_http_header_data = HEADER_BYTES,
		.pt_serv_buf_size = o->tls_certificate ? TLS_READ_BYTES : READ_BYTES,
		.timeout_secs = SILENCE_S,
	};
	return lws_create_context(&info);
}

static struct lws_vhost *make_vhost(struct lws_context *context, const struct lws_loop_options *o)
{
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN_SERVER,
		.options = o->tls_certificate ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0,
		.vhost_name = "default",
		.protocols = o->protocols,
		.ssl_cert_filepath = o->tls_certificate,
		.ssl_private_key_filepath = o->tls_key,
		.alpn = "http/1.1",
		.timeout_secs_ah_idle = HEAD_S,
		.keepalive_timeout = IDLE_S,
	};
	return lws_create_vhost(context, &info);
}

static int open_both(struct loop *l, const struct lws_loop_options *o, struct lws_context **context,
	struct lws_vhost **out_vhost, struct err *err)
{
	*context = make_context(l, o, context); /* and NULL again by the library itself, later */
	if (!*context)
		return err_set(err, "libwebsockets does not start: %s; is the package libwebsockets-evlib-uv installed?",
			complaint);
	*out_vhost = make_vhost(*context, o);
	if (*out_vhost)
		return 0;
	if (!o->tls_certificate)
		return err_set(err, "libwebsockets does not start: %s", complaint);
	return err_set(err, "cannot serve with certificate %s and key %s: %s", o->tls_certificate,
		o->tls_key ? o->tls_key : "(none)", complaint);
}

int lws_loop_open(struct loop *l, const struct lws_loop_options *o, struct lws_context **context,
	struct lws_vhost **out_vhost, struct err *err)
{
	complaint[0] = '\0';
	lws_set_log_level(LLL_ERR | LLL_WARN, on_library_log);
	int result = open_both(l, o, context, out_vhost, err);
	lws_set_log_level(0, on_library_log); /* later troubles show in what connections do */
	return result;
}
