/* client.c - a client of the library, for trials
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/trial.h"

struct common_client {
	gnutls_session_t tls;
	gnutls_certificate_credentials_t certificate;
	gnutls_anon_client_credentials_t anonymous;
	gnutls_psk_client_credentials_t psk;
	bool shaking;			/* hands, the first time or again */
};

/* ---- what the library calls --------------------------------------------- */

static ssize_t
pull(gnutls_transport_ptr_t ptr, void *buf, size_t len)
{
	struct common_trial *trial = ptr;
	size_t n = common_pipe_take(&trial->memory.to_client, buf, len);

	if (n == 0)
		errno = EAGAIN;
	return n == 0 ? -1 : (ssize_t)n;
}

static int
pull_timeout(gnutls_transport_ptr_t ptr, unsigned int ms)
{
	struct common_trial *trial = ptr;

	(void)ms;
	return common_pipe_len(&trial->memory.to_client) > 0;
}

static ssize_t
push(gnutls_transport_ptr_t ptr, const void *data, size_t len)
{
	struct common_trial *trial = ptr;

	return (ssize_t)common_pipe_put(&trial->memory.to_server, data, len);
}

static int
count_ticket(gnutls_session_t tls, unsigned type, unsigned when,
    unsigned incoming, const gnutls_datum_t *body)
{
	struct common_trial *trial = gnutls_session_get_ptr(tls);

	(void)type;
	(void)when;
	(void)incoming;
	(void)body;
	trial->told.tickets++;
	return 0;
}

/* The library would write a log where the environment says. */
static int
keylog(gnutls_session_t tls, const char *label, const gnutls_datum_t *secret)
{
	(void)tls;
	(void)label;
	(void)secret;
	return 0;
}

/* ---- opening and closing ------------------------------------------------ */

static int
set_priority(gnutls_session_t tls, const struct common_offer *offer)
{
	const struct tls_config config = {
		.groups = offer->groups, .num_groups = offer->num_groups,
		.psk = offer->psk,
	};
	const struct suite *offered[COMMON_TRIAL_NUMBERS];
	struct recipe recipe = {
		.versions = TLS_VERSION_BIT(offer->version), .list = offered,
	};
	gnutls_priority_t priority = NULL;
	int code = GNUTLS_E_NO_PRIORITIES_WERE_SET;
	size_t num;
	struct suite *list = gnu_suite_list(&num);

	for (size_t i = 0; list && i < offer->num_suites; i++)
		for (size_t j = 0; j < num; j++)
			if (list[j].number == offer->suites[i] &&
			    (list[j].min_version >= TLS_VERSION_1_3) ==
			    (offer->version >= TLS_VERSION_1_3))
				offered[recipe.num++] = &list[j];
	if (recipe.num)
		code = gnu_priority_make(&config, &recipe, &priority);
	if (code >= 0)
		code = gnutls_priority_set(tls, priority);
	/* The session holds on to it. */
	if (priority)
		gnutls_priority_deinit(priority);
	free(list);
	return code;
}

static int
set_certificate(struct common_client *client, const struct tls_identity *own)
{
	const gnutls_datum_t der = gnu_datum_of(own->key);
	gnutls_x509_privkey_t key = NULL;
	gnutls_x509_crt_t chain[2] = { NULL, NULL };
	int code = gnutls_x509_privkey_init(&key);

	if (code >= 0)
		code = gnutls_x509_privkey_import2(key, &der,
		    GNUTLS_X509_FMT_DER, NULL, 0);
	for (int i = 0; i < 2 && code >= 0; i++) {
		const gnutls_datum_t cert = gnu_datum_of(own->chain[i]);

		code = gnutls_x509_crt_init(&chain[i]);
		if (code >= 0)
			code = gnutls_x509_crt_import(chain[i], &cert,
			    GNUTLS_X509_FMT_DER);
	}
	if (code >= 0)
		code = gnutls_certificate_set_x509_key(client->certificate,
		    chain, 2, key);
	for (int i = 0; i < 2; i++)
		if (chain[i])
			gnutls_x509_crt_deinit(chain[i]);
	if (key)
		gnutls_x509_privkey_deinit(key);
	return code;
}

static int
set_credentials(struct common_client *client, const struct common_offer *offer)
{
	const gnutls_datum_t key = gnu_datum_of(COMMON_TEXT(COMMON_TRIAL_KEY));
	gnutls_session_t tls = client->tls;
	int code = gnutls_certificate_allocate_credentials(
	    &client->certificate);

	if (code >= 0 && offer->identity)
		code = set_certificate(client, offer->identity);
	if (code >= 0)
		code = gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE,
		    client->certificate);
	if (code >= 0)
		code = gnutls_anon_allocate_client_credentials(
		    &client->anonymous);
	if (code >= 0)
		code = gnutls_credentials_set(tls, GNUTLS_CRD_ANON,
		    client->anonymous);
	if (code < 0 || !offer->psk)
		return code;
	code = gnutls_psk_allocate_client_credentials(&client->psk);
	if (code >= 0)
		code = gnutls_psk_set_client_credentials(client->psk,
		    COMMON_TRIAL_IDENTITY, &key, GNUTLS_PSK_KEY_RAW);
	return code < 0 ? code : gnutls_credentials_set(tls, GNUTLS_CRD_PSK,
	    client->psk);
}

