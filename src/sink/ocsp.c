/* sink/ocsp.c - the steps of OCSP stapling, in the reference's words
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1), -status_verbose
 */
#include "base/text.h"
#include "sink/text.h"
#include "wire/ocsp.h"

/* `with` says what follows the words. */
static const struct {
	const char *words;
	enum { NOTHING, URL } with;
} lines[] = {
	[OCSP_ASKED] = { "callback called", NOTHING },
	[OCSP_AIA] = { "AIA URL: ", URL },
	[OCSP_DEFAULT] = { "default responder URL: ", URL },
	[OCSP_BAD_URL] = { "can't parse AIA URL", NOTHING },
	[OCSP_NO_RESPONDER] = { "no AIA and no default responder URL",
	    NOTHING },
	[OCSP_NO_ISSUER] = { "Can't retrieve issuer certificate.",
	    NOTHING },
	[OCSP_FAILED] = { "error querying responder", NOTHING },
	[OCSP_FILE_FAILED] = { "Error reading OCSP response", NOTHING },
	[OCSP_CACHED] = { "the last response is still good", NOTHING },
	[OCSP_SENT] = { "ocsp response sent:", NOTHING },
};

static void
add_reason(struct buf *out, const struct event *event)
{
	buf_add_string(out, "cert_status: ");
	if (event->ocsp.url.len) {
		text_add_escaped(out, event->ocsp.url);
		buf_add_string(out, ": ");
	}
	text_add_escaped(out, span_of(event->ocsp.error->text));
	buf_add_u8(out, '\n');
}

void
tell_ocsp(struct text *text, const struct event *event)
{
	struct buf *err = &text->err.text;
	enum ocsp_step step = event->ocsp.step;
	struct ocsp response;

	if (!event->ocsp.in_text || step == OCSP_OBTAINED)
		return;
	if (step == OCSP_FAILED)
		buf_add_string(err, "Error querying OCSP responder\n");
	buf_printf(err, "cert_status: %s", lines[step].words);
	if (lines[step].with == URL)
		text_add_escaped(err, event->ocsp.url);
	buf_add_u8(err, '\n');
	if (event->ocsp.error)
		add_reason(err, event);
	if (step == OCSP_SENT && ocsp_parse(event->ocsp.response,
	    &response))
		ocsp_add_text(err, &response);
}
