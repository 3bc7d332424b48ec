/* floor.h - one library as a bare server over memory
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct floor_server *server = floor_server("cert.pem", "key.pem", 3);
 *	struct floor_session *session = floor_open(server, &in, &out);
 *
 *	while (floor_step(session) == FLOOR_AGAIN)
 *		client_moves();
 *	floor_close(session);
 *
 * floor_openssl.c and its sisters say how each library does it when nothing
 * stands above: what a server cannot be cheaper than.
 */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include "pipe.h"

enum floor_result {
	FLOOR_AGAIN,		/* waits for bytes */
	FLOOR_OPEN,		/* the handshake is complete */
	FLOOR_CLOSED,		/* close_notify came, and was answered */
};

struct floor_server;
struct floor_session;

/* A server for the PEM files, TLS 1.`minor` only.  Exits on failure. */
struct floor_server *floor_server(const char *cert, const char *key,
    int minor);
struct floor_session *floor_open(struct floor_server *server,
    struct pipe *in, struct pipe *out);
/* Goes as far as the bytes allow. */
enum floor_result floor_step(struct floor_session *session);
/* Sends `len` bytes of application data. */
void floor_write(struct floor_session *session, const void *data, size_t len);
void floor_close(struct floor_session *session);

#endif
