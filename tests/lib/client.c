/* client.c - a TLS client over memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>

static void
must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "the test client cannot: %s\n", what);
	ERR_print_errors_fp(stderr);
	abort();
}

/* ---- what the library tells ------------------------------------------ */

static void
on_info(const SSL *ssl, int where, int value)
{
	struct client *client = SSL_get_app_data(ssl);

	if (!(where & SSL_CB_ALERT))
		return;
	if (where & SSL_CB_READ)
		client->alert_received = value & 0xff;
	else
		client->alert_sent = value & 0xff;
}

static void
on_message(int sent, int version, int type, const void *data, size_t len,
    SSL *ssl, void *arg)
{
	struct client *client = SSL_get_app_data(ssl);
	const uint8_t *message = data;

	(void)version;
	(void)arg;
	if (type != SSL3_RT_HANDSHAKE || len < 4)
		return;
	if (sent) {
		client->num_key_updates_sent +=
		    message[0] == SSL3_MT_KEY_UPDATE;
		return;
	}
	if (message[0] == SSL3_MT_KEY_UPDATE)
		client->num_key_updates++;
	if (message[0] == SSL3_MT_HELLO_REQUEST)
		client->num_hello_requests++;
}

static void
on_keylog(const SSL *ssl, const char *line)
{
	struct client *client = SSL_get_app_data(ssl);

	buf_printf(&client->keylog, "%s\n", line);
}

static int
on_session(SSL *ssl, SSL_SESSION *session)
{
	struct client *client = SSL_get_app_data(ssl);

	/* a copy, so that the end of this connection does not change it */
	SSL_SESSION_free(client->session);
	client->session = SSL_SESSION_dup(session);
	must(client->session != NULL, "SSL_SESSION_dup");
	client->num_sessions++;
	return 0;
}

static int
on_verify(int good, X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store,
	    SSL_get_ex_data_X509_STORE_CTX_idx());
	const struct client *client = SSL_get_app_data(ssl);

	(void)good;
	if (!client->rejects_server)
		return 1;
	X509_STORE_CTX_set_error(store, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT);
	return 0;
}

static int
on_npn(SSL *ssl, unsigned char **out, unsigned char *out_len,
    const unsigned char *offer, unsigned offer_len, void *arg)
{
	const struct client *client = SSL_get_app_data(ssl);

	(void)arg;
	SSL_select_next_proto(out, out_len, offer, offer_len,
	    client->npn_known.data, (unsigned)client->npn_known.len);
	return SSL_TLSEXT_ERR_OK;
}

static int
on_status(SSL *ssl, void *arg)
{
	struct client *client = SSL_get_app_data(ssl);
	const unsigned char *response;
	long len = SSL_get_tlsext_status_ocsp_resp(ssl, &response);

	(void)arg;
	client->num_status++;
	client->status.len = 0;
	if (len > 0)
		buf_add(&client->status, response, (size_t)len);
	return 1;
}

static unsigned
on_psk(SSL *ssl, const char *hint, char *identity, unsigned identity_room,
    unsigned char *key, unsigned key_room)
{
	struct client *client = SSL_get_app_data(ssl);

	client->num_psk_asked++;
	snprintf(client->psk_hint, sizeof client->psk_hint, "%s",
	    hint ? hint : "");
	if (strlen(client->psk_identity) >= identity_room ||
	    client->psk_key.len > key_room)
		return 0;
	strcpy(identity, client->psk_identity);
	memcpy(key, client->psk_key.data, client->psk_key.len);
	return (unsigned)client->psk_key.len;
}

/* An unknown extension, to make the hello long. */
static int
on_padding(SSL *ssl, unsigned type, unsigned context,
    const unsigned char **data, size_t *len, X509 *x509, size_t index,
    int *alert, void *arg)
{
	static const uint8_t zeros[1500];

	(void)ssl;
	(void)type;
	(void)context;
	(void)x509;
	(void)index;
	(void)alert;
	(void)arg;
	*data = zeros;
	*len = sizeof zeros;
	return 1;
}

/* ---- opening --------------------------------------------------------- */

