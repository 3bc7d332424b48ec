/* hooks.c - what the library calls in the middle of its work
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "mbedtls.h"

static struct tls_session *
session_of(struct compat_hooked *hooked)
{
	return (struct tls_session *)hooked;	/* its first member */
}

static int
get(struct compat_hooked *hooked, struct tls_span id,
    mbedtls_ssl_session *into)
{
	return mbed_store_get(session_of(hooked), id, into);
}

static int
put(struct compat_hooked *hooked, struct tls_span id,
    const mbedtls_ssl_session *from)
{
	return mbed_store_put(session_of(hooked), id, from);
}

static void
learn_secret(struct compat_hooked *hooked, const struct compat_export *made)
{
	struct tls_session *session = session_of(hooked);
	struct tls_host *host = session->host;

	mbed_reveal_secret(session, made->label, made->secret);
	mbed_keyupdate_secret(session, made->label, made->secret);
	mbed_compat_keep(&session->exporter, made);
	if (host->wants & TLS_WANTS_SECRETS)
		host->ops->secret(host, made->label, (struct tls_span){
			made->client_random, 32 }, made->secret);
}

void
mbed_hooks_set(struct tls_session *session)
{
	static const struct compat_hooks hooks = {
		.get = get,
		.put = put,
		.secret = learn_secret,
	};
	const struct tls_config *config = session->server->config;
	/* By itself the library remembers nothing. */
	bool own = config->native && config->num_tickets == TLS_TICKETS_OWN;

	session->hooked = (struct compat_hooked){ &hooks, &session->ssl };
	mbedtls_ssl_conf_verify(&session->conf, mbed_verify_step, session);
	mbedtls_ssl_conf_rng(&session->conf, mbed_draw, session);
	if (config->psk)
		mbedtls_ssl_conf_psk_cb(&session->conf, mbed_psk_find, session);
	if (!own && (config->ticket_key.len || (config->session_store &&
	    session->version == TLS_VERSION_1_3)))
		mbedtls_ssl_conf_session_tickets_cb(&session->conf,
		    mbed_ticket_write, mbed_ticket_parse, session);
	if (config->session_store && !own)
		mbed_compat_conf_store(&session->conf, &session->hooked);
	mbed_compat_tell_secrets(&session->conf, &session->ssl,
	    &session->hooked);
}
