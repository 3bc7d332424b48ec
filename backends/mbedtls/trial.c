/* trial.c - a handshake in memory, the library against itself
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rounds of client and server before a trial has failed; six are enough. */
#define ROUNDS		20
#define PROTOCOL	"trial"

struct pipe {
	uint8_t data[16384];
	size_t next, len;
};

struct trial {
	struct tls_io io;		/* first: a trial is the server's io */
	struct tls_host host;
	struct trial_result *result;
	struct pipe up, down;		/* to the server, to the client */
	mbedtls_ssl_context client;
	mbedtls_ssl_config conf;
	struct mbed_traffic to_client, to_server;	/* the client's */
	uint8_t hello[2048];		/* the client's, without its record */
};

/* A trial found by its host. */
static struct trial *
trial_of(struct tls_host *host)
{
	uint8_t *at = (uint8_t *)host;

	return (struct trial *)(at - offsetof(struct trial, host));
}

/* ---- pipes ------------------------------------------------------------- */

static size_t
pipe_read(struct pipe *p, uint8_t *buf, size_t len)
{
	if (len > p->len - p->next)
		len = p->len - p->next;
	memcpy(buf, p->data + p->next, len);
	p->next += len;
	if (p->next == p->len)
		p->next = p->len = 0;
	return len;
}

static size_t
pipe_write(struct pipe *p, const uint8_t *buf, size_t len)
{
	if (len > sizeof p->data - p->len)
		len = sizeof p->data - p->len;
	memcpy(p->data + p->len, buf, len);
	p->len += len;
	return len;
}

static enum tls_status
server_reads(struct tls_io *io, uint8_t *buf, size_t len, size_t *done)
{
	struct trial *trial = (struct trial *)io;

	*done = pipe_read(&trial->up, buf, len);
	return *done ? TLS_OK : TLS_WANT_READ;
}

static enum tls_status
server_writes(struct tls_io *io, const uint8_t *buf, size_t len, size_t *done)
{
	struct trial *trial = (struct trial *)io;

	*done = pipe_write(&trial->down, buf, len);
	return *done ? TLS_OK : TLS_WANT_WRITE;
}

static bool
server_pends(struct tls_io *io)
{
	struct trial *trial = (struct trial *)io;

	return trial->up.len > 0;
}

static int
client_sends(void *context, const unsigned char *buf, size_t len)
{
	struct trial *trial = context;
	size_t done = pipe_write(&trial->up, buf, len);

	return done ? (int)done : MBEDTLS_ERR_SSL_WANT_WRITE;
}

static int
client_receives(void *context, unsigned char *buf, size_t len)
{
	struct trial *trial = context;
	size_t done = pipe_read(&trial->down, buf, len);

	return done ? (int)done : MBEDTLS_ERR_SSL_WANT_READ;
}

/* ---- the host ---------------------------------------------------------- */

static void
hear_state(struct tls_host *host, const struct tls_state *state)
{
	(void)state;
	trial_of(host)->result->num_states++;
}

static void
hear_message(struct tls_host *host, enum tls_direction direction,
    uint16_t version, uint8_t content_type, struct tls_span message)
{
	(void)host;
	(void)direction;
	(void)version;
	(void)content_type;
	(void)message;
}

static void
hear_secret(struct tls_host *host, const char *label,
    struct tls_span client_random, struct tls_span secret)
{
	(void)label;
	(void)client_random;
	(void)secret;
	trial_of(host)->result->num_secrets++;
}

static void
hear_alert(struct tls_host *host, enum tls_direction direction,
    uint8_t level, uint8_t description)
{
	(void)host;
	(void)direction;
	(void)level;
	(void)description;
}

static bool
accept_all(struct tls_host *host, const struct tls_verify_step *step)
{
	(void)host;
	(void)step;
	return true;
}

static void
hear_change(struct tls_host *host)
{
	(void)host;
}

static struct tls_span
resume_nothing(struct tls_host *host, struct tls_span id)
{
	(void)host;
	(void)id;
	return (struct tls_span){ NULL, 0 };
}

