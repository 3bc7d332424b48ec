/* terminal.c - standard input to the peer, and the letters
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1), CONNECTED COMMANDS
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/terminal.h"
#include "base/buf.h"
#include "base/err.h"

/* One read of standard input; its first bytes may be a command letter. */
#define MAX_INPUT	16384

/* With this many bytes queued standard input is not read. */
#define MAX_QUEUED	65536

struct terminal;

struct input {
	struct watch watch;		/* first */
	struct terminal *terminal;
};

struct terminal {
	struct app app;				/* first */
	const struct app_options *options;	/* borrowed */
	struct loop *loop;			/* borrowed */
	struct input input;		/* standard input */
	struct input turn;		/* a timer: the next connection's
					 * turn */
	struct conn *current;		/* the one that has the terminal, or
					 * null */
	struct conn **waiting;		/* the longest-waiting first */
	size_t num_waiting, room;
	struct buf early;		/* typed before there was a connection
					 * to send it to */
	bool input_ended;
	bool given;			/* the current connection was sent some
					 * of standard input */
	bool is_tty;
	bool behind;			/* it was not ours when something could
					 * be read */
	bool opened;			/* its handshake is complete */
	bool quitting;
};

static struct terminal *
terminal_of(const struct conn *conn)
{
	return (struct terminal *)conn_app(conn);
}

/* Whether a `Q` is looked for although no client has the terminal.  What a pipe
 * or a file brings is for the next client. */
static bool
awaits_quit(const struct terminal *t)
{
	return !t->current && t->is_tty && !t->behind && t->options->commands &&
	    !t->options->strict && t->early.len <= MAX_QUEUED;
}

/* Watches standard input only while there is somewhere to send it.  The
 * reference reads it from the first byte of a connection on. */
static void
look(struct terminal *t)
{
	bool early = t->options->strict && t->current && !t->early.len;
	bool wanted = (t->opened || early || awaits_quit(t)) &&
	    !t->input_ended && !t->quitting && (!t->current ||
	    conn_queued(t->current) <= MAX_QUEUED);

	/* What cannot be watched is not read. */
	if (!watch_for(&t->input.watch, wanted ? WATCH_READ : 0, 0))
		t->input_ended = true;
}

/* ---- command letters ------------------------------------------------- */

static void
post_command(struct conn *conn, char letter)
{
	struct event event = {
		.kind = EVENT_COMMAND,
		.command = { letter, TLS_OK, NULL },
	};

	conn_post(conn, &event);
}

static void
end(struct conn *conn)
{
	post_command(conn, 'q');
	terminal_of(conn)->opened = false;
	conn_close(conn);
}

/* The loop is stopped once the connection is gone, so that its end is still
 * reported. */
static void
quit(struct conn *conn)
{
	struct terminal *t = terminal_of(conn);

	post_command(conn, 'Q');
	t->opened = false;
	t->quitting = true;
	conn_close(conn);
}

static void
renegotiate(struct conn *conn)
{
	struct tls_error err = TLS_ERROR_INIT;

	conn_renegotiate(conn, false, &err);
}

static void
renegotiate_asking(struct conn *conn)
{
	struct tls_error err = TLS_ERROR_INIT;

	conn_renegotiate(conn, true, &err);
}

static void
update_key(struct conn *conn)
{
	struct tls_error err = TLS_ERROR_INIT;

	conn_key_update(conn, false, &err);
}

static void
update_keys(struct conn *conn)
{
	struct tls_error err = TLS_ERROR_INIT;

	conn_key_update(conn, true, &err);
}

static void
ask_certificate(struct conn *conn)
{
	struct tls_error err = TLS_ERROR_INIT;

	conn_ask_certificate(conn, &err);
}

static void
write_plain(struct conn *conn)
{
	post_command(conn, 'P');
	conn_write_plain(conn, span_of("Lets print some clear text\n"));
}

static void
heartbeat(struct conn *conn)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct event event = {
		.kind = EVENT_COMMAND,
		.command = { 'B', TLS_UNSUPPORTED, &err },
	};

	err_set(&err, TLS_BLAME_FEATURE,
	    "no TLS library knows heartbeats any more");
	conn_post(conn, &event);
}

