/* matrix_visit.h - a homeserver asked one thing after the other, each answer waited for: for commands that a person waits
 * for. Whoever must not wait uses matrix_api.h. */
#ifndef CHANNELS_MATRIX_VISIT_H
#define CHANNELS_MATRIX_VISIT_H

#include "channels/matrix_answer.h"
#include "util/json.h"

struct err;
struct matrix_visit;

/* Returns a new visit (free with matrix_visit_free), or NULL with `err` set. */
struct matrix_visit *matrix_visit_new(const char *homeserver, struct err *err);
/* NULL is fine. */
void matrix_visit_free(struct matrix_visit *v);
/* For all that is asked from now on; copied. */
void matrix_visit_token(struct matrix_visit *v, const char *token);
/* By whom and with what is proven who we are, where the server asks for it. Borrowed. */
void matrix_visit_proof(struct matrix_visit *v, const char *user, const char *password);

/* `path` is of matrix_path; `body` may be NULL. What can be had a little later is asked for again a few times. */
enum matrix_verdict matrix_visit_ask(struct matrix_visit *v, const char *method, const char *path, const cJSON *body);
/* Of the last answer, valid until the next question: JSON as it came, "" for none; as a tree, NULL for none; and why it is
 * none. */
struct json_span matrix_visit_text(const struct matrix_visit *v);
const cJSON *matrix_visit_tree(struct matrix_visit *v);
const char *matrix_visit_why(const struct matrix_visit *v);

#endif
