/* common/try.c - features of any backend, tried in the same way
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "common/try.h"

#include "common/experiments.h"
#include "common/primitives.h"

#define V1_0	TLS_VERSION_1_0
#define V1_2	TLS_VERSION_1_2
#define V1_3	TLS_VERSION_1_3
#define ANY	0		/* see common_try_version */

/* ---- the rows ----------------------------------------------------------- */

static const struct experiment {
	common_experiment *works;
	enum common_trial_with with;
	uint16_t version;
} experiments[TLS_FEATURE_COUNT] = {
#define KEY(feature, version, works) \
	[TLS_FEATURE_##feature] = { works, COMMON_WITH_KEY, version },
#define PSK(feature, version, works) \
	[TLS_FEATURE_##feature] = { works, COMMON_WITH_PSK, version },
	KEY(HELLO_SSLV2, V1_0, common_reads_sslv2)
	KEY(HELLO_FRAGMENTS, ANY, common_reads_fragments)
	PSK(CIPHER_LIST, V1_2, common_keeps_to_suites)
	PSK(CLIENT_PREFERENCE, V1_2, common_keeps_to_suites)
	PSK(SERVER_PREFERENCE, V1_2, common_keeps_to_suites)
	KEY(GROUPS, ANY, common_keeps_to_groups)
	KEY(FACT_GROUP, ANY, common_keeps_to_groups)
	KEY(SIGNATURES, V1_2, common_keeps_to_signatures)
	KEY(FACT_SIGNATURE, V1_2, common_keeps_to_signatures)
	KEY(CLIENT_SIGNATURES, V1_2, common_keeps_to_signatures)
	KEY(FACT_PEER_SIGNATURE, V1_2, common_keeps_to_signatures)
	PSK(DH_PARAMETERS, V1_2, common_uses_dh_parameters)
	KEY(ANONYMOUS, V1_2, common_serves_anonymous)
	KEY(WORKAROUNDS, ANY, common_works_around)
	KEY(NATIVE, ANY, common_serves_natively)
	KEY(IDENTITIES, V1_2, common_chooses_identity)
	KEY(FACT_IDENTITY, V1_2, common_chooses_identity)
	KEY(KEY_RSA, ANY, common_serves)
	KEY(KEY_ECDSA, ANY, common_serves)
	KEY(KEY_EDDSA, ANY, common_serves)
	KEY(KEY_ENCRYPTED, ANY, common_decrypts_key)
	KEY(KEY_PKCS12, ANY, common_unpacks)
	KEY(CLIENT_CERTIFICATE, ANY, common_judges_client)
	KEY(VERIFY_STEPS, ANY, common_judges_client)
	KEY(FACT_PEER_CHAIN, ANY, common_judges_client)
	KEY(CRLS, ANY, common_knows_revoked)
	PSK(PSK, V1_2, common_uses_psk)
	PSK(PSK_TLS1_3, V1_3, common_uses_psk)
	PSK(PSK_HINT, V1_2, common_uses_psk)
	PSK(FACT_PSK_IDENTITY, ANY, common_uses_psk)
	KEY(STATUS, V1_2, common_staples)
	KEY(STATUS_TLS1_3, V1_3, common_staples)
	KEY(FACT_STATUS_SENT, ANY, common_staples)
	PSK(ALPN, ANY, common_agrees_to_protocol)
	KEY(NPN, V1_2, common_offers_protocol)
	KEY(TICKETS, V1_2, common_resumes_by_ticket)
	KEY(FACT_RESUMED, V1_2, common_resumes_by_ticket)
	KEY(TICKETS_TLS1_3, V1_3, common_resumes_by_ticket)
	KEY(NUM_TICKETS, V1_3, common_resumes_by_ticket)
	KEY(SESSION_STORE, V1_2, common_resumes_from_store)
	KEY(ID_PREFIX, V1_2, common_has_session_id)
	KEY(FACT_SESSION_ID, V1_2, common_has_session_id)
	KEY(RENEGOTIATE, V1_2, common_renegotiates)
	KEY(RENEGOTIATE_CERTIFICATE, V1_2, common_renegotiates)
	KEY(POST_HANDSHAKE_AUTH, V1_3, common_asks_for_certificate)
	PSK(KEY_UPDATE, V1_3, common_updates_keys)
	PSK(STATES, ANY, common_tells)
	PSK(MESSAGES, ANY, common_tells)
	PSK(SECRETS, ANY, common_tells)
	PSK(RANDOM_SEED, ANY, common_takes_seed)
	PSK(EXPORTER, ANY, common_exports)
	PSK(FACT_EXTENDED_MASTER, V1_2, common_tells)
	PSK(FACT_SECURE_RENEGO, V1_2, common_tells)
	PSK(FACT_SECRET, V1_2, common_tells)
};

/* ---- versions ----------------------------------------------------------- */

/* For what every start asks. */
static bool
begins(struct common_lab *lab, uint16_t version)
{
	struct common_trial trial;
	bool works;

	common_trial_init(&trial, lab, version, COMMON_WITH_PSK);
	trial.server = common_lab_cheap(lab);
	trial.config = lab->cheap_config;
	trial.offer.suites = trial.config.suites;
	works = common_trial_begin(&trial) && trial.facts.version == version;
	common_trial_clear(&trial);
	return works;
}

static bool
speaks(struct common_lab *lab, uint16_t version, int security_level)
{
	struct common_trial trial;
	bool works;

	common_trial_init(&trial, lab, version, COMMON_WITH_KEY);
	trial.config.security_level = security_level;
	works = common_trial_meet(&trial) && trial.facts.version == version;
	common_trial_clear(&trial);
	return works;
}

static void
try_version(struct common_lab *lab, enum tls_feature feature)
{
	struct tls_probe *probe = (struct tls_probe *)lab;
	uint16_t version = (uint16_t)(TLS_VERSION_SSL3 + feature -
	    TLS_FEATURE_SSL3);

	if (begins(lab, version) || speaks(lab, version, -1))
		common_probe_found(probe, feature, true);
	else if (speaks(lab, version, 0))
		common_probe_set(probe, feature, TLS_SUPPORT_PART,
		    "only with @SECLEVEL=0 in the cipher string");
	else
		common_probe_found(probe, feature, false);
}

static struct tls_answer
answer_to(struct tls_probe *probe, uint16_t version)
{
	return common_lab_answer(probe, TLS_FEATURE_SSL3 +
	    (enum tls_feature)(version - TLS_VERSION_SSL3));
}

uint16_t
common_try_version(struct tls_probe *probe)
{
	static const uint16_t wanted[] = { V1_2, V1_3 };

	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (answer_to(probe, wanted[i]).support > TLS_SUPPORT_NOOP)
			return wanted[i];
	return V1_0;
}

/* ---- all of them -------------------------------------------------------- */

bool
common_try_one(struct tls_probe *probe, enum tls_feature feature,
    uint16_t version)
{
	const struct experiment *row = &experiments[feature];
	struct common_trial trial;
	bool works;

	if (!version)
		version = row->version ? row->version :
		    common_try_version(probe);
	common_trial_init(&trial, common_lab_of(probe), version, row->with);
	trial.feature = feature;
	works = row->works(&trial);
	common_trial_clear(&trial);
	return works;
}

/* Whether a member of the backend stands for it. */
static bool
is_member(const struct tls_backend *b, enum tls_feature feature)
{
	return (feature == TLS_FEATURE_RENEGOTIATE && b->renegotiate) ||
	    (feature == TLS_FEATURE_POST_HANDSHAKE_AUTH &&
	    b->ask_certificate) ||
	    (feature == TLS_FEATURE_KEY_UPDATE && b->key_update) ||
	    (feature == TLS_FEATURE_RANDOM_SEED && b->seed) ||
	    (feature == TLS_FEATURE_KEY_PKCS12 && b->unpack) ||
	    (feature == TLS_FEATURE_EXPORTER && b->export_keys);
}

void
common_try(struct tls_probe *probe)
{
	const struct common_lab *lab = common_lab_of(probe);
	const enum tls_feature feature = lab->base.asked;
	const uint16_t version = experiments[feature].version;
	struct tls_answer spoken = { TLS_SUPPORT_FULL, NULL };

	if (feature >= TLS_FEATURE_SSL3 && feature <= TLS_FEATURE_TLS1_3) {
		try_version(common_lab_of(probe), feature);
		return;
	}
	if (!experiments[feature].works)
		return;
	if (version)
		spoken = answer_to(probe, version);
	if (is_member(lab->library->backend, feature))
		common_probe_member(probe, feature,
		    common_try_one(probe, feature, 0),
		    lab->library->table->failed);
	else if (spoken.support <= TLS_SUPPORT_NOOP)
		common_probe_set(probe, feature, TLS_SUPPORT_NONE,
		    spoken.note);
	else
		common_probe_found(probe, feature,
		    common_try_one(probe, feature, 0));
}

#define PRIMITIVE(id, name) \
	COMMON_ROW(id, common_try_##name, FULL, NULL, NULL)
#define NOT_YET(id)	COMMON_NONE(id, "this backend does not do it yet")

/* The first row of a feature counts. */
static const struct common_row rows[] = {
	PRIMITIVE(MAKE_KEY, keys)
	PRIMITIVE(DIGEST_SHA1, digests)
	PRIMITIVE(DIGEST_SHA2, digests)
	PRIMITIVE(MAKE_RSA, rsa)
	PRIMITIVE(MAKE_P256, keys)
	PRIMITIVE(MAKE_P384, keys)
	PRIMITIVE(MAKE_P521, keys)
	PRIMITIVE(MAKE_ED25519, keys)
	PRIMITIVE(SIGN_SHA1, rsa)
	PRIMITIVE(SIGN_RSA_PSS, rsa)
	PRIMITIVE(CHECK_SIGNATURE, keys)
	NOT_YET(DATAGRAMS)
	NOT_YET(EARLY_DATA)
	NOT_YET(ECH)
	COMMON_ROW(CLIENT_GROUPS, NULL, FULL, NULL, NULL)
#define F(id, name, meaning) COMMON_ELSE(id, NULL)
	TLS_FEATURES(F)
#undef F
};

const struct common_table common_usual = {
	rows, sizeof rows / sizeof *rows, NULL, NULL,
};
