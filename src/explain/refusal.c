/* refusal.c - what a client's alert usually means, or its leaving without one
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 6; RFC 5246, 7.2; the clients of Debian 12 and 13
 */
#include "explain/internal.h"
#include "explain/words.h"
#include "names/names.h"
#include "wire/record.h"

/* Faults that are found without a doubt, and those that are always possible. */
#define DATES	(FAULT_BIT(FAULT_EXPIRED) | FAULT_BIT(FAULT_NOT_YET))
#define TRUST	(FAULT_BIT(FAULT_SELF_SIGNED) | FAULT_BIT(FAULT_ISSUER))
#define MAKE	(FAULT_BIT(FAULT_HOST) | FAULT_BIT(FAULT_PURPOSE) | \
			FAULT_BIT(FAULT_WEAK))

/* Alerts about the server's certificate. */
static const struct about_certificate {
	int alert;
	unsigned sure;		/* faults that explain the alert */
	unsigned likely;	/* the same, where other faults would too */
	const char *otherwise;
} about_certificate[] = {
	{ 42, DATES | MAKE, TRUST, NULL },
	{ 43, FAULT_BIT(FAULT_PURPOSE), 0, "its purpose or the type of its key "
	    "is not what the client wants" },
	{ 44, 0, 0, "it is revoked by a CRL or an OCSP response that the "
	    "client has: a new one in -cert would pass" },
	{ 45, DATES, 0, "it has expired by the client's clock, not by the one "
	    "here: set the client's" },
	{ 46, 0, DATES | MAKE | TRUST, NULL },
	{ 48, TRUST, 0, NULL },
};

/* What other alerts usually mean, once the client has seen our hello. */
static const struct other {
	int alert;
	bool probably;
	const char *words;
} others[] = {
	{ 0, false, "it closed the connection in the middle of the handshake, "
	    "as a program does whose user or time limit ended it" },
	{ 10, false, "it did not expect a message of the server at this "
	    "point" },
	{ 20, true, "the two sides have different keys, such as a wrong -psk, "
	    "or bytes were changed on the way" },
	{ 22, false, "a record of the server is too long for it" },
	{ 40, true, "it does not take something that the server chose, such as "
	    "the size of the DH parameters or a missing extension" },
	{ 41, false, "it has no certificate" },
	{ 47, false, "a field of the server's messages is not what it allows, "
	    "such as the size of the DH parameters" },
	{ 49, false, "it may not use this server by its own rules" },
	{ 50, false, "it cannot decode a message of the server" },
	{ 51, true, "the server's signature or Finished is wrong for it: the "
	    "key is another's, the PSK differs, or bytes were changed on the "
	    "way" },
	{ 70, false, "it does not want the version that was chosen" },
	{ 71, false, "what was chosen is too weak for it, such as a short key "
	    "or DH parameters" },
	{ 80, true, "something failed inside the client, such as its memory or "
	    "its own files" },
	{ 86, false, "it takes the version for a downgrade" },
	{ 90, false, "its user or program gave up" },
	{ 100, false, "it does not renegotiate" },
	{ 109, false, "it misses an extension in the server's messages" },
	{ 110, false, "the server sent an extension that it did not ask for" },
	{ 112, false, "it does not know the name" },
	{ 113, true, "the OCSP response that was stapled is not one that it "
	    "accepts: see -status_file and -status_url" },
	{ 115, false, "it does not know the identity of the pre-shared key" },
	{ 116, false, "it wants a certificate" },
	{ 120, false, "the protocol chosen by ALPN is none of those that it "
	    "offered" },
	{ 121, false, "it wants ECH, and the server did not use it: its "
	    "ECHConfig is for other keys" },
};

static void
add_alert(struct buf *out, int alert)
{
	const char *name = name_of_alert((uint8_t)alert);

	if (name)
		buf_printf(out, " (%s)", name);
	else
		buf_printf(out, " (alert %d)", alert);
}

static bool
certificate_add(struct buf *out, const struct explain_case *failed)
{
	const struct about_certificate *about = about_certificate;
	const size_t num = sizeof about_certificate / sizeof *about;
	const int alert = failed->error->alert_received;
	size_t i = 0, len;

	while (i < num && about[i].alert != alert)
		i++;
	if (i == num)
		return false;
	buf_add_string(out, "the client refused ");
	own_add(out, failed);
	add_alert(out, alert);
	buf_add_string(out, ": ");
	if (fault_add(out, failed, about[i].sure))
		return true;
	len = out->len;
	buf_add_string(out, "probably ");
	if (fault_add(out, failed, about[i].likely))
		return true;
	out->len = len;
	buf_add_string(out, about[i].otherwise ? about[i].otherwise :
	    "it does not trust it");
	return true;
}

bool
refusal_add(struct buf *out, const struct explain_case *failed)
{
	const int alert = failed->error->alert_received;

	if (alert < 0)
		return false;
	if (certificate_add(out, failed))
		return true;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (others[i].alert != alert)
			continue;
		buf_add_string(out, "the client ended the handshake");
		add_alert(out, alert);
		buf_printf(out, ": %s%s", others[i].probably ? "probably " : "",
		    others[i].words);
		return true;
	}
	buf_printf(out, "the client ended the handshake with the alert %d, "
	    "which has no common meaning", alert);
	return true;
}

bool
leaving_add(struct buf *out, const struct explain_case *failed)
{
	if (!failed->left || failed->heard)
		return false;
	buf_add_string(out, failed->opened ? "the client closed the connection "
	    "right after the handshake, without a word, with " : "the client "
	    "closed the connection without an alert after ");
	if (!failed->config->num_identities) {
		buf_add_string(out, "the server's hello");
		return true;
	}
	own_add(out, failed);
	buf_add_string(out, ": probably ");
	if (fault_add(out, failed, DATES | MAKE))
		return true;
	buf_add_string(out, "it only looked at what the server offers, or ");
	if (!fault_add(out, failed, TRUST))
		buf_add_string(out, "does not trust the certificate");
	return true;
}
