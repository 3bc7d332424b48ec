/* compat.c - what of compat.h is more than a line or two
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "compat.h"

#include <stdlib.h>
#if MBEDTLS_VERSION_MAJOR >= 3
#include <psa/crypto.h>
#endif

#define TEXT(number)	TEXT_OF(number)
#define TEXT_OF(number)	#number
#define SERIES	TEXT(MBEDTLS_VERSION_MAJOR) "." TEXT(MBEDTLS_VERSION_MINOR)

/* The loaded library's version.  It writes one to a buffer, and here it must
 * live as long as the process: so it is looked up.  Only patch levels differ
 * between libraries of one binary interface. */
const char *
mbed_compat_running(void)
{
#define TEN(tens) \
	SERIES "." tens "0", SERIES "." tens "1", SERIES "." tens "2", \
	SERIES "." tens "3", SERIES "." tens "4", SERIES "." tens "5", \
	SERIES "." tens "6", SERIES "." tens "7", SERIES "." tens "8", \
	SERIES "." tens "9"
	static const char *const versions[] = {
		TEN(""), TEN("1"), TEN("2"), TEN("3"), TEN("4"),
	};
#undef TEN
	unsigned number = mbedtls_version_get_number();
	unsigned patch = number >> 8 & 0xff;

	if (number >> 16 != MBEDTLS_VERSION_NUMBER >> 16)
		return "of another series than " SERIES;
	return patch < sizeof versions / sizeof *versions ?
	    versions[patch] : SERIES;
}

bool
mbed_compat_known(void)
{
	unsigned series = mbedtls_version_get_number() >> 16;

	return series == MBEDTLS_VERSION_NUMBER >> 16 &&
	    (series == 0x021c || series == 0x0306);
}

int
mbed_compat_init(void)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	if (psa_crypto_init() != PSA_SUCCESS)
		return MBEDTLS_ERR_SSL_HW_ACCEL_FAILED;
#endif
	/* The first call fills a table of the library's in; later ones, from
	 * other threads, only read it. */
	mbedtls_ssl_list_ciphersuites();
	return 0;
}

struct tls_span
mbed_compat_secret(const mbedtls_ssl_session *agreed, uint16_t version)
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

int
mbed_compat_pbkdf2(mbedtls_md_type_t md, const char *pass,
    struct tls_span salt, unsigned iterations, struct mbed_bytes out)
{
	const unsigned char *secret = (const unsigned char *)pass;
#if MBEDTLS_VERSION_MAJOR >= 3
	return mbedtls_pkcs5_pbkdf2_hmac_ext(md, secret, strlen(pass),
	    salt.data, salt.len, iterations, (uint32_t)out.len, out.data);
#else
	mbedtls_md_context_t hmac;
	int status;

	mbedtls_md_init(&hmac);
	status = mbedtls_md_setup(&hmac, mbedtls_md_info_from_type(md), 1);
	if (!status)
		status = mbedtls_pkcs5_pbkdf2_hmac(&hmac, secret, strlen(pass),
		    salt.data, salt.len, iterations, (uint32_t)out.len,
		    out.data);
	mbedtls_md_free(&hmac);
	return status;
#endif
}

void
mbed_compat_conf_sha1(mbedtls_ssl_config *conf)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	static const uint16_t schemes[] = {
		0x0403, 0x0503, 0x0603,		/* ECDSA */
		0x0806, 0x0805, 0x0804,		/* RSA-PSS */
		0x0601, 0x0501, 0x0401,		/* RSA */
		0x0203, 0x0201,			/* both with SHA-1 */
		0,
	};

	mbedtls_ssl_conf_sig_algs(conf, schemes);
#else
	static const int hashes[] = {
		MBEDTLS_MD_SHA512, MBEDTLS_MD_SHA384, MBEDTLS_MD_SHA256,
		MBEDTLS_MD_SHA224, MBEDTLS_MD_SHA1, MBEDTLS_MD_NONE,
	};

	mbedtls_ssl_conf_sig_hashes(conf, hashes);
