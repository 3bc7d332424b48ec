/* plug/quiet.h - a tls_host for a session without a connection
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct quiet_host host;
 *
 *	quiet_init(&host, &clock_system, TLS_WANTS_MESSAGES);
 *	session = backend->session_open(server, hello, choice, io, &host.host,
 *	    &err);
 *	backend->handshake(session, &err);
 *	printf("%zu messages\n", host.num_messages);
 *	quiet_clear(&host);
 *
 * Rules.  It has no session to resume, no pre-shared key and no choice for an
 * inner hello; only its clock is real.  It accepts a client's certificates that
 * have no error.  What is in `wants` it records, up to the limits below; what
 * exceeds them is only counted.
 *
 * A host with more to answer starts from a copy of quiet_host_ops.
 */
#ifndef PLUG_QUIET_H
#define PLUG_QUIET_H

#include "base/buf.h"
#include "base/clock.h"
#include "tls_backend.h"

/* Limits of what is recorded: messages, bytes of all of them and of the key
 * log, alerts. */
#define QUIET_MAX_MESSAGES	256
#define QUIET_MAX_LEN		(256u * 1024)
#define QUIET_MAX_ALERTS	16

/* The parameters of the calls of struct tls_host_ops with these names. */
struct quiet_message {
	enum tls_direction direction;
	uint16_t version;
	uint8_t content_type;
	struct tls_span message;	/* owned */
};

struct quiet_alert {
	enum tls_direction direction;
	uint8_t level, description;
};

struct quiet_host {
	struct tls_host host;		/* first: a quiet_host is a tls_host */
	const struct clock *clock;	/* borrowed */

	struct quiet_message messages[QUIET_MAX_MESSAGES];
	size_t num_messages;
	struct buf secrets;		/* lines of a key log */
	unsigned num_secrets;
	struct quiet_alert alerts[QUIET_MAX_ALERTS];
	size_t num_alerts;
	size_t held;			/* bytes of all messages */
	size_t num_left_out;		/* calls beyond the limits */
};

extern const struct tls_host_ops quiet_host_ops;

/* `wants` is a set of TLS_WANTS_ bits; states are not recorded. */
void quiet_init(struct quiet_host *quiet, const struct clock *clock,
    unsigned wants);
/* Frees what was recorded, and wipes the secrets; recording goes on. */
void quiet_clear(struct quiet_host *quiet);

#endif
