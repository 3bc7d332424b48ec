/* fetch.c - one HTTP request, in the loop
 * SPDX-License-Identifier: Apache-2.0
 * Reference: libevent's event2/http.h
 *
 * A connection of libevent must not be freed from its own callbacks: they only
 * note what came, and `go_on` is called soon after.
 */
#include "net/fetch.h"

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/err.h"
#include "net/resolve.h"

#define MAX_HEADERS	16384

/* Seconds until libevent itself times out: our own limit is shorter. */
#define LONG		INT_MAX

struct client {
	struct fetcher fetcher;		/* first: a client is a fetcher */
	struct loop *loop;
};

struct fetch {
	struct watch watch;		/* first: the timer, and `go_on` */
	struct resolve_user resolving;
	struct loop *loop;
	struct fetch_user *user;
	struct resolve *resolve;	/* owned; holds `next` */
	const struct addrinfo *next;	/* the address to try next */
	struct evhttp_connection *conn;	/* owned */
	char *host, *path, *type;	/* owned */
	unsigned port;
	size_t most;
	unsigned timeout_ms;
	struct buf question, answer;
	bool answered;
	bool refused;			/* no connection: try the next */
	int http_error;			/* enum evhttp_request_error, or -1 */
	struct tls_error err;
};

static void
drop(struct fetch *fetch)
{
	if (fetch->conn)
		evhttp_connection_free(fetch->conn);
	resolve_free(fetch->resolve);
	watch_clear(&fetch->watch);
	buf_clear(&fetch->question);
	buf_clear(&fetch->answer);
	free(fetch->host);
	free(fetch->path);
	free(fetch->type);
	free(fetch);
}

static void
finish(struct fetch *fetch)
{
	struct fetch_user *user = fetch->user;
	struct tls_error err = fetch->err;
	struct buf answer = fetch->answer;
	bool answered = fetch->answered;

	fetch->answer = (struct buf)BUF_INIT;
	drop(fetch);
	user->fetched(user, buf_span(&answer), answered ? NULL : &err);
	buf_clear(&answer);
}

/* The reason why a request was not answered. */
static void
blame(struct fetch *fetch)
{
	static const char *const reasons[] = {
		[EVREQ_HTTP_TIMEOUT] = "no answer in time",
		[EVREQ_HTTP_EOF] = "it hung up before its answer was whole",
		[EVREQ_HTTP_INVALID_HEADER] = "its answer is no HTTP",
		[EVREQ_HTTP_BUFFER_ERROR] = "reading failed",
		[EVREQ_HTTP_REQUEST_CANCEL] = "it was cancelled",
		[EVREQ_HTTP_DATA_TOO_LONG] = "its answer is too long",
	};

	err_set(&fetch->err, TLS_BLAME_NETWORK, "%.100s port %u: %s",
	    fetch->host, fetch->port, fetch->http_error >= 0 ?
	    reasons[fetch->http_error] : "there is no connecting to it");
}

static void
went_wrong(enum evhttp_request_error error, void *arg)
{
	struct fetch *fetch = arg;

	fetch->http_error = (int)error;
}

static void
came(struct evhttp_request *request, void *arg)
{
	struct fetch *fetch = arg;
	int code = request ? evhttp_request_get_response_code(request) : 0;
	struct evbuffer *body;
	size_t len;

	if (code == 0) {
		fetch->refused = fetch->http_error < 0;
		blame(fetch);
	} else if (code != HTTP_OK) {
		err_set(&fetch->err, TLS_BLAME_NETWORK,
		    "%.100s port %u: HTTP status %d", fetch->host, fetch->port,
		    code);
	} else {
		body = evhttp_request_get_input_buffer(request);
		len = evbuffer_get_length(body);
		evbuffer_remove(body, buf_reserve(&fetch->answer, len), len);
		fetch->answer.len += len;
		fetch->answered = true;
	}
	watch_soon(&fetch->watch, WATCH_READ);
}

