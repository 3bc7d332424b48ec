/* try_sessions.c - what a session shows: resumption, handshakes after the first
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

static const uint8_t secret[TLS_TICKET_KEY_LEN] = "a trial's secret";
static const struct tls_span ticket_key = { secret, sizeof secret };

static bool
resumes_by_ticket(struct trial *trial, enum tls_feature feature)
{
	trial->config.ticket_key = ticket_key;
	return gnu_trial_meet(trial) && trial->facts.resumed == TLS_NO &&
	    gnu_trial_meet_again(trial) &&
	    gnutls_session_is_resumed(trial->client) &&
	    (feature != TLS_FEATURE_FACT_RESUMED ||
	    trial->facts.resumed == TLS_YES);
}

static bool
gives_tickets(struct trial *trial, enum tls_feature feature)
{
	trial->config.ticket_key = ticket_key;
	trial->config.num_tickets = 3;
	if (!gnu_trial_meet(trial))
		return false;
	gnu_trial_read(trial);
	return feature == TLS_FEATURE_NUM_TICKETS ?
	    trial->seen[COMMON_NEW_SESSION_TICKET] == 3 :
	    gnu_trial_meet_again(trial) && trial->facts.resumed == TLS_YES;
}

static bool
resumes_from_store(struct trial *trial, enum tls_feature feature)
{
	(void)feature;
	trial->config.session_store = true;
	return gnu_trial_meet(trial) && trial->witness.remembered == 1 &&
	    gnu_trial_meet_again(trial) && trial->witness.resumed == 1 &&
	    trial->facts.resumed == TLS_YES;
}

/* A certificate comes when it is asked for, and only then. */
static bool
renegotiates(struct trial *trial, enum tls_feature feature)
{
	const bool ask = feature == TLS_FEATURE_RENEGOTIATE_CERTIFICATE;
	struct tls_error err = TLS_ERROR_INIT;

	if (!gnu_trial_certify_client(trial) || !gnu_trial_meet(trial) ||
	    gnu_renegotiate(trial->session, ask, &err) != TLS_OK)
		return false;
	gnu_trial_read(trial);
	return trial->witness.changed == 1 &&
	    (trial->facts.num_peer_chain > 0) == ask;
}

static bool
asks_for_certificate(struct trial *trial, enum tls_feature feature)
{
	struct tls_error err = TLS_ERROR_INIT;

	(void)feature;
	if (!gnu_trial_certify_client(trial) || !gnu_trial_meet(trial) ||
	    gnu_ask_certificate(trial->session, &err) != TLS_OK)
		return false;
	gnu_trial_read(trial);
	return trial->witness.changed == 1 && trial->facts.num_peer_chain > 0;
}

/* Both ends renew their keys, and data goes both ways under the new ones. */
static bool
updates_keys(struct trial *trial, enum tls_feature feature)
{
	struct tls_error err = TLS_ERROR_INIT;
	size_t done;

	(void)feature;
	if (!gnu_trial_meet(trial) ||
	    gnu_key_update(trial->session, true, &err) != TLS_OK ||
	    gnu_write_plain(trial->session, secret, 1, &done,
	    &err) != TLS_OK)
		return false;
	gnu_trial_read(trial);
	if (gnutls_record_send(trial->client, secret, 1) != 1)
		return false;
	gnu_trial_read(trial);
	return trial->seen[COMMON_KEY_UPDATE] == 2 &&
	    trial->num_read[0] == 1 && trial->num_read[1] == 1;
}

const struct row gnu_try_sessions[] = {
	TRY(TICKETS, resumes_by_ticket, OFFER_KEY, TLS_VERSION_1_2, FULL,
	    FAILED),
	TRY(FACT_RESUMED, resumes_by_ticket, OFFER_KEY, TLS_VERSION_1_2, FULL,
	    FAILED),
	TRY(TICKETS_TLS1_3, gives_tickets, OFFER_KEY, TLS_VERSION_1_3, FULL,
	    FAILED),
	TRY(NUM_TICKETS, gives_tickets, OFFER_KEY, TLS_VERSION_1_3, FULL,
	    FAILED),
	TRY(SESSION_STORE, resumes_from_store, OFFER_KEY, TLS_VERSION_1_2,
	    PART("up to TLS 1.2; in TLS 1.3 GnuTLS resumes by tickets only"),
	    FAILED),
	TRY_MEMBER(RENEGOTIATE, renegotiates, OFFER_KEY, TLS_VERSION_1_2,
	    FULL),
	TRY(RENEGOTIATE_CERTIFICATE, renegotiates, OFFER_KEY, TLS_VERSION_1_2,
	    FULL, FAILED),
	TRY_MEMBER(POST_HANDSHAKE_AUTH, asks_for_certificate, OFFER_KEY,
	    TLS_VERSION_1_3, FULL),
	TRY_MEMBER(KEY_UPDATE, updates_keys, OFFER_KEY, TLS_VERSION_1_3, FULL),
	{ .works = NULL },
};
