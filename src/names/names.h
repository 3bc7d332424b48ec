/* names/names.h - numbers of the IANA registries <-> words
 * SPDX-License-Identifier: Apache-2.0
 *
 *	const struct suite *suite = suite_find(0x1301);
 *
 *	printf("%s\n", suite ? suite->openssl : "unknown");
 *	printf("%s\n", name_of_alert(40));
 *
 * Rules.  Every function is a look-up in a constant table; what is returned
 * lives as long as the process.  Null: the number is not registered (nor
 * known to this program).  GREASE values (RFC 8701) are named "GREASE".
 */
#ifndef NAMES_NAMES_H
#define NAMES_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tls_types.h"

/* A cipher suite. */
struct suite {
	uint16_t id;
	const char *iana;	/* "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" */
	const char *openssl;	/* "ECDHE-RSA-AES128-GCM-SHA256"; the name
				 * above where OpenSSL has none */
	uint16_t min_version, max_version;	/* enum tls_version */
	const char *reference;	/* "RFC5289", or "" */
	bool weak;		/* NULL, EXPORT, RC4, DES, anonymous */
};

const struct suite *suite_find(uint16_t id);

/* Finds by IANA or OpenSSL spelling, case ignored. */
const struct suite *suite_named(const char *name);

/* All names of suites, for whoever looks many up. */
struct suite_names *suite_names_new(void);
void suite_names_free(struct suite_names *names);
const struct suite *suite_names_find(const struct suite_names *names,
    struct tls_span name);

/* A suite in the columns of openssl-ciphers(1). */
struct suite_parts {
	const char *exchange;		/* "ECDH" */
	const char *authentication;	/* "RSA" */
	const char *encryption;		/* "AESGCM(128)" */
	const char *mac;		/* "AEAD" */
};

/* What is not known is "unknown", and "any" what a suite of TLS 1.3 leaves
 * open. */
void suite_describe(const struct suite *suite, struct suite_parts *out);

/* "ECDHE-RSA-AES128-GCM-SHA256", "GREASE", or "0x1a2b" for an unknown one;
 * `room` of at least 8 bytes is used for the last. */
const char *suite_label(uint16_t id, char *room);

/* Whether it is one of TLS 1.3, which have numbers of their own (RFC 8446,
 * B.4). */
bool suite_is_tls1_3(uint16_t id);

/* The parts of a suite's ServerKeyExchange, in their order there (RFC 5246,
 * 7.4.3; RFC 8422, 5.4; RFC 4279, 2; RFC 5489, 2; RFC 5054, 2.5.3). */
#define EXCHANGE_HINT	0x01u	/* the identity hint of a PSK suite */
#define EXCHANGE_DH	0x02u	/* a Diffie-Hellman key with its parameters */
#define EXCHANGE_EC	0x04u	/* an elliptic curve and a point on it */
#define EXCHANGE_RSA	0x08u	/* a temporary RSA key */
#define EXCHANGE_SRP	0x10u	/* the parameters of a password login */
#define EXCHANGE_SIGNED	0x20u	/* a signature over all that */

/* A set of these; 0: the suite has no such message, or one that is not
 * known. */
unsigned suite_key_exchange(uint16_t id);

bool is_grease(uint16_t number);

/* "TLSv1.2" as the reference prints it; "SSLv3"; "0x7f1c" in `room`, of at
 * least 8 bytes, for an unknown one. */
const char *version_label(uint16_t version, char *room);

const char *name_of_alert(uint8_t number);	/* "handshake_failure" */
const char *text_of_alert(uint8_t number);	/* "handshake failure" */
const char *name_of_extension(uint16_t number);	/* "server_name" (IANA) */
const char *name_of_group(uint16_t number);	/* "x25519" (IANA) */
const char *name_of_signature(uint16_t number);	/* "ed25519" (IANA) */
const char *text_of_signature(uint16_t number);	/* "ECDSA+SHA256" */
const char *name_of_message(uint8_t number);	/* "ClientHello" */
const char *name_of_content(uint8_t number);	/* "Handshake" */

/* "SSLv3/TLS read client hello": the words of the reference's -state; never
 * null, for what they do not know is "unknown state". */
struct tls_state;
const char *text_of_state(const struct tls_state *state);

/* "server name": the words of the reference's -tlsextdebug; never null, for
 * what they do not know is "unknown". */
const char *text_of_extension(uint16_t number);

/* "certificate has expired", by X509_V_ERR number in OpenSSL 3's spelling;
 * null: unknown. */
const char *text_of_verify(int error);

/* One clause about an extension, for people who read what their client offers:
 * "asks for ... (RFC 6066)"; null: nothing is known. */
const char *about_extension(uint16_t number);

/* The numbers of a group ("x25519", "P-256", "prime256v1") and of a signature
 * scheme ("rsa_pss_rsae_sha256", "ECDSA+SHA256"), case ignored, in IANA's and
 * in OpenSSL's spelling; false when there is none. */
bool group_named(const char *name, uint16_t *number);
bool signature_named(const char *name, uint16_t *number);

/* What OpenSSL calls the group, which may be what IANA calls it; null:
 * unknown. */
const char *openssl_of_group(uint16_t number);

/* "EC", "FFDHE", "PQ" (post-quantum), "hybrid" (PQ and EC) or "other"; null:
 * unknown. */
const char *kind_of_group(uint16_t number);

/* The key that a scheme signs with: "RSA", "RSA-PSS", "DSA", "ECDSA", "EdDSA",
 * "ML-DSA", "SLH-DSA" or "other"; null: unknown. */
const char *kind_of_signature(uint16_t number);

/* The number of an alert, "unknown_ca" or "unknown ca", case ignored. */
bool alert_named(const char *name, uint16_t *number);

/* The known name most similar to `name`; null: none is similar. */
const char *group_nearest(const char *name);
const char *alert_nearest(const char *name);
const char *suite_nearest(const char *name);
const char *signature_nearest(const char *name);

#endif
