/* wire/ocsp.h - what an OCSP response says of which certificates
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 6960
 *
 *	struct ocsp response;
 *	struct ocsp_single single;
 *	struct tls_span rest;
 *
 *	if (!ocsp_parse(der, &response))
 *		return false;
 *	rest = response.singles;
 *	while (ocsp_next(&rest, &single))
 *		...
 *
 * Rules.  All spans point into the DER that was parsed.  No signature is
 * checked: that is up to the client.
 */
#ifndef WIRE_OCSP_H
#define WIRE_OCSP_H

#include "base/buf.h"

/* OCSPResponseStatus: the one with a response. */
#define OCSP_SUCCESSFUL	0

enum ocsp_verdict {
	OCSP_GOOD,
	OCSP_REVOKED,
	OCSP_UNKNOWN,
};

/* What is said of one certificate. */
struct ocsp_single {
	/* Its CertID. */
	struct tls_span hash;		/* OID of the hash function */
	struct tls_span name_hash, key_hash;	/* of the issuer */
	struct tls_span serial;		/* content of the INTEGER */

	enum ocsp_verdict verdict;
	int64_t revoked_at;		/* seconds since the epoch */
	int reason;			/* CRLReason, or -1: none is given */
	int64_t this_update;
	bool has_next;
	int64_t next_update;
	struct tls_span extensions;	/* content of the SEQUENCE, or empty */
};

struct ocsp {
	unsigned status;		/* OCSPResponseStatus */

	/* Only where the response is a basic one (RFC 6960, 4.2.1), as all
	 * successful ones are today; else the rest is empty. */
	bool basic;
	unsigned version;		/* 0: v1 */
	bool by_key;			/* `responder` is a hash of its key */
	struct tls_span responder;	/* or its Name, with tag and length */
	int64_t produced_at;
	struct tls_span singles;	/* for ocsp_next */
	struct tls_span extensions;	/* content of the SEQUENCE, or empty */
	struct tls_span algorithm;	/* OID of the signature's */
	struct tls_span signature;
	struct tls_span certificates;	/* DER, one after the other */
};

/* False unless the bytes are exactly one OCSP response; one with only an error
 * status counts. */
bool ocsp_parse(struct tls_span der, struct ocsp *response);

/* Takes the next of the single responses. */
bool ocsp_next(struct tls_span *rest, struct ocsp_single *single);

/* Whether one of them is for the certificate with this serial number (the
 * content of its INTEGER); `next_update`, where not null, is set to the
 * earliest of theirs, or to 0 where one has none. */
bool ocsp_names(const struct ocsp *response, struct tls_span serial,
    int64_t *next_update);

/* "good", "revoked", "unknown"; "successful", "trylater", ...; "?" for
 * numbers that mean nothing. */
const char *ocsp_verdict_name(enum ocsp_verdict verdict);
const char *ocsp_status_name(unsigned status);

/* Adds all of it in the layout of "openssl ocsp -resp_text", escaped; of its
 * certificates the chief things and the PEM. */
void ocsp_add_text(struct buf *out, const struct ocsp *response);

#endif
