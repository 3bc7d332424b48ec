/* pki/pki.h - certificates made on the spot
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 5280
 *
 *	struct pki_cert cert;
 *
 *	if (!pki_self_signed(&cert, backend, TLS_KEY_P256, now, &err))
 *		return false;
 *	identity.chain = &cert.der;
 *	identity.key = cert.key;
 *	pki_cert_clear(&cert);
 */
#ifndef PKI_PKI_H
#define PKI_PKI_H

#include "tls_backend.h"

struct pki_cert {
	struct tls_span der;	/* owned */
	struct tls_span key;	/* owned, wiped; a NUL follows it */
};

/* Makes a self-signed server certificate for localhost, *.localhost, 127.0.0.1
 * and ::1, valid from an hour before `now` (seconds since the epoch) for 30
 * days, with a key made by `backend`. */
bool pki_self_signed(struct pki_cert *cert,
    const struct tls_backend *backend, enum tls_key_kind kind, int64_t now,
    struct tls_error *err);
void pki_cert_clear(struct pki_cert *cert);

#endif
