/* trial.c - a session and a client of the same library, tied in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <openssl/bio.h>
#include <string.h>

const uint8_t openssl_trial_key[LAB_PSK_LEN + 1] = "sixteen bytes..!";

/* ---- the wire --------------------------------------------------------- */

static enum tls_status
wire_read(struct tls_io *io, uint8_t *buf, size_t len, size_t *done)
{
	struct wire *wire = (struct wire *)io;

	if (BIO_read_ex(SSL_get_wbio(wire->client), buf, len, done) == 1)
		return TLS_OK;
	*done = 0;
	return TLS_WANT_READ;
}

static enum tls_status
wire_write(struct tls_io *io, const uint8_t *buf, size_t len, size_t *done)
{
	struct wire *wire = (struct wire *)io;

	return BIO_write_ex(SSL_get_rbio(wire->client), buf, len, done) == 1 ?
	    TLS_OK : TLS_FAILED;
}

static bool
wire_pending(struct tls_io *io)
{
	struct wire *wire = (struct wire *)io;

	return BIO_ctrl_pending(SSL_get_wbio(wire->client)) > 0;
}

static const struct tls_io_ops wire_ops = {
	.read = wire_read,
	.write = wire_write,
	.pending = wire_pending,
};

/* ---- the witness ------------------------------------------------------ */

static void
witness_state(struct tls_host *host, const struct tls_state *state)
{
	(void)state;
	((struct witness *)host)->states++;
}

static void
witness_message(struct tls_host *host, enum tls_direction direction,
    uint16_t version, uint8_t content_type, struct tls_span message)
{
	(void)direction;
	(void)version;
	(void)content_type;
	(void)message;
	((struct witness *)host)->messages++;
}

static void
witness_secret(struct tls_host *host, const char *label,
    struct tls_span client_random, struct tls_span secret)
{
	(void)label;
	(void)client_random;
	(void)secret;
	((struct witness *)host)->secrets++;
}

static void
witness_alert(struct tls_host *host, enum tls_direction direction,
    uint8_t level, uint8_t description)
{
	(void)host;
	(void)direction;
	(void)level;
	(void)description;
}

static bool
witness_verify(struct tls_host *host, const struct tls_verify_step *step)
{
	((struct witness *)host)->steps++;
	((struct witness *)host)->error = step->error;
	return true;
}

static void
witness_changed(struct tls_host *host)
{
	((struct witness *)host)->changed++;
}

static struct tls_span
witness_resume(struct tls_host *host, struct tls_span id)
{
	const struct lab *lab = ((struct witness *)host)->lab;

	if (!lab->saved_len || id.len != lab->saved_id_len ||
	    memcmp(id.data, lab->saved_id, id.len))
		return (struct tls_span){ .len = 0 };
	return (struct tls_span){ lab->saved, lab->saved_len };
}

static void
witness_remember(struct tls_host *host, struct tls_span id,
    struct tls_span session, uint32_t seconds)
{
	struct lab *lab = ((struct witness *)host)->lab;

	(void)seconds;
	if (id.len > sizeof lab->saved_id || session.len > sizeof lab->saved)
		return;
	memcpy(lab->saved_id, id.data, id.len);
	memcpy(lab->saved, session.data, session.len);
	lab->saved_id_len = id.len;
	lab->saved_len = session.len;
}

static void
witness_forget(struct tls_host *host, struct tls_span id)
{
	(void)id;
	((struct witness *)host)->lab->saved_len = 0;
}

static struct tls_span
witness_psk(struct tls_host *host, struct tls_span identity)
{
	(void)host;
	if (identity.len != sizeof LAB_PSK_IDENTITY - 1 ||
	    memcmp(identity.data, LAB_PSK_IDENTITY, identity.len))
		return (struct tls_span){ .len = 0 };
	return (struct tls_span){ openssl_trial_key,
	    LAB_PSK_LEN };
}

static int64_t
witness_now_ms(struct tls_host *host)
{
	(void)host;
	return 86400000;	/* the second day of the certificates */
}

static void
witness_wake_in(struct tls_host *host, uint32_t ms)
{
	(void)host;
	(void)ms;
}

static const struct tls_choice *
witness_inner_hello(struct tls_host *host, struct tls_span message)
{
	(void)host;
	(void)message;
	return NULL;
}

static const struct tls_host_ops witness_ops = {
	.state = witness_state,
	.message = witness_message,
	.secret = witness_secret,
	.alert = witness_alert,
	.verify = witness_verify,
	.changed = witness_changed,
	.resume = witness_resume,
	.remember = witness_remember,
	.forget = witness_forget,
	.psk = witness_psk,
	.now_ms = witness_now_ms,
	.wake_in = witness_wake_in,
	.inner_hello = witness_inner_hello,
};

/* ---- clients ---------------------------------------------------------- */

static int
count_session(SSL *client, SSL_SESSION *session)
{
	struct trial *trial = SSL_get_app_data(client);

	(void)session;
	trial->num_sessions++;
	return 0;
}

