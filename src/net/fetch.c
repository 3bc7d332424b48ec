/* fetch.c - one HTTP request beside the loop's other work
 * SPDX-License-Identifier: Apache-2.0
 * Reference: libevent's event2/http.h
 *
 * The loop resolves the name; a thread with a small loop of libevent's own
 * then asks at one address after the other, and its end wakes ours.  Whoever
 * no longer wants the answer leaves the thread to itself: its time is bounded
 * as well.
 */
#include "net/fetch.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "net/resolve.h"

#define MAX_HEADERS	16384
#define MAX_ADDRESSES	16

struct client {
	struct fetcher fetcher;		/* first: a client is a fetcher */
	struct loop *loop;
};

/* What the loop's side and the thread share; the last one frees it. */
struct errand {
	atomic_int users;
	int thread_end;			/* of a pipe: closed when it is done */
	char *host, *path, *type;	/* owned */
	unsigned port;
	size_t most;
	unsigned timeout_ms;
	char addresses[MAX_ADDRESSES][NI_MAXHOST]; /* in digits */
	size_t num_addresses;
	struct buf question, answer;
	bool answered;
	struct tls_error err;
	/* of the request that is being made */
	struct event_base *base;
	bool refused;			/* no connection: try the next */
	int http_error;			/* enum evhttp_request_error, or -1 */
};

struct fetch {
	struct watch watch;		/* first: over the thread's end */
	struct resolve_user resolving;
	struct loop *loop;
	struct fetch_user *user;
	struct resolve *resolve;	/* owned */
	struct errand *errand;
	struct watch time;		/* that all of it may take */
};

static void
leave(struct errand *errand)
{
	if (--errand->users > 0)
		return;
	buf_clear(&errand->question);
	buf_clear(&errand->answer);
	free(errand->host);
	free(errand->path);
	free(errand->type);
	free(errand);
}

/* ---- the thread --------------------------------------------------------- */

/* Says what became of a request that was not answered. */
static void
blame(struct errand *errand)
{
	static const char *const reasons[] = {
		[EVREQ_HTTP_TIMEOUT] = "no answer in time",
		[EVREQ_HTTP_EOF] = "it hung up before its answer was whole",
		[EVREQ_HTTP_INVALID_HEADER] = "its answer is no HTTP",
		[EVREQ_HTTP_BUFFER_ERROR] = "reading failed",
		[EVREQ_HTTP_REQUEST_CANCEL] = "it was cancelled",
		[EVREQ_HTTP_DATA_TOO_LONG] = "its answer is too long",
	};

	err_set(&errand->err, TLS_BLAME_NETWORK, "%.100s port %u: %s",
	    errand->host, errand->port, errand->http_error >= 0 ?
	    reasons[errand->http_error] : "there is no connecting to it");
}

static void
went_wrong(enum evhttp_request_error error, void *arg)
{
	struct errand *errand = arg;

	errand->http_error = (int)error;
}

static void
came(struct evhttp_request *request, void *arg)
{
	struct errand *errand = arg;
	int code = request ? evhttp_request_get_response_code(request) : 0;
	struct evbuffer *body;
	size_t len;

	if (code == 0) {
		errand->refused = errand->http_error < 0;
		blame(errand);
	} else if (code != HTTP_OK) {
		err_set(&errand->err, TLS_BLAME_NETWORK,
		    "%.100s port %u: HTTP status %d", errand->host,
		    errand->port, code);
	} else {
		body = evhttp_request_get_input_buffer(request);
		len = evbuffer_get_length(body);
		evbuffer_remove(body, buf_reserve(&errand->answer, len), len);
		errand->answer.len += len;
		errand->answered = true;
	}
	event_base_loopexit(errand->base, NULL);
}

static void
add_headers(const struct errand *errand, struct evhttp_request *request)
{
	struct evkeyvalq *headers =
	    evhttp_request_get_output_headers(request);
	struct buf name = BUF_INIT;

	buf_printf(&name, strchr(errand->host, ':') ? "[%s]:%u" : "%s:%u",
	    errand->host, errand->port);
	evhttp_add_header(headers, "Host", buf_string(&name));
	evhttp_add_header(headers, "Content-Type", errand->type);
	evhttp_add_header(headers, "Connection", "close");
	evbuffer_add(evhttp_request_get_output_buffer(request),
	    errand->question.data, errand->question.len);
	buf_clear(&name);
}

/* Over one connection, to its end. */
static void
ask_over(struct errand *errand, struct evhttp_connection *conn)
{
	struct evhttp_request *request = evhttp_request_new(came, errand);
	const struct timeval limit = {
		errand->timeout_ms / 1000 + 1, 0,
	};

	if (!request) {
		err_set(&errand->err, TLS_BLAME_US, "out of memory");
		return;
	}
	evhttp_connection_set_timeout_tv(conn, &limit);
	evhttp_connection_set_max_headers_size(conn, MAX_HEADERS);
	evhttp_connection_set_max_body_size(conn, (ev_ssize_t)errand->most);
	evhttp_request_set_error_cb(request, went_wrong);
	add_headers(errand, request);
	/* The request is the connection's from here, also when this fails. */
	if (evhttp_make_request(conn, request, EVHTTP_REQ_POST,
	    errand->path) == 0) {
		event_base_dispatch(errand->base);
		return;
	}
	errand->refused = true;
	blame(errand);
}

