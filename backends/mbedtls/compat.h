/* compat.h - one face for Mbed TLS 2.28 and 3.6
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	uint16_t version = compat_version(&session->ssl);
 *	int status = compat_parse_key(&key, der, NULL, 0, &drbg);
 *
 * Rules.  Every difference between the releases is here or, if it is about what
 * the library keeps to itself, in inside.c and interpose.c; the rest of the
 * backend reads as if there was one.  Members that 3.x calls
 * private are reached by FIELD; those used are the same in both releases.
 */
#ifndef BACKEND_MBEDTLS_COMPAT_H
#define BACKEND_MBEDTLS_COMPAT_H

#include "tls_types.h"

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
#include <mbedtls/pk.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/rsa.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_ciphersuites.h>
#include <mbedtls/x509_crl.h>
#include <mbedtls/x509_crt.h>

#include <string.h>

#ifndef MBEDTLS_PRIVATE
#define MBEDTLS_PRIVATE(member)	member
#endif
#define FIELD(object, member)	((object)->MBEDTLS_PRIVATE(member))

struct tls_session;

_Static_assert(MBEDTLS_PSK_MAX_LEN == (MBEDTLS_VERSION_MAJOR >= 3 ? 48 : 32),
    "COMPAT_PSK_MAX is what users are told");

/* What the adapters at the end of this file call. */
int mbed_store_get(struct tls_session *session, struct tls_span id,
    mbedtls_ssl_session *into);
int mbed_store_put(struct tls_session *session, struct tls_span id,
    const mbedtls_ssl_session *from);
/* The exporter secret of a TLS 1.3 session in the making, or null. */
const uint8_t *mbed_compat_exporter_secret(const struct tls_session *session);
void mbed_observe_secret(struct tls_session *session, const char *label,
    const uint8_t client_random[32], struct tls_span secret);

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
#define COMPAT_ERR_NOTHING_IN_COMMON	MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE
#define COMPAT_CLIENT_SIGNATURES	{ TLS_SUPPORT_PART, \
	"up to TLS 1.2 those with SHA-256, SHA-384 and SHA-1 alone" }
#define COMPAT_NO_TLS1_3	"this build of Mbed TLS leaves TLS 1.3 out"
#else
#define COMPAT_NO_OLD_TLS	"this build of Mbed TLS leaves it out"
#define COMPAT_PSK_MAX		"32"
#define COMPAT_ERR_NOTHING_IN_COMMON	1	/* is always told */
#define COMPAT_CLIENT_SIGNATURES	{ TLS_SUPPORT_PART, \
	"those with SHA-256, SHA-384 and SHA-1 alone; a renegotiation names " \
	"their hash functions only" }
#define COMPAT_NO_TLS1_3	"Mbed TLS 2.28 does not speak TLS 1.3"
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
size_t mbed_compat_groups(uint16_t *out, size_t room);
size_t mbed_compat_signatures(uint16_t *out, size_t room);
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

/* P-256 alone for key exchange and certificates. */
void mbed_compat_conf_p256(mbedtls_ssl_config *conf);

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

static inline int
compat_check_pair(const mbedtls_pk_context *public_key,
    const mbedtls_pk_context *key, mbedtls_ctr_drbg_context *drbg)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	return mbedtls_pk_check_pair(public_key, key, mbedtls_ctr_drbg_random,
	    drbg);
#else
	(void)drbg;
	return mbedtls_pk_check_pair(public_key, key);
#endif
}

/* Signs the SHA-256 `hash`; `signature` has room for `*len` bytes. */
static inline int
compat_sign(mbedtls_pk_context *key, const uint8_t hash[32],
    uint8_t *signature, size_t *len, mbedtls_ctr_drbg_context *drbg)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	return mbedtls_pk_sign(key, MBEDTLS_MD_SHA256, hash, 32, signature,
	    *len, len, mbedtls_ctr_drbg_random, drbg);
#else
	return mbedtls_pk_sign(key, MBEDTLS_MD_SHA256, hash, 32, signature,
	    len, mbedtls_ctr_drbg_random, drbg);
#endif
}

/* Gives a certificate that is being made its serial number. */
static inline int
compat_set_serial(mbedtls_x509write_cert *cert, uint8_t serial)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	return mbedtls_x509write_crt_set_serial_raw(cert, &serial, 1);
#else
	mbedtls_mpi number;
	int status;

	mbedtls_mpi_init(&number);
	status = mbedtls_mpi_lset(&number, serial);
	if (!status)
		status = mbedtls_x509write_crt_set_serial(cert, &number);
	mbedtls_mpi_free(&number);
	return status;
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

