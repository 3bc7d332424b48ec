/* compat.h - one face for all versions of the library
 * SPDX-License-Identifier: Apache-2.0
 *
 *	if (nid & OPENSSL_GROUP_NAMELESS)
 *		return (uint16_t)nid;
 *
 * Rules.  Every question of a version is asked here, and nowhere else in this
 * backend.
 */
#ifndef OPENSSL_COMPAT_H
#define OPENSSL_COMPAT_H

#include <openssl/opensslv.h>
#include <openssl/obj_mac.h>
#include <openssl/ssl.h>

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "OpenSSL 3.0 or later is needed"
#endif

/* The mark on what SSL_get_negotiated_group gives for a group that libcrypto
 * has no NID for; the rest is then its IANA number. */
#ifdef TLSEXT_nid_unknown
#define OPENSSL_GROUP_NAMELESS	TLSEXT_nid_unknown
#else
#define OPENSSL_GROUP_NAMELESS	0x1000000
#endif

/* Signature algorithms that came with 3.5: S(NID, SignatureScheme). */
#ifdef NID_ML_DSA_44
#define OPENSSL_LATER_SIGNATURES(S) \
	S(NID_ML_DSA_44, 0x0904) \
	S(NID_ML_DSA_65, 0x0905) \
	S(NID_ML_DSA_87, 0x0906)
#else
#define OPENSSL_LATER_SIGNATURES(S)
#endif

#endif
