/* sink/status.c - how an OCSP response was sought, in the reference's words
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1), -status_verbose
 */
#include "base/text.h"
#include "sink/text.h"
#include "wire/ocsp.h"

/* `with` is what stands behind the words. */
static const struct {
	const char *words;
	enum { NOTHING, URL } with;
} lines[] = {
	[STATUS_ASKED] = { "callback called", NOTHING },
	[STATUS_AIA] = { "AIA URL: ", URL },
	[STATUS_DEFAULT] = { "default responder URL: ", URL },
	[STATUS_BAD_URL] = { "can't parse AIA URL", NOTHING },
	[STATUS_NO_RESPONDER] = { "no AIA and no default responder URL",
	    NOTHING },
	[STATUS_NO_ISSUER] = { "Can't retrieve issuer certificate.",
	    NOTHING },
	[STATUS_FAILED] = { "error querying responder", NOTHING },
	[STATUS_FILE_FAILED] = { "Error reading OCSP response", NOTHING },
	[STATUS_CACHED] = { "the last response is still good", NOTHING },
	[STATUS_SENT] = { "ocsp response sent:", NOTHING },
};

static void
add_reason(struct buf *out, const struct event *event)
{
	buf_add_string(out, "cert_status: ");
	if (event->status.url.len) {
		text_add_escaped(out, event->status.url);
		buf_add_string(out, ": ");
	}
	text_add_escaped(out, span_of(event->status.error->text));
	buf_add_u8(out, '\n');
}

void
tell_status(struct text *text, const struct event *event)
{
	struct buf *err = &text->err.text;
	enum status_step step = event->status.step;
	struct ocsp response;

	if (!event->status.aloud || step == STATUS_HAD)
		return;
	if (step == STATUS_FAILED)
		buf_add_string(err, "Error querying OCSP responder\n");
	buf_printf(err, "cert_status: %s", lines[step].words);
	if (lines[step].with == URL)
		text_add_escaped(err, event->status.url);
	buf_add_u8(err, '\n');
	if (event->status.error)
		add_reason(err, event);
	if (step == STATUS_SENT && ocsp_parse(event->status.response,
	    &response))
		ocsp_add_text(err, &response);
}
