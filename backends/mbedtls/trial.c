/* trial.c - a handshake in memory, this backend with a client of the library
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "trial.h"

/* Rounds of client and server before a trial has failed; six are enough. */
#define ROUNDS		20

static const uint8_t shared_key[] = "a key for trials";

static struct tls_span
shared(void)
{
	return (struct tls_span){ shared_key, sizeof shared_key };
}

/* ---- the client -------------------------------------------------------- */

static int
send_up(void *context, const unsigned char *buf, size_t len)
{
	struct mbed_trial *trial = context;
	size_t done = common_pipe_put(&trial->memory.to_server, buf, len);

	return done ? (int)done : MBEDTLS_ERR_SSL_WANT_WRITE;
}

static int
receive(void *context, unsigned char *buf, size_t len)
{
	struct mbed_trial *trial = context;
	size_t done = common_pipe_take(&trial->memory.to_client, buf, len);

	return done ? (int)done : MBEDTLS_ERR_SSL_WANT_READ;
}

static void
keep_secret(struct compat_hooked *hooked, const struct compat_export *made)
{
	struct mbed_trial *trial = (struct mbed_trial *)((uint8_t *)hooked -
	    offsetof(struct mbed_trial, hooked));

	mbed_compat_keep(&trial->exporter, made);
}

static int
set_certificate(struct mbed_trial *trial)
{
	const struct tls_identity *identity = &trial->certificate->identity;
	int status = mbedtls_x509_crt_parse_der(&trial->client_cert,
	    identity->chain->data, identity->chain->len);

	if (!status)
		status = compat_parse_key(&trial->client_key, identity->key,
		    NULL, 0, &trial->server->drbg);
	return status ? status : mbedtls_ssl_conf_own_cert(&trial->conf,
	    &trial->client_cert, &trial->client_key);
}

static int
set_up_client(struct mbed_trial *trial)
{
	static const struct compat_hooks hooks = { .secret = keep_secret };
	static const char *protocols[] = { "trial", NULL };
	mbedtls_ssl_config *conf = &trial->conf;
	int status = mbedtls_ssl_config_defaults(conf, MBEDTLS_SSL_IS_CLIENT,
	    MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);

	if (status)
		return status;
	/* The one generator serves both ends, which take turns. */
	mbedtls_ssl_conf_rng(conf, mbedtls_ctr_drbg_random,
	    &trial->server->drbg);
	mbedtls_ssl_conf_authmode(conf, MBEDTLS_SSL_VERIFY_OPTIONAL);
	mbedtls_ssl_conf_dhm_min_bitlen(conf, trial->least_dh_bits);
	mbedtls_ssl_conf_renegotiation(conf,
	    MBEDTLS_SSL_RENEGOTIATION_ENABLED);
	compat_conf_versions(conf, trial->version, trial->version);
	compat_conf_client(conf, trial->kind == MBED_TRIAL_PSK);
	if (trial->kind >= MBED_TRIAL_ECDSA)
		mbed_compat_conf_p256(conf);		/* the least work */
	if (trial->offered[0])
		mbedtls_ssl_conf_ciphersuites(conf, trial->offered);
	status = mbedtls_ssl_conf_alpn_protocols(conf, protocols);
	if (!status && trial->config.psk)
		status = mbedtls_ssl_conf_psk(conf, shared_key,
		    sizeof shared_key, shared_key, sizeof shared_key);
	if (!status && trial->certificate)
		status = set_certificate(trial);
	trial->hooked = (struct compat_hooked){ &hooks, &trial->client };
	mbed_compat_tell_secrets(conf, &trial->client, &trial->hooked);
	if (!status)
		status = mbedtls_ssl_setup(&trial->client, conf);
	if (!status)
		status = mbedtls_ssl_set_hostname(&trial->client, NULL);
	if (!status && trial->resumed)
		status = mbedtls_ssl_set_session(&trial->client,
		    trial->resumed);
	mbedtls_ssl_set_bio(&trial->client, trial, send_up, receive, NULL);
	return status;
}

/* ---- the trial --------------------------------------------------------- */

static void
init_client(struct mbed_trial *trial)
{
	mbedtls_ssl_init(&trial->client);
	mbedtls_ssl_config_init(&trial->conf);
	mbedtls_x509_crt_init(&trial->client_cert);
	mbedtls_pk_init(&trial->client_key);
}

static bool
fits(uint16_t suite, uint16_t version, enum mbed_trial_kind kind)
{
	const struct mbed_exchange *e = mbed_lists_exchange(suite);
	const mbedtls_ssl_ciphersuite_t *info =
	    mbedtls_ssl_ciphersuite_from_id(suite);

	if (!info || !compat_is_of(info, version))
		return false;
	/* A key from outside is used with SHA-256 (RFC 8446, 4.2.11). */
	if (version == TLS_VERSION_1_3)
		return suite != 0x1302;
	switch (kind) {
	case MBED_TRIAL_PSK:
		return e->psk && e->silent && !e->certificate;
	case MBED_TRIAL_PSK_ECDHE:
		return e->psk && e->ecdhe;
	case MBED_TRIAL_PSK_DHE:
		return e->psk && !e->silent && !e->ecdhe;
	case MBED_TRIAL_ECDSA:
		return e->signs_ecdsa;
	default:
		return e->signs_rsa && e->ecdhe;
	}
}

