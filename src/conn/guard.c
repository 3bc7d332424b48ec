/* guard.c - the io of a session that serves bytes which the core did not read
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is no ClientHello is left to the library to refuse in its own way.
 * Should the library find a hello in it all the same (after an alert, say),
 * nothing has been decided for that client, so a ServerHello does not pass.
 */
#include "conn/internal.h"

#define RECORD_HANDSHAKE	22

static struct guard *
guard_of(struct tls_io *io)
{
	return (struct guard *)io;
}

static enum tls_status
read_guarded(struct tls_io *io, uint8_t *buf, size_t len, size_t *done)
{
	struct tls_io *below = guard_of(io)->below;

	return below->ops->read(below, buf, len, done);
}

static bool
pending(struct tls_io *io)
{
	struct tls_io *below = guard_of(io)->below;

	return below->ops->pending(below);
}

static enum tls_status
write_guarded(struct tls_io *io, const uint8_t *buf, size_t len, size_t *done)
{
	struct guard *guard = guard_of(io);
	struct tls_span bytes = { buf, len };
	struct record record;

	*done = 0;
	while (!guard->shut && record_next(&guard->watch, &bytes, &record))
		if (record.type == RECORD_HANDSHAKE)
			guard->shut = true;
	if (guard->shut)
		return TLS_FAILED;
	return guard->below->ops->write(guard->below, buf, len, done);
}

struct tls_io *
conn_guard(struct conn *conn)
{
	static const struct tls_io_ops ops = {
		.read = read_guarded,
		.write = write_guarded,
		.pending = pending,
	};

	conn->guard = mem_zero(1, sizeof *conn->guard);
	conn->guard->io.ops = &ops;
	conn->guard->below = &conn->gather.io;
	return &conn->guard->io;
}
