/* try_sessions.c - what a session shows: resumption, handshakes after the first
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

static const uint8_t ticket_key[TLS_TICKET_KEY_LEN] = "a trial's secret";

/* ---- resumption --------------------------------------------------------- */

static void
try_tickets(struct tls_probe *probe)
{
	struct trial trial;

	gnu_trial_init(&trial, probe, TLS_VERSION_1_2, OFFER_KEY);
	trial.config.ticket_key = (struct tls_span){ ticket_key,
	    sizeof ticket_key };
	gnu_trial_found(&trial, TLS_FEATURE_TICKETS, gnu_trial_meet(&trial) &&
	    trial.facts.resumed == TLS_NO && gnu_trial_meet_again(&trial) &&
	    gnutls_session_is_resumed(trial.client) &&
	    trial.witness.resumed == 0);
	gnu_trial_found(&trial, TLS_FEATURE_FACT_RESUMED,
	    trial.facts.resumed == TLS_YES);
	gnu_trial_clear(&trial);
}

static void
try_tickets_1_3(struct tls_probe *probe)
{
	struct trial trial;
	bool met;

	gnu_trial_init(&trial, probe, TLS_VERSION_1_3, OFFER_KEY);
	trial.config.ticket_key = (struct tls_span){ ticket_key,
	    sizeof ticket_key };
	trial.config.num_tickets = 3;
	met = gnu_trial_meet(&trial);
	if (met)
		gnu_trial_read(&trial);
	gnu_trial_found(&trial, TLS_FEATURE_NUM_TICKETS,
	    trial.seen[COMMON_NEW_SESSION_TICKET] == 3);
	gnu_trial_found(&trial, TLS_FEATURE_TICKETS_TLS1_3, met &&
	    gnu_trial_meet_again(&trial) && trial.facts.resumed == TLS_YES);
	gnu_trial_clear(&trial);
}

static void
try_store(struct tls_probe *probe)
{
	struct trial trial;

	gnu_trial_init(&trial, probe, TLS_VERSION_1_2, OFFER_KEY);
	trial.config.session_store = true;
	gnu_trial_found(&trial, TLS_FEATURE_SESSION_STORE,
	    gnu_trial_meet(&trial) && trial.witness.remembered == 1 &&
	    gnu_trial_meet_again(&trial) && trial.witness.resumed == 1 &&
	    trial.facts.resumed == TLS_YES);
	gnu_trial_clear(&trial);
}

/* ---- after the handshake ------------------------------------------------ */

/* A certificate comes when it is asked for, and only then. */
static bool
renegotiates(struct trial *trial, bool ask_certificate)
{
	struct tls_error err = TLS_ERROR_INIT;

	if (!gnu_trial_certify_client(trial) || !gnu_trial_meet(trial) ||
	    gnu_renegotiate(trial->session, ask_certificate, &err) != TLS_OK)
		return false;
	gnu_trial_read(trial);
	return trial->witness.changed == 1 &&
	    (trial->facts.num_peer_chain > 0) == ask_certificate;
}

static void
try_renegotiation(struct tls_probe *probe)
{
	struct trial trial;

	gnu_trial_init(&trial, probe, TLS_VERSION_1_2, OFFER_KEY);
	gnu_trial_found_member(&trial, TLS_FEATURE_RENEGOTIATE,
	    renegotiates(&trial, false));
	gnu_trial_clear(&trial);
}

static void
try_renegotiation_certificate(struct tls_probe *probe)
{
	struct trial trial;

	gnu_trial_init(&trial, probe, TLS_VERSION_1_2, OFFER_KEY);
	gnu_trial_found(&trial, TLS_FEATURE_RENEGOTIATE_CERTIFICATE,
	    renegotiates(&trial, true));
	gnu_trial_clear(&trial);
}

static void
try_post_handshake_auth(struct tls_probe *probe)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct trial trial;

	gnu_trial_init(&trial, probe, TLS_VERSION_1_3, OFFER_KEY);
	if (gnu_trial_certify_client(&trial) && gnu_trial_meet(&trial) &&
	    gnu_ask_certificate(trial.session, &err) == TLS_OK)
		gnu_trial_read(&trial);
	gnu_trial_found_member(&trial, TLS_FEATURE_POST_HANDSHAKE_AUTH,
	    trial.witness.changed == 1 && trial.facts.num_peer_chain > 0);
	gnu_trial_clear(&trial);
}

/* Data goes both ways under the new keys. */
static void
try_key_update(struct tls_probe *probe)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct trial trial;
	size_t done;

	gnu_trial_init(&trial, probe, TLS_VERSION_1_3, OFFER_KEY);
	if (gnu_trial_meet(&trial) &&
	    gnu_key_update(trial.session, true, &err) == TLS_OK &&
	    gnu_write_plain(trial.session, ticket_key, 1, &done,
	    &err) == TLS_OK) {
		gnu_trial_read(&trial);
		if (gnutls_record_send(trial.client, ticket_key, 1) == 1)
			gnu_trial_read(&trial);
	}
	/* ours, and the answer */
	gnu_trial_found_member(&trial, TLS_FEATURE_KEY_UPDATE,
	    trial.seen[COMMON_KEY_UPDATE] == 2 && trial.num_read[0] == 1 &&
	    trial.num_read[1] == 1);
	gnu_trial_clear(&trial);
}

static const struct common_row rows[] = {
	{ TLS_FEATURE_TICKETS, try_tickets, WORKS, NULL },
	{ TLS_FEATURE_FACT_RESUMED, try_tickets, WORKS, NULL },
	{ TLS_FEATURE_TICKETS_TLS1_3, try_tickets_1_3, WORKS, NULL },
	{ TLS_FEATURE_NUM_TICKETS, try_tickets_1_3, WORKS, NULL },
	{ TLS_FEATURE_SESSION_STORE, try_store, PART("up to TLS 1.2; in TLS "
	    "1.3 GnuTLS resumes by tickets only"), NULL },
	{ TLS_FEATURE_RENEGOTIATE, try_renegotiation, WORKS, NULL },
	{ TLS_FEATURE_RENEGOTIATE_CERTIFICATE, try_renegotiation_certificate,
	    WORKS, NULL },
	{ TLS_FEATURE_POST_HANDSHAKE_AUTH, try_post_handshake_auth, WORKS,
	    NULL },
	{ TLS_FEATURE_KEY_UPDATE, try_key_update, WORKS, NULL },
};

const struct common_table gnu_try_sessions = { ROWS(rows), TRIAL_FAILED };
