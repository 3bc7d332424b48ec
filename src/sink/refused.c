/* sink/refused.c - why a client certificate was refused, in one clause
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-verify(1), "DIAGNOSTICS"
 */
#include <string.h>

#include "base/text.h"
#include "names/names.h"
#include "sink/text.h"
#include "wire/x509.h"

/* At most this many accepted roots are named. */
#define MOST_ROOTS	5

static void
add_not_before(struct buf *out, const struct x509 *cert)
{
	buf_add_string(out, " (from ");
	x509_add_date(out, cert->not_before);
	buf_add_u8(out, ')');
}

static void
add_not_after(struct buf *out, const struct x509 *cert)
{
	buf_add_string(out, " (since ");
	x509_add_date(out, cert->not_after);
	buf_add_u8(out, ')');
}

/* What an X509_V_ERR number means here, in words that are the same whichever
 * library found it. */
static const struct reason {
	int error;
	const char *words;
	void (*more)(struct buf *out, const struct x509 *cert);
	bool root;		/* the roots that are accepted matter */
} reasons[] = {
	{ 2, "its issuer is not among the roots accepted", NULL, true },
	{ 3, "there is no CRL of its issuer (-CRL)", NULL, false },
	{ 7, "its signature is wrong", NULL, false },
	{ 9, "not yet valid", add_not_before, false },
	{ 10, "expired", add_not_after, false },
	{ 11, "the CRL of its issuer is not yet valid", NULL, false },
	{ 12, "the CRL of its issuer has expired", NULL, false },
	{ 18, "self-signed, and not among the roots accepted", NULL, true },
	{ 19, "its root is not among the roots accepted", NULL, true },
	{ 20, "its issuer is not among the roots accepted", NULL, true },
	{ 21, "its issuer is not among the roots accepted", NULL, true },
	{ 22, "its chain is too long (-verify, -verify_depth)", NULL, false },
	{ 23, "revoked", NULL, false },
	{ 26, "not made for TLS clients", NULL, false },
	{ 27, "its root is not among the roots accepted", NULL, true },
	{ 79, "its issuer is no certificate authority", NULL, false },
};

static struct reason
reason_of(const struct tls_verify_step *step)
{
	struct reason other = { step->error, text_of_verify(step->error),
		NULL, false };

	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i].error == step->error)
			return reasons[i];
	if (!other.words)
		other.words = "it fails verification";
	return other;
}

static void
add_roots(struct buf *out, const struct tls_config *config)
{
	const char *sep = " (";
	struct x509 root;
	size_t num = 0;

	if (config->num_roots == 0)
		buf_add_string(out, " (there are none: give -CAfile)");
	for (size_t i = 0; i < config->num_roots; i++) {
		if (!x509_parse(config->roots[i], &root))
			continue;
		if (num++ == MOST_ROOTS) {
			buf_printf(out, "; %zu more", config->num_roots - i);
			break;
		}
		buf_add_string(out, sep);
		x509_add_short_name(out, root.subject);
		sep = "; ";
	}
	if (num)
		buf_add_u8(out, ')');
}

void
refused_add(struct buf *out, const struct event *event)
{
	const struct tls_verify_step *step = event->failed.refused;
	struct tls_span der = event->failed.leaf;
	struct reason reason = reason_of(step);
	struct x509 leaf, found;
	bool known, judged = x509_parse(step->der, &found);

	if (step->depth == 0 && judged)
		der = step->der;
	known = x509_parse(der, &leaf);
	buf_add_string(out, "client certificate ");
	if (known) {
		x509_add_short_name(out, leaf.subject);
		buf_add_u8(out, ' ');
	}
	buf_add_string(out, "refused: ");
	if (judged && step->depth > 0) {
		buf_add_string(out, "in its chain ");
		x509_add_short_name(out, found.subject);
		buf_add_string(out, ": ");
	}
	buf_add_string(out, reason.words);
	if (reason.more && judged)
		reason.more(out, &found);
	if (reason.root && event->failed.config)
		add_roots(out, event->failed.config);
	if (known || judged) {
		buf_add_string(out, "; issuer ");
		x509_add_short_name(out, judged ? found.issuer : leaf.issuer);
	}
}
