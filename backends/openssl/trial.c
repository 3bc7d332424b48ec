/* trial.c - a session and a client of the same library, tied in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <openssl/bio.h>
#include <string.h>

/* More calls of each side than any handshake or request takes. */
#define TURNS	8

/* ---- the client ------------------------------------------------------- */

/* An SSL_set_psk_client_callback. */
static unsigned
give_psk(SSL *ssl, const char *hint, char *identity, unsigned identity_room,
    unsigned char *key, unsigned key_room)
{
	struct trial *trial = SSL_get_app_data(ssl);
	size_t len = trial->psk_identity ? strlen(trial->psk_identity) + 1 : 0;

	trial->hinted = hint && !strncmp(hint, LAB_PSK, 4) && !hint[4];
	if (!len || len > identity_room || LAB_PSK_LEN > key_room)
		return 0;
	memcpy(identity, trial->psk_identity, len);
	memcpy(key, LAB_PSK, LAB_PSK_LEN);
	return LAB_PSK_LEN;
}

static bool
open_client(struct trial *trial)
{
	SSL_CTX *ctx = openssl_lab_clients(trial->probe);
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	SSL *client = trial->client = ctx ? SSL_new(ctx) : NULL;

	if (!client || !in || !out) {
		BIO_free(in);
		BIO_free(out);
		return false;
	}
	BIO_set_mem_eof_return(in, -1);
	SSL_set_bio(client, in, out);
	SSL_set_connect_state(client);
	SSL_set_psk_client_callback(client, give_psk);
	return SSL_set_app_data(client, trial) == 1 &&
	    SSL_set_min_proto_version(client, trial->version) == 1 &&
	    SSL_set_max_proto_version(client, trial->version) == 1;
}

bool
openssl_trial_certify(struct trial *trial)
{
	const struct lab_identity *own = openssl_lab_identity(trial->probe,
	    LAB_P256);

	return own && SSL_use_certificate(trial->client, own->cert) == 1 &&
	    SSL_use_PrivateKey(trial->client, own->pkey) == 1;
}

/* ---- beginning and end ------------------------------------------------ */

bool
openssl_trial_init(struct trial *trial, struct tls_probe *probe,
    struct tls_server *server, uint16_t version)
{
	struct common_witness *witness = &trial->witness;

	*trial = (struct trial){
		.probe = probe, .server = server, .version = version,
	};
	common_memory_init(&trial->memory);
	common_witness_init(witness, 0);
	witness->time_ms = 86400000;	/* the certificates' second day */
	witness->psk_identity = (struct tls_span){
	    (const uint8_t *)LAB_PSK_IDENTITY, sizeof LAB_PSK_IDENTITY - 1 };
	witness->psk = (struct tls_span){ (const uint8_t *)LAB_PSK,
	    LAB_PSK_LEN };
	return server && open_client(trial);
}

static void
disconnect(struct trial *trial)
{
	openssl_session_close(trial->session);
	trial->session = NULL;
	/* Lest its session becomes unfit for the next one. */
	if (trial->client)
		SSL_set_shutdown(trial->client, SSL_SENT_SHUTDOWN);
	SSL_free(trial->client);
	trial->client = NULL;
	common_memory_clear(&trial->memory);
	openssl_clear_errors();
}

bool
openssl_trial_resume(struct trial *trial)
{
	SSL_SESSION *session = SSL_get1_session(trial->client);
	bool ready;

	disconnect(trial);
	ready = session && open_client(trial) &&
	    SSL_set_session(trial->client, session) == 1;
	SSL_SESSION_free(session);
	return ready;
}

void
openssl_trial_clear(struct trial *trial)
{
	disconnect(trial);
	common_witness_clear(&trial->witness);
}

/* ---- both sides ------------------------------------------------------- */

/* Carries to each side what the other one said. */
static void
carry(struct trial *trial)
{
	uint8_t buf[4096];
	size_t len;

	while ((len = common_pipe_take(&trial->memory.to_client, buf,
	    sizeof buf)))
		BIO_write(SSL_get_rbio(trial->client), buf, (int)len);
	while (BIO_read_ex(SSL_get_wbio(trial->client), buf, sizeof buf, &len))
		common_pipe_put(&trial->memory.to_server, buf, len);
}

/* How far the client's handshake got: 1 when it is complete. */
static int
move_client(struct trial *trial)
{
	int done;

	carry(trial);
	openssl_clear_errors();
	done = SSL_do_handshake(trial->client);
	carry(trial);
	return done;
}

bool
openssl_trial_open(struct trial *trial)
{
	struct tls_choice choice = { .alpn = trial->alpn,
	    .status = trial->status };

	trial->session = openssl_session_open(trial->server, NULL, &choice,
	    &trial->memory.io, &trial->witness.host, &trial->err);
	return trial->session;
}

bool
openssl_trial_hello(struct trial *trial)
{
	bool open = openssl_trial_open(trial);

	if (open)
		move_client(trial);
	return open;
}

bool
openssl_trial_shake(struct trial *trial)
{
	enum tls_status status = TLS_WANT_READ;
	int done = 0;

	if (!openssl_trial_hello(trial))
		return false;
	for (int i = 0; i < TURNS && !(status == TLS_OK && done == 1); i++) {
		if (status != TLS_OK)
			status = openssl_handshake(trial->session,
			    &trial->err);
		if (status == TLS_FAILED)
			return false;
		done = move_client(trial);
	}
	openssl_facts(trial->session, &trial->facts);
	return status == TLS_OK && done == 1;
}

bool
openssl_trial_talk(struct trial *trial)
{
	uint8_t buf[16];
	size_t done;
	bool sent = false, heard = false, read = false, wrote = false;
	enum tls_status status;

	for (int i = 0; i < TURNS; i++) {
		openssl_clear_errors();
		sent = sent || SSL_write_ex(trial->client, "?", 1, &done) == 1;
		carry(trial);
		heard = heard || SSL_read_ex(trial->client, buf, sizeof buf,
		    &done) == 1;
		carry(trial);
		status = openssl_read(trial->session, buf, sizeof buf, &done,
		    &trial->err);
		if (status == TLS_FAILED)
			return false;
		read = read || status == TLS_OK;
		/* Last, that all questions are answered before. */
		if (read && !wrote && i > TURNS / 2)
			wrote = openssl_write(trial->session,
			    (const uint8_t *)"!", 1, &done, &trial->err) ==
			    TLS_OK;
	}
	openssl_facts(trial->session, &trial->facts);
	return sent && heard && read && wrote;
}