static void
configure_ctx(SSL_CTX *ctx, const struct client_options *options)
{
	struct buf ciphers = BUF_INIT;

	must(SSL_CTX_set_min_proto_version(ctx, options->min_version ?
	    options->min_version : TLS1_VERSION), "min_version");
	must(SSL_CTX_set_max_proto_version(ctx, options->max_version ?
	    options->max_version : TLS1_3_VERSION), "max_version");
	buf_printf(&ciphers, "%s:@SECLEVEL=0",
	    options->ciphers ? options->ciphers : "DEFAULT");
	must(SSL_CTX_set_cipher_list(ctx, buf_string(&ciphers)), "ciphers");
	buf_clear(&ciphers);
	if (options->ciphersuites)
		must(SSL_CTX_set_ciphersuites(ctx, options->ciphersuites),
		    "ciphersuites");
	if (options->groups)
		must(SSL_CTX_set1_groups_list(ctx, options->groups), "groups");
	if (options->signatures)
		must(SSL_CTX_set1_sigalgs_list(ctx, options->signatures),
		    "signatures");
	if (options->no_tickets)
		SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
	if (options->no_extended_master)
		SSL_CTX_set_options(ctx, SSL_OP_NO_EXTENDED_MASTER_SECRET);
	if (options->padded)
		must(SSL_CTX_add_custom_ext(ctx, 0xfff0,
		    SSL_EXT_CLIENT_HELLO, on_padding, NULL, NULL, NULL, NULL),
		    "padding");
	if (options->npn.len)
		SSL_CTX_set_next_proto_select_cb(ctx, on_npn, NULL);
	SSL_CTX_set_tlsext_status_cb(ctx, on_status);
	SSL_CTX_set_options(ctx, SSL_OP_LEGACY_SERVER_CONNECT);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, on_verify);
	SSL_CTX_set_session_cache_mode(ctx,
	    SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(ctx, on_session);
	SSL_CTX_set_info_callback(ctx, on_info);
	SSL_CTX_set_msg_callback(ctx, on_message);
	SSL_CTX_set_keylog_callback(ctx, on_keylog);
}

static void
configure_ssl(SSL *ssl, const struct client_options *options)
{
	if (options->alpn.len)
		must(SSL_set_alpn_protos(ssl, options->alpn.data,
		    (unsigned)options->alpn.len) == 0, "alpn");
	if (options->status)
		SSL_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp);
	if (options->server_name)
		must(SSL_set_tlsext_host_name(ssl, options->server_name),
		    "server_name");
	if (options->cert) {
		must(SSL_use_certificate(ssl, options->cert->x509), "cert");
		must(SSL_use_PrivateKey(ssl, options->cert->pkey), "key");
	}
	if (options->issuer)
		must(SSL_add1_chain_cert(ssl, options->issuer->x509),
		    "issuer");
	if (options->session)
		must(SSL_set_session(ssl, options->session), "session");
	if (options->psk_identity)
		SSL_set_psk_client_callback(ssl, on_psk);
	if (options->post_handshake_auth)
		SSL_set_post_handshake_auth(ssl, 1);
}

struct client *
client_new(const struct client_options *options)
{
	struct client *client = mem_zero(1, sizeof *client);
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());

	client->alert_received = client->alert_sent = -1;
	client->rejects_server = options->rejects_server;
	client->psk_identity = options->psk_identity;
	client->psk_key = options->psk_key;
	client->npn_known = options->npn;
	client->ctx = SSL_CTX_new(TLS_client_method());
	must(client->ctx && in && out, "SSL_CTX_new");
	configure_ctx(client->ctx, options);
	client->ssl = SSL_new(client->ctx);
	must(client->ssl != NULL, "SSL_new");
	SSL_set_app_data(client->ssl, client);
	configure_ssl(client->ssl, options);
	BIO_set_mem_eof_return(in, -1);
	SSL_set_bio(client->ssl, in, out);
	SSL_set_connect_state(client->ssl);
	return client;
}

void
client_free(struct client *client)
{
	if (!client)
		return;
	SSL_SESSION_free(client->session);
	SSL_free(client->ssl);
	SSL_CTX_free(client->ctx);
	buf_clear(&client->incoming);
	buf_clear(&client->sent);
	buf_clear(&client->got);
	buf_clear(&client->out);
	buf_clear(&client->keylog);
	buf_clear(&client->status);
	free(client);
}

/* ---- going on -------------------------------------------------------- */

/* Judges what a call returned; true if it did something. */
static bool
judge(struct client *client, int result)
{
	int error;

	if (result > 0)
		return true;
	error = SSL_get_error(client->ssl, result);
	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
		return false;
	if (error == SSL_ERROR_ZERO_RETURN) {
		client->phase = PHASE_ENDED;
		return true;
	}
	client->phase = PHASE_FAILED;
	ERR_error_string_n(ERR_peek_last_error(), client->text,
	    sizeof client->text);
	return true;
}

