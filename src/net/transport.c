/* transport.c - a connected socket as a channel
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/transport.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

struct transport {
	struct channel channel;		/* first: a transport is a channel */
	struct watch watch;
	int fd;				/* or -1, after a reset */
	bool more;
	/* A read returned less than was asked for: there is nothing more until
	 * the loop says so, and asking would cost a system call. */
	bool empty;
	struct channel_state state;
};

static struct transport *
of_io(struct tls_io *io)
{
	return (struct transport *)io;
}

static struct transport *
of(struct channel *channel)
{
	return (struct transport *)channel;
}

static struct transport *
of_watch(struct watch *watch)
{
	return (struct transport *)((char *)watch -
	    offsetof(struct transport, watch));
}

static enum tls_status
broken(struct transport *transport)
{
	transport->state.reset = true;
	transport->state.error = errno;
	return TLS_FAILED;
}

static enum tls_status
read_socket(struct tls_io *io, uint8_t *buf, size_t len, size_t *done)
{
	struct transport *transport = of_io(io);
	ssize_t got;

	*done = 0;
	if (transport->state.ended)
		return TLS_CLOSED;
	if (transport->state.reset)
		return TLS_FAILED;
	if (transport->empty)
		return TLS_WANT_READ;
	do
		got = recv(transport->fd, buf, len, 0);
	while (got < 0 && errno == EINTR);
	if (got > 0) {
		*done = (size_t)got;
		transport->empty = (size_t)got < len;
		transport->state.received += (size_t)got;
		return TLS_OK;
	}
	if (got == 0) {
		transport->state.ended = true;
		return TLS_CLOSED;
	}
	if (errno != EAGAIN && errno != EWOULDBLOCK)
		return broken(transport);
	transport->empty = true;
	return TLS_WANT_READ;
}

static enum tls_status
write_socket(struct tls_io *io, const uint8_t *buf, size_t len, size_t *done)
{
	struct transport *transport = of_io(io);
	ssize_t put;

	*done = 0;
	if (transport->state.reset)
		return TLS_FAILED;
	do
		put = send(transport->fd, buf, len, MSG_NOSIGNAL |
		    (transport->more ? MSG_MORE : 0));
	while (put < 0 && errno == EINTR);
	if (put < 0) {
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return TLS_WANT_WRITE;
		return broken(transport);
	}
	*done = (size_t)put;
	transport->state.sent += (size_t)put;
	return TLS_OK;
}

static bool
pending(struct tls_io *io)
{
	(void)io;
	return false;
}

static void
ready(struct watch *watch, unsigned what)
{
	struct transport *transport = of_watch(watch);

	if (what & WATCH_READ)
		transport->empty = false;
	channel_ready(&transport->channel,
	    (what & WATCH_READ ? CHANNEL_READ : 0) |
	    (what & WATCH_WRITE ? CHANNEL_WRITE : 0) |
	    (what & WATCH_TIMEOUT ? CHANNEL_TIMEOUT : 0));
}

/* A socket that cannot be waited for is as good as broken: its user is called,
 * and finds it so. */
static void
wait(struct channel *channel, unsigned what, unsigned timeout_ms)
{
	struct transport *transport = of(channel);

	if (watch_for(&transport->watch,
	    (what & CHANNEL_READ ? WATCH_READ : 0) |
	    (what & CHANNEL_WRITE ? WATCH_WRITE : 0), timeout_ms))
		return;
	broken(transport);
	watch_soon(&transport->watch, WATCH_READ);
}

static void
soon(struct channel *channel)
{
	watch_soon(&of(channel)->watch, WATCH_READ);
}

/* ---- timers ------------------------------------------------------------- */

/* A running timer. */
struct channel_alarm {
	struct watch watch;		/* first: a watch is an alarm */
	struct channel_timer *timer;
	uint64_t due_us;		/* of the monotonic clock */
};

static uint64_t
now_us(void)
{
	return clock_system.monotonic_us(&clock_system);
}

static void
stop(struct channel_timer *timer)
{
	if (!timer->alarm)
		return;
	watch_clear(&timer->alarm->watch);
	free(timer->alarm);
	timer->alarm = NULL;
}

