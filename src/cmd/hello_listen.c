/* hello_listen.c - polytls hello -listen: records what clients send
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "cmd/hello.h"
#include "dissect/dissect.h"
#include "net/listen.h"
#include "net/loop.h"
#include "wire/hello.h"

#define MAX_CLIENTS	64	/* at a time; others wait to be accepted */
#define DRAIN_MS	500	/* for a client to read the alert */
#define MAX_SHOWN	16	/* bytes of what is no ClientHello */

/* A fatal handshake_failure in a record of its own. */
static const uint8_t refusal[] = { 21, 3, 1, 0, 2, 2, 40 };

struct recording {
	struct watch accept;	/* first */
	const struct hello_options *options;
	struct loop *loop;
	struct listener listener;
	struct watch signals[2];
	int dir;
	size_t next;		/* number of the next file */
	unsigned accepted, clients;
	struct client *first;	/* of those that are connected */
	bool failed;		/* a file could not be written */
};

struct client {
	struct watch watch;	/* first */
	struct recording *recording;
	struct client *next, **link;	/* in the recording's list */
	int fd;
	struct peer peer;
	struct buf bytes;
	struct opening_scan scan;
	bool draining;
};

/* ---- files -------------------------------------------------------------- */

static bool
write_all(int fd, struct tls_span bytes)
{
	while (bytes.len > 0) {
		ssize_t done = write(fd, bytes.data, bytes.len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		bytes.data += done;
		bytes.len -= (size_t)done;
	}
	return true;
}

/* Makes the next file that is not there yet, and puts its name into `name`;
 * none is overwritten. */
static int
make_file(struct recording *r, struct buf *name)
{
	int fd;

	do {
		name->len = 0;
		buf_printf(name, "hello-%zu.tls", r->next++);
		fd = openat(r->dir, buf_string(name), O_WRONLY | O_CREAT |
		    O_EXCL | O_CLOEXEC, 0666);
	} while (fd < 0 && errno == EEXIST);
	return fd;
}

/* Writes the hello to a file of its own and says so. */
static void
keep(struct client *client, size_t len)
{
	struct recording *r = client->recording;
	struct tls_span bytes = { client->bytes.data, len };
	struct buf name = BUF_INIT, line = BUF_INIT;
	struct partial partial;
	int fd = make_file(r, &name);

	if (fd < 0 || !write_all(fd, bytes) || close(fd) != 0) {
		hello_complain(buf_string(&name), strerror(errno));
		r->failed = true;
		loop_stop(r->loop);
	} else {
		buf_printf(&line, "%s  from %s:%u, ", buf_string(&name),
		    client->peer.host, client->peer.port);
		if (partial_read(&partial, bytes, false)) {
			dissect_add_line(&line, &partial);
			partial_clear(&partial);
		}
		puts(buf_string(&line));
		fflush(stdout);
	}
	buf_clear(&name);
	buf_clear(&line);
}

/* ---- clients ------------------------------------------------------------ */

static void
say(const struct client *client, const char *what)
{
	struct buf line = BUF_INIT;
	size_t len = client->bytes.len;

	buf_printf(&line, "%s:%u %s", client->peer.host, client->peer.port,
	    what);
	if (len) {
		buf_printf(&line, ", but %zu bytes that begin with ", len);
		text_add_hex(&line, (struct tls_span){ client->bytes.data,
		    len < MAX_SHOWN ? len : MAX_SHOWN });
	}
	fprintf(stderr, "polytls hello: %s\n", buf_string(&line));
	buf_clear(&line);
}

static void
end(struct client *client)
{
	*client->link = client->next;
	if (client->next)
		client->next->link = client->link;
	client->recording->clients--;
	watch_clear(&client->watch);
	close(client->fd);
	buf_clear(&client->bytes);
	free(client);
}

static void listen_on(struct recording *r);

static void
drop(struct client *client)
{
	struct recording *r = client->recording;

	end(client);
	listen_on(r);
}

/* Refuses the client, and lets it read that. */
static void
refuse(struct client *client)
{
	(void)!send(client->fd, refusal, sizeof refusal, MSG_NOSIGNAL);
	shutdown(client->fd, SHUT_WR);
	client->draining = true;
	watch_for(&client->watch, WATCH_READ, DRAIN_MS);
}

/* Whether the bytes so far are the beginning of a ClientHello. */
static bool
is_begun(const struct client *client)
{
	const uint8_t *b = client->bytes.data;

	return client->bytes.len >= 6 && b[0] == 22 && b[1] == 3 && b[5] == 1;
}

/* The client sends no more. */
static void
give_up(struct client *client, bool late)
{
	if (is_begun(client))
		keep(client, client->bytes.len);
	else
		say(client, client->bytes.len ? "sent no ClientHello" : late ?
		    "sent nothing in time" : "sent nothing");
	drop(client);
}

static void
judge(struct client *client)
{
	struct tls_span bytes = buf_span(&client->bytes);
	struct tls_error err = TLS_ERROR_INIT;
	struct tls_hello *hello;

	switch (opening_next(&client->scan, bytes)) {
	case OPENING_MORE:
		return;
	case OPENING_HELLO:
	case OPENING_HELLO_SSLV2:
		hello = hello_new(bytes, &err);
		keep(client, hello ? hello->wire.len : bytes.len);
		hello_free(hello);
		break;
	case OPENING_OVERSIZED:
		keep(client, bytes.len);
		break;
	default:
		say(client, "sent no ClientHello");
	}
	refuse(client);
}

static void
ready(struct watch *watch, unsigned what)
{
	struct client *client = (struct client *)watch;
	uint8_t rest[4096];
	ssize_t got;

	if (what & WATCH_TIMEOUT) {
		if (client->draining)
			drop(client);
		else
			give_up(client, true);
		return;
	}
	got = recv(client->fd, rest, sizeof rest, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0 && client->draining) {
		drop(client);
	} else if (got <= 0) {
		give_up(client, false);
	} else if (!client->draining) {
		buf_add(&client->bytes, rest, (size_t)got);
		judge(client);
	}
}

static void
take(struct watch *watch, unsigned what)
{
	struct recording *r = (struct recording *)watch;
	struct client *client;
	struct peer peer;
	int fd = listener_accept(&r->listener, &peer);

	(void)what;
	if (fd < 0)
		return;
	client = mem_zero(1, sizeof *client);
	client->recording = r;
	client->fd = fd;
	client->peer = peer;
	client->next = r->first;
	client->link = &r->first;
	if (r->first)
		r->first->link = &client->next;
	r->first = client;
	r->accepted++;
	r->clients++;
	watch_init(&client->watch, r->loop, fd, ready);
	watch_for(&client->watch, WATCH_READ, r->options->wait_ms);
	listen_on(r);
}

/* Accepts as long as there is room, and ends after the last client. */
static void
listen_on(struct recording *r)
{
	unsigned most = r->options->num_accept;
	bool more = most == 0 || r->accepted < most;

	watch_for(&r->accept, more && r->clients < MAX_CLIENTS ?
	    WATCH_READ : 0, 0);
	if (!more && r->clients == 0)
		loop_stop(r->loop);
}

static void
interrupted(struct watch *watch, unsigned what)
{
	(void)what;
	loop_stop(watch->loop);
}

/* ---- the whole ---------------------------------------------------------- */

static bool
open_all(struct recording *r, struct tls_error *err)
{
	static const int numbers[] = { SIGINT, SIGTERM };
	const struct listen_options at = {
		.accept = r->options->listen, .workers = 1,
	};
	const char *dir = r->options->dir ? r->options->dir : ".";

	r->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->dir < 0)
		return err_set(err, TLS_BLAME_CONFIG, "-dir \"%.80s\": %s",
		    dir, strerror(errno));
	r->loop = loop_new(false, err);
	if (!r->loop || !listener_open(&r->listener, &at, err))
		return false;
	watch_init(&r->accept, r->loop, r->listener.fd, take);
	for (int i = 0; i < 2; i++)
		(void)watch_init_signal(&r->signals[i], r->loop, numbers[i],
		    interrupted);
	return true;
}

int
hello_listen(const struct hello_options *options)
{
	struct recording r = {
		.options = options, .dir = -1, .next = 1,
		.listener = { .fd = -1 },
	};
	struct tls_error err = TLS_ERROR_INIT;
	bool is_ipv6;

	if (!open_all(&r, &err)) {
		fprintf(stderr, "polytls hello: %s\n", err.text);
		loop_free(r.loop);
		if (r.dir >= 0)
			close(r.dir);
		return err_exit_status(&err);
	}
	is_ipv6 = strchr(r.listener.host, ':');
	printf("ACCEPT %s%s%s:%u\n", is_ipv6 ? "[" : "", r.listener.host,
	    is_ipv6 ? "]" : "", r.listener.port);
	fflush(stdout);
	listen_on(&r);
	loop_run(r.loop);
	while (r.first)
		end(r.first);
	watch_clear(&r.accept);
	for (int i = 0; i < 2; i++)
		watch_clear(&r.signals[i]);
	listener_close(&r.listener);
	loop_free(r.loop);
	close(r.dir);
	return r.failed;
}
