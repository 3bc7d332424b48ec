/* trial.c - a session and a client of the same library, tied in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <openssl/bio.h>
#include <string.h>

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
witness_state(struct tls_host *host, const char *name)
{
	(void)name;
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
	(void)step;
	((struct witness *)host)->steps++;
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

static int64_t
witness_now(struct tls_host *host)
{
	(void)host;
	return 86400;		/* the second day of the certificates */
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
	.now = witness_now,
};

/* ---- the lab ---------------------------------------------------------- */

static bool
make_cert(struct lab_identity *identity, const EVP_MD *md)
{
	X509 *cert = identity->cert = X509_new();
	X509_NAME *name = cert ? X509_get_subject_name(cert) : NULL;

	return name && X509_set_version(cert, X509_VERSION_3) &&
	    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) &&
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"probe", -1, -1, 0) &&
	    X509_set_issuer_name(cert, name) &&
	    ASN1_TIME_set(X509_getm_notBefore(cert), 0) &&
	    ASN1_TIME_set(X509_getm_notAfter(cert), 2 * 86400) &&
	    X509_set_pubkey(cert, identity->pkey) &&
	    X509_sign(cert, identity->pkey, md) > 0;
}

/* Takes `pkey`; fills `out`, which borrows from `identity`. */
static bool
make_identity(struct lab_identity *identity, EVP_PKEY *pkey, const EVP_MD *md,
    struct tls_identity *out)
{
	uint8_t *key = identity->key, *der = identity->der;
	int key_len, der_len;

	identity->pkey = pkey;
	if (!pkey || !make_cert(identity, md) ||
	    i2d_PrivateKey(pkey, NULL) > LAB_MAX_LEN ||
	    i2d_X509(identity->cert, NULL) > LAB_MAX_LEN)
		return false;
	key_len = i2d_PrivateKey(pkey, &key);
	der_len = i2d_X509(identity->cert, &der);
	if (key_len <= 0 || der_len <= 0)
		return false;
	identity->chain = (struct tls_span){ identity->der, (size_t)der_len };
	*out = (struct tls_identity){
		.chain = &identity->chain,
		.num_chain = 1,
		.key = { identity->key, (size_t)key_len },
		.cert_origin = "the probe's certificate",
		.key_origin = "the probe's key",
	};
	return true;
}

static bool
open_servers(struct lab *lab, struct tls_error *err)
{
	size_t num = openssl_suites(lab->suites, LAB_MAX_SUITES);

	lab->usual_config = (struct tls_config){
		.versions = TLS_VERSION_BIT(TLS_VERSION_1_0) |
		    TLS_VERSION_BIT(TLS_VERSION_1_1) |
		    TLS_VERSION_BIT(TLS_VERSION_1_2) |
		    TLS_VERSION_BIT(TLS_VERSION_1_3),
		.suites = lab->suites,
		.num_suites = num < LAB_MAX_SUITES ? num : LAB_MAX_SUITES,
		.security_level = -1,
		.identities = lab->identities,
		.num_identities = lab->identities[1].num_chain ? 2 : 1,
	};
	lab->lenient_config = lab->usual_config;
	lab->lenient_config.security_level = 0;
	lab->lenient_config.peer_certificate = TLS_PEER_ASK;
	lab->lenient_config.roots = &lab->p256.chain;
	lab->lenient_config.num_roots = 1;
	lab->lenient_config.session_store = true;
	lab->lenient_config.ticket_key = (struct tls_span){ lab->ticket_key,
	    sizeof lab->ticket_key };
	lab->usual = openssl_server_open(&lab->usual_config, err);
	lab->lenient = openssl_server_open(&lab->lenient_config, err);
	return lab->usual && lab->lenient;
}

bool
openssl_lab_init(struct lab *lab, struct tls_error *err)
{
	memset(lab, 0, sizeof *lab);
	memset(lab->ticket_key, 1, sizeof lab->ticket_key);
	lab->clients = SSL_CTX_new(TLS_client_method());
	if (!lab->clients ||
	    SSL_CTX_set_cipher_list(lab->clients, "ALL:@SECLEVEL=0") != 1 ||
	    !make_identity(&lab->p256,
	    EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"), EVP_sha256(),
	    &lab->identities[0]))
		return openssl_explain(err, TLS_BLAME_LIBRARY, "self-test");
	make_identity(&lab->ed25519,
	    EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), NULL,
	    &lab->identities[1]);
	openssl_forgive();
	return open_servers(lab, err);
}

void
openssl_lab_clear(struct lab *lab)
{
	openssl_server_close(lab->usual);
	openssl_server_close(lab->lenient);
	SSL_CTX_free(lab->clients);
	X509_free(lab->p256.cert);
	EVP_PKEY_free(lab->p256.pkey);
	X509_free(lab->ed25519.cert);
	EVP_PKEY_free(lab->ed25519.pkey);
	OPENSSL_cleanse(lab, sizeof *lab);
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
	struct tls_choice choice = { .alpn = trial->alpn };
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
