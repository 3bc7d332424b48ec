/* common/verify.h - what may be wrong with a client's certificate
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: openssl-verification-options(1)
 *
 *	step.error = X509_EXPIRED;
 *	if (!host->ops->verify(host, &step))
 *		alert = common_verify_alert(step.error);
 */
#ifndef COMMON_VERIFY_H
#define COMMON_VERIFY_H

#include "tls_types.h"

/* X509_V_ERR numbers. */
enum common_x509_error {
	X509_UNSPECIFIED = 1,
	X509_NO_ISSUER_ABOVE = 2,
	X509_BAD_SIGNATURE = 7,
	X509_CRL_BAD_SIGNATURE = 8,
	X509_NOT_YET_VALID = 9,
	X509_EXPIRED = 10,
	X509_CRL_NOT_YET_VALID = 11,
	X509_CRL_EXPIRED = 12,
	X509_SELF_SIGNED_LEAF = 18,
	X509_SELF_SIGNED_ABOVE = 19,
	X509_NO_ISSUER_HERE = 20,
	X509_NO_ISSUER_OF_LEAF = 21,
	X509_REVOKED = 23,
	X509_PATH_TOO_LONG = 25,
	X509_WRONG_PURPOSE = 26,
	X509_NO_SIGNING_USAGE = 32,
	X509_UNKNOWN_EXTENSION = 34,
	X509_NO_CRL_USAGE = 35,
	X509_NAME_NOT_PERMITTED = 47,
	X509_APPLICATION = 50,
	X509_HOSTNAME = 62,
	X509_LEAF_KEY_TOO_SMALL = 66,
	X509_CA_KEY_TOO_SMALL = 67,
	X509_DIGEST_TOO_WEAK = 68,
	X509_NOT_A_CA = 79,
};

/* The AlertDescription with which OpenSSL refuses a certificate for that error;
 * 0: for none that was found in it. */
uint8_t common_verify_alert(int error);

#endif
