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

/* An attempt that has failed.  All is borrowed for the call; what is not known
 * is null or 0. */
struct explain_case {
	const struct tls_error *error;		/* never null */
	const struct tls_hello *hello;
	const struct tls_config *config;	/* of the server that was
						 * chosen */
	const struct policy_alpn *alpn;
	const struct plug *plug;		/* the one that served */
};

/* Adds the sentence; false, with nothing added, if nothing can be said. */
bool explain_failure(struct buf *out, const struct explain_case *failed);

#endif