static void
fire(struct watch *watch, unsigned what)
{
	struct channel_alarm *alarm = (struct channel_alarm *)watch;
	struct channel_timer *timer = alarm->timer;
	uint64_t now = now_us();

	(void)what;
	/* The loop's clock is coarse, and may be a few milliseconds fast. */
	if (now < alarm->due_us) {
		watch_for(watch, 0,
		    (unsigned)((alarm->due_us - now + 999) / 1000));
		return;
	}
	stop(timer);
	timer->fired(timer);
}

static void
wake(struct channel *channel, struct channel_timer *timer, unsigned ms)
{
	struct loop *loop = of(channel)->watch.loop;

	stop(timer);
	if (ms == 0)
		return;
	timer->alarm = mem_zero(1, sizeof *timer->alarm);
	timer->alarm->timer = timer;
	timer->alarm->due_us = now_us() + (uint64_t)ms * 1000;
	watch_init(&timer->alarm->watch, loop, -1, fire);
	watch_for(&timer->alarm->watch, 0, ms);
}

/* ---- the rest ----------------------------------------------------------- */

static void
say_more(struct channel *channel, bool more)
{
	of(channel)->more = more;
}

static void
tell_state(const struct channel *channel, struct channel_state *out)
{
	*out = ((const struct transport *)channel)->state;
}

static void
end_sending(struct channel *channel)
{
	if (of(channel)->fd >= 0)
		shutdown(of(channel)->fd, SHUT_WR);
}

static void
look_at(const struct channel *channel, struct channel_look *out)
{
	const int fd = ((const struct transport *)channel)->fd;
	struct sockaddr_storage own;
	socklen_t len = sizeof own;
	char port[8];
	uint8_t next;
	ssize_t got;

	if (fd < 0)
		return;
	got = recv(fd, &next, sizeof next, MSG_PEEK | MSG_DONTWAIT);
	out->unread = got > 0;
	out->ended = got == 0;
	out->reset = got < 0 && errno == ECONNRESET;
	if (getsockname(fd, (struct sockaddr *)&own, &len) != 0 ||
	    own.ss_family == AF_UNIX ||
	    getnameinfo((struct sockaddr *)&own, len, out->host,
	    sizeof out->host, port, sizeof port,
	    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return;
	out->port = (unsigned)strtoul(port, NULL, 10);
}

/* Closing a socket whose linger time is 0 sends RST instead of FIN (socket(7),
 * SO_LINGER). */
static void
reset_socket(struct channel *channel)
{
	struct transport *transport = of(channel);
	const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
	struct loop *loop = transport->watch.loop;

	if (transport->fd < 0)
		return;
	watch_clear(&transport->watch);
	setsockopt(transport->fd, SOL_SOCKET, SO_LINGER, &at_once,
	    sizeof at_once);
	close(transport->fd);
	transport->fd = -1;
	transport->state.reset = true;
	transport->state.error = ECONNRESET;
	/* It can still be woken, by a timer or `soon`. */
	watch_init(&transport->watch, loop, -1, ready);
}

static void
close_socket(struct channel *channel)
{
	struct transport *transport = of(channel);

	watch_clear(&transport->watch);
	if (transport->fd >= 0)
		close(transport->fd);
	free(transport);
}

static const struct tls_io_ops io_ops = {
	.read = read_socket,
	.write = write_socket,
	.pending = pending,
};

static const struct channel_ops channel_ops = {
	.wait = wait,
	.soon = soon,
	.wake = wake,
	.more = say_more,
	.state = tell_state,
	.shutdown = end_sending,
	.reset = reset_socket,
	.look = look_at,
	.close = close_socket,
};

struct channel *
transport_new(struct loop *loop, int fd)
{
	struct transport *transport = mem_zero(1, sizeof *transport);

	transport->channel.io.ops = &io_ops;
	transport->channel.ops = &channel_ops;
	transport->fd = fd;
	watch_init(&transport->watch, loop, fd, ready);
	return &transport->channel;
}
