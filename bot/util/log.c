/* log.c - one event, one line, written in one go so that lines of several processes do not mix. */
#include "util/log.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/json.h"
#include "util/redact.h"

/* The numbers are syslog's (RFC 5424, 6.2.1), which the journal reads as "<3>". */
static const struct {
	const char *name;
	char priority;
} levels[] = {
	[LOG_LEVEL_ERROR] = {"error", '3'},
	[LOG_LEVEL_WARN] = {"warn", '4'},
	[LOG_LEVEL_NOTICE] = {"notice", '5'},
	[LOG_LEVEL_INFO] = {"info", '6'},
	[LOG_LEVEL_DEBUG] = {"debug", '7'},
};

/* $JOURNAL_STREAM is "device:inode" of what systemd connected; it stays set when a child's stderr goes elsewhere. */
static bool is_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	char ours[64];
	if (!stream || fstat(fd, &st) != 0)
		return false;
	(void)snprintf(ours, sizeof ours, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino); /* two numbers fit */
	return strcmp(stream, ours) == 0;
}

void log_init(struct log *l, enum log_level most)
{
	*l = (struct log){.out = stderr, .most = most, .journal = is_journal(STDERR_FILENO)};
}

static void add_escaped(struct buf *line, unsigned char c, bool ascii)
{
	if (c == '"' || c == '\\')
		buf_addf(line, "\\%c", c);
	else if (c == '\n')
		buf_adds(line, "\\n");
	else if (c < 0x20 || c == 0x7f || (ascii && c > 0x7f))
		buf_addf(line, "\\x%02x", c);
	else
		buf_addc(line, (char)c);
}

/* U+0080 to U+009F are control characters too: C2 80 to C2 9F. Terminals obey some of them. */
static bool is_c1(const char *at)
{
	return (unsigned char)at[0] == 0xc2 && (unsigned char)at[1] >= 0x80 && (unsigned char)at[1] <= 0x9f;
}

static void add_quoted(struct buf *line, const char *text)
{
	bool ascii = !json_utf8(text, strlen(text)); /* then bytes above 0x7f could be anything */
	buf_addc(line, '"');
	for (; *text; text++) {
		if (!ascii && is_c1(text))
			buf_addf(line, "\\u%04x", (unsigned char)*++text);
		else
			add_escaped(line, (unsigned char)*text, ascii);
	}
	buf_addc(line, '"');
}

/* Before escaping, which would change what is looked for. */
static void add_masked(struct buf *line, const struct redactor *hide, const char *text)
{
	char *masked = redactor_mask(hide, text);
	add_quoted(line, masked ? masked : text);
	free(masked);
}

/* Whole or not at all: half a value could be taken for another. */
static void add_field(struct buf *line, const struct redactor *hide, const struct log_field *f)
{
	size_t before = line->len;
	buf_addf(line, " %s=", f->key);
	if (f->text)
		add_masked(line, hide, f->text);
	else
		buf_addf(line, "%lld", f->number);
	if (line->full) {
		line->len = before;
		line->data[before] = '\0';
	}
}

void log_event(const struct log *l, enum log_level level, const char *event, const struct log_field *fields)
{
	static const char cut[] = " cut=1";
	if (!l->out || level > l->most)
		return;
	struct buf line;
	buf_init(&line, LOG_MAX_LINE - sizeof cut);
	if (l->journal)
		buf_addf(&line, "<%c>%s", levels[level].priority, event);
	else
		buf_addf(&line, "%s: %s", levels[level].name, event);
	for (; fields && fields->key && !line.full; fields++)
		add_field(&line, l->hide, fields);
	fprintf(l->out, "%s%s\n", buf_str(&line), line.full ? cut : "");
	(void)fflush(l->out); /* nowhere to say that saying failed */
	buf_done(&line);
}

bool log_level_parse(const char *name, enum log_level *out)
{
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
		if (strcmp(levels[i].name, name) == 0) {
			*out = (enum log_level)i;
			return true;
		}
	}
	return false;
}
