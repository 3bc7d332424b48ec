/* explain/explain.h - why a handshake failed, in one sentence
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct explain_case failed = {
 *		.error = &err, .hello = hello, .config = config,
 *		.plug = plug,
 *	};
 *	struct buf sentence = BUF_INIT;
 *
 *	if (explain_failure(&sentence, &failed))
 *		puts(buf_string(&sentence));
 *	buf_clear(&sentence);
 *
 * Rules.  A sentence has no full stop and no line feed.  It is the same for
 * one cause whatever library met it, names what lacks and what would have
 * agreed, and says "probably" where the cause cannot be known.  Whatever the
 * peer chose is escaped.  Called only when something has failed; costs nothing
 * before that.
 */
#ifndef EXPLAIN_EXPLAIN_H
#define EXPLAIN_EXPLAIN_H

#include "base/buf.h"
#include "plug/plug.h"
#include "policy/policy.h"
#include "policy/psk.h"
#include "policy/verify.h"
#include "wire/hello.h"

/* Another backend, as it would be configured. */
struct explain_other {
	const struct plug *plug;
	const struct tls_config *config;	/* null: it cannot be */
	const struct policy_alpn *alpn;
};

/* Gives them, if they are asked for; fills at most `room` of `out` and returns
 * how many. */
struct explain_source {
	size_t (*others)(struct explain_source *source,
	    struct explain_other *out, size_t room);
};

/* An attempt that has failed.  All is borrowed for the call; what is not known
 * is null or 0. */
struct explain_case {
	const struct tls_error *error;		/* never null */
	const struct tls_facts *facts;		/* never null; those of no
						 * session: identity -1 */
	const struct tls_hello *hello;
	const struct tls_config *config;	/* of the server that was
						 * chosen */
	const struct policy_alpn *alpn;
	const struct plug *plug;		/* the one that served */
	const struct verify_rules *rules;
	uint16_t version;	/* of both, as far as policy can tell */
	int64_t now;		/* seconds since the epoch */

	/* The first bytes: what they are, and how many came. */
	enum opening opening;
	uint64_t received;

	bool opened;		/* the first handshake was complete */
	bool heard;		/* and the client sent data */
	bool left;		/* the client closed or reset the connection
				 * without an alert */
	unsigned limit_ms;	/* the time limit that was reached, or 0 */

	/* The step of the verification of its certificate that was not
	 * accepted. */
	const struct tls_verify_step *refused;

	/* Pre-shared keys: whether one was given to the library, and the
	 * identity, if it is unknown. */
	const struct psk_table *psk;
	bool gave_psk;
	struct tls_span unknown_identity;

	/* The names of -servername, if the client asked for none of them and
	 * was refused for that. */
	const char *const *names;
	size_t num_names;

	struct explain_source *source;	/* null: nothing is said of others */
};

/* Adds the sentence; false, with nothing added, if nothing can be said. */
bool explain_failure(struct buf *out, const struct explain_case *failed);

/* Adds what is wrong with a client's certificate and what would pass, as the
 * rest of a sentence: "CN=a expired on 2026-01-01: ...".  Of the case `facts`,
 * `config`, `rules` and `refused` are used; the latter may have been accepted
 * all the same. */
void explain_certificate(struct buf *out, const struct explain_case *wrong);

#endif
