/* wire/ocsp_request.h - asking for the status of a certificate
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 6960, 4.1
 *
 *	struct ocsp_question question = { .cert = leaf, .issuer = ca };
 *	struct buf request = BUF_INIT;
 *
 *	if (ocsp_request(&request, backend, &question))
 *		post(buf_span(&request));
 *	buf_clear(&request);
 */
#ifndef WIRE_OCSP_REQUEST_H
#define WIRE_OCSP_REQUEST_H

#include "base/buf.h"
#include "tls_backend.h"

/* All DER, borrowed. */
struct ocsp_question {
	struct tls_span cert, issuer;
	/* Extensions for the request as a client gave them, the SEQUENCE with
	 * its tag; or empty. */
	struct tls_span extensions;
};

/* Adds the OCSPRequest for one certificate, unsigned and without a nonce of
 * its own, its CertID hashed with SHA-1.  False when `backend` lacks that, or
 * a certificate is none. */
bool ocsp_request(struct buf *out, const struct tls_backend *backend,
    const struct ocsp_question *question);

#endif