/* The fatal alert that the library queued of itself when a step of TLS 1.3
 * failed with `status`, or -1.  By then it is encrypted, and nothing else
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
	mbedtls_ssl_conf_new_session_tickets(conf, num_tickets > UINT16_MAX ?
	    UINT16_MAX : (uint16_t)num_tickets);
#else
	(void)conf;
	(void)psk;
	(void)num_tickets;
#endif
}

/* Up to TLS 1.2 the master secret, in TLS 1.3 what resumption goes by. */
static inline struct tls_span
compat_secret(const mbedtls_ssl_session *agreed, uint16_t version)
{
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
	const mbedtls_ssl_tls13_application_secrets *secrets =
	    &FIELD(agreed, app_secrets);

	if (version == TLS_VERSION_1_3)
		return (struct tls_span){
			secrets->resumption_master_secret,
			FIELD(agreed, ciphersuite) == 0x1302 ? 48 : 32 };
#else
	(void)version;
#endif
	return (struct tls_span){ FIELD(agreed, master), 48 };
}

/* ---- adapters ---------------------------------------------------------- */

#if MBEDTLS_VERSION_MAJOR >= 3

static inline int
compat_cache_get(void *context, const unsigned char *id, size_t id_len,
    mbedtls_ssl_session *into)
{
	return mbed_store_get(context, (struct tls_span){ id, id_len }, into);
}

static inline int
compat_cache_set(void *context, const unsigned char *id, size_t id_len,
    const mbedtls_ssl_session *from)
{
	return mbed_store_put(context, (struct tls_span){ id, id_len }, from);
}

static inline void
compat_export(void *context, mbedtls_ssl_key_export_type type,
    const unsigned char *secret, size_t secret_len,
    const unsigned char client_random[32],
    const unsigned char server_random[32], mbedtls_tls_prf_types prf)
{
	static const struct {
		mbedtls_ssl_key_export_type type;
		const char *label;
	} labels[] = {
	{ MBEDTLS_SSL_KEY_EXPORT_TLS12_MASTER_SECRET, "CLIENT_RANDOM" },
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
	{ MBEDTLS_SSL_KEY_EXPORT_TLS1_3_CLIENT_HANDSHAKE_TRAFFIC_SECRET,
	    "CLIENT_HANDSHAKE_TRAFFIC_SECRET" },
	{ MBEDTLS_SSL_KEY_EXPORT_TLS1_3_SERVER_HANDSHAKE_TRAFFIC_SECRET,
	    "SERVER_HANDSHAKE_TRAFFIC_SECRET" },
	{ MBEDTLS_SSL_KEY_EXPORT_TLS1_3_CLIENT_APPLICATION_TRAFFIC_SECRET,
	    "CLIENT_TRAFFIC_SECRET_0" },
	{ MBEDTLS_SSL_KEY_EXPORT_TLS1_3_SERVER_APPLICATION_TRAFFIC_SECRET,
	    "SERVER_TRAFFIC_SECRET_0" },
#endif
	};

	struct tls_span known = { secret, secret_len };

	(void)server_random;
	(void)prf;
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (labels[i].type == type)
			mbed_observe_secret(context, labels[i].label,
			    client_random, known);
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
	/* It is there by now, and has no callback of its own. */
	known.data = mbed_compat_exporter_secret(context);
	if (type ==
	    MBEDTLS_SSL_KEY_EXPORT_TLS1_3_SERVER_APPLICATION_TRAFFIC_SECRET &&
	    known.data)
		mbed_observe_secret(context, "EXPORTER_SECRET", client_random,
		    known);
#endif
}

#else

static inline int
compat_cache_get(void *context, mbedtls_ssl_session *into)
{
	return mbed_store_get(context,
	    (struct tls_span){ into->id, into->id_len }, into);
}

static inline int
compat_cache_set(void *context, const mbedtls_ssl_session *from)
{
	return mbed_store_put(context,
	    (struct tls_span){ from->id, from->id_len }, from);
}

static inline int
compat_export(void *context, const unsigned char *master,
    const unsigned char *key_block, size_t mac_len, size_t key_len,
    size_t iv_len, const unsigned char client_random[32],
    const unsigned char server_random[32], mbedtls_tls_prf_types prf)
{
	(void)key_block;
	(void)mac_len;
	(void)key_len;
	(void)iv_len;
	(void)server_random;
	(void)prf;
	mbed_observe_secret(context, "CLIENT_RANDOM", client_random,
	    (struct tls_span){ master, 48 });
	return 0;
}

#endif

/* Has secrets told to `session`.  `conf` is the session's own, and `ssl` is
 * set up with it. */
static inline void
compat_tell_secrets(mbedtls_ssl_config *conf, mbedtls_ssl_context *ssl,
    struct tls_session *session)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	(void)conf;
	mbedtls_ssl_set_export_keys_cb(ssl, compat_export, session);
#else
	(void)ssl;
	mbedtls_ssl_conf_export_keys_ext_cb(conf, compat_export, session);
#endif
}

#endif
