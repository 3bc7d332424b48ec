/* sessions.c - features tried: what sessions agree to, tell, resume and renew
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "trial.h"

#define found		common_probe_found
#define newest		mbed_trial_newest
#define newest_old	mbed_trial_newest_old

static bool
speaks_tls1_3(struct tls_probe *probe)
{
	return newest(probe) == TLS_VERSION_1_3;
}

/* Says of features of TLS 1.3 that it is not spoken, where that is so. */
static bool
lacks_tls1_3(struct tls_probe *probe, enum tls_feature first,
    enum tls_feature last)
{
	struct tls_answer spoken = common_probe_answer(probe, probe->table,
	    TLS_FEATURE_TLS1_3);

	if (spoken.support > TLS_SUPPORT_NONE)
		return false;
	for (enum tls_feature f = first; f <= last; f++)
		common_probe_set(probe, f, TLS_SUPPORT_NONE, spoken.note);
	return true;
}

void
mbed_try_alpn(struct tls_probe *probe)
{
	struct mbed_trial trial;

	mbed_trial_init(&trial, newest(probe), MBED_TRIAL_PSK);
	trial.choice.alpn = (struct tls_span){ (const uint8_t *)"trial", 5 };
	found(probe, TLS_FEATURE_ALPN, mbed_trial_run(&trial) &&
	    trial.facts.alpn.len == 5);
	mbed_trial_clear(&trial);
}

void
mbed_try_post_handshake(struct tls_probe *probe)
{
	if (!lacks_tls1_3(probe, TLS_FEATURE_POST_HANDSHAKE_AUTH,
	    TLS_FEATURE_POST_HANDSHAKE_AUTH))
		found(probe, TLS_FEATURE_POST_HANDSHAKE_AUTH, false);
}

/* ---- what is added to the library's messages ---------------------------- */

/* A hint where the library sends none is a message more than it hashed; the
 * Finished messages prove that the hash was mended. */
void
mbed_try_editing(struct tls_probe *probe)
{
	static const enum tls_feature features[] = {
		TLS_FEATURE_STATUS, TLS_FEATURE_NPN, TLS_FEATURE_PSK_HINT,
	};
	struct mbed_trial trial;
	bool works;

	mbed_trial_init(&trial, newest_old(probe), MBED_TRIAL_PSK);
	trial.config.psk_hint = trial.witness.psk;
	works = mbed_trial_run(&trial) && trial.session->editor.changed;
	found(probe, TLS_FEATURE_FACT_STATUS_SENT,
	    trial.facts.status_sent == TLS_NO);
	mbed_trial_clear(&trial);
	for (size_t i = 0; i < sizeof features / sizeof *features; i++)
		if (mbed_compat_known())
			found(probe, features[i], works);
		else
			common_probe_set(probe, features[i], TLS_SUPPORT_NONE,
			    "Mbed TLS has none of its own, and this release "
			    "is not known well enough to add it");
}

/* Whether the library calls this module's functions in the place of its own
 * (private/interpose.c). */
static bool
interposes(struct tls_probe *probe)
{
	struct mbed_trial trial;
	bool works;

	mbed_trial_init(&trial, newest_old(probe), MBED_TRIAL_PSK);
	works = mbed_trial_run(&trial) && trial.session->interposed &&
	    mbed_compat_known();
	mbed_trial_clear(&trial);
	return works;
}

void
mbed_try_messages(struct tls_probe *probe)
{
	if (interposes(probe))
		found(probe, TLS_FEATURE_MESSAGES, true);
	else
		common_probe_set(probe, TLS_FEATURE_MESSAGES, TLS_SUPPORT_PART,
		    "not those that the server sends in a renegotiation: "
		    INTERPOSE_EXCUSE);
}

/* A client of the library's did not ask for a status, and refuses the
 * extension when it has decrypted and read the message. */
void
mbed_try_tls1_3_status(struct tls_probe *probe)
{
	const struct mbed_sample *p256 = mbed_sample_p256(probe);
	struct mbed_trial trial;

	if (lacks_tls1_3(probe, TLS_FEATURE_STATUS_TLS1_3,
	    TLS_FEATURE_STATUS_TLS1_3))
		return;
	if (!mbed_compat_known() || !interposes(probe) || !p256) {
		common_probe_set(probe, TLS_FEATURE_STATUS_TLS1_3,
		    TLS_SUPPORT_NONE, mbed_compat_known() ? INTERPOSE_EXCUSE :
		    "this release of Mbed TLS is not known well enough to add "
		    "it");
		return;
	}
	mbed_trial_init(&trial, TLS_VERSION_1_3, MBED_TRIAL_ECDSA);
	trial.config.identities = &p256->identity;
	trial.config.num_identities = 1;
	trial.choice.status = &trial.witness.psk;
	trial.hello.offers_status = true;
	mbed_trial_run(&trial);
	found(probe, TLS_FEATURE_STATUS_TLS1_3, trial.session &&
	    trial.session->status_sent &&
	    trial.status == COMPAT_UNSOLICITED);
	mbed_trial_clear(&trial);
}