#endif
}

/* ---- groups and signatures --------------------------------------------- */

static size_t
add_number(uint16_t *out, size_t room, size_t n, uint16_t number)
{
	if (n < room)
		out[n] = number;
	return n + 1;
}

/* SignatureAndHashAlgorithm (RFC 5246, 7.4.1.4.1) of RSA and ECDSA. */
static const struct {
	uint8_t hash;
	mbedtls_md_type_t md;
} hashes_of_schemes[] = {
	{ 6, MBEDTLS_MD_SHA512 }, { 5, MBEDTLS_MD_SHA384 },
	{ 4, MBEDTLS_MD_SHA256 }, { 3, MBEDTLS_MD_SHA224 },
	{ 2, MBEDTLS_MD_SHA1 },
};
#define NUM_HASHES (sizeof hashes_of_schemes / sizeof *hashes_of_schemes)

size_t
mbed_signatures(uint16_t *out, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < NUM_HASHES; i++) {
		unsigned hash = hashes_of_schemes[i].hash;

		if (!mbedtls_md_info_from_type(hashes_of_schemes[i].md))
			continue;
		n = add_number(out, room, n, (uint16_t)(hash << 8 | 3));
		if (MBEDTLS_VERSION_MAJOR >= 3 && hash >= 4) /* RSA-PSS */
			n = add_number(out, room, n, (uint16_t)(0x800 | hash));
		n = add_number(out, room, n, (uint16_t)(hash << 8 | 1));
	}
	return n;
}

#if MBEDTLS_VERSION_MAJOR >= 3

size_t
mbed_groups(uint16_t *out, size_t room)
{
	mbedtls_ssl_config conf;
	const uint16_t *list = NULL;
	size_t n = 0;

	mbedtls_ssl_config_init(&conf);
	if (mbedtls_ssl_config_defaults(&conf, MBEDTLS_SSL_IS_SERVER,
	    MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) == 0)
		list = FIELD(&conf, group_list);
	for (; list && *list; list++)
		n = add_number(out, room, n, *list);
	mbedtls_ssl_config_free(&conf);
	return n;
}

compat_group
mbed_compat_group(uint16_t group)
{
	return group;
}

void
mbed_compat_add_signature(struct compat_signatures *to, uint16_t scheme)
{
	if (to->num < COMPAT_MAX_LIST)
		to->list[to->num++] = scheme;
}

void
mbed_compat_pick_signatures(mbedtls_ssl_context *ssl, uint16_t rsa,
    uint16_t ecdsa)
{
	(void)ssl;
	(void)rsa;
	(void)ecdsa;
}

#else

size_t
mbed_groups(uint16_t *out, size_t room)
{
	size_t n = 0;

	for (const mbedtls_ecp_curve_info *curve = mbedtls_ecp_curve_list();
	    curve->grp_id != MBEDTLS_ECP_DP_NONE; curve++)
		n = add_number(out, room, n, curve->tls_id);
	return n;
}

compat_group
mbed_compat_group(uint16_t group)
{
	const mbedtls_ecp_curve_info *curve =
	    mbedtls_ecp_curve_info_from_tls_id(group);

	return curve ? curve->grp_id : MBEDTLS_ECP_DP_NONE;
}

static int
hash_of(uint16_t scheme)
{
	for (size_t i = 0; i < NUM_HASHES; i++)
		if (hashes_of_schemes[i].hash == scheme >> 8)
			return hashes_of_schemes[i].md;
	return MBEDTLS_MD_NONE;
}

void
mbed_compat_add_signature(struct compat_signatures *to, uint16_t scheme)
{
	int hash = hash_of(scheme);

	for (size_t i = 0; i < to->num; i++)
		if (to->list[i] == hash)
			return;
	if (hash != MBEDTLS_MD_NONE && to->num < COMPAT_MAX_LIST)
		to->list[to->num++] = hash;
}

