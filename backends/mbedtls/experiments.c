/* experiments.c - features tried: versions, certificates, lists, primitives
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "trial.h"

#define found		common_probe_found
#define newest		mbed_trial_newest
#define newest_old	mbed_trial_newest_old

/* ---- versions ---------------------------------------------------------- */

static const struct {
	uint16_t version;
	enum tls_feature feature, psk;
	const char *absent;		/* where it was not compiled in */
} versions[] = {
	{ TLS_VERSION_1_0, TLS_FEATURE_TLS1, TLS_FEATURE_PSK,
	    COMPAT_NO_OLD_TLS },
	{ TLS_VERSION_1_1, TLS_FEATURE_TLS1_1, TLS_FEATURE_PSK,
	    COMPAT_NO_OLD_TLS },
	{ TLS_VERSION_1_2, TLS_FEATURE_TLS1_2, TLS_FEATURE_PSK,
	    COMPAT_NO_OLD_TLS },
	{ TLS_VERSION_1_3, TLS_FEATURE_TLS1_3, TLS_FEATURE_PSK_TLS1_3,
	    COMPAT_NO_TLS1_3 },
};

/* A handshake with a certificate, where pre-shared keys are not built in. */
static bool
speaks_with_certificate(struct tls_probe *probe, uint16_t version)
{
	const struct mbed_sample *p256 = mbed_sample_p256(probe);
	struct mbed_trial trial;
	bool works;

	if (!p256)
		return false;
	mbed_trial_init(&trial, version, MBED_TRIAL_ECDSA);
	trial.config.identities = &p256->identity;
	trial.config.num_identities = 1;
	works = mbed_trial_run(&trial);
	mbed_trial_clear(&trial);
	return works;
}

/* What a handshake with a pre-shared key showed. */
static void
judge_psk(struct tls_probe *probe, const struct mbed_trial *trial)
{
	const struct tls_facts *facts = &trial->facts;

	found(probe, TLS_FEATURE_FACT_PSK_IDENTITY, facts->psk_identity.len);
	found(probe, TLS_FEATURE_FACT_SECRET, facts->secret.len);
	found(probe, TLS_FEATURE_STATES, trial->witness.states);
	found(probe, TLS_FEATURE_SECRETS, trial->witness.secrets);
	if (trial->version == TLS_VERSION_1_3)
		return;
	found(probe, TLS_FEATURE_FACT_EXTENDED_MASTER,
	    facts->extended_master == TLS_YES);
	found(probe, TLS_FEATURE_FACT_SECURE_RENEGO,
	    facts->secure_renegotiation == TLS_YES);
}

/* Tries those from `first` to `last` with one server. */
static void
try_range(struct tls_probe *probe, uint16_t first, uint16_t last)
{
	struct mbed_trial trial;

	mbed_trial_init(&trial, first, MBED_TRIAL_PSK);
	trial.config.versions = COMPAT_VERSIONS;
	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
		uint16_t version = versions[i].version;
		bool psk;

		if (version < first || version > last)
			continue;
		trial.version = trial.choice.version = version;
		psk = mbed_trial_run(&trial);
		found(probe, versions[i].psk, psk);
		found(probe, versions[i].feature, psk ||
		    speaks_with_certificate(probe, version));
		if (psk)
			judge_psk(probe, &trial);
	}
	mbed_trial_clear(&trial);
}

void
mbed_try_versions(struct tls_probe *probe)
{
	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
		if (!(COMPAT_VERSIONS & TLS_VERSION_BIT(versions[i].version)))
			common_probe_set(probe, versions[i].feature,
			    TLS_SUPPORT_NONE, versions[i].absent);
	try_range(probe, COMPAT_OLDEST, TLS_VERSION_1_2);
	if (COMPAT_VERSIONS & TLS_VERSION_BIT(TLS_VERSION_1_3))
		try_range(probe, TLS_VERSION_1_3, TLS_VERSION_1_3);
	else
		common_probe_set(probe, TLS_FEATURE_PSK_TLS1_3,
		    TLS_SUPPORT_NONE, COMPAT_NO_TLS1_3);
}

