/* client.c - a client of the library, for trials
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include <openssl/bio.h>
#include <string.h>

#include "common/trial.h"

/* A client is an SSL, whose app data is the trial. */
static SSL *
of(struct common_client *client)
{
	return (SSL *)client;
}

/* ---- what clients share ------------------------------------------------- */

static int
count_ticket(SSL *ssl, SSL_SESSION *session)
{
	(void)session;
	((struct common_trial *)SSL_get_app_data(ssl))->told.tickets++;
	return 0;
}

#if OPENSSL_HAS_NPN
static int
take_first(SSL *ssl, unsigned char **out, unsigned char *out_len,
    const unsigned char *offer, unsigned offer_len, void *arg)
{
	(void)ssl;
	(void)arg;
	if (!offer_len || offer[0] >= offer_len)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = (unsigned char *)offer + 1;
	*out_len = offer[0];
	return SSL_TLSEXT_ERR_OK;
}
#endif

static unsigned
give_psk(SSL *ssl, const char *hint, char *identity, unsigned identity_room,
    unsigned char *key, unsigned key_room)
{
	const struct common_trial *trial = SSL_get_app_data(ssl);

	(void)hint;
	if (!trial->offer.psk || identity_room < sizeof COMMON_TRIAL_IDENTITY ||
	    key_room < COMMON_TRIAL_KEY_LEN)
		return 0;
	memcpy(identity, COMMON_TRIAL_IDENTITY, sizeof COMMON_TRIAL_IDENTITY);
	memcpy(key, COMMON_TRIAL_KEY, COMMON_TRIAL_KEY_LEN);
	return COMMON_TRIAL_KEY_LEN;
}

/* The one SSL_CTX of all clients of a lab. */
static SSL_CTX *
context(struct common_lab *lab)
{
	SSL_CTX *ctx = (SSL_CTX *)lab->shared;

	if (ctx)
		return ctx;
	ctx = SSL_CTX_new(TLS_client_method());
	lab->shared = (struct common_shared *)ctx;
	if (!ctx)
		return NULL;
	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_session_cache_mode(ctx,
	    SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(ctx, count_ticket);
	SSL_CTX_set_psk_client_callback(ctx, give_psk);
	SSL_CTX_set_post_handshake_auth(ctx, 1);
#if OPENSSL_HAS_NPN
	SSL_CTX_set_next_proto_select_cb(ctx, take_first, NULL);
#endif
	return ctx;
}

static void
free_shared(struct common_shared *shared)
{
	SSL_CTX_free((SSL_CTX *)shared);
}

/* ---- opening and closing ------------------------------------------------ */

static bool
set_lists(SSL *ssl, const struct common_offer *offer)
{
	static const unsigned char alpn[] = "\5" COMMON_TRIAL_ALPN;
	const struct tls_config config = {
		.suites = offer->suites, .num_suites = offer->num_suites,
	};
	char older[1024], newer[1024];
	int groups[COMMON_TRIAL_NUMBERS];

	for (size_t i = 0; i < offer->num_groups; i++)
		groups[i] = openssl_group_nid(offer->groups[i]);
	openssl_join_suites(&config, ssl, older, newer);
	return SSL_set1_groups(ssl, groups, (long)offer->num_groups) == 1 &&
	    SSL_set_ciphersuites(ssl, newer) == 1 &&
	    (!*older || SSL_set_cipher_list(ssl, older) == 1) &&
	    SSL_set_alpn_protos(ssl, alpn, sizeof alpn - 1) == 0 &&
	    SSL_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp) == 1 &&
	    SSL_set_min_proto_version(ssl, offer->version) == 1 &&
	    SSL_set_max_proto_version(ssl, offer->version) == 1;
}

static bool
set_certificate(SSL *ssl, const struct tls_identity *own)
{
	const unsigned char *root = own->chain[1].data;
	X509 *above = d2i_X509(NULL, &root, (long)own->chain[1].len);

	if (above && SSL_use_certificate_ASN1(ssl, own->chain[0].data,
	    (int)own->chain[0].len) == 1 && SSL_use_PrivateKey_ASN1(
	    EVP_PKEY_EC, ssl, own->key.data, (long)own->key.len) == 1 &&
	    SSL_add0_chain_cert(ssl, above) == 1)
		return true;
	X509_free(above);
	return false;
}

