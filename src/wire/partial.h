/* wire/partial.h - a ClientHello as far as it can be read
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 4.1.2 and 5.1
 *
 *	struct partial partial;
 *
 *	if (partial_read(&partial, bytes, false))
 *		printf("%zu suites\n%s", partial.hello->num_suites,
 *		    buf_string(&partial.faults));
 *	partial_clear(&partial);
 *
 * For whoever looks at a hello, whether or not a server could use it: where a
 * length promises more than there is, what is there counts.  What a server
 * makes of it is said by hello_new().
 */
#ifndef WIRE_PARTIAL_H
#define WIRE_PARTIAL_H

#include "base/buf.h"
#include "tls_hello.h"

struct partial {
	struct tls_hello *hello;	/* owned; its `message` has lengths
					 * that add up, and no `wire` where
					 * something had to be left out */
	struct tls_span message;	/* as it came, as far as it came */
	struct buf gathered;		/* owned: bytes of `message`, if it came
					 * in several records */
	struct tls_span left;		/* bytes of the message that belong to
					 * no field */
	size_t announced;		/* bytes of the message by its header,
					 * that included */
	size_t used;			/* bytes of the input that are the
					 * hello's */
	struct buf faults;		/* owned: what is wrong, a line each */
};

/* Reads the ClientHello at the start of `bytes`: records, or with `bare` a
 * handshake message.  False, with nothing to clear, if no ClientHello begins
 * there, or if it is in SSLv2 framing and unsound.  The result borrows
 * `bytes`. */
bool partial_read(struct partial *partial, struct tls_span bytes, bool bare);
void partial_clear(struct partial *partial);

#endif
