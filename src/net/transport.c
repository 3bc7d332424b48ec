/* transport.c - a connected socket as a channel
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/transport.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"

struct transport {
	struct channel channel;		/* first: a transport is a channel */
	struct watch watch;
	int fd;
	/* A read gave less than was asked for: there is nothing more until
	 * the loop says so, and asking would cost a system call. */
	bool empty;
};

static struct transport *
of_io(struct tls_io *io)
{
	return (struct transport *)io;
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
	transport->channel.reset = true;
	transport->channel.error = errno;
	return TLS_FAILED;
}

static enum tls_status
read_socket(struct tls_io *io, uint8_t *buf, size_t len, size_t *done)
{
	struct transport *transport = of_io(io);
	ssize_t got;

	*done = 0;
	if (transport->channel.ended)
		return TLS_CLOSED;
	if (transport->channel.reset)
		return TLS_FAILED;
	if (transport->empty)
		return TLS_WANT_READ;
	do
		got = recv(transport->fd, buf, len, 0);
	while (got < 0 && errno == EINTR);
	if (got > 0) {
		*done = (size_t)got;
		transport->empty = (size_t)got < len;
		transport->channel.received += (size_t)got;
		return TLS_OK;
	}
	if (got == 0) {
		transport->channel.ended = true;
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
	if (transport->channel.reset)
		return TLS_FAILED;
	do
		put = send(transport->fd, buf, len, MSG_NOSIGNAL |
		    (transport->channel.more ? MSG_MORE : 0));
	while (put < 0 && errno == EINTR);
	if (put < 0) {
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return TLS_WANT_WRITE;
		return broken(transport);
	}
	*done = (size_t)put;
	transport->channel.sent += (size_t)put;
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
	transport->channel.ready(&transport->channel,
	    (what & WATCH_READ ? CHANNEL_READ : 0) |
	    (what & WATCH_WRITE ? CHANNEL_WRITE : 0) |
	    (what & WATCH_TIMEOUT ? CHANNEL_TIMEOUT : 0));
}

static void
wait(struct channel *channel, unsigned what, unsigned timeout_ms)
{
	struct transport *transport = of_io(&channel->io);

	watch_for(&transport->watch, (what & CHANNEL_READ ? WATCH_READ : 0) |
	    (what & CHANNEL_WRITE ? WATCH_WRITE : 0), timeout_ms);
}

static void
soon(struct channel *channel)
{
	watch_soon(&of_io(&channel->io)->watch, WATCH_READ);
}

static void
end_sending(struct channel *channel)
{
	shutdown(of_io(&channel->io)->fd, SHUT_WR);
}

static void
close_socket(struct channel *channel)
{
	struct transport *transport = of_io(&channel->io);

	watch_clear(&transport->watch);
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
	.shutdown = end_sending,
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
