/* recorder.c - a tls_io that shows what passes to a watcher
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/recorder.h"

static enum tls_status
read_watched(struct tls_io *io, uint8_t *buf, size_t len, size_t *done)
{
	struct recorder *recorder = (struct recorder *)io;
	enum tls_status status;

	status = recorder->below->ops->read(recorder->below, buf, len, done);
	recorder->watcher->saw(recorder->watcher, &(struct passage){
	    TLS_RECEIVED, len, status, { buf, *done } });
	return status;
}

static enum tls_status
write_watched(struct tls_io *io, const uint8_t *buf, size_t len, size_t *done)
{
	struct recorder *recorder = (struct recorder *)io;
	enum tls_status status;

	status = recorder->below->ops->write(recorder->below, buf, len, done);
	recorder->watcher->saw(recorder->watcher, &(struct passage){
	    TLS_SENT, len, status, { buf, *done } });
	return status;
}

static bool
pending(struct tls_io *io)
{
	struct recorder *recorder = (struct recorder *)io;

	return recorder->below->ops->pending(recorder->below);
}

static const struct tls_io_ops ops = {
	.read = read_watched,
	.write = write_watched,
	.pending = pending,
};

void
recorder_init(struct recorder *recorder, struct tls_io *below,
    struct watcher *watcher)
{
	*recorder = (struct recorder){ { &ops }, below, watcher };
}
