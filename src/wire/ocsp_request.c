/* wire/ocsp_request.c - asking for the status of a certificate
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 6960, 4.1; RFC 5019, 2.1.1
 */
#include "wire/ocsp_request.h"

#include "wire/der_out.h"
#include "wire/x509.h"

static const uint8_t sha1[] = { 0x2b, 0x0e, 0x03, 0x02, 0x1a };

static bool
add_hash(struct buf *out, const struct tls_backend *backend,
    struct tls_span bytes)
{
	uint8_t hash[TLS_DIGEST_MAX_LEN];
	struct tls_span span = { hash, 0 };

	if (!backend->primitives)
		return false;
	span.len = backend->primitives->digest(TLS_DIGEST_SHA1, bytes, hash);
	der_add(out, DER_OCTET_STRING, span);
	return span.len > 0;
}

static bool
add_id(struct buf *out, const struct tls_backend *backend,
    const struct x509 *cert, const struct x509 *issuer)
{
	size_t id = der_begin(out), algorithm = der_begin(out);

	der_add(out, DER_OID, (struct tls_span){ sha1, sizeof sha1 });
	der_add(out, DER_NULL, (struct tls_span){ NULL, 0 });
	der_end(out, algorithm, DER_SEQUENCE);
	if (!add_hash(out, backend, cert->issuer) ||
	    !add_hash(out, backend, x509_public_key(issuer)))
		return false;
	/* Unchanged, however odd: it is compared byte by byte. */
	der_add(out, DER_INTEGER, cert->serial);
	der_end(out, id, DER_SEQUENCE);
	return true;
}

bool
ocsp_request(struct buf *out, const struct tls_backend *backend,
    const struct ocsp_question *question)
{
	size_t request = der_begin(out), data = request, list = request,
	    single = request, extensions;
	struct x509 cert, issuer;

	if (!x509_parse(question->cert, &cert) ||
	    !x509_parse(question->issuer, &issuer) ||
	    !add_id(out, backend, &cert, &issuer))
		return false;
	der_end(out, single, DER_SEQUENCE);
	der_end(out, list, DER_SEQUENCE);
	if (question->extensions.len) {
		extensions = der_begin(out);
		buf_add_span(out, question->extensions);
		der_end(out, extensions, DER_CONTEXT(2));
	}
	der_end(out, data, DER_SEQUENCE);
	der_end(out, request, DER_SEQUENCE);
	return true;
}