static bool
send_data(struct client *client)
{
	size_t done = 0;

	if (client->out.len == 0)
		return false;
	ERR_clear_error();
	if (!judge(client, SSL_write_ex(client->ssl, client->out.data,
	    client->out.len, &done)))
		return false;
	buf_drop(&client->out, done);
	return true;
}

static bool
receive_data(struct client *client)
{
	uint8_t data[16384];
	size_t done = 0;

	ERR_clear_error();
	if (!judge(client, SSL_read_ex(client->ssl, data, sizeof data, &done)))
		return false;
	buf_add(&client->got, data, done);
	return true;
}

static bool
advance(struct client *client)
{
	bool moved;

	switch (client->phase) {
	case PHASE_HANDSHAKE:
		ERR_clear_error();
		moved = judge(client, SSL_do_handshake(client->ssl));
		if (moved && client->phase == PHASE_HANDSHAKE)
			client->phase = PHASE_OPEN;
		return moved;
	case PHASE_OPEN:
		moved = send_data(client);
		while (client->phase == PHASE_OPEN && receive_data(client))
			moved = true;
		return moved;
	default:
		return false;
	}
}

static bool
carry(struct client *client)
{
	BIO *in = SSL_get_rbio(client->ssl), *out = SSL_get_wbio(client->ssl);
	char *data;
	long len;

	len = BIO_get_mem_data(out, &data);
	if (len > 0) {
		buf_add(&client->sent, data, (size_t)len);
		must(BIO_reset(out) == 1, "BIO_reset");
	}
	if (client->incoming.len == 0)
		return len > 0;
	BIO_write(in, client->incoming.data, (int)client->incoming.len);
	buf_drop(&client->incoming, client->incoming.len);
	return true;
}

bool
client_step(struct client *client)
{
	bool moved = carry(client);

	moved = advance(client) || moved;
	return carry(client) || moved;
}

void
client_goodbye(struct client *client)
{
	SSL_shutdown(client->ssl);
	carry(client);
}

void
client_renegotiate(struct client *client)
{
	must(SSL_renegotiate(client->ssl) == 1, "SSL_renegotiate");
	ERR_clear_error();
	judge(client, SSL_do_handshake(client->ssl));
	carry(client);
}

void
client_key_update(struct client *client, bool ask)
{
	must(SSL_key_update(client->ssl, ask ? SSL_KEY_UPDATE_REQUESTED :
	    SSL_KEY_UPDATE_NOT_REQUESTED) == 1, "SSL_key_update");
	ERR_clear_error();
	judge(client, SSL_do_handshake(client->ssl));
	carry(client);
}

/* ---- questions ------------------------------------------------------- */

uint16_t
client_version(const struct client *client)
{
	return (uint16_t)SSL_version(client->ssl);
}

uint16_t
client_suite(const struct client *client)
{
	const SSL_CIPHER *cipher = SSL_get_current_cipher(client->ssl);

	return cipher ? SSL_CIPHER_get_protocol_id(cipher) : 0;
}

uint16_t
client_group(const struct client *client)
{
	static const struct {
		const char *name;
		uint16_t number;
	} groups[] = {
		{ "prime256v1", 23 }, { "secp384r1", 24 }, { "secp521r1", 25 },
		{ "X25519", 29 }, { "X448", 30 },
	};
	EVP_PKEY *key = NULL;
	char name[64] = "";
	size_t len;
	uint16_t number = 0;

	if (!SSL_get_peer_tmp_key(client->ssl, &key))
		return 0;
	if (!EVP_PKEY_get_group_name(key, name, sizeof name, &len))
		snprintf(name, sizeof name, "%s",
		    EVP_PKEY_get0_type_name(key));
	EVP_PKEY_free(key);
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
		if (!strcmp(groups[i].name, name))
			number = groups[i].number;
	return number;
}

struct tls_span
client_npn(const struct client *client)
{
	struct tls_span chosen = { NULL, 0 };
	unsigned len;

	SSL_get0_next_proto_negotiated(client->ssl, &chosen.data, &len);
	chosen.len = len;
	return chosen;
}

void
client_dh_prime(const struct client *client, struct buf *out)
{
	EVP_PKEY *key = NULL;
	BIGNUM *prime = NULL;
	uint8_t bytes[2048];
	int len = 0;

	if (!SSL_get_peer_tmp_key(client->ssl, &key))
		return;
	if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_P, &prime) &&
	    BN_num_bytes(prime) <= (int)sizeof bytes)
		len = BN_bn2bin(prime, bytes);
	buf_add(out, bytes, (size_t)len);
	BN_free(prime);
	EVP_PKEY_free(key);
}