void
mbed_compat_pick_signatures(mbedtls_ssl_context *ssl, uint16_t rsa,
    uint16_t ecdsa)
{
	if (!ssl->handshake)
		return;
	ssl->handshake->hash_algs.rsa = (mbedtls_md_type_t)hash_of(rsa);
	ssl->handshake->hash_algs.ecdsa = (mbedtls_md_type_t)hash_of(ecdsa);
}

#endif

/* ---- what no header declares ------------------------------------------- */

#ifdef MBEDTLS_SSL_PROTO_TLS1_3

void mbedtls_ssl_transform_init(mbedtls_ssl_transform *transform);
void mbedtls_ssl_transform_free(mbedtls_ssl_transform *transform);
void mbedtls_ssl_set_inbound_transform(mbedtls_ssl_context *ssl,
    mbedtls_ssl_transform *transform);
void mbedtls_ssl_set_outbound_transform(mbedtls_ssl_context *ssl,
    mbedtls_ssl_transform *transform);
int mbedtls_ssl_tls13_populate_transform(mbedtls_ssl_transform *transform,
    int endpoint, int suite, const struct compat_keys *keys,
    mbedtls_ssl_context *ssl);

/* More than a transform of any build takes; its size is not public. */
#define TRANSFORM_ROOM	4096

int
mbed_compat_use_keys(mbedtls_ssl_context *ssl, const struct compat_keys *keys,
    int suite, bool sent, struct mbedtls_ssl_transform **made)
{
	mbedtls_ssl_transform *transform = calloc(1, TRANSFORM_ROOM);
	int status;

	if (!transform)
		return MBEDTLS_ERR_SSL_ALLOC_FAILED;
	mbedtls_ssl_transform_init(transform);
	status = mbedtls_ssl_tls13_populate_transform(transform,
	    FIELD(FIELD(ssl, conf), endpoint), suite, keys, ssl);
	if (status) {
		mbed_compat_free_keys(transform);
		return status;
	}
	if (sent)
		mbedtls_ssl_set_outbound_transform(ssl, transform);
	else
		mbedtls_ssl_set_inbound_transform(ssl, transform);
	*made = transform;
	return 0;
}

void
mbed_compat_free_keys(struct mbedtls_ssl_transform *made)
{
	if (made)
		mbedtls_ssl_transform_free(made);
	free(made);
}

#else

int
mbed_compat_use_keys(mbedtls_ssl_context *ssl, const struct compat_keys *keys,
    int suite, bool sent, struct mbedtls_ssl_transform **made)
{
	(void)ssl;
	(void)keys;
	(void)suite;
	(void)sent;
	(void)made;
	return MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE;
}

void
mbed_compat_free_keys(struct mbedtls_ssl_transform *made)
{
	(void)made;
}

#endif

/* ---- what the library calls -------------------------------------------- */

#if MBEDTLS_VERSION_MAJOR >= 3

static int
get(void *context, const unsigned char *id, size_t id_len,
    mbedtls_ssl_session *into)
{
	struct compat_hooked *hooked = context;

	return hooked->hooks->get(hooked, (struct tls_span){ id, id_len },
	    into);
}

static int
put(void *context, const unsigned char *id, size_t id_len,
    const mbedtls_ssl_session *from)
{
	struct compat_hooked *hooked = context;

	return hooked->hooks->put(hooked, (struct tls_span){ id, id_len },
	    from);
}

static void
tell_secret(void *context, mbedtls_ssl_key_export_type type,
    const unsigned char *bytes, size_t len,
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
	struct compat_hooked *hooked = context;
	struct compat_export secret = { NULL, { bytes, len }, client_random,
		server_random, prf };

	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
		secret.label = labels[i].label;
		if (labels[i].type == type)
			hooked->hooks->secret(hooked, &secret);
	}
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
	/* It is there by now, and has no callback of its own. */
	if (type !=
	    MBEDTLS_SSL_KEY_EXPORT_TLS1_3_SERVER_APPLICATION_TRAFFIC_SECRET ||
	    !FIELD(hooked->ssl, session_negotiate))
		return;
	secret.label = "EXPORTER_SECRET";
	secret.secret.data = FIELD(FIELD(hooked->ssl, session_negotiate),
	    app_secrets).exporter_master_secret;
	hooked->hooks->secret(hooked, &secret);