static void
show_statistics(struct conn *conn)
{
	struct event event = { .kind = EVENT_STATISTICS };

	post_command(conn, 'S');
	conn_statistics(conn, &event.statistics);
	conn_post(conn, &event);
}

/* `own_line`: a line end must follow the letter; otherwise anything may.
 * `sent`: the reference also sends the line. */
static const struct {
	char letter;
	bool own_line, sent;
	void (*obey)(struct conn *conn);
} letters[] = {
	{ 'q', false, false, end },
	{ 'Q', false, false, quit },
	{ 'r', true, false, renegotiate },
	{ 'R', true, false, renegotiate_asking },
	{ 'k', true, false, update_key },
	{ 'K', true, false, update_keys },
	{ 'c', true, false, ask_certificate },
	{ 'B', true, false, heartbeat },
	{ 'P', false, true, write_plain },
	{ 'S', false, true, show_statistics },
};

/* Whether what was typed is a command letter, which is then obeyed and not
 * sent. */
static bool
obey(struct conn *conn, struct tls_span typed, bool strict)
{
	bool own_line = typed.len > 1 &&
	    (typed.data[1] == '\n' || typed.data[1] == '\r');

	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
		if (typed.data[0] != (uint8_t)letters[i].letter)
			continue;
		if (letters[i].own_line && !own_line)
			return false;
		/* The reference here is a release that no longer has
		 * heartbeats. */
		if (strict && letters[i].letter == 'B')
			return false;
		letters[i].obey(conn);
		return !(strict && letters[i].sent);
	}
	return false;
}

/* ---- standard input -------------------------------------------------- */

/* Sends what was typed, with CR LF for every LF. */
static void
send_crlf(struct conn *conn, struct tls_span typed)
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < typed.len; i++) {
		if (typed.data[i] == '\n')
			buf_add_u8(&out, '\r');
		buf_add_u8(&out, typed.data[i]);
	}
	conn_write(conn, buf_span(&out));
	buf_clear(&out);
}

/* One read of standard input for an open connection. */
static void
take(struct terminal *t, struct tls_span typed)
{
	const struct app_options *options = t->options;

	if (options->commands && obey(t->current, typed, options->strict))
		return;
	t->given = true;
	if (options->crlf)
		send_crlf(t->current, typed);
	else
		conn_write(t->current, typed);
}

/* End of standard input.  Typed on a terminal it is a wish to leave.  The end
 * of a file or a pipe is the end of what this client is sent, if it was sent
 * any; otherwise it says nothing about the clients.  The reference leaves in
 * any case; when quiet, it drops each client as it comes. */
static void
input_over(struct terminal *t)
{
	t->input_ended = true;
	look(t);
	if (t->is_tty || (t->options->strict && t->options->commands))
		quit(t->current);
	else if (t->options->strict ? t->opened : t->given)
		conn_close(t->current);
}

/* Standard input while no client has the terminal: what is typed is kept for
 * the next one, unless it is a wish to leave. */
static void
input_idle(struct terminal *t)
{
	uint8_t typed[MAX_INPUT];
	pid_t front = tcgetpgrp(STDIN_FILENO);
	ssize_t len;

	/* In the background a read would stop the program; -1: it is not the
	 * terminal that controls it. */
	if (front != -1 && front != getpgrp()) {
		t->behind = true;
		look(t);
		return;
	}
	len = read(STDIN_FILENO, typed, sizeof typed);
	if (len == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len <= 0 || typed[0] == 'Q') {
		t->input_ended = len <= 0;
		t->quitting = true;
		loop_stop(t->loop);
	} else {
		buf_add(&t->early, typed, (size_t)len);
	}
	look(t);
}

static void
input_ready(struct watch *watch, unsigned what)
{
	struct terminal *t = ((struct input *)watch)->terminal;
	uint8_t typed[MAX_INPUT];
	size_t room = t->options->crlf ? sizeof typed / 2 : sizeof typed;
	ssize_t len;

	if (what & WATCH_READ && awaits_quit(t)) {
		input_idle(t);
		return;
	}
	if (!(what & WATCH_READ) || !t->current ||
	    (!t->opened && !t->options->strict))
		return;
	len = read(STDIN_FILENO, typed, room);
	if (len == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len <= 0) {
		input_over(t);
		return;
	}
	if (t->opened)
		take(t, (struct tls_span){ typed, (size_t)len });
	else
		buf_add(&t->early, typed, (size_t)len);
	look(t);
}