uint16_t
mbed_trial_newest_old(struct tls_probe *probe)
{
	return common_probe_works(probe, probe->table, TLS_FEATURE_TLS1_2) ?
	    TLS_VERSION_1_2 : TLS_VERSION_1_0;
}

uint16_t
mbed_trial_newest(struct tls_probe *probe)
{
	return common_probe_works(probe, probe->table, TLS_FEATURE_TLS1_3) ?
	    TLS_VERSION_1_3 : mbed_trial_newest_old(probe);
}

void
mbed_trial_init(struct mbed_trial *trial, uint16_t version,
    enum mbed_trial_kind kind)
{
	uint16_t all[512];
	size_t num = mbed_lists_suites(all, 512), n = 0;

	memset(trial, 0, sizeof *trial);
	for (size_t i = 0; i < num && i < 512; i++)
		if (n < MBED_TRIAL_MAX_SUITES && fits(all[i], version, kind))
			trial->suites[n++] = all[i];
	for (size_t i = 0; i < n; i++)
		trial->offered[i] = trial->suites[i];
	trial->version = version;
	trial->kind = kind;
	trial->least_dh_bits = 1024;
	trial->config = (struct tls_config){
		.versions = TLS_VERSION_BIT(version),
		.suites = trial->suites, .num_suites = n,
		.security_level = -1,
		.psk = kind < MBED_TRIAL_ECDSA,
	};
	trial->choice = (struct tls_choice){
		.version = version, .suites = trial->suites, .num_suites = n,
	};
	common_memory_init(&trial->memory);
	common_witness_init(&trial->witness,
	    TLS_WANTS_STATES | TLS_WANTS_SECRETS);
	trial->witness.psk_identity = trial->witness.psk = shared();
	init_client(trial);
}

static void
end_connection(struct mbed_trial *trial)
{
	mbed_session_close(trial->session);
	trial->session = NULL;
	mbedtls_ssl_free(&trial->client);
	mbed_traffic_free(&trial->to_client);
	mbed_traffic_free(&trial->to_server);
	mbedtls_ssl_config_free(&trial->conf);
	mbedtls_x509_crt_free(&trial->client_cert);
	mbedtls_pk_free(&trial->client_key);
	common_memory_clear(&trial->memory);
}

void
mbed_trial_clear(struct mbed_trial *trial)
{
	end_connection(trial);
	mbed_server_close(trial->server);
	common_witness_clear(&trial->witness);
}

/* As much of what the client said as a session looks at. */
static void
read_hello(struct mbed_trial *trial)
{
	struct common_pipe *pipe = &trial->memory.to_server;
	size_t len = common_pipe_len(pipe);
	const uint8_t *at = pipe->data + pipe->next + COMMON_RECORD_HEADER_LEN;

	if (len < COMMON_RECORD_HEADER_LEN + 6 ||
	    len - COMMON_RECORD_HEADER_LEN > sizeof trial->message)
		return;
	len -= COMMON_RECORD_HEADER_LEN;
	memcpy(trial->message, at, len);
	trial->hello.message = (struct tls_span){ trial->message, len };
	trial->hello.legacy_version = common_get_u16(at + 4);
	trial->hello.offers_secure_renegotiation = true;
}

static bool
shake_hands(struct mbed_trial *trial)
{
	enum tls_status status = TLS_WANT_READ;

	for (int i = 0; i < ROUNDS; i++) {
		if (status != TLS_OK)
			status = mbed_session_handshake(trial->session,
			    &trial->err);
		if (status == TLS_FAILED)
			return false;
		if (trial->status)
			trial->status = mbedtls_ssl_handshake(&trial->client);
		if (status == TLS_OK && !trial->status)
			return true;
	}
	return false;
}

bool
mbed_trial_run(struct mbed_trial *trial)
{
	end_connection(trial);
	common_memory_init(&trial->memory);
	init_client(trial);
	if (!trial->server)
		trial->server = mbed_server_open(&trial->config, &trial->err);
	if (!trial->server || !trial->config.num_suites ||
	    set_up_client(trial) != 0)
		return false;
	trial->status = mbedtls_ssl_handshake(&trial->client);
	read_hello(trial);
	if (trial->most_in_record)
		common_pipe_cut(&trial->memory.to_server,
		    trial->most_in_record);
	trial->session = mbed_session_open(trial->server, &trial->hello,
	    &trial->choice, &trial->memory.io, &trial->witness.host,
	    &trial->err);
	if (!trial->session || !shake_hands(trial))
		return false;
	mbed_session_facts(trial->session, &trial->facts);
	return trial->facts.version == trial->version;
}

int
mbed_trial_talk(struct mbed_trial *trial)
{
	uint8_t byte;
	size_t done;

	for (int i = 0; i < ROUNDS; i++) {
		trial->status = mbedtls_ssl_read(&trial->client, &byte, 1);
		if (trial->status != MBEDTLS_ERR_SSL_WANT_READ)
			break;
		if (mbed_session_read(trial->session, &byte, 1, &done,
		    &trial->err) != TLS_WANT_READ)
			break;
	}
	return trial->status;
}
