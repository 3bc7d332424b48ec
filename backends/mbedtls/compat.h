/* compat.h - one face for Mbed TLS 2.28 and 3.6
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	uint16_t version = compat_version(&session->ssl);
 *	int status = compat_parse_key(&key, der, NULL, 0, &drbg);
 *
 * Rules.  Every difference between the releases is here and in compat.c; the
 * rest of the backend reads as if there was one.  Members that 3.x calls
 * private are reached by FIELD; outside of here, compat.c and private/ only
 * where the library has no function to read or set one.  Nothing here calls
 * the rest of the backend, except through struct compat_hooks.
 */
#ifndef BACKEND_MBEDTLS_COMPAT_H
#define BACKEND_MBEDTLS_COMPAT_H

#include "tls_config.h"

#include <mbedtls/version.h>
#include <mbedtls/asn1write.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/dhm.h>
#include <mbedtls/ecp.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/gcm.h>
#include <mbedtls/md.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/oid.h>
#include <mbedtls/pem.h>
#include <mbedtls/pk.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/rsa.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_ciphersuites.h>
#include <mbedtls/x509_crl.h>
#include <mbedtls/x509_crt.h>

#include <string.h>

#if MBEDTLS_VERSION_MAJOR < 3
#include <mbedtls/ssl_internal.h>
#endif

#ifndef MBEDTLS_PRIVATE
#define MBEDTLS_PRIVATE(member)	member
#endif
#define FIELD(object, member)	((object)->MBEDTLS_PRIVATE(member))

_Static_assert(MBEDTLS_PSK_MAX_LEN == (MBEDTLS_VERSION_MAJOR >= 3 ? 48 : 32),
    "COMPAT_PSK_MAX is what users are told");

/* ---- versions ---------------------------------------------------------- */

#ifdef MBEDTLS_SSL_PROTO_TLS1
#define COMPAT_TLS1	TLS_VERSION_BIT(TLS_VERSION_1_0)
#else
#define COMPAT_TLS1	0u
#endif
#ifdef MBEDTLS_SSL_PROTO_TLS1_1
#define COMPAT_TLS1_1	TLS_VERSION_BIT(TLS_VERSION_1_1)
#else
#define COMPAT_TLS1_1	0u
#endif
#ifdef MBEDTLS_SSL_PROTO_TLS1_2
#define COMPAT_TLS1_2	TLS_VERSION_BIT(TLS_VERSION_1_2)
#else
#define COMPAT_TLS1_2	0u
#endif
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
#define COMPAT_TLS1_3	TLS_VERSION_BIT(TLS_VERSION_1_3)
#else
#define COMPAT_TLS1_3	0u
#endif

/* The versions that were compiled in, and why one was not. */
#define COMPAT_VERSIONS \
	(COMPAT_TLS1 | COMPAT_TLS1_1 | COMPAT_TLS1_2 | COMPAT_TLS1_3)
#if MBEDTLS_VERSION_MAJOR >= 3
#define COMPAT_NO_OLD_TLS	"removed in Mbed TLS 3.0"
#define COMPAT_PSK_MAX		"48"
#define COMPAT_CLIENT_SIGNATURES \
	"up to TLS 1.2 those with SHA-256, SHA-384 and SHA-1 alone"
#define COMPAT_NO_TLS1_3	"this build of Mbed TLS leaves TLS 1.3 out"
#else
#define COMPAT_NO_OLD_TLS	"this build of Mbed TLS leaves it out"
#define COMPAT_PSK_MAX		"32"
#define COMPAT_CLIENT_SIGNATURES \
	"those with SHA-256, SHA-384 and SHA-1 alone; a renegotiation names " \
	"their hash functions only"
#define COMPAT_NO_TLS1_3	"Mbed TLS 2.28 does not speak TLS 1.3"
#endif

/* A(status, alert): what only one release fails with, and the fatal alert that
 * belongs to it. */