/* ---- connections ----------------------------------------------------- */

/* Gives `conn` the terminal; false if it is already closed.  What the reference
 * reads before the handshake is read here, before any byte is answered. */
static bool
give_turn(struct terminal *t, struct conn *conn)
{
	struct pollfd typed = { .fd = STDIN_FILENO, .events = POLLIN };

	t->current = conn;
	t->given = false;
	look(t);
	if (t->options->strict && !t->input_ended && poll(&typed, 1, 0) > 0)
		input_ready(&t->input.watch, WATCH_READ);
	return !t->quitting;
}

static bool
admit(struct conn *conn)
{
	struct terminal *t = terminal_of(conn);

	if (t->current == conn)
		return true;
	if (!t->current && !t->num_waiting && !t->quitting)
		return give_turn(t, conn);
	if (t->num_waiting == t->room) {
		t->room = t->room ? 2 * t->room : 8;
		t->waiting = mem_grow(t->waiting,
		    t->room * sizeof(struct conn *));
	}
	t->waiting[t->num_waiting++] = conn;
	return false;
}

/* Takes the waiting connection at `i` out of the queue. */
static struct conn *
leave(struct terminal *t, size_t i)
{
	struct conn *conn = t->waiting[i];

	t->num_waiting--;
	memmove(t->waiting + i, t->waiting + i + 1,
	    (t->num_waiting - i) * sizeof(struct conn *));
	return conn;
}

static void
turn_ready(struct watch *watch, unsigned what)
{
	struct terminal *t = ((struct input *)watch)->terminal;

	(void)what;
	if (t->current || !t->num_waiting || t->quitting)
		return;
	if (give_turn(t, leave(t, 0)))
		conn_admit(t->current);
}

static void
opened(struct conn *conn)
{
	struct terminal *t = terminal_of(conn);

	t->opened = true;
	if (t->early.len) {
		take(t, buf_span(&t->early));
		buf_clear(&t->early);
	}
	if (t->options->strict && t->input_ended && t->opened)
		conn_close(conn);
	look(t);
}

static void
drained(struct conn *conn)
{
	struct terminal *t = terminal_of(conn);

	if (t->current == conn && t->opened)
		look(t);
}

static void
peer_ended(struct conn *conn)
{
	struct terminal *t = terminal_of(conn);

	t->opened = false;
	look(t);
	conn_close(conn);
}

static void
closed(struct conn *conn)
{
	struct terminal *t = terminal_of(conn);

	if (t->current != conn) {
		for (size_t i = 0; i < t->num_waiting; i++)
			if (t->waiting[i] == conn) {
				leave(t, i);
				return;
			}
		return;
	}
	t->current = NULL;
	t->opened = false;
	t->behind = false;
	buf_wipe(&t->early);
	look(t);
	if (t->quitting)
		loop_stop(t->loop);
	else if (t->num_waiting)
		watch_soon(&t->turn.watch, WATCH_TIMEOUT);
}

static const struct app_ops terminal_ops = {
	.name = "terminal",
	.admit = admit,
	.opened = opened,
	.drained = drained,
	.ended = peer_ended,
	.closed = closed,
};

bool
terminal_is(const struct app *app)
{
	return app->ops == &terminal_ops;
}

struct app *
terminal_new(const struct app_options *options, struct loop *loop)
{
	struct terminal *t = mem_zero(1, sizeof *t);

	t->app.ops = &terminal_ops;
	t->options = options;
	t->loop = loop;
	t->is_tty = isatty(STDIN_FILENO);
	t->input.terminal = t;
	t->turn.terminal = t;
	watch_init(&t->input.watch, loop, STDIN_FILENO, input_ready);
	watch_init(&t->turn.watch, loop, -1, turn_ready);
	look(t);
	return &t->app;
}

void
terminal_free(struct app *app)
{
	struct terminal *t = (struct terminal *)app;

	watch_clear(&t->input.watch);
	watch_clear(&t->turn.watch);
	buf_wipe(&t->early);
	free(t->waiting);
	free(t);
}
