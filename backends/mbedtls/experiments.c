/* experiments.c - features tried that are made of the library's own parts
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "client.h"

#define found	common_probe_found

static bool
speaks_tls1_3(struct tls_probe *probe)
{
	return common_lab_answer(probe, TLS_FEATURE_TLS1_3).support >
	    TLS_SUPPORT_NONE;
}

/* Says of a feature of TLS 1.3 that it is not spoken, where that is so. */
static bool
lacks_tls1_3(struct tls_probe *probe, enum tls_feature feature)
{
	if (speaks_tls1_3(probe))
		return false;
	common_probe_set(probe, feature, TLS_SUPPORT_NONE,
	    common_lab_answer(probe, TLS_FEATURE_TLS1_3).note);
	return true;
}

/* The core joins what the library does not. */
void
mbed_try_fragments(struct tls_probe *probe)
{
	const enum tls_feature feature = TLS_FEATURE_HELLO_FRAGMENTS;

	if (common_try_one(probe, feature, 0))
		common_probe_set(probe, feature, TLS_SUPPORT_FULL, NULL);
	else
		found(probe, feature, true);
}

void
mbed_try_client_certificate(struct tls_probe *probe)
{
	const enum tls_feature feature = TLS_FEATURE_CLIENT_CERTIFICATE;
	bool works = common_try_one(probe, feature, 0);

	if (works && speaks_tls1_3(probe))
		common_probe_set(probe, feature, TLS_SUPPORT_PART,
		    "TLS 1.3 requests do not name the trusted roots");
	else
		found(probe, feature, works);
}

void
mbed_try_exporter(struct tls_probe *probe)
{
	const enum tls_feature feature = TLS_FEATURE_EXPORTER;
	bool old = common_try_one(probe, feature, 0);

	if (old && speaks_tls1_3(probe) &&
	    !common_try_one(probe, feature, TLS_VERSION_1_3))
		common_probe_set(probe, feature, TLS_SUPPORT_PART,
		    "up to TLS 1.2");
	else
		found(probe, feature, old);
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
	struct common_trial trial;
	bool works;

	common_trial_init(&trial, common_lab_of(probe), TLS_VERSION_1_2,
	    COMMON_WITH_PSK);
	trial.config.psk_hint = trial.witness.psk;
	works = common_trial_meet(&trial) && trial.session->editor.changed &&
	    common_trial_said(&trial, trial.witness.psk);
	found(probe, TLS_FEATURE_FACT_STATUS_SENT,
	    trial.facts.status_sent == TLS_NO);
	common_trial_clear(&trial);
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
	struct common_trial trial;
	bool works;

	common_trial_init(&trial, common_lab_of(probe),
	    common_try_version(probe), COMMON_WITH_PSK);
	works = common_trial_meet(&trial) && trial.session->interposed &&
	    trial.witness.messages && mbed_compat_known();
	common_trial_clear(&trial);
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
	const enum tls_feature feature = TLS_FEATURE_STATUS_TLS1_3;
	struct common_trial trial;

	if (lacks_tls1_3(probe, feature))
		return;
	if (!mbed_compat_known() || !interposes(probe)) {
		common_probe_set(probe, feature, TLS_SUPPORT_NONE,
		    mbed_compat_known() ? INTERPOSE_EXCUSE :
		    "this release of Mbed TLS is not known well enough to add "
		    "it");
		return;
	}
	common_trial_init(&trial, common_lab_of(probe), TLS_VERSION_1_3,
	    COMMON_WITH_KEY);
	trial.choice.status = &trial.witness.psk;
	common_trial_meet(&trial);
	found(probe, feature, trial.session && trial.session->status_sent &&
	    trial.client->status == COMPAT_UNSOLICITED);
	common_trial_clear(&trial);
}

/* ---- KeyUpdate ---------------------------------------------------------- */

static bool
client_hears(struct common_trial *trial)
{
	struct common_client *client = trial->client;
	struct mbed_traffic traffic = { .secret = trial->session->own.secret };
	uint8_t byte = 1;
	size_t done;
	bool heard = mbed_key_update(trial->session, false,
	    &trial->err) == TLS_OK && mbedtls_ssl_read(&client->ssl, &byte,
	    1) == MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE &&
	    mbed_traffic_renew(&client->ssl, &traffic, TLS_RECEIVED) == 0 &&
	    mbed_write(trial->session, &byte, 1, &done,
		&trial->err) == TLS_OK &&
	    mbedtls_ssl_read(&client->ssl, &byte, 1) == 1;

	client->to_client = traffic;
	return heard;
}

static bool
server_hears(struct common_trial *trial)
{
	static const uint8_t update[] = { COMMON_KEY_UPDATE, 0, 0, 1, 0 };
	struct common_client *client = trial->client;
	struct mbed_traffic traffic = { .secret = trial->session->peer.secret };
	uint8_t byte = 1;
	size_t done;
	bool heard = mbed_private_write(&trial->server->originals,
	    &client->ssl, (struct tls_span){ update, sizeof update }) == 0 &&
	    mbed_traffic_renew(&client->ssl, &traffic, TLS_SENT) == 0 &&
	    mbedtls_ssl_write(&client->ssl, &byte, 1) == 1 &&
	    mbed_read(trial->session, &byte, 1, &done,
		&trial->err) == TLS_OK;

	client->to_server = traffic;
	return heard;
}

/* A KeyUpdate each way.  The client is no better at it than the library, but
 * has the same parts to make one of. */
void
mbed_try_key_update(struct tls_probe *probe)
{
	struct common_trial trial;

	if (lacks_tls1_3(probe, TLS_FEATURE_KEY_UPDATE))
		return;
	common_trial_init(&trial, common_lab_of(probe), TLS_VERSION_1_3,
	    COMMON_WITH_PSK);
	found(probe, TLS_FEATURE_KEY_UPDATE, mbed_compat_known() &&
	    common_trial_meet(&trial) && client_hears(&trial) &&
	    server_hears(&trial));
	common_trial_clear(&trial);
}