static void
remember_nothing(struct tls_host *host, struct tls_span id,
    struct tls_span session, uint32_t seconds)
{
	(void)host;
	(void)id;
	(void)session;
	(void)seconds;
}

static void
forget_nothing(struct tls_host *host, struct tls_span id)
{
	(void)host;
	(void)id;
}

static const uint8_t shared_key[] = "a key for trials";

static struct tls_span
know_one_key(struct tls_host *host, struct tls_span identity)
{
	(void)host;
	(void)identity;
	return (struct tls_span){ shared_key, sizeof shared_key };
}

static int64_t
no_time(struct tls_host *host)
{
	(void)host;
	return 0;
}

static void
never_wake(struct tls_host *host, uint32_t ms)
{
	(void)host;
	(void)ms;
}

static const struct tls_choice *
no_inner_hello(struct tls_host *host, struct tls_span message)
{
	(void)host;
	(void)message;
	return NULL;
}

static const struct tls_io_ops io_ops = {
	.read = server_reads,
	.write = server_writes,
	.pending = server_pends,
};

static const struct tls_host_ops host_ops = {
	.state = hear_state,
	.message = hear_message,
	.secret = hear_secret,
	.alert = hear_alert,
	.verify = accept_all,
	.changed = hear_change,
	.resume = resume_nothing,
	.remember = remember_nothing,
	.forget = forget_nothing,
	.psk = know_one_key,
	.now_ms = no_time,
	.wake_in = never_wake,
	.inner_hello = no_inner_hello,
};

/* ---- the identity ------------------------------------------------------ */

static int
write_certificate(struct mbed_trial_identity *id, mbedtls_pk_context *pk,
    mbedtls_ctr_drbg_context *drbg)
{
	mbedtls_x509write_cert cert;
	int status;

	mbedtls_x509write_crt_init(&cert);
	mbedtls_x509write_crt_set_version(&cert, MBEDTLS_X509_CRT_VERSION_3);
	mbedtls_x509write_crt_set_md_alg(&cert, MBEDTLS_MD_SHA256);
	mbedtls_x509write_crt_set_subject_key(&cert, pk);
	mbedtls_x509write_crt_set_issuer_key(&cert, pk);
	status = compat_set_serial(&cert, 1);
	if (!status)
		status = mbedtls_x509write_crt_set_subject_name(&cert,
		    "CN=trial");
	if (!status)
		status = mbedtls_x509write_crt_set_issuer_name(&cert,
		    "CN=trial");
	if (!status)
		status = mbedtls_x509write_crt_set_validity(&cert,
		    "20200101000000", "20491231235959");
	if (!status)
		status = mbedtls_x509write_crt_der(&cert, id->cert,
		    sizeof id->cert, mbedtls_ctr_drbg_random, drbg);
	mbedtls_x509write_crt_free(&cert);
	if (status <= 0)
		return status ? status : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
	/* It is written to the end. */
	id->chain = (struct tls_span){ id->cert + sizeof id->cert - status,
		(size_t)status };
	return 0;
}

bool
mbed_trial_identity(struct mbed_trial_identity *id, struct tls_error *err)
{
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
	mbedtls_pk_context pk;
	bool done = mbed_server_seed(&entropy, &drbg, err) &&
	    mbed_primitives.make_key(TLS_KEY_P256, 0, &id->key, err);

	mbedtls_pk_init(&pk);
	if (done) {
		struct tls_span key = { id->key.der, id->key.der_len };
		int status = compat_parse_key(&pk, key, NULL, 0, &drbg);

		if (!status)
			status = write_certificate(id, &pk, &drbg);
		id->identity = (struct tls_identity){
			.chain = &id->chain, .num_chain = 1, .key = key,
			.cert_origin = "trial", .key_origin = "trial",
		};
		done = status == 0 || mbed_error_from(err, TLS_BLAME_LIBRARY,
		    status, "a certificate for trials");
	}
	mbedtls_pk_free(&pk);
	mbedtls_ctr_drbg_free(&drbg);
	mbedtls_entropy_free(&entropy);
	return done;
}

/* ---- the trial --------------------------------------------------------- */

