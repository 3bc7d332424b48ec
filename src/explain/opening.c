/* opening.c - clients that sent no ClientHello
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "explain/internal.h"

/* What the first bytes are, if they are no ClientHello. */
static const char *const openings[] = {
	[OPENING_SSLV2] = "the client's hello is of SSL 2.0 and offers nothing "
	    "newer: a client with TLS 1.2 or 1.3 would agree",
	[OPENING_HTTP] = "the client speaks plain HTTP to the TLS port: "
	    "https:// in its URL would agree",
	[OPENING_OVERSIZED] = "the client's hello announces more bytes than "
	    "any ClientHello can have: probably it speaks another protocol",
	[OPENING_GARBAGE] = "what the client sent first is no TLS: probably it "
	    "speaks another protocol, or begins without TLS (STARTTLS)",
};

static void
add_late(struct buf *out, const struct explain_case *failed)
{
	if (failed->received == 0)
		buf_printf(out, "the client connected and sent nothing for %u "
		    "ms (-handshake_timeout): probably it waits for the server "
		    "to speak first, as clients of SMTP or FTP do, or only "
		    "looked whether the port is open", failed->limit_ms);
	else
		buf_printf(out, "only %llu bytes of a ClientHello came within "
		    "%u ms (-handshake_timeout): probably the client or the "
		    "network hangs", (unsigned long long)failed->received,
		    failed->limit_ms);
}

bool
opening_add(struct buf *out, const struct explain_case *failed)
{
	const size_t num = sizeof openings / sizeof *openings;

	if (failed->hello || failed->opened)
		return false;
	if (failed->opening == OPENING_MALFORMED) {
		buf_add_string(out, "the client's hello contradicts itself: ");
		text_add_escaped(out, span_of(failed->error->text));
	} else if (failed->opening < num && openings[failed->opening]) {
		buf_add_string(out, openings[failed->opening]);
	} else if (failed->limit_ms) {
		add_late(out, failed);
	} else if (failed->left && failed->received == 0) {
		buf_add_string(out, "the client closed the connection before "
		    "it sent anything: probably it only looked whether the "
		    "port is open, as load balancers do");
	} else if (failed->left) {
		buf_printf(out, "the client closed the connection after %llu "
		    "bytes of its ClientHello: it was stopped, or the network "
		    "broke", (unsigned long long)failed->received);
	} else {
		return false;
	}
	return true;
}