static int
resume(gnutls_session_t tls, gnutls_session_t last)
{
	gnutls_datum_t data = { NULL, 0 };
	int code = gnutls_session_get_data2(last, &data);

	if (code >= 0)
		code = gnutls_session_set_data(tls, data.data, data.size);
	gnutls_free(data.data);
	return code;
}

static void
client_close(struct common_client *client)
{
	if (!client)
		return;
	if (client->tls)
		gnutls_deinit(client->tls);
	if (client->certificate)
		gnutls_certificate_free_credentials(client->certificate);
	if (client->anonymous)
		gnutls_anon_free_client_credentials(client->anonymous);
	if (client->psk)
		gnutls_psk_free_client_credentials(client->psk);
	free(client);
}

static void
set_callbacks(struct common_trial *trial, gnutls_session_t tls)
{
	gnutls_session_set_ptr(tls, trial);
	gnutls_handshake_set_timeout(tls, 0);
	gnutls_session_set_keylog_function(tls, keylog);
	gnutls_handshake_set_hook_function(tls,
	    GNUTLS_HANDSHAKE_NEW_SESSION_TICKET, GNUTLS_HOOK_POST,
	    count_ticket);
	gnutls_transport_set_ptr(tls, trial);
	gnutls_transport_set_pull_function(tls, pull);
	gnutls_transport_set_pull_timeout_function(tls, pull_timeout);
	gnutls_transport_set_push_function(tls, push);
}

static struct common_client *
client_open(struct common_trial *trial, struct common_client *last)
{
	const gnutls_datum_t alpn = gnu_datum_of(
	    COMMON_TEXT(COMMON_TRIAL_ALPN));
	struct common_client *client = calloc(1, sizeof *client);

	if (!client)
		return NULL;
	/* A session whose priority was refused is only to be freed: 3.7
	 * crashes. */
	if (gnutls_init(&client->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK |
	    GNUTLS_NO_SIGNAL | GNUTLS_POST_HANDSHAKE_AUTH) < 0 ||
	    set_priority(client->tls, &trial->offer) < 0 ||
	    set_credentials(client, &trial->offer) < 0 ||
	    gnutls_alpn_set_protocols(client->tls, &alpn, 1, 0) < 0 ||
	    gnutls_ocsp_status_request_enable_client(client->tls, NULL, 0,
	    NULL) < 0 || (last && resume(client->tls, last->tls) < 0)) {
		client_close(client);
		return NULL;
	}
	client->shaking = true;
	set_callbacks(trial, client->tls);
	return client;
}

/* ---- moving ------------------------------------------------------------- */

static enum tls_status
client_move(struct common_trial *trial)
{
	struct common_client *client = trial->client;
	uint8_t buf[64];
	ssize_t n = 0;

	if (client->shaking)
		n = gnutls_handshake(client->tls);
	client->shaking = client->shaking && n == GNUTLS_E_AGAIN;
	while (!client->shaking && n >= 0) {
		n = gnutls_record_recv(client->tls, buf, sizeof buf);
		if (n > 0)
			trial->told.num_read += (size_t)n;
		if (n == GNUTLS_E_REAUTH_REQUEST)
			n = gnutls_reauth(client->tls, 0);
		client->shaking = n == GNUTLS_E_REHANDSHAKE;
	}
	if (n == GNUTLS_E_REHANDSHAKE)
		n = gnutls_handshake(client->tls);
	return n < 0 && gnutls_error_is_fatal((int)n) ? TLS_FAILED :
	    client->shaking ? TLS_WANT_READ : TLS_OK;
}

static bool
client_write(struct common_trial *trial)
{
	return gnutls_record_send(trial->client->tls, "?", 1) == 1;
}

static void
client_tell(struct common_trial *trial)
{
	struct common_told *told = &trial->told;
	gnutls_session_t tls = trial->client->tls;
	gnutls_datum_t got = { NULL, 0 };

	if (gnutls_alpn_get_selected_protocol(tls, &got) >= 0)
		told->alpn = (struct tls_span){ got.data, got.size };
	if (gnutls_ocsp_status_request_get(tls, &got) >= 0)
		told->status = (struct tls_span){ got.data, got.size };
	gnutls_session_get_master_secret(tls, &got);
	if (got.size == sizeof told->secret)
		memcpy(told->secret, got.data, got.size);
}

static bool
client_export(struct common_trial *trial, uint8_t *out, size_t len)
{
	return gnutls_prf_rfc5705(trial->client->tls,
	    sizeof COMMON_TRIAL_LABEL - 1, COMMON_TRIAL_LABEL, 0, NULL, len,
	    (char *)out) >= 0;
}

const struct common_client_ops gnu_client = {
	.open = client_open,
	.close = client_close,
	.move = client_move,
	.write = client_write,
	.tell = client_tell,
	.export_keys = client_export,
};