static int
set_up_client(struct trial *trial, uint16_t version, struct tls_server *server)
{
	static const char *protocols[] = { PROTOCOL, NULL };
	mbedtls_ssl_config *conf = &trial->conf;
	int status = mbedtls_ssl_config_defaults(conf, MBEDTLS_SSL_IS_CLIENT,
	    MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);

	if (status)
		return status;
	/* The one generator serves both ends, which take turns. */
	mbedtls_ssl_conf_rng(conf, mbedtls_ctr_drbg_random, &server->drbg);
	mbedtls_ssl_conf_authmode(conf, MBEDTLS_SSL_VERIFY_OPTIONAL);
	compat_conf_versions(conf, version, version);
	mbed_compat_conf_p256(conf);		/* the least work */
	status = mbedtls_ssl_conf_alpn_protocols(conf, protocols);
	if (!status && server->config->psk)
		status = mbedtls_ssl_conf_psk(conf, shared_key,
		    sizeof shared_key, shared_key, sizeof shared_key);
	if (!status)
		status = mbedtls_ssl_setup(&trial->client, conf);
	if (!status)
		status = mbedtls_ssl_set_hostname(&trial->client, NULL);
	mbedtls_ssl_set_bio(&trial->client, trial, client_sends,
	    client_receives, NULL);
	return status;
}

static bool
shake_hands(struct trial *trial, struct tls_session *session,
    struct tls_error *err)
{
	enum tls_status status = TLS_WANT_READ;
	int theirs = MBEDTLS_ERR_SSL_WANT_READ;

	for (int i = 0; i < ROUNDS; i++) {
		if (status != TLS_OK)
			status = mbed_session_handshake(session, err);
		if (status == TLS_FAILED)
			return false;
		if (theirs)
			theirs = mbedtls_ssl_handshake(&trial->client);
		if (status == TLS_OK && !theirs)
			return true;
	}
	return mbed_error_from(err, TLS_BLAME_LIBRARY, theirs, "no handshake");
}

/* As much of what the client said as a session looks at. */
static void
read_hello(struct trial *trial, struct tls_hello *hello)
{
	size_t len = trial->up.len > 5 ? trial->up.len - 5 : 0;

	if (len > sizeof trial->hello)
		len = 0;
	memcpy(trial->hello, trial->up.data + 5, len);
	*hello = (struct tls_hello){
		.message = { trial->hello, len },
		.legacy_version = (uint16_t)(trial->hello[4] << 8 |
		    trial->hello[5]),
	};
}

static bool
client_hears(struct trial *trial, struct tls_session *session)
{
	struct tls_error ignored;
	uint8_t byte = 1;
	size_t done;

	return mbed_session_key_update(session, false, &ignored) == TLS_OK &&
	    mbedtls_ssl_read(&trial->client, &byte, 1) ==
		MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE &&
	    mbed_traffic_renew(&trial->client, &trial->to_client,
		TLS_RECEIVED) == 0 &&
	    mbed_session_write(session, &byte, 1, &done, &ignored) ==
		TLS_OK &&
	    mbedtls_ssl_read(&trial->client, &byte, 1) == 1;
}

static bool
server_hears(struct trial *trial, struct tls_session *session)
{
	static const uint8_t update[] = { 24, 0, 0, 1, 0 };
	struct tls_error ignored;
	uint8_t byte = 1;
	size_t done;

	return mbed_private_write(&session->server->originals,
	    &trial->client, (struct tls_span){ update, sizeof update }) == 0 &&
	    mbed_traffic_renew(&trial->client, &trial->to_server, TLS_SENT) ==
		0 &&
	    mbedtls_ssl_write(&trial->client, &byte, 1) == 1 &&
	    mbed_session_read(session, &byte, 1, &done, &ignored) == TLS_OK;
}

/* A KeyUpdate each way.  The client is no better at it than the library, but
 * has the same parts to make one of. */
static bool
renew(struct trial *trial, struct tls_session *session)
{
	if (trial->result->version < TLS_VERSION_1_3 || !mbed_private_known())
		return false;
	trial->to_client.secret = session->own.secret;
	trial->to_server.secret = session->peer.secret;
	return client_hears(trial, session) && server_hears(trial, session);
}