#endif
}

void
mbed_compat_conf_store(mbedtls_ssl_config *conf, struct compat_hooked *hooked)
{
	mbedtls_ssl_conf_session_cache(conf, hooked, get, put);
}

void
mbed_compat_tell_secrets(mbedtls_ssl_config *conf, mbedtls_ssl_context *ssl,
    struct compat_hooked *hooked)
{
	(void)conf;
	mbedtls_ssl_set_export_keys_cb(ssl, tell_secret, hooked);
}

#else

static int
get(void *context, mbedtls_ssl_session *into)
{
	struct compat_hooked *hooked = context;

	return hooked->hooks->get(hooked, compat_id(into), into);
}

static int
put(void *context, const mbedtls_ssl_session *from)
{
	struct compat_hooked *hooked = context;

	return hooked->hooks->put(hooked, compat_id(from), from);
}

static int
tell_secret(void *context, const unsigned char *master,
    const unsigned char *key_block, size_t mac_len, size_t key_len,
    size_t iv_len, const unsigned char client_random[32],
    const unsigned char server_random[32], mbedtls_tls_prf_types prf)
{
	struct compat_hooked *hooked = context;
	const struct compat_export secret = { "CLIENT_RANDOM", { master, 48 },
		client_random, server_random, prf };

	(void)key_block;
	(void)mac_len;
	(void)key_len;
	(void)iv_len;
	hooked->hooks->secret(hooked, &secret);
	return 0;
}

void
mbed_compat_conf_store(mbedtls_ssl_config *conf, struct compat_hooked *hooked)
{
	mbedtls_ssl_conf_session_cache(conf, hooked, get, put);
}

void
mbed_compat_tell_secrets(mbedtls_ssl_config *conf, mbedtls_ssl_context *ssl,
    struct compat_hooked *hooked)
{
	(void)ssl;
	mbedtls_ssl_conf_export_keys_ext_cb(conf, tell_secret, hooked);
}

#endif

/* ---- keying material --------------------------------------------------- */

void
mbed_compat_keep(struct compat_exporter *exporter,
    const struct compat_export *made)
{
	if (strcmp(made->label, "CLIENT_RANDOM") ||
	    made->secret.len != sizeof exporter->master)
		return;
	memcpy(exporter->master, made->secret.data, made->secret.len);
	memcpy(exporter->randoms[0], made->client_random, 32);
	memcpy(exporter->randoms[1], made->server_random, 32);
	exporter->prf = made->prf;
}

int
mbed_compat_export(mbedtls_ssl_context *ssl,
    const struct compat_exporter *exporter, const char *label,
    struct tls_span context, struct mbed_bytes out)
{
#ifdef MBEDTLS_SSL_KEYING_MATERIAL_EXPORT
	(void)exporter;
	return mbedtls_ssl_export_keying_material(ssl, out.data, out.len,
	    label, strlen(label), context.data, context.len,
	    context.data != NULL);
#else
	const size_t fixed = sizeof exporter->randoms;
	size_t len = fixed + (context.data ? 2 + context.len : 0);
	uint8_t *seed = malloc(len);
	int status;

	if (!seed)
		return MBEDTLS_ERR_SSL_ALLOC_FAILED;
	memcpy(seed, exporter->randoms, fixed);
	if (context.data) {
		seed[fixed] = (uint8_t)(context.len >> 8);
		seed[fixed + 1] = (uint8_t)context.len;
		memcpy(seed + fixed + 2, context.data, context.len);
	}
	status = compat_version(ssl) > TLS_VERSION_1_2 || context.len > 65535 ?
	    MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE :
	    mbedtls_ssl_tls_prf(exporter->prf, exporter->master,
		sizeof exporter->master, label, seed, len, out.data, out.len);
	free(seed);
	return status;
#endif
}