#if MBEDTLS_VERSION_MAJOR >= 3
#define COMPAT_ALERTS(A) \
A(DECODE_ERROR, DECODE_ERROR) \
A(ILLEGAL_PARAMETER, ILLEGAL_PARAMETER) \
A(UNSUPPORTED_EXTENSION, UNSUPPORTED_EXT) \
A(NO_APPLICATION_PROTOCOL, NO_APPLICATION_PROTOCOL) \
A(UNRECOGNIZED_NAME, UNRECOGNIZED_NAME) \
A(BAD_CERTIFICATE, BAD_CERT) \
A(BAD_PROTOCOL_VERSION, PROTOCOL_VERSION)
#else
#define COMPAT_ALERTS(A) \
A(BAD_HS_CLIENT_HELLO, DECODE_ERROR) \
A(BAD_HS_CERTIFICATE, BAD_CERT) \
A(BAD_HS_CLIENT_KEY_EXCHANGE, DECODE_ERROR) \
A(BAD_HS_CLIENT_KEY_EXCHANGE_RP, ILLEGAL_PARAMETER) \
A(BAD_HS_CLIENT_KEY_EXCHANGE_CS, ILLEGAL_PARAMETER) \
A(BAD_HS_CERTIFICATE_VERIFY, DECRYPT_ERROR) \
A(BAD_HS_CHANGE_CIPHER_SPEC, DECODE_ERROR) \
A(BAD_HS_FINISHED, DECRYPT_ERROR) \
A(BAD_HS_PROTOCOL_VERSION, PROTOCOL_VERSION)
#endif

static inline uint16_t
compat_version(const mbedtls_ssl_context *ssl)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	return (uint16_t)mbedtls_ssl_get_version_number(ssl);
#else
	return (uint16_t)(ssl->major_ver << 8 | ssl->minor_ver);
#endif
}

static inline void
compat_conf_versions(mbedtls_ssl_config *conf, uint16_t low, uint16_t high)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	mbedtls_ssl_conf_min_tls_version(conf,
	    (mbedtls_ssl_protocol_version)low);
	mbedtls_ssl_conf_max_tls_version(conf,
	    (mbedtls_ssl_protocol_version)high);
#else
	mbedtls_ssl_conf_min_version(conf, low >> 8, low & 0xff);
	mbedtls_ssl_conf_max_version(conf, high >> 8, high & 0xff);
#endif
}

/* ---- what is done once ------------------------------------------------- */

/* The version of the loaded library. */
const char *mbed_compat_running(void);
/* Whether it is one whose inside is known here (private/). */
bool mbed_compat_known(void);

/* Initialises what the library keeps for the whole process; 0 or an error. */
int mbed_compat_init(void);

/* The order of the list decides, not the client's.  (2.28 knows nothing
 * else.) */
static inline void
compat_conf_own_order(mbedtls_ssl_config *conf)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	mbedtls_ssl_conf_preference_order(conf,
	    MBEDTLS_SSL_SRV_CIPHERSUITE_ORDER_SERVER);
#else
	(void)conf;
#endif
}

/* ---- groups, signatures, suites ---------------------------------------- */

/* Groups and signatures as the library lists them, ended by a 0. */
#if MBEDTLS_VERSION_MAJOR >= 3
typedef uint16_t compat_group;
typedef uint16_t compat_signature;
#else
typedef mbedtls_ecp_group_id compat_group;
typedef int compat_signature;
#endif

#define COMPAT_MAX_LIST	64

struct compat_signatures {
	compat_signature list[COMPAT_MAX_LIST + 1];
	size_t num;
};

/* What this library has, as `groups` and `signatures` of a backend say it. */
size_t mbed_groups(uint16_t *out, size_t room);
size_t mbed_signatures(uint16_t *out, size_t room);
/* 0: unknown. */
compat_group mbed_compat_group(uint16_t group);
void mbed_compat_add_signature(struct compat_signatures *to, uint16_t scheme);

/* Null: the list of `usual`. */
static inline void
compat_set_groups(mbedtls_ssl_config *conf, const compat_group *groups,
    const mbedtls_ssl_config *usual)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	FIELD(conf, group_list) = groups ? groups : FIELD(usual, group_list);
#else
	conf->curve_list = groups ? groups : usual->curve_list;
#endif
}

