/* private.h - what the library keeps to itself, and its file exports
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	if (mbed_inside_known())
 *		status = mbed_inside_rehash(ssl, hello, flight);
 *
 * Rules.  Nothing here is of the library's interface.  It holds for the
 * releases that mbed_inside_known() knows, and each use of it is tried in
 * memory before any user is told of it.
 */
#ifndef BACKEND_MBEDTLS_PRIVATE_H
#define BACKEND_MBEDTLS_PRIVATE_H

#include "compat.h"

#if MBEDTLS_VERSION_MAJOR >= 3
#include <psa/crypto.h>

/* No header of these is installed. */
typedef int inside_flag;
int mbedtls_ssl_reset_checksum(mbedtls_ssl_context *ssl);
int mbedtls_ssl_add_hs_msg_to_checksum(mbedtls_ssl_context *ssl,
    unsigned type, const unsigned char *body, size_t len);
int mbedtls_ssl_finish_handshake_msg(mbedtls_ssl_context *ssl, size_t room,
    size_t len);
int mbedtls_ssl_read_record(mbedtls_ssl_context *ssl, unsigned hash);
int mbedtls_ssl_write_record(mbedtls_ssl_context *ssl, inside_flag flush);
#else
#include <mbedtls/ssl_internal.h>
typedef uint8_t inside_flag;
#endif

#ifdef MBEDTLS_SSL_PROTO_TLS1_3
/* Keys and nonces of the client and of the server. */
struct inside_keys {
	unsigned char keys[2][32], nonces[2][16];
	size_t key_len, nonce_len;
};
void mbedtls_ssl_transform_init(mbedtls_ssl_transform *transform);
void mbedtls_ssl_transform_free(mbedtls_ssl_transform *transform);
void mbedtls_ssl_set_inbound_transform(mbedtls_ssl_context *ssl,
    mbedtls_ssl_transform *transform);
void mbedtls_ssl_set_outbound_transform(mbedtls_ssl_context *ssl,
    mbedtls_ssl_transform *transform);
int mbedtls_ssl_tls13_hkdf_expand_label(psa_algorithm_t hash,
    const unsigned char *secret, size_t secret_len,
    const unsigned char *label, size_t label_len,
    const unsigned char *context, size_t context_len,
    unsigned char *out, size_t len);
int mbedtls_ssl_tls13_make_traffic_keys(psa_algorithm_t hash,
    const unsigned char *client, const unsigned char *server, size_t len,
    size_t key_len, size_t nonce_len, struct inside_keys *keys);
int mbedtls_ssl_tls13_populate_transform(mbedtls_ssl_transform *transform,
    int endpoint, int suite, const struct inside_keys *keys,
    mbedtls_ssl_context *ssl);
#endif

/* Whether the library, as loaded, is one whose inside is known here. */
bool mbed_inside_known(void);

/* CertificateRequests of TLS 1.2 are made from a list of hash functions. */
#define INSIDE_REQUESTS_BY_HASH	(MBEDTLS_VERSION_MAJOR < 3)

/* All return 0 or an error of the library. */

/* Has the handshake, up to TLS 1.2, hashed as if it had begun with this
 * message and this flight. */
int mbed_inside_rehash(mbedtls_ssl_context *ssl, struct tls_span hello,
    struct tls_span flight);
/* Reads the next message of the handshake and hashes it. */
int mbed_inside_read(mbedtls_ssl_context *ssl);
/* Sends a message that nothing hashes. */
int mbed_inside_write(mbedtls_ssl_context *ssl, struct tls_span message);

/* ---- traffic keys of TLS 1.3 ------------------------------------------- */

struct mbed_secret {
	uint8_t bytes[64];
	size_t len;
};

/* One direction of a connection; zeroed where nothing was renewed yet. */
struct mbed_traffic {
	struct mbed_secret secret;
	struct mbedtls_ssl_transform *transform;	/* owned, or null */
};

/* Steps `traffic` to its next secret (RFC 8446, 7.2), with which from now on
 * all is encrypted that goes in `direction`. */
int mbed_inside_renew(mbedtls_ssl_context *ssl, struct mbed_traffic *traffic,
    enum tls_direction direction);
/* Once the connection is freed. */
void mbed_inside_free(struct mbed_traffic *traffic);

/* ---- the library's calls of itself (interpose.c) ------------------------ */

/* The library's functions that this module stands in front of. */
struct mbed_originals {
	int (*write_record)(mbedtls_ssl_context *ssl, inside_flag flush);
	int (*hash_message)(mbedtls_ssl_context *ssl, unsigned type,
	    const unsigned char *body, size_t len);
	int (*finish_message)(mbedtls_ssl_context *ssl, size_t room,
	    size_t len);
};

/* Looks them up; all null where this backend is no module. */
void mbed_interpose_find(struct mbed_originals *out);
/* Why the library's calls of itself cannot be seen, where they are not. */
#ifdef BACKEND_BUILTIN
#define INTERPOSE_EXCUSE \
	"this backend is linked into the program, and only as a module it " \
	"sees what Mbed TLS calls of itself"
#else
#define INTERPOSE_EXCUSE \
	"Mbed TLS was loaded before the backend, which so cannot see what " \
	"it calls of itself"
#endif

#endif
