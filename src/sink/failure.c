/* sink/failure.c - why a connection failed, in one line
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/err.h"
#include "base/text.h"
#include "names/names.h"
#include "sink/text.h"

/* What an alert that we sent says about the client, in words that are the same
 * whatever library sent it. */
static const struct {
	uint8_t alert;
	const char *words;
} refusals[] = {
	{ 10, "a message out of turn" },
	{ 20, "a record that does not decrypt" },
	{ 22, "a record too long" },
	{ 40, "no agreement with the client" },
	{ 42, "client certificate refused" },
	{ 43, "client certificate refused" },
	{ 44, "client certificate refused" },
	{ 45, "client certificate refused" },
	{ 46, "client certificate refused" },
	{ 47, "an illegal parameter" },
	{ 48, "client certificate refused" },
	{ 50, "a malformed message" },
	{ 51, "a signature or Finished that is wrong" },
	{ 70, "no protocol version in common" },
	{ 71, "too weak for us" },
	{ 80, "internal error" },
	{ 86, "a needless downgrade" },
	{ 109, "an extension is missing" },
	{ 110, "an extension that was not asked for" },
	{ 112, "an unknown server name" },
	{ 116, "no client certificate" },
	{ 120, "no application protocol in common" },
};

static const char *
class_of(const struct tls_error *error)
{
	static const char *const blames[] = {
		[TLS_BLAME_NOBODY] = "no reason known",
		[TLS_BLAME_CONFIG] = "not as configured",
		[TLS_BLAME_FEATURE] = "the library cannot",
		[TLS_BLAME_NETWORK] = "the connection broke off",
		[TLS_BLAME_PEER] = "the client broke the protocol",
		[TLS_BLAME_US] = "internal error",
		[TLS_BLAME_LIBRARY] = "the library failed",
	};

	if (error->alert_received >= 0)
		return "the client refused us";
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
		if (error->alert_sent == refusals[i].alert)
			return refusals[i].words;
	return error->alert_sent >= 0 ? "the client was refused" :
	    blames[error->blame];
}

static void
add_alert(struct buf *out, const char **sep, const char *what, int alert)
{
	const char *name;

	if (alert < 0)
		return;
	name = name_of_alert((uint8_t)alert);
	buf_printf(out, "%s%s: %s %d", *sep, what,
	    name ? name : "unassigned", alert);
	*sep = "; ";
}

/* Adds that the client closed the connection: no failure of either side. */
static void
add_left(struct buf *out, const struct event *event)
{
	buf_printf(out, "conn %llu: closed by the client %s",
	    (unsigned long long)event->from.conn, event->failed.handshaking ?
	    "during the handshake, without an alert" : "without close_notify");
	if (event->failed.peer)
		buf_printf(out, " (client %s)", event->failed.peer);
	buf_add_u8(out, '\n');
}

void
failure_add(struct buf *out, const struct event *event)
{
	const struct tls_error *error = event->failed.error;
	const char *sep = " (";

	if (event->failed.left) {
		add_left(out, event);
		return;
	}
	buf_printf(out, "conn %llu: %s failed: %s: ",
	    (unsigned long long)event->from.conn,
	    event->failed.handshaking ? "handshake" : "connection",
	    err_blame_name(error->blame));
	if (event->failed.refused)
		refused_add(out, event);
	else
		buf_add_string(out, event->failed.reason ?
		    event->failed.reason : class_of(error));
	add_alert(out, &sep, "alert sent", error->alert_sent);
	add_alert(out, &sep, "alert received", error->alert_received);
	if (*error->text) {
		buf_printf(out, "%s%s: ", sep,
		    event->from.backend ? event->from.backend : "cause");
		text_add_escaped(out, span_of(error->text));
		sep = "; ";
	}
	if (event->failed.peer) {
		buf_printf(out, "%sclient %s", sep, event->failed.peer);
		sep = "; ";
	}
	buf_add_string(out, *sep == ';' ? ")\n" : "\n");
}

void
explanation_add(struct buf *out, const struct event *event)
{
	buf_printf(out, "conn %llu: why: %s\n",
	    (unsigned long long)event->from.conn, event->failed.explanation);
}