/* ---- certificates ------------------------------------------------------ */

/* A server with `samples`, which asks for a certificate and gets one. */
static bool
shake(struct mbed_trial *trial, const struct tls_identity *identities,
    size_t num, const struct mbed_sample *client)
{
	trial->config.identities = identities;
	trial->config.num_identities = num;
	trial->certificate = client;
	if (client) {
		trial->config.peer_certificate = TLS_PEER_DEMAND;
		trial->config.roots = &client->chain;
		trial->config.num_roots = 1;
	}
	return mbed_trial_run(trial);
}

void
mbed_try_certificates(struct tls_probe *probe)
{
	const struct mbed_sample *p256 = mbed_sample_p256(probe);
	struct mbed_trial trial;
	const struct tls_facts *facts = &trial.facts;
	bool works;

	mbed_trial_init(&trial, newest_old(probe), MBED_TRIAL_ECDSA);
	works = p256 && shake(&trial, &p256->identity, 1, p256);
	found(probe, TLS_FEATURE_KEY_ECDSA, works);
	found(probe, TLS_FEATURE_VERIFY_STEPS, trial.witness.steps);
	found(probe, TLS_FEATURE_FACT_GROUP, facts->group);
	found(probe, TLS_FEATURE_FACT_SIGNATURE, facts->signature);
	found(probe, TLS_FEATURE_FACT_PEER_SIGNATURE, facts->peer_signature);
	found(probe, TLS_FEATURE_FACT_IDENTITY, works && facts->identity == 0);
	found(probe, TLS_FEATURE_FACT_PEER_CHAIN, facts->num_peer_chain == 1);
	found(probe, TLS_FEATURE_CLIENT_CERTIFICATE, trial.witness.steps);
	mbed_trial_clear(&trial);
	if (works && newest(probe) == TLS_VERSION_1_3)
		common_probe_set(probe, TLS_FEATURE_CLIENT_CERTIFICATE,
		    TLS_SUPPORT_PART,
		    "TLS 1.3 requests do not name the trusted roots");
}

/* By RSA, and by the one of two certificates that a client can use. */
void
mbed_try_rsa(struct tls_probe *probe)
{
	const struct mbed_sample *rsa = mbed_sample_rsa(probe);
	const struct mbed_sample *p256 = mbed_sample_p256(probe);
	struct mbed_trial trial;
	bool works = rsa && p256;

	for (int own = 0; own < 2 && works; own++) {
		const struct tls_identity both[] = { p256->identity,
			rsa->identity };

		mbed_trial_init(&trial, newest_old(probe), own ?
		    MBED_TRIAL_RSA : MBED_TRIAL_ECDSA);
		works = shake(&trial, both, 2, NULL) &&
		    trial.facts.identity == own;
		mbed_trial_clear(&trial);
	}
	found(probe, TLS_FEATURE_KEY_RSA, works);
	found(probe, TLS_FEATURE_IDENTITIES, works);
}

/* Whether the library reads an Ed25519 key, and so a certificate of one. */
void
mbed_try_ed25519(struct tls_probe *probe)
{
	static const uint8_t spki[44] = {
		0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03,
		0x21, 0x00, 0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7,
		0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1,
		0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68,
		0xf7, 0x07, 0x51, 0x1a,		/* RFC 8032, 7.1 */
	};
	mbedtls_pk_context pk;

	mbedtls_pk_init(&pk);
	found(probe, TLS_FEATURE_KEY_EDDSA,
	    mbedtls_pk_parse_public_key(&pk, spki, sizeof spki) == 0);
	mbedtls_pk_free(&pk);
}