/* ---- resumption --------------------------------------------------------- */

/* Has the client resume what the last run agreed to. */
static bool
resumes(struct mbed_trial *trial)
{
	mbedtls_ssl_session saved;
	bool works;

	mbedtls_ssl_session_init(&saved);
	works = mbedtls_ssl_get_session(&trial->client, &saved) == 0;
	trial->resumed = &saved;
	works = works && mbed_trial_run(trial) &&
	    trial->facts.resumed == TLS_YES;
	trial->resumed = NULL;
	mbedtls_ssl_session_free(&saved);
	return works;
}

static const uint8_t ticket_key[TLS_TICKET_KEY_LEN] = "made for trials";

void
mbed_try_tickets(struct tls_probe *probe)
{
	struct mbed_trial trial;
	bool works;

	mbed_trial_init(&trial, newest_old(probe), MBED_TRIAL_PSK);
	trial.config.ticket_key = (struct tls_span){ ticket_key,
		sizeof ticket_key };
	works = mbed_trial_run(&trial) && trial.facts.resumed == TLS_NO &&
	    resumes(&trial);
	found(probe, TLS_FEATURE_TICKETS, works);
	found(probe, TLS_FEATURE_FACT_RESUMED, works);
	mbed_trial_clear(&trial);
}

void
mbed_try_store(struct tls_probe *probe)
{
	static const uint8_t prefix[] = "prefix";
	struct mbed_trial trial;
	bool works, begins;

	mbed_trial_init(&trial, newest_old(probe), MBED_TRIAL_PSK);
	trial.config.session_store = true;
	trial.config.id_prefix = (struct tls_span){ prefix, sizeof prefix };
	works = mbed_trial_run(&trial);
	begins = works && trial.facts.session_id.len > sizeof prefix &&
	    !memcmp(trial.facts.session_id.data, prefix, sizeof prefix);
	found(probe, TLS_FEATURE_FACT_SESSION_ID,
	    trial.facts.session_id.len);
	found(probe, TLS_FEATURE_SESSION_STORE, works && resumes(&trial) &&
	    trial.witness.resumed);
	found(probe, TLS_FEATURE_ID_PREFIX, begins);
	mbed_trial_clear(&trial);
}

/* As many tickets as were asked for, and the last of them is good. */
void
mbed_try_tls1_3_tickets(struct tls_probe *probe)
{
	struct mbed_trial trial;
	unsigned num = 0;
	bool works;

	if (lacks_tls1_3(probe, TLS_FEATURE_TICKETS_TLS1_3,
	    TLS_FEATURE_NUM_TICKETS))
		return;
	mbed_trial_init(&trial, TLS_VERSION_1_3, MBED_TRIAL_PSK);
	trial.config.ticket_key = (struct tls_span){ ticket_key,
		sizeof ticket_key };
	trial.config.num_tickets = 3;
	works = mbed_trial_run(&trial);
	while (works && mbed_trial_talk(&trial) == COMPAT_GOT_TICKET)
		num++;
	found(probe, TLS_FEATURE_NUM_TICKETS, num == 3);
	found(probe, TLS_FEATURE_TICKETS_TLS1_3, num && resumes(&trial));
	mbed_trial_clear(&trial);
}

/* ---- after the handshake ------------------------------------------------ */

void
mbed_try_renegotiation(struct tls_probe *probe)
{
	const struct mbed_sample *p256 = mbed_sample_p256(probe);
	struct mbed_trial trial;

	mbed_trial_init(&trial, newest_old(probe), MBED_TRIAL_PSK);
	if (mbed_trial_run(&trial) && mbed_session_renegotiate(trial.session,
	    false, &trial.err) == TLS_OK)
		mbed_trial_talk(&trial);
	found(probe, TLS_FEATURE_RENEGOTIATE, trial.witness.changed == 1);
	mbed_trial_clear(&trial);
	mbed_trial_init(&trial, newest_old(probe), MBED_TRIAL_ECDSA);
	if (p256) {
		trial.config.identities = &p256->identity;
		trial.config.num_identities = 1;
		trial.certificate = p256;
	}
	if (mbed_trial_run(&trial) && !trial.witness.steps &&
	    mbed_session_renegotiate(trial.session, true, &trial.err) ==
	    TLS_OK)
		mbed_trial_talk(&trial);
	found(probe, TLS_FEATURE_RENEGOTIATE_CERTIFICATE,
	    trial.witness.steps && trial.witness.changed == 1);
	mbed_trial_clear(&trial);
}