static inline void
compat_set_signatures(mbedtls_ssl_config *conf,
    const struct compat_signatures *signatures,
    const mbedtls_ssl_config *usual)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	FIELD(conf, sig_algs) = signatures ? signatures->list :
	    FIELD(usual, sig_algs);
#else
	conf->sig_hashes = signatures ? signatures->list : usual->sig_hashes;
#endif
}

/* Has a handshake signed with these schemes, where a list of hash functions
 * says too little.  Once the client's hello has been read. */
void mbed_compat_pick_signatures(mbedtls_ssl_context *ssl, uint16_t rsa,
    uint16_t ecdsa);

/* Lets SHA-1 sign handshakes, which the defaults leave out. */
void mbed_compat_conf_sha1(mbedtls_ssl_config *conf);

/* ---- keys -------------------------------------------------------------- */

static inline int
compat_parse_key(mbedtls_pk_context *key, struct tls_span text,
    const char *pass, size_t pass_len, mbedtls_ctr_drbg_context *drbg)
{
	const unsigned char *secret = (const unsigned char *)pass;

#if MBEDTLS_VERSION_MAJOR >= 3
	return mbedtls_pk_parse_key(key, text.data, text.len, secret,
	    pass_len, mbedtls_ctr_drbg_random, drbg);
#else
	(void)drbg;
	return mbedtls_pk_parse_key(key, text.data, text.len, secret,
	    pass_len);
#endif
}

/* Signs `hash`; `signature` has room for `*len` bytes. */
static inline int
compat_sign(mbedtls_pk_context *key, mbedtls_md_type_t md,
    struct tls_span hash, uint8_t *signature, size_t *len,
    mbedtls_ctr_drbg_context *drbg)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	return mbedtls_pk_sign(key, md, hash.data, hash.len, signature, *len,
	    len, mbedtls_ctr_drbg_random, drbg);
#else
	return mbedtls_pk_sign(key, md, hash.data, hash.len, signature, len,
	    mbedtls_ctr_drbg_random, drbg);
#endif
}

/* Bytes that are written, or owned. */
struct mbed_bytes {
	uint8_t *data;
	size_t len;
};

/* Fills `out` (RFC 8018, 5.2). */
int mbed_compat_pbkdf2(mbedtls_md_type_t md, const char *pass,
    struct tls_span salt, unsigned iterations, struct mbed_bytes out);

/* ---- members without a function ---------------------------------------- */

static inline int
compat_suite(const mbedtls_ssl_session *session)
{
	return FIELD(session, ciphersuite);
}

static inline struct tls_span
compat_id(const mbedtls_ssl_session *session)
{
	return (struct tls_span){ FIELD(session, id), FIELD(session, id_len) };
}

/* ---- a session --------------------------------------------------------- */

/* The states of TLS 1.3, S(state, expected handshake type, direction), as rows
 * of observe.c's table. */
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
#define COMPAT_TLS1_3_STATES(S) \
S(MBEDTLS_SSL_HELLO_RETRY_REQUEST, 2, TLS_SENT) \
S(MBEDTLS_SSL_SERVER_CCS_AFTER_HELLO_RETRY_REQUEST, 0, TLS_SENT) \
S(MBEDTLS_SSL_SERVER_CCS_AFTER_SERVER_HELLO, 0, TLS_SENT) \
S(MBEDTLS_SSL_ENCRYPTED_EXTENSIONS, 8, TLS_SENT) \
S(MBEDTLS_SSL_CERTIFICATE_VERIFY, 15, TLS_SENT) \
S(MBEDTLS_SSL_CLIENT_CERTIFICATE_VERIFY, 15, TLS_RECEIVED) \
S(MBEDTLS_SSL_TLS1_3_NEW_SESSION_TICKET, 4, TLS_SENT)
#define COMPAT_KEY_UPDATE(function)	(function)
#define COMPAT_ENCRYPTED_EXTENSIONS	MBEDTLS_SSL_ENCRYPTED_EXTENSIONS
#define COMPAT_CLIENT_PROOF(tls1_3)	((tls1_3) ? \
	(int)MBEDTLS_SSL_CLIENT_CERTIFICATE_VERIFY : \
	(int)MBEDTLS_SSL_CERTIFICATE_VERIFY)
