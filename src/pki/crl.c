/* crl.c - certificate revocation lists
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 5280, 5
 */
#include "pki/internal.h"

#include "base/err.h"
#include "wire/x509.h"

static const uint8_t oid_reason[] = { 0x55, 0x1d, 0x15 };
static const uint8_t oid_number[] = { 0x55, 0x1d, 0x14 };

static bool
add_revoked(struct buf *out, const struct pki_revoked *revoked,
    struct tls_error *err)
{
	size_t entry = der_begin(out), list;
	uint8_t reason = (uint8_t)revoked->reason;
	struct buf value = BUF_INIT;
	struct x509 cert;

	if (!x509_parse(revoked->der, &cert))
		return err_set(err, TLS_BLAME_US, "a certificate to be "
		    "revoked cannot be read");
	der_add(out, DER_INTEGER, cert.serial);
	der_add_time(out, revoked->at);
	if (revoked->reason >= 0) {
		list = der_begin(out);
		der_add(&value, DER_ENUMERATED,
		    (struct tls_span){ &reason, 1 });
		pki_add_extension(out, PKI_SPAN(oid_reason), false, &value);
		der_end(out, list, DER_SEQUENCE);
		buf_clear(&value);
	}
	der_end(out, entry, DER_SEQUENCE);
	return true;
}

static void
add_extensions(struct buf *out, const struct pki_crl *crl,
    const struct tls_primitives *primitives, struct tls_span issuer_spki)
{
	size_t outer = der_begin(out), list = der_begin(out);
	struct buf value = BUF_INIT;

	pki_add_authority(out, primitives, issuer_spki);
	der_add_small(&value, crl->number);
	pki_add_extension(out, PKI_SPAN(oid_number), false, &value);
	buf_clear(&value);
	der_end(out, list, DER_SEQUENCE);
	der_end(out, outer, DER_CONTEXT(0));
}

static bool
add_to_be_signed(struct buf *out, const struct pki_crl *crl,
    const struct pki_signer *signer, struct tls_error *err)
{
	size_t whole = der_begin(out), list;
	struct x509 issuer;

	if (!x509_parse(crl->issuer->der, &issuer))
		return err_set(err, TLS_BLAME_US, "the issuer's certificate "
		    "cannot be read");
	der_add_small(out, 1);			/* v2 */
	pki_add_algorithm(out, signer->scheme);
	buf_add_span(out, issuer.subject);
	der_add_time(out, crl->this_update);
	if (crl->next_update)
		der_add_time(out, crl->next_update);
	list = der_begin(out);
	for (size_t i = 0; i < crl->num_revoked; i++)
		if (!add_revoked(out, &crl->revoked[i], err))
			return false;
	if (crl->num_revoked)
		der_end(out, list, DER_SEQUENCE);
	add_extensions(out, crl, signer->primitives, issuer.spki);
	der_end(out, whole, DER_SEQUENCE);
	return true;
}

bool
pki_make_crl(struct tls_span *der, const struct tls_backend *backend,
    const struct pki_crl *crl, struct tls_error *err)
{
	struct buf out = BUF_INIT;
	size_t whole = der_begin(&out), inner = der_begin(&out);
	struct pki_signer signer;

	if (!pki_signer_init(&signer, backend, crl->issuer, crl->scheme,
	    err) || !add_to_be_signed(&out, crl, &signer, err) ||
	    !pki_sign(&out, inner, &signer, err)) {
		buf_clear(&out);
		return false;
	}
	der_end(&out, whole, DER_SEQUENCE);
	*der = buf_span(&out);
	return true;
}