void
mbed_try_encrypted(struct tls_probe *probe)
{
	const struct mbed_sample *p256 = mbed_sample_p256(probe);
	uint8_t pfx[COMMON_PFX_LEN];
	struct tls_identity identity;
	struct mbed_trial trial;

	found(probe, TLS_FEATURE_KEY_PKCS12, p256);
	found(probe, TLS_FEATURE_KEY_ENCRYPTED, false);
	if (!p256 || !mbed_sample_pfx(pfx))
		return;
	identity = p256->identity;
	identity.key = (struct tls_span){ pfx + COMMON_PFX_KEY_AT,
		COMMON_PFX_KEY_LEN };
	identity.pass = COMMON_PFX_PASS;
	mbed_trial_init(&trial, newest_old(probe), MBED_TRIAL_ECDSA);
	found(probe, TLS_FEATURE_KEY_ENCRYPTED, shake(&trial, &identity, 1,
	    NULL));
	mbed_trial_clear(&trial);
}

/* Only a library that reads the list notices that its signature is wrong. */
void
mbed_try_crls(struct tls_probe *probe)
{
	static const uint8_t list[] = {
		0x30, 0x51, 0x30, 0x3b, 0x02, 0x01, 0x01,
		0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04,
		0x03, 0x02,			/* ecdsa-with-SHA256 */
		0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04,
		0x03, 0x0c, 0x01, 's',		/* CN=s */
		0x17, 0x0d, '2', '0', '0', '1', '0', '1', '0', '0', '0', '0',
		'0', '0', 'Z', 0x17, 0x0d, '4', '9', '1', '2', '3', '1', '2',
		'3', '5', '9', '5', '9', 'Z',
		0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04,
		0x03, 0x02, 0x03, 0x06, 0x00, 0x30, 0x03, 0x02, 0x01, 0x01,
	};
	const struct tls_span crl = { list, sizeof list };
	const struct mbed_sample *p256 = mbed_sample_p256(probe);
	struct mbed_sample issued = { .chain.len = 0 };
	struct mbed_trial trial;

	mbed_trial_init(&trial, newest_old(probe), MBED_TRIAL_ECDSA);
	if (p256 && mbed_sample_issue(p256, p256->identity.key, &issued)) {
		trial.config.crl_check = TLS_CRL_LEAF;
		trial.config.crls = &crl;
		trial.config.num_crls = 1;
		trial.config.peer_certificate = TLS_PEER_ASK;
		trial.config.roots = &p256->chain;
		trial.config.num_roots = 1;
		trial.certificate = &issued;
		trial.config.identities = &p256->identity;
		trial.config.num_identities = 1;
		mbed_trial_run(&trial);
	}
	found(probe, TLS_FEATURE_CRLS, trial.witness.error == 8);
	mbed_trial_clear(&trial);
}

/* ---- lists ------------------------------------------------------------- */

/* The suite that a client gets who offers two, both chosen, `first` before. */
static uint16_t
suite_of(struct tls_probe *probe, int first, bool ours, bool only)
{
	struct mbed_trial trial;
	uint16_t suites[2], suite;

	mbed_trial_init(&trial, newest(probe), MBED_TRIAL_PSK);
	suites[0] = trial.suites[first];
	suites[1] = trial.suites[!first];
	trial.offered[2] = 0;
	trial.config.server_preference = ours;
	trial.choice.suites = suites;
	trial.choice.num_suites = only ? 1 : 2;
	suite = mbed_trial_run(&trial) && trial.facts.suite == suites[0] ?
	    suites[0] : 0;
	mbed_trial_clear(&trial);
	return suite;
}

void
mbed_try_order(struct tls_probe *probe)
{
	found(probe, TLS_FEATURE_CIPHER_LIST,
	    suite_of(probe, 0, false, true) && suite_of(probe, 1, false,
	    true));
	/* In TLS 1.3 the order of the choice is that of the client then. */
	found(probe, TLS_FEATURE_CLIENT_PREFERENCE,
	    suite_of(probe, 0, false, false));
	found(probe, TLS_FEATURE_SERVER_PREFERENCE,
	    suite_of(probe, 0, true, false) && suite_of(probe, 1, true,
	    false));
}