#if OPENSSL_HAS_NPN
static int
take_first(SSL *client, unsigned char **out, unsigned char *out_len,
    const unsigned char *offer, unsigned offer_len, void *arg)
{
	(void)client;
	(void)arg;
	if (!offer_len || offer[0] >= offer_len)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = (unsigned char *)offer + 1;
	*out_len = offer[0];
	return SSL_TLSEXT_ERR_OK;
}
#endif

void
openssl_trial_clients(SSL_CTX *ctx)
{
	SSL_CTX_set_session_cache_mode(ctx,
	    SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(ctx, count_session);
#if OPENSSL_HAS_NPN
	SSL_CTX_set_next_proto_select_cb(ctx, take_first, NULL);
#endif
}

unsigned
openssl_trial_psk(SSL *ssl, const char *hint, char *identity,
    unsigned identity_room, unsigned char *key, unsigned key_room)
{
	struct trial *trial = SSL_get_app_data(ssl);
	size_t len = strlen(trial->psk_identity) + 1;

	trial->hinted = hint && !memcmp(hint, openssl_trial_key, 4) && !hint[4];
	if (len > identity_room || LAB_PSK_LEN > key_room)
		return 0;
	memcpy(identity, trial->psk_identity, len);
	memcpy(key, openssl_trial_key, LAB_PSK_LEN);
	return LAB_PSK_LEN;
}

bool
openssl_use_certificate(struct trial *trial)
{
	const struct lab_identity *own = &trial->witness.lab->p256;

	return SSL_use_certificate(trial->client, own->cert) == 1 &&
	    SSL_use_PrivateKey(trial->client, own->pkey) == 1;
}

/* ---- a trial ---------------------------------------------------------- */

bool
openssl_trial_init(struct trial *trial, struct lab *lab,
    struct tls_server *server, uint16_t version)
{
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	SSL *client = SSL_new(lab->clients);

	*trial = (struct trial){
		.server = server,
		.wire = { .io = { &wire_ops } },
		.witness = { .host = { &witness_ops, 0 }, .lab = lab },
	};
	if (!server || !client || !in || !out) {
		BIO_free(in);
		BIO_free(out);
		SSL_free(client);
		return false;
	}
	BIO_set_mem_eof_return(in, -1);
	SSL_set_bio(client, in, out);
	SSL_set_connect_state(client);
	trial->client = trial->wire.client = client;
	SSL_set_app_data(client, trial);
	return SSL_set_min_proto_version(client, version) == 1 &&
	    SSL_set_max_proto_version(client, version) == 1;
}

void
openssl_trial_clear(struct trial *trial)
{
	openssl_session_close(trial->session);
	/* Lest its session becomes unfit for the next trial. */
	if (trial->client)
		SSL_set_shutdown(trial->client, SSL_SENT_SHUTDOWN);
	SSL_free(trial->client);
	openssl_forgive();
}

bool
openssl_trial_open(struct trial *trial)
{
	struct tls_choice choice = { .alpn = trial->alpn,
	    .status = trial->status };
	struct tls_error err;

	trial->session = openssl_session_open(trial->server, NULL, &choice,
	    &trial->wire.io, &trial->witness.host, &err);
	return trial->session;
}

bool
openssl_trial_shake(struct trial *trial)
{
	enum { TURNS = 8 };		/* more than any handshake has */
	struct tls_error err;
	enum tls_status status = TLS_WANT_READ;
	int done = 0;

	if (!trial->session && !openssl_trial_open(trial))
		return false;
	for (int i = 0; i < TURNS && !(status == TLS_OK && done == 1); i++) {
		openssl_forgive();
		done = SSL_do_handshake(trial->client);
		if (status != TLS_OK)
			status = openssl_handshake(trial->session, &err);
		if (status == TLS_FAILED)
			return false;
	}
	openssl_facts(trial->session, &trial->facts);
	return status == TLS_OK && done == 1;
}

bool
openssl_trial_talk(struct trial *trial)
{
	enum { TURNS = 8 };
	struct tls_error err;
	uint8_t buf[16];
	size_t done;
	int sent = 0, heard = 0;
	enum tls_status wrote = TLS_WANT_WRITE, was = TLS_WANT_READ, status;

	for (int i = 0; i < TURNS; i++) {
		openssl_forgive();
		if (sent != 1)
			sent = SSL_write_ex(trial->client, "?", 1, &done);
		if (heard != 1)
			heard = SSL_read_ex(trial->client, buf, sizeof buf,
			    &done);
		status = openssl_read(trial->session, buf, sizeof buf, &done,
		    &err);
		if (status == TLS_FAILED)
			return false;
		if (status == TLS_OK)
			was = TLS_OK;
		/* Last, that all questions are answered before. */
		if (was == TLS_OK && wrote != TLS_OK && i > TURNS / 2)
			wrote = openssl_write(trial->session,
			    (const uint8_t *)"!", 1, &done, &err);
	}
	openssl_facts(trial->session, &trial->facts);
	return was == TLS_OK && wrote == TLS_OK && sent == 1 && heard == 1;
}
