/* client.c - a client of the library, for trials
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "client.h"

/* ---- what the library calls --------------------------------------------- */

static int
send_up(void *context, const unsigned char *buf, size_t len)
{
	struct common_trial *trial = context;
	size_t done = common_pipe_put(&trial->memory.to_server, buf, len);

	return done ? (int)done : MBEDTLS_ERR_SSL_WANT_WRITE;
}

static int
receive(void *context, unsigned char *buf, size_t len)
{
	struct common_trial *trial = context;
	size_t done = common_pipe_take(&trial->memory.to_client, buf, len);

	return done ? (int)done : MBEDTLS_ERR_SSL_WANT_READ;
}

static void
keep_secret(struct compat_hooked *hooked, const struct compat_export *made)
{
	mbed_compat_keep(&((struct common_client *)hooked)->exporter, made);
}

/* ---- opening and closing ------------------------------------------------ */

static int
set_certificate(struct common_client *client, const struct tls_identity *own,
    mbedtls_ctr_drbg_context *drbg)
{
	int status = compat_parse_key(&client->key, own->key, NULL, 0, drbg);

	for (size_t i = 0; !status && i < own->num_chain; i++)
		status = mbedtls_x509_crt_parse_der(&client->chain,
		    own->chain[i].data, own->chain[i].len);
	return status ? status : mbedtls_ssl_conf_own_cert(&client->conf,
	    &client->chain, &client->key);
}

/* With a pre-shared key no curve is computed on, which makes it cheap. */
static int
set_offer(struct common_client *client, const struct common_offer *offer,
    mbedtls_ctr_drbg_context *drbg)
{
	static const char *protocols[] = { COMMON_TRIAL_ALPN, NULL };
	mbedtls_ssl_config *conf = &client->conf;
	int status;

	for (size_t i = 0; i < offer->num_suites; i++)
		client->suites[i] = offer->suites[i];
	for (size_t i = 0; i < offer->num_groups; i++)
		client->groups[i] = mbed_compat_group(offer->groups[i]);
	/* The one generator serves both ends, which take turns. */
	mbedtls_ssl_conf_rng(conf, mbedtls_ctr_drbg_random, drbg);
	mbedtls_ssl_conf_authmode(conf, MBEDTLS_SSL_VERIFY_OPTIONAL);
	mbedtls_ssl_conf_renegotiation(conf,
	    MBEDTLS_SSL_RENEGOTIATION_ENABLED);
	mbedtls_ssl_conf_ciphersuites(conf, client->suites);
	compat_set_groups(conf, client->groups, NULL);
	compat_conf_versions(conf, offer->version, offer->version);
	compat_conf_client(conf, offer->psk);
	status = mbedtls_ssl_conf_alpn_protocols(conf, protocols);
	if (!status && offer->psk)
		status = mbedtls_ssl_conf_psk(conf,
		    (const uint8_t *)COMMON_TRIAL_KEY, COMMON_TRIAL_KEY_LEN,
		    (const uint8_t *)COMMON_TRIAL_IDENTITY,
		    sizeof COMMON_TRIAL_IDENTITY - 1);
	return status || !offer->identity ? status :
	    set_certificate(client, offer->identity, drbg);
}

static int
resume(struct common_client *client, struct common_client *last)
{
	mbedtls_ssl_session saved;
	int status;

	mbedtls_ssl_session_init(&saved);
	status = mbedtls_ssl_get_session(&last->ssl, &saved);
	if (!status)
		status = mbedtls_ssl_set_session(&client->ssl, &saved);
	mbedtls_ssl_session_free(&saved);
	return status;
}

static int
set_up(struct common_client *client, struct common_trial *trial,
    struct common_client *last)
{
	static const struct compat_hooks hooks = { .secret = keep_secret };
	int status = mbedtls_ssl_config_defaults(&client->conf,
	    MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
	    MBEDTLS_SSL_PRESET_DEFAULT);

	if (!status)
		status = set_offer(client, &trial->offer,
		    &trial->server->drbg);
	client->hooked = (struct compat_hooked){ &hooks, &client->ssl };
	mbed_compat_tell_secrets(&client->conf, &client->ssl, &client->hooked);
	if (!status)
		status = mbedtls_ssl_setup(&client->ssl, &client->conf);
	if (!status)
		status = mbedtls_ssl_set_hostname(&client->ssl, NULL);
	mbedtls_ssl_set_bio(&client->ssl, trial, send_up, receive, NULL);
	return status || !last ? status : resume(client, last);
}

static void
client_close(struct common_client *client)
{
	if (!client)
		return;
	mbedtls_ssl_free(&client->ssl);
	mbed_traffic_free(&client->to_client);
	mbed_traffic_free(&client->to_server);
	mbedtls_ssl_config_free(&client->conf);
	mbedtls_x509_crt_free(&client->chain);
	mbedtls_pk_free(&client->key);
	free(client);
}

static struct common_client *
client_open(struct common_trial *trial, struct common_client *last)
{
	/* The library trusts that it knows the version. */
	const bool known = COMPAT_VERSIONS &
	    TLS_VERSION_BIT(trial->offer.version);
	struct common_client *client = known ? calloc(1, sizeof *client) :
	    NULL;

	if (!client)
		return NULL;
	mbedtls_ssl_init(&client->ssl);
	mbedtls_ssl_config_init(&client->conf);
	mbedtls_x509_crt_init(&client->chain);
	mbedtls_pk_init(&client->key);
	if (!set_up(client, trial, last))
		return client;
	client_close(client);
	return NULL;
}

/* ---- moving ------------------------------------------------------------- */

static enum tls_status
client_move(struct common_trial *trial)
{
	struct common_client *client = trial->client;
	int status = client->open ? 0 : mbedtls_ssl_handshake(&client->ssl);
	uint8_t byte;

	client->open = client->open || !status;
	while (client->open && status >= 0) {
		status = mbedtls_ssl_read(&client->ssl, &byte, 1);
		trial->told.num_read += status == 1;
		if (status == COMPAT_GOT_TICKET) {
			trial->told.tickets++;
			status = 0;
		} else if (status == 0) {
			break;
		}
	}
	client->status = status;
	if (status != MBEDTLS_ERR_SSL_WANT_READ)
		return TLS_FAILED;
	return client->open ? TLS_OK : TLS_WANT_READ;
}

static bool
client_write(struct common_trial *trial)
{
	return mbedtls_ssl_write(&trial->client->ssl,
	    (const uint8_t *)"?", 1) == 1;
}

static void
client_tell(struct common_trial *trial)
{
	struct common_client *client = trial->client;
	const char *alpn = mbedtls_ssl_get_alpn_protocol(&client->ssl);

	if (alpn)
		trial->told.alpn = (struct tls_span){ (const uint8_t *)alpn,
			strlen(alpn) };
	memcpy(trial->told.secret, client->exporter.master,
	    sizeof trial->told.secret);
}

static bool
client_export(struct common_trial *trial, uint8_t *out, size_t len)
{
	return mbed_compat_export(&trial->client->ssl,
	    &trial->client->exporter, COMMON_TRIAL_LABEL,
	    (struct tls_span){ NULL, 0 }, (struct mbed_bytes){ out, len }) ==
	    0;
}

const struct common_client_ops mbed_client = {
	.open = client_open,
	.close = client_close,
	.move = client_move,
	.write = client_write,
	.tell = client_tell,
	.export_keys = client_export,
};