static bool
client_hears(struct mbed_trial *trial)
{
	struct mbed_traffic traffic = { .secret = trial->session->own.secret };
	uint8_t byte = 1;
	size_t done;
	bool heard = mbed_session_key_update(trial->session, false,
	    &trial->err) == TLS_OK &&
	    mbedtls_ssl_read(&trial->client, &byte, 1) ==
		MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE &&
	    mbed_traffic_renew(&trial->client, &traffic, TLS_RECEIVED) == 0 &&
	    mbed_session_write(trial->session, &byte, 1, &done,
		&trial->err) == TLS_OK &&
	    mbedtls_ssl_read(&trial->client, &byte, 1) == 1;

	trial->to_client = traffic;
	return heard;
}

static bool
server_hears(struct mbed_trial *trial)
{
	static const uint8_t update[] = { COMMON_KEY_UPDATE, 0, 0, 1, 0 };
	struct mbed_traffic traffic = { .secret = trial->session->peer.secret };
	uint8_t byte = 1;
	size_t done;
	bool heard = mbed_private_write(&trial->server->originals,
	    &trial->client, (struct tls_span){ update, sizeof update }) == 0 &&
	    mbed_traffic_renew(&trial->client, &traffic, TLS_SENT) == 0 &&
	    mbedtls_ssl_write(&trial->client, &byte, 1) == 1 &&
	    mbed_session_read(trial->session, &byte, 1, &done,
		&trial->err) == TLS_OK;

	trial->to_server = traffic;
	return heard;
}

/* A KeyUpdate each way.  The client is no better at it than the library, but
 * has the same parts to make one of. */
void
mbed_try_key_update(struct tls_probe *probe)
{
	struct mbed_trial trial;

	if (lacks_tls1_3(probe, TLS_FEATURE_KEY_UPDATE,
	    TLS_FEATURE_KEY_UPDATE))
		return;
	mbed_trial_init(&trial, TLS_VERSION_1_3, MBED_TRIAL_PSK);
	found(probe, TLS_FEATURE_KEY_UPDATE, mbed_compat_known() &&
	    mbed_trial_run(&trial) && client_hears(&trial) &&
	    server_hears(&trial));
	mbed_trial_clear(&trial);
}

/* Both sides get the same of it. */
static bool
exports(uint16_t version)
{
	static const uint8_t none[32];
	struct tls_span context = { none, 0 };
	uint8_t ours[32] = { 0 }, theirs[32] = { 0 };
	struct mbed_trial trial;
	bool works;

	mbed_trial_init(&trial, version, MBED_TRIAL_PSK);
	works = mbed_trial_run(&trial) && mbed_session_export(trial.session,
	    "EXPORTER-trial", context, ours, sizeof ours, &trial.err) ==
	    TLS_OK && mbed_compat_export(&trial.client, &trial.exporter,
	    "EXPORTER-trial", context, (struct mbed_bytes){ theirs,
		sizeof theirs }) == 0;
	mbed_trial_clear(&trial);
	return works && !memcmp(ours, theirs, sizeof ours) &&
	    memcmp(ours, none, sizeof ours);
}

void
mbed_try_exporter(struct tls_probe *probe)
{
	bool old = exports(newest_old(probe));

	if (old && speaks_tls1_3(probe) && !exports(TLS_VERSION_1_3))
		common_probe_set(probe, TLS_FEATURE_EXPORTER,
		    TLS_SUPPORT_PART, "up to TLS 1.2");
	else
		found(probe, TLS_FEATURE_EXPORTER, old);
}

void
mbed_try_seed(struct tls_probe *probe)
{
	struct mbed_trial trial;

	mbed_trial_init(&trial, newest_old(probe), MBED_TRIAL_PSK);
	found(probe, TLS_FEATURE_RANDOM_SEED, mbed_trial_run(&trial) &&
	    mbed_server_add_seed(trial.server, trial.witness.psk,
	    &trial.err));
	mbed_trial_clear(&trial);
}
