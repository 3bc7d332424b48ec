/* sink/verify.c - one certificate of a client's chain under verification
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-verify(1)
 */
#include "base/text.h"
#include "names/names.h"
#include "sink/text.h"
#include "wire/x509.h"

/* The X509_V_ERR numbers that come with an additional line. */
enum {
	NO_ISSUER = 2,
	NOT_YET_VALID = 9,
	EXPIRED = 10,
	BAD_NOT_BEFORE = 13,
	BAD_NOT_AFTER = 14,
};

static void
add_subject(struct buf *out, const struct x509 *cert, bool known)
{
	if (known)
		x509_add_name(out, cert->subject);
	else
		buf_add_string(out, "<no cert>");
}

static void
add_more(struct buf *out, const struct x509 *cert, int error)
{
	switch (error) {
	case NO_ISSUER:
		buf_add_string(out, "issuer= ");
		x509_add_name(out, cert->issuer);
		break;
	case NOT_YET_VALID:
	case BAD_NOT_BEFORE:
		buf_add_string(out, "notBefore=");
		x509_add_time(out, cert->not_before);
		break;
	case EXPIRED:
	case BAD_NOT_AFTER:
		buf_add_string(out, "notAfter=");
		x509_add_time(out, cert->not_after);
		break;
	default:
		return;
	}
	buf_add_u8(out, '\n');
}

void
verify_add(struct buf *out, const struct tls_verify_step *step, bool accepted,
    bool quiet)
{
	struct x509 cert;
	bool known = step->der.len && x509_parse(step->der, &cert);
	const char *words = text_of_verify(step->error);

	buf_printf(out, "depth=%d ", step->depth);
	add_subject(out, &cert, known);
	buf_add_u8(out, '\n');
	if (step->error) {
		if (!words)
			words = step->text ? step->text : "unknown error";
		buf_printf(out, "verify error:num=%d:", step->error);
		text_add_escaped(out, span_of(words));
		buf_add_u8(out, '\n');
		if (known)
			add_more(out, &cert, step->error);
	}
	if (!quiet)
		buf_printf(out, "verify return:%d\n", accepted);
}
