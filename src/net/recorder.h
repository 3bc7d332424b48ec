/* net/recorder.h - a tls_io that shows what passes to a watcher
 * SPDX-License-Identifier: Apache-2.0
 *
 *	static void
 *	saw(struct watcher *watcher, const struct passage *passage)
 *	{
 *		printf("%zu bytes\n", passage->bytes.len);
 *	}
 *
 *	struct watcher watcher = { saw };
 *	struct recorder recorder;
 *
 *	recorder_init(&recorder, &channel->io, &watcher);
 *
 * It is below everything that reads bytes twice, so that each byte is seen
 * once.
 */
#ifndef NET_RECORDER_H
#define NET_RECORDER_H

#include "tls_host.h"

/* One read or write, whatever its result. */
struct passage {
	enum tls_direction direction;
	size_t asked;			/* bytes */
	enum tls_status status;
	struct tls_span bytes;		/* what passed */
};

/* The watcher; its own struct begins with this. */
struct watcher {
	void (*saw)(struct watcher *watcher, const struct passage *passage);
};

struct recorder {
	struct tls_io io;		/* first: a recorder is a tls_io */
	struct tls_io *below;		/* borrowed */
	struct watcher *watcher;	/* borrowed */
};

void recorder_init(struct recorder *recorder, struct tls_io *below,
    struct watcher *watcher);

#endif