#else
#define COMPAT_TLS1_3_STATES(S)
#define COMPAT_KEY_UPDATE(function)	NULL
#define COMPAT_ENCRYPTED_EXTENSIONS	(-1)
#define COMPAT_CLIENT_PROOF(tls1_3)	((void)(tls1_3), \
	(int)MBEDTLS_SSL_CERTIFICATE_VERIFY)
#endif

/* The fatal alert that the library queued when a step of TLS 1.3 failed
 * with `status`, or -1.  By then it is encrypted, and nothing else
 * tells it. */
static inline int
compat_queued_alert(const mbedtls_ssl_context *ssl, int status)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	if (FIELD(ssl, alert_reason) == status && status)
		return FIELD(ssl, alert_type);
#else
	(void)ssl;
	(void)status;
#endif
	return -1;
}

/* Has what is sent from now on encrypted as a client of TLS 1.3 expects after
 * its Finished.  The library changes its keys only when it has checked that
 * message, too late for an alert that refuses the certificate before it. */
static inline void
compat_use_last_keys(mbedtls_ssl_context *ssl)
{
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
	if (!FIELD(ssl, transform_application) ||
	    FIELD(ssl, transform_out) == FIELD(ssl, transform_application))
		return;
	FIELD(ssl, transform_out) = FIELD(ssl, transform_application);
	memset(FIELD(ssl, cur_out_ctr), 0, sizeof FIELD(ssl, cur_out_ctr));
#else
	(void)ssl;
#endif
}

/* All three ways to use a shared key of TLS 1.3, and how many tickets follow
 * its handshakes. */
static inline void
compat_conf_tls1_3(mbedtls_ssl_config *conf, bool psk, unsigned num_tickets)
{
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
	if (psk)
		mbedtls_ssl_conf_tls13_key_exchange_modes(conf,
		    MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_ALL);
	if (num_tickets != TLS_TICKETS_OWN)
		mbedtls_ssl_conf_new_session_tickets(conf,
		    num_tickets > UINT16_MAX ? UINT16_MAX :
		    (uint16_t)num_tickets);
#else
	(void)conf;
	(void)psk;
	(void)num_tickets;
#endif
}

/* A client that tells of tickets of TLS 1.3, and offers no key exchange but by
 * a shared key if `psk_only`. */