static void
ask_at(struct errand *errand, const char *address)
{
	struct evhttp_connection *conn = NULL;

	errand->refused = false;
	errand->http_error = -1;
	errand->base = event_base_new();
	if (errand->base)
		conn = evhttp_connection_base_new(errand->base, NULL, address,
		    (uint16_t)errand->port);
	if (conn) {
		ask_over(errand, conn);
		evhttp_connection_free(conn);
	} else {
		err_set(&errand->err, TLS_BLAME_US, "out of memory");
	}
	if (errand->base)
		event_base_free(errand->base);
}

/* A thread takes what its function is given as a bare pointer. */
static void *
ask(void *given)
{
	struct errand *errand = given;

	for (size_t i = 0; i < errand->num_addresses && (i == 0 ||
	    errand->refused); i++)
		ask_at(errand, errand->addresses[i]);
	/* Wakes the loop, if it still listens. */
	close(errand->thread_end);
	leave(errand);
	return NULL;
}

static bool
start_thread(struct errand *errand)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, before;
	int error;

	/* Signals are the main thread's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	errand->users++;
	error = pthread_create(&thread, &attr, ask, errand);
	if (error) {
		errand->users--;
		close(errand->thread_end);
	}
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error == 0;
}

/* ---- the loop's side ---------------------------------------------------- */

static void
drop(struct fetch *fetch)
{
	resolve_free(fetch->resolve);
	watch_clear(&fetch->time);
	watch_close(&fetch->watch);
	leave(fetch->errand);
	free(fetch);
}

/* `err` null: the errand is done. */
static void
finish(struct fetch *fetch, const struct tls_error *err)
{
	struct fetch_user *user = fetch->user;
	struct errand *errand = fetch->errand;
	struct tls_error why = err ? *err : errand->err;
	bool answered = !err && errand->answered;
	struct buf answer = BUF_INIT;

	/* With `err` the thread may still write to its own. */
	if (answered) {
		answer = errand->answer;
		errand->answer = (struct buf)BUF_INIT;
	}
	drop(fetch);
	user->fetched(user, buf_span(&answer), answered ? NULL : &why);
	buf_clear(&answer);
}

static void
time_is_over(struct watch *watch, unsigned what)
{
	struct fetch *fetch = (struct fetch *)((char *)watch -
	    offsetof(struct fetch, time));
	const struct errand *errand = fetch->errand;
	struct tls_error err = TLS_ERROR_INIT;

	(void)what;
	err_set(&err, TLS_BLAME_NETWORK, "%.100s port %u: no answer within %u "
	    "ms", errand->host, errand->port, errand->timeout_ms);
	finish(fetch, &err);
}

static void
thread_ended(struct watch *watch, unsigned what)
{
	(void)what;
	finish((struct fetch *)watch, NULL);
}

/* Why there is no asking; told from the loop. */
static void
give_up(struct fetch *fetch)
{
	watch_init(&fetch->watch, fetch->loop, -1, thread_ended);
	watch_soon(&fetch->watch, WATCH_READ);
}

static void
resolved(struct resolve_user *user, const struct addrinfo *list,
    const char *error)
{
	struct fetch *fetch = (struct fetch *)((char *)user -
	    offsetof(struct fetch, resolving));
	struct errand *errand = fetch->errand;
	int ends[2];

	err_set(&errand->err, TLS_BLAME_NETWORK, "%.100s: %s", errand->host,
	    error ? error : "it has no address");
	for (; list && errand->num_addresses < MAX_ADDRESSES;
	    list = list->ai_next)
		if (getnameinfo(list->ai_addr, list->ai_addrlen,
		    errand->addresses[errand->num_addresses], NI_MAXHOST,
		    NULL, 0, NI_NUMERICHOST) == 0)
			errand->num_addresses++;
	if (!errand->num_addresses || pipe2(ends, O_CLOEXEC) != 0) {
		give_up(fetch);
		return;
	}
	errand->thread_end = ends[1];
	if (!start_thread(errand)) {
		err_set(&errand->err, TLS_BLAME_US, "no thread to ask with");
		close(ends[0]);
		give_up(fetch);
		return;
	}
	watch_init(&fetch->watch, fetch->loop, ends[0], thread_ended);
	watch_for(&fetch->watch, WATCH_READ, 0);
}

static struct fetch *
post_request(struct fetcher *fetcher, const struct fetch_post *post,
    struct fetch_user *user)
{
	struct client *client = (struct client *)fetcher;
	struct fetch *fetch = mem_zero(1, sizeof *fetch);
	struct errand *errand = mem_zero(1, sizeof *errand);

	errand->users = 1;
	errand->host = mem_string(post->host);
	errand->path = mem_string(post->path);
	errand->type = mem_string(post->type);
	errand->port = post->port;
	errand->most = post->most;
	errand->timeout_ms = post->timeout_ms;
	buf_add_span(&errand->question, post->body);
	fetch->resolving.resolved = resolved;
	fetch->loop = client->loop;
	fetch->user = user;
	fetch->errand = errand;
	watch_init(&fetch->time, client->loop, -1, time_is_over);
	watch_for(&fetch->time, 0, post->timeout_ms);
	fetch->resolve = resolve_new(client->loop, post->host, post->port,
	    &fetch->resolving);
	return fetch;
}

static void
free_client(struct fetcher *fetcher)
{
	free((struct client *)fetcher);
}

static const struct fetcher_ops client_ops = {
	.post = post_request,
	.cancel = drop,
	.free = free_client,
};

struct fetcher *
fetcher_new(struct loop *loop)
{
	struct client *client = mem_zero(1, sizeof *client);

	client->fetcher.ops = &client_ops;
	client->loop = loop;
	return &client->fetcher;
}
