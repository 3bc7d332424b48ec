/* wire/fingerprint.h - JA3 and JA4 of a ClientHello
 * SPDX-License-Identifier: Apache-2.0
 * Reference: github.com/salesforce/ja3; github.com/FoxIO-LLC/ja4, "JA4: TLS
 * Client Fingerprinting"
 *
 *	struct fingerprint fingerprint;
 *
 *	fingerprint_of(hello, &fingerprint);
 *	printf("%s\n%s\n", fingerprint.ja3_hash, fingerprint.ja4);
 *	fingerprint_clear(&fingerprint);
 */
#ifndef WIRE_FINGERPRINT_H
#define WIRE_FINGERPRINT_H

#include "base/buf.h"
#include "tls_hello.h"

struct fingerprint {
	struct buf ja3;		/* owned: "771,4865-4866,0-10,29-23,0" */
	char ja3_hash[33];	/* the MD5 of that */
	struct buf ja4_r;	/* owned: JA4 before it is hashed */
	char ja4[37];		/* "t13d1516h2_8daaf6152771_e5627efa2ab1" */
};

/* A message without records that carries QUIC's parameters counts as one of
 * QUIC for JA4.  GREASE values are left out, as both say. */
void fingerprint_of(const struct tls_hello *hello,
    struct fingerprint *fingerprint);
void fingerprint_clear(struct fingerprint *fingerprint);

#endif
