/* when.c - "in an hour", "tomorrow morning", "on Thursday": when a check-in comes, in words. */
#include "talk/responses.h"
#include "talk/turn.h"
#include "util/arena.h"

enum { HOUR = 60, DAY = 24 * HOUR, DAYS_A_WEEK = 7, NOON = 12 };

int when_daytime(const struct turn *t, int minutes)
{
	int from, to;

	if (!t->in->knows_hour)
		return minutes;
	check_in_daytime(t->data->tables, &from, &to);
	int at = (t->in->hour * HOUR + minutes) % DAY, hour = at / HOUR;
	if (hour >= from && hour < to)
		return minutes;
	return minutes + (from * HOUR - at + DAY) % DAY; /* the next morning */
}

static const char *time_text(struct turn *t, const char *key, const char *name, const char *value)
{
	return say_with(&t->voice, name, value, responses_at(t->data->responses, "talk", "times", key, NULL));
}

static const char *count_text(struct turn *t, const char *key, int n)
{
	return time_text(t, key, "n", arena_printf(t->arena, "%d", n));
}

static const char *weekday(struct turn *t, int day)
{
	const struct yaml *names = responses_at(t->data->responses, "talk", "weekdays", NULL);

	return responses_text(names, false, (unsigned)(day % DAYS_A_WEEK));
}

static const char *day_text(struct turn *t, int minutes)
{
	bool known = t->in->knows_hour;
	int at = (known ? t->in->hour * HOUR : 0) + minutes, days = at / DAY;

	if (days == 0)
		return time_text(t, "today", "n", "");
	if (days == 1)
		return time_text(t, known && at % DAY < NOON * HOUR ? "tomorrow_morning" : "tomorrow", "n", "");
	if (days < DAYS_A_WEEK && t->in->today.year > 0)
		return time_text(t, "day", "day", weekday(t, t->in->today.weekday + days));
	if (days < DAYS_A_WEEK)
		return count_text(t, "days", days);
	return days < 2 * DAYS_A_WEEK ? time_text(t, "week", "n", "") : count_text(t, "weeks", days / DAYS_A_WEEK);
}

const char *when_words(struct turn *t, int minutes)
{
	if (minutes < HOUR)
		return count_text(t, "minutes", minutes);
	if (minutes < 2 * HOUR)
		return time_text(t, "hour", "n", "");
	bool same_day = !t->in->knows_hour || t->in->hour * HOUR + minutes < DAY;
	return same_day && minutes < DAY / 2 ? count_text(t, "hours", minutes / HOUR) : day_text(t, minutes);
}