static bool
send_question(struct fetch *fetch, const char *host, unsigned port)
{
	struct evhttp_request *request;
	struct evkeyvalq *headers;
	struct buf name = BUF_INIT;

	fetch->conn = evhttp_connection_base_bufferevent_new(
	    loop_base(fetch->loop), NULL, NULL, host, (uint16_t)port);
	request = evhttp_request_new(came, fetch);
	if (!fetch->conn || !request) {
		if (request)
			evhttp_request_free(request);
		return err_set(&fetch->err, TLS_BLAME_US, "out of memory");
	}
	evhttp_connection_set_timeout(fetch->conn, LONG);
	evhttp_connection_set_max_headers_size(fetch->conn, MAX_HEADERS);
	evhttp_connection_set_max_body_size(fetch->conn,
	    (ev_ssize_t)fetch->most);
	evhttp_request_set_error_cb(request, went_wrong);
	buf_printf(&name, strchr(fetch->host, ':') ? "[%s]:%u" : "%s:%u",
	    fetch->host, fetch->port);
	headers = evhttp_request_get_output_headers(request);
	evhttp_add_header(headers, "Host", buf_string(&name));
	evhttp_add_header(headers, "Content-Type", fetch->type);
	evhttp_add_header(headers, "Connection", "close");
	buf_clear(&name);
	evbuffer_add(evhttp_request_get_output_buffer(request),
	    fetch->question.data, fetch->question.len);
	/* The connection owns the request from here on, even if this fails. */
	if (evhttp_make_request(fetch->conn, request, EVHTTP_REQ_POST,
	    fetch->path) == 0)
		return true;
	fetch->refused = true;
	blame(fetch);
	return false;
}

/* Asks at the next address; false if no other can be tried. */
static bool
try_next(struct fetch *fetch)
{
	char host[NI_MAXHOST], port[NI_MAXSERV];

	while (fetch->next) {
		const struct addrinfo *address = fetch->next;

		fetch->next = address->ai_next;
		fetch->refused = false;
		fetch->http_error = -1;
		if (fetch->conn)
			evhttp_connection_free(fetch->conn);
		fetch->conn = NULL;
		if (getnameinfo(address->ai_addr, address->ai_addrlen, host,
		    sizeof host, port, sizeof port,
		    NI_NUMERICHOST | NI_NUMERICSERV) == 0 &&
		    send_question(fetch, host, fetch->port))
			return true;
	}
	return false;
}

static void
go_on(struct watch *watch, unsigned what)
{
	struct fetch *fetch = (struct fetch *)watch;

	if (!(what & WATCH_READ))
		err_set(&fetch->err, TLS_BLAME_NETWORK, "%.100s port %u: no "
		    "answer within %u ms", fetch->host, fetch->port,
		    fetch->timeout_ms);
	else if (fetch->refused && try_next(fetch))
		return;
	finish(fetch);
}

static void
resolved(struct resolve_user *user, const struct addrinfo *list,
    const char *error)
{
	struct fetch *fetch = (struct fetch *)((char *)user -
	    offsetof(struct fetch, resolving));

	err_set(&fetch->err, TLS_BLAME_NETWORK, "%.100s: %s", fetch->host,
	    error ? error : "it has no address");
	fetch->next = list;
	if (!try_next(fetch))
		watch_soon(&fetch->watch, WATCH_READ);
}

static struct fetch *
post_request(struct fetcher *fetcher, const struct fetch_post *post,
    struct fetch_user *user)
{
	struct client *client = (struct client *)fetcher;
	struct fetch *fetch = mem_zero(1, sizeof *fetch);

	*fetch = (struct fetch){
		.resolving = { resolved },
		.loop = client->loop,
		.user = user,
		.host = mem_string(post->host),
		.path = mem_string(post->path),
		.type = mem_string(post->type),
		.port = post->port,
		.most = post->most,
		.timeout_ms = post->timeout_ms,
		.err = TLS_ERROR_INIT,
	};
	buf_add_span(&fetch->question, post->body);
	watch_init(&fetch->watch, client->loop, -1, go_on);
	watch_for(&fetch->watch, 0, post->timeout_ms);
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