static void
judge(struct trial *trial, struct tls_session *session)
{
	struct trial_result *result = trial->result;
	struct tls_facts facts;

	mbed_session_facts(session, &facts);
	result->alpn = facts.alpn.len == sizeof PROTOCOL - 1;
	result->version = facts.version;
	result->edited = session->editor.changed;
	result->hooked = session->interposed;
	result->renewed = renew(trial, session);
}

static bool
try_server(struct trial *trial, struct tls_server *server, uint16_t version,
    struct tls_error *err)
{
	struct tls_choice choice = {
		.version = version,
		.suites = server->config->suites,
		.num_suites = server->config->num_suites,
		.alpn = { (const uint8_t *)PROTOCOL, sizeof PROTOCOL - 1 },
	};
	struct tls_hello hello;
	struct tls_session *session = NULL;
	int status = set_up_client(trial, version, server);
	bool done;

	if (!status)
		mbedtls_ssl_handshake(&trial->client);	/* its hello */
	read_hello(trial, &hello);
	done = status ? mbed_error_from(err, TLS_BLAME_LIBRARY, status,
	    "a client") : true;
	if (done)
		session = mbed_session_open(server, &hello, &choice,
		    &trial->io, &trial->host, err);
	done = session && shake_hands(trial, session, err);
	if (done) {
		judge(trial, session);
		done = trial->result->version == version || mbed_error_set(err,
		    TLS_BLAME_LIBRARY, "it is spoken as %04x",
		    trial->result->version);
	}
	mbed_session_close(session);
	return done;
}

static bool
run(const struct tls_config *config, uint16_t version,
    struct trial_result *result, struct tls_error *err)
{
	struct trial *trial = calloc(1, sizeof *trial);
	struct tls_server *server = mbed_server_open(config, err);
	bool done = false;

	*result = (struct trial_result){ .alpn = false };
	if (trial) {
		mbedtls_ssl_init(&trial->client);
		mbedtls_ssl_config_init(&trial->conf);
	}
	if (trial && server) {
		trial->io.ops = &io_ops;
		trial->host.ops = &host_ops;
		trial->host.wants = TLS_WANTS_SECRETS | TLS_WANTS_STATES;
		trial->result = result;
		done = try_server(trial, server, version, err);
	}
	if (trial) {
		mbedtls_ssl_free(&trial->client);
		mbed_traffic_free(&trial->to_client);
		mbed_traffic_free(&trial->to_server);
		mbedtls_ssl_config_free(&trial->conf);
	}
	mbed_server_close(server);
	free(trial);
	return done;
}

bool
mbed_trial_run(const struct mbed_trial_identity *id, uint16_t version,
    struct trial_result *result, struct tls_error *err)
{
	uint16_t suites[TRIAL_MAX_SUITES];
	size_t num_suites = mbed_lists_suites(suites, TRIAL_MAX_SUITES);
	struct tls_config config = {
		.versions = TLS_VERSION_BIT(version),
		.suites = suites,
		.num_suites = num_suites < TRIAL_MAX_SUITES ? num_suites :
		    TRIAL_MAX_SUITES,
		.security_level = -1,
		.identities = &id->identity, .num_identities = 1,
	};

	return run(&config, version, result, err);
}

/* A hint where the library sends none is a message more than it hashed; the
 * Finished messages prove that the hash was mended. */
bool
mbed_trial_edit(struct trial_result *result, struct tls_error *err)
{
	uint16_t suites[TRIAL_MAX_SUITES];
	size_t all = mbed_lists_suites(suites, TRIAL_MAX_SUITES), n = 0;
	struct tls_config config = {
		.versions = TLS_VERSION_BIT(TLS_VERSION_1_2),
		.suites = suites,
		.security_level = -1,
		.psk = true,
		.psk_hint = { shared_key, sizeof shared_key },
	};

	for (size_t i = 0; i < all && i < TRIAL_MAX_SUITES; i++) {
		const struct mbed_exchange *e = mbed_lists_exchange(suites[i]);

		if (e->psk && e->silent && !e->certificate)
			suites[n++] = suites[i];
	}
	config.num_suites = n;
	return run(&config, TLS_VERSION_1_2, result, err) && result->edited;
}
