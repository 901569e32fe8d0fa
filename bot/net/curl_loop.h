/* curl_loop.h - libcurl's multi interface on the loop: its sockets and its one timer. For http_client.c only. */
#ifndef NET_CURL_LOOP_H
#define NET_CURL_LOOP_H

#include <curl/curl.h>

struct curl_loop;
struct loop;

/* A transfer has ended; `easy` is out of the multi handle again and may be added anew. */
typedef void (*curl_loop_finished)(void *ctx, CURL *easy, CURLcode result);

struct curl_loop *curl_loop_new(struct loop *l, curl_loop_finished finished, void *ctx);
/* NULL is fine. All transfers must be out. Not from within `finished`. */
void curl_loop_free(struct curl_loop *c);
/* For limits. */
CURLM *curl_loop_multi(struct curl_loop *c);
/* Once for each new easy handle, before it is added. */
void curl_loop_prepare(struct curl_loop *c, CURL *easy);
/* `finished` is called later, from the loop. */
void curl_loop_add(struct curl_loop *c, CURL *easy);
/* Out, without `finished`. */
void curl_loop_remove(struct curl_loop *c, CURL *easy);

#endif