/* Gives `ssl` the session of `last`. */
static bool
resume(SSL *ssl, SSL *last)
{
	SSL_SESSION *session;
	bool done;

	/* Lest it becomes unfit. */
	SSL_set_shutdown(last, SSL_SENT_SHUTDOWN);
	session = SSL_get1_session(last);
	done = session && SSL_set_session(ssl, session) == 1;
	SSL_SESSION_free(session);
	return done;
}

static void
client_close(struct common_client *client)
{
	SSL_free(of(client));
	openssl_clear_errors();
}

static struct common_client *
client_open(struct common_trial *trial, struct common_client *last)
{
	const struct tls_identity *own = trial->offer.identity;
	SSL_CTX *ctx = context(trial->lab);
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	SSL *ssl = ctx && in && out ? SSL_new(ctx) : NULL;

	if (!ssl) {
		BIO_free(in);
		BIO_free(out);
		return NULL;
	}
	BIO_set_mem_eof_return(in, -1);
	SSL_set_bio(ssl, in, out);
	SSL_set_connect_state(ssl);
	if (SSL_set_app_data(ssl, trial) == 1 &&
	    set_lists(ssl, &trial->offer) &&
	    (!own || set_certificate(ssl, own)) &&
	    (!last || resume(ssl, of(last))))
		return (struct common_client *)ssl;
	SSL_free(ssl);
	return NULL;
}

/* ---- moving ------------------------------------------------------------- */

/* Carries to each side what the other one said. */
static void
carry(struct common_trial *trial)
{
	SSL *ssl = of(trial->client);
	uint8_t buf[4096];
	size_t len;

	while ((len = common_pipe_take(&trial->memory.to_client, buf,
	    sizeof buf)))
		BIO_write(SSL_get_rbio(ssl), buf, (int)len);
	while (BIO_read_ex(SSL_get_wbio(ssl), buf, sizeof buf, &len))
		common_pipe_put(&trial->memory.to_server, buf, len);
}

static enum tls_status
client_move(struct common_trial *trial)
{
	SSL *ssl = of(trial->client);
	uint8_t byte;
	size_t done;
	int ret;

	carry(trial);
	openssl_clear_errors();
	ret = SSL_do_handshake(ssl);
	while (ret == 1 && SSL_read_ex(ssl, &byte, 1, &done) == 1)
		trial->told.num_read++;
	carry(trial);
	if (ret == 1)
		return TLS_OK;
	return SSL_get_error(ssl, ret) == SSL_ERROR_WANT_READ ?
	    TLS_WANT_READ : TLS_FAILED;
}

static bool
client_write(struct common_trial *trial)
{
	size_t done;
	bool sent = SSL_write_ex(of(trial->client), "?", 1, &done) == 1;

	carry(trial);
	return sent;
}

static void
client_tell(struct common_trial *trial)
{
	struct common_told *told = &trial->told;
	SSL *ssl = of(trial->client);
	unsigned alpn_len;
	long len = SSL_get_tlsext_status_ocsp_resp(ssl, &told->status.data);

	told->status.len = len > 0 ? (size_t)len : 0;
	SSL_get0_alpn_selected(ssl, &told->alpn.data, &alpn_len);
	told->alpn.len = alpn_len;
	SSL_SESSION_get_master_key(SSL_get0_session(ssl), told->secret,
	    sizeof told->secret);
}

static bool
client_export(struct common_trial *trial, uint8_t *out, size_t len)
{
	return SSL_export_keying_material(of(trial->client), out, len,
	    COMMON_TRIAL_LABEL, sizeof COMMON_TRIAL_LABEL - 1, NULL, 0, 0) ==
	    1;
}

const struct common_client_ops openssl_client = {
	.open = client_open,
	.close = client_close,
	.move = client_move,
	.write = client_write,
	.tell = client_tell,
	.export_keys = client_export,
	.free_shared = free_shared,
};