void
mbed_try_groups(struct tls_probe *probe)
{
	static const uint16_t groups[] = { 0x0017, 0x0018 };
	struct mbed_trial trial;
	bool works = true;

	/* The client offers both, and more. */
	for (int i = 0; i < 2 && works; i++) {
		mbed_trial_init(&trial, newest_old(probe),
		    MBED_TRIAL_PSK_ECDHE);
		trial.config.groups = trial.hello.groups = &groups[i];
		trial.config.num_groups = trial.hello.num_groups = 1;
		works = mbed_trial_run(&trial) &&
		    trial.facts.group == groups[i];
		mbed_trial_clear(&trial);
	}
	found(probe, TLS_FEATURE_GROUPS, works);
}

/* One scheme for the server, one for clients; what was signed with, or 0. */
static bool
signs(struct tls_probe *probe, uint16_t own, uint16_t client)
{
	const struct mbed_sample *p256 = mbed_sample_p256(probe);
	static const uint16_t offered[] = { 0x0403, 0x0503 };
	struct mbed_trial trial;
	bool works;

	if (!p256)
		return false;
	mbed_trial_init(&trial, newest_old(probe), MBED_TRIAL_ECDSA);
	trial.config.signatures = &own;
	trial.config.client_signatures = &client;
	trial.config.num_signatures = trial.config.num_client_signatures = 1;
	trial.hello.signatures = offered;
	trial.hello.num_signatures = 2;
	works = shake(&trial, &p256->identity, 1, p256) &&
	    trial.facts.signature == own &&
	    trial.facts.peer_signature == client;
	mbed_trial_clear(&trial);
	return works;
}

void
mbed_try_signatures(struct tls_probe *probe)
{
	bool sha256 = signs(probe, 0x0503, 0x0403);
	bool sha384 = signs(probe, 0x0403, 0x0503);

	/* A client of the library's has one way, whatever is asked for: it is
	 * taken where it was asked for, and refused where it was not. */
	found(probe, TLS_FEATURE_SIGNATURES, sha256 || sha384);
	found(probe, TLS_FEATURE_CLIENT_SIGNATURES, sha256 != sha384);
}

/* With DH parameters of 512 bits, p = 2^512 - 569, a client comes to an end
 * that takes those, and only that. */
void
mbed_try_dh(struct tls_probe *probe)
{
	static const uint8_t tail[] = { 0xfd, 0xc7, 0x02, 0x01, 0x02 };
	uint8_t der[72] = { 0x30, 0x46, 0x02, 0x41 };
	struct mbed_trial trial;
	bool took[2];

	memset(der + 5, 0xff, 62);
	memcpy(der + 67, tail, sizeof tail);
	for (int i = 0; i < 2; i++) {
		mbed_trial_init(&trial, newest_old(probe), MBED_TRIAL_PSK_DHE);
		trial.config.dh_params = (struct tls_span){ der, sizeof der };
		trial.least_dh_bits = i ? 1024 : 512;
		took[i] = mbed_trial_run(&trial);
		mbed_trial_clear(&trial);
	}
	found(probe, TLS_FEATURE_DH_PARAMETERS, took[0] && !took[1]);
}

/* Cut where the library is known to lose its way, below a header. */
void
mbed_try_fragments(struct tls_probe *probe)
{
	struct mbed_trial trial;

	mbed_trial_init(&trial, newest(probe), MBED_TRIAL_PSK);
	trial.most_in_record = 3;
	if (mbed_trial_run(&trial))
		common_probe_set(probe, TLS_FEATURE_HELLO_FRAGMENTS,
		    TLS_SUPPORT_FULL, NULL);
	else
		found(probe, TLS_FEATURE_HELLO_FRAGMENTS, true);
	mbed_trial_clear(&trial);
}