static inline void
compat_conf_client(mbedtls_ssl_config *conf, bool psk_only)
{
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
	if (psk_only)
		mbedtls_ssl_conf_tls13_key_exchange_modes(conf,
		    MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK);
#ifdef MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED
	mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(conf,
	    MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
#endif
#else
	(void)conf;
	(void)psk_only;
#endif
}

#ifdef MBEDTLS_SSL_PROTO_TLS1_3
#define COMPAT_GOT_TICKET	MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET
#define COMPAT_UNSOLICITED	MBEDTLS_ERR_SSL_UNSUPPORTED_EXTENSION
#else
#define COMPAT_GOT_TICKET	2	/* no read of one byte tells it */
#define COMPAT_UNSOLICITED	1
#endif

/* Up to TLS 1.2 the master secret, in TLS 1.3 what resumption goes by. */
struct tls_span mbed_compat_secret(const mbedtls_ssl_session *agreed,
    uint16_t version);

/* ---- what no header declares, or only that of one release ---------------- */

/* 3.x has these two; private/interpose.c defines them. */
int mbedtls_ssl_add_hs_msg_to_checksum(mbedtls_ssl_context *ssl,
    unsigned type, const unsigned char *body, size_t len);
int mbedtls_ssl_finish_handshake_msg(mbedtls_ssl_context *ssl, size_t room,
    size_t len);

#if MBEDTLS_VERSION_MAJOR >= 3
typedef int compat_flag;
int mbedtls_ssl_reset_checksum(mbedtls_ssl_context *ssl);
int mbedtls_ssl_read_record(mbedtls_ssl_context *ssl, unsigned hash);
int mbedtls_ssl_flush_output(mbedtls_ssl_context *ssl);
int mbedtls_ssl_write_record(mbedtls_ssl_context *ssl, compat_flag flush);
#define COMPAT_REQUESTS_BY_HASH	false
#else
typedef uint8_t compat_flag;
/* CertificateRequests of TLS 1.2 are made from a list of hash functions. */
#define COMPAT_REQUESTS_BY_HASH	true
#endif

/* M(member) for each that points into the buffer called `way`, in or out. */
#ifdef MBEDTLS_SSL_DTLS_CONNECTION_ID
#define COMPAT_BUFFER_POINTERS(M, way) \
	M(way##_ctr) M(way##_hdr) M(way##_len) M(way##_iv) M(way##_msg) \
	M(way##_cid)
#else
#define COMPAT_BUFFER_POINTERS(M, way) \
	M(way##_ctr) M(way##_hdr) M(way##_len) M(way##_iv) M(way##_msg)
#endif

static inline int
compat_reset_hash(mbedtls_ssl_context *ssl)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	return mbedtls_ssl_reset_checksum(ssl);
#else
	mbedtls_ssl_reset_checksum(ssl);
	return 0;
#endif
}

/* Hashes a handshake message, header included; `hash` is the library's
 * function for that, where it has one. */
static inline int
compat_hash_message(int (*hash)(mbedtls_ssl_context *, unsigned,
    const unsigned char *, size_t), mbedtls_ssl_context *ssl,
    struct tls_span message)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	return hash ? hash(ssl, message.data[0], message.data + 4,
	    message.len - 4) : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
#else
	(void)hash;
	ssl->handshake->update_checksum(ssl, message.data, message.len);
	return 0;
#endif
}

/* Keys and nonces of the client and of the server, as the library of TLS 1.3
 * lays them out. */
struct compat_keys {
	unsigned char keys[2][32], nonces[2][16];
	size_t key_len, nonce_len;
};

/* Has records of `ssl`, those that are `sent` or those that are received,
 * encrypted with `keys` from now on; `*made` is to be freed after the
 * connection.  0 or an error of the library. */
int mbed_compat_use_keys(mbedtls_ssl_context *ssl,
    const struct compat_keys *keys, int suite, bool sent,
    struct mbedtls_ssl_transform **made);
void mbed_compat_free_keys(struct mbedtls_ssl_transform *made);

/* ---- what the library calls -------------------------------------------- */

struct compat_hooked;

/* One secret that the library has made; borrowed for the call. */
struct compat_export {
	const char *label;		/* as in the NSS key log format */
	struct tls_span secret;
	const unsigned char *client_random, *server_random;	/* 32 bytes */
	mbedtls_tls_prf_types prf;	/* up to TLS 1.2 */
};

/* What keying material is exported from, where the library has no function
 * for it: up to TLS 1.2. */
struct compat_exporter {
	uint8_t master[48], randoms[2][32];
	mbedtls_tls_prf_types prf;
};

/* Keeps what exporting needs of `made`. */
void mbed_compat_keep(struct compat_exporter *exporter,
    const struct compat_export *made);
/* Fills `out`; 0 or an error of the library.  A `context` whose data is null is
 * left out. */
int mbed_compat_export(mbedtls_ssl_context *ssl,
    const struct compat_exporter *exporter, const char *label,
    struct tls_span context, struct mbed_bytes out);

struct compat_hooks {
	/* Finds and saves sessions; return 0 or an error of the library. */
	int (*get)(struct compat_hooked *hooked, struct tls_span id,
	    mbedtls_ssl_session *into);
	int (*put)(struct compat_hooked *hooked, struct tls_span id,
	    const mbedtls_ssl_session *from);
	void (*secret)(struct compat_hooked *hooked,
	    const struct compat_export *secret);
};

/* The first member of whatever has its connections observed. */
struct compat_hooked {
	const struct compat_hooks *hooks;
	const mbedtls_ssl_context *ssl;	/* borrowed */
};

/* `conf` is the session's own, and outlived by `hooked`. */
void mbed_compat_conf_store(mbedtls_ssl_config *conf,
    struct compat_hooked *hooked);
/* `ssl` is set up with `conf`. */
void mbed_compat_tell_secrets(mbedtls_ssl_config *conf,
    mbedtls_ssl_context *ssl, struct compat_hooked *hooked);

#endif
