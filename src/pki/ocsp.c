/* ocsp.c - OCSP responses
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 6960, 4.2.1
 */
#include "pki/internal.h"

#include "base/err.h"
#include "wire/x509.h"

static const uint8_t oid_sha1[] = { 0x2b, 0x0e, 0x03, 0x02, 0x1a };
static const uint8_t oid_basic[] = {
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01
};

static void
add_time(struct buf *out, int64_t seconds)
{
	/* Always GeneralizedTime, while certificates have UTCTime up to 2049:
	 * the same without the century. */
	struct buf time = BUF_INIT;
	struct der_element element;
	struct tls_span rest;
	size_t mark = der_begin(out);

	der_add_time(&time, seconds);
	rest = buf_span(&time);
	if (der_next(&rest, &element)) {
		if (element.tag == DER_UTC_TIME)
			buf_add_string(out, element.content.data[0] < '5' ?
			    "20" : "19");
		buf_add_span(out, element.content);
	}
	der_end(out, mark, DER_GENERALIZED_TIME);
	buf_clear(&time);
}

static bool
add_hash(struct buf *out, const struct tls_primitives *primitives,
    struct tls_span bytes, struct tls_error *err)
{
	uint8_t hash[TLS_DIGEST_MAX_LEN];
	size_t len = primitives->digest(TLS_DIGEST_SHA1, bytes, hash);

	der_add(out, DER_OCTET_STRING, (struct tls_span){ hash, len });
	return len || err_set(err, TLS_BLAME_FEATURE, "OCSP needs SHA-1, "
	    "which the library lacks");
}

static bool
add_cert_id(struct buf *out, const struct tls_primitives *primitives,
    const struct x509 *subject, const struct x509 *issuer,
    struct tls_error *err)
{
	size_t id = der_begin(out), algorithm = der_begin(out);

	der_add(out, DER_OID, PKI_SPAN(oid_sha1));
	der_add(out, DER_NULL, (struct tls_span){ NULL, 0 });
	der_end(out, algorithm, DER_SEQUENCE);
	if (!add_hash(out, primitives, subject->issuer, err) ||
	    !add_hash(out, primitives, x509_public_key(issuer), err))
		return false;
	der_add(out, DER_INTEGER, subject->serial);
	der_end(out, id, DER_SEQUENCE);
	return true;
}

/* CertStatus: good [0], revoked [1], unknown [2]. */
static void
add_status(struct buf *out, const struct pki_ocsp *ocsp)
{
	const struct tls_span nothing = { NULL, 0 };
	uint8_t reason = (uint8_t)ocsp->reason;
	size_t mark = der_begin(out), inner;

	if (!ocsp->revoked) {
		der_add(out, DER_IMPLICIT(ocsp->unknown ? 2 : 0), nothing);
		return;
	}
	add_time(out, ocsp->revoked_at);
	if (ocsp->reason >= 0) {
		inner = der_begin(out);
		der_add(out, DER_ENUMERATED, (struct tls_span){ &reason, 1 });
		der_end(out, inner, DER_CONTEXT(0));
	}
	der_end(out, mark, DER_CONTEXT(1));
}

/* ResponseData. */
static bool
add_data(struct buf *out, const struct pki_ocsp *ocsp,
    const struct tls_primitives *primitives, struct tls_error *err)
{
	size_t data = der_begin(out), mark, list, single;
	struct x509 subject, issuer, responder;

	if (!x509_parse(ocsp->subject, &subject) ||
	    !x509_parse(ocsp->issuer->der, &issuer) ||
	    !x509_parse(ocsp->responder ? ocsp->responder->der :
	    ocsp->issuer->der, &responder))
		return err_set(err, TLS_BLAME_US, "a certificate cannot be "
		    "read");
	mark = der_begin(out);
	buf_add_span(out, responder.subject);
	der_end(out, mark, DER_CONTEXT(1));
	add_time(out, ocsp->this_update);
	list = der_begin(out);
	single = der_begin(out);
	if (!add_cert_id(out, primitives, &subject, &issuer, err))
		return false;
	add_status(out, ocsp);
	add_time(out, ocsp->this_update);
	if (ocsp->next_update) {
		mark = der_begin(out);
		add_time(out, ocsp->next_update);
		der_end(out, mark, DER_CONTEXT(0));
	}
	der_end(out, single, DER_SEQUENCE);
	der_end(out, list, DER_SEQUENCE);
	der_end(out, data, DER_SEQUENCE);
	return true;
}

/* BasicOCSPResponse. */
static bool
add_basic(struct buf *out, const struct pki_ocsp *ocsp,
    const struct pki_signer *signer, struct tls_error *err)
{
	size_t basic = der_begin(out), data = der_begin(out), list, certs;

	if (!add_data(out, ocsp, signer->primitives, err) ||
	    !pki_sign(out, data, signer, err))
		return false;
	if (ocsp->responder) {
		list = der_begin(out);
		certs = der_begin(out);
		buf_add_span(out, ocsp->responder->der);
		der_end(out, certs, DER_SEQUENCE);
		der_end(out, list, DER_CONTEXT(0));
	}
	der_end(out, basic, DER_SEQUENCE);
	return true;
}

bool
pki_make_ocsp(struct tls_span *der, const struct tls_backend *backend,
    const struct pki_ocsp *ocsp, struct tls_error *err)
{
	static const uint8_t successful[] = { 0 };
	struct buf out = BUF_INIT, basic = BUF_INIT;
	size_t whole = der_begin(&out), outer, bytes;
	struct pki_signer signer;
	bool made;

	made = pki_signer_init(&signer, backend, ocsp->responder ?
	    ocsp->responder : ocsp->issuer, ocsp->scheme, err) &&
	    add_basic(&basic, ocsp, &signer, err);
	if (made) {
		der_add(&out, DER_ENUMERATED, PKI_SPAN(successful));
		outer = der_begin(&out);
		bytes = der_begin(&out);
		der_add(&out, DER_OID, PKI_SPAN(oid_basic));
		der_add(&out, DER_OCTET_STRING, buf_span(&basic));
		der_end(&out, bytes, DER_SEQUENCE);
		der_end(&out, outer, DER_CONTEXT(0));
		der_end(&out, whole, DER_SEQUENCE);
		*der = buf_span(&out);
	}
	buf_clear(&basic);
	return made;
}
