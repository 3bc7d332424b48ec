/* support.c - what this library can do, found out by trying it
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- answers that never change ----------------------------------------- */

#define FULL		{ TLS_SUPPORT_FULL, NULL }
#define PART(note)	{ TLS_SUPPORT_PART, note }
#define NOOP(note)	{ TLS_SUPPORT_NOOP, note }
#define NONE(note)	{ TLS_SUPPORT_NONE, note }

/* What trials, or this build, correct below. */
static const struct tls_answer usual[TLS_FEATURE_COUNT] = {
	[TLS_FEATURE_SSL2] = NONE("Mbed TLS does not speak SSL 2.0"),
	[TLS_FEATURE_SSL3] =
	    NONE("Mbed TLS as it is built here does not speak SSL 3.0"),
	[TLS_FEATURE_TLS1] = FULL,
	[TLS_FEATURE_TLS1_1] = FULL,
	[TLS_FEATURE_TLS1_2] = FULL,
	[TLS_FEATURE_TLS1_3] = FULL,
	[TLS_FEATURE_HELLO_SSLV2] =
	    NONE("Mbed TLS closes the connection without an alert"),
	[TLS_FEATURE_HELLO_FRAGMENTS] =
	    PART("coalesced into one record, Mbed TLS cannot read every way "
	    "of splitting"),
	[TLS_FEATURE_CIPHER_LIST] = FULL,
	[TLS_FEATURE_CLIENT_PREFERENCE] = FULL,
	[TLS_FEATURE_SERVER_PREFERENCE] = FULL,
	[TLS_FEATURE_GROUPS] = FULL,
	[TLS_FEATURE_SIGNATURES] = FULL,
	[TLS_FEATURE_DH_PARAMETERS] = FULL,
	[TLS_FEATURE_ANONYMOUS] =
	    NONE("Mbed TLS has no anonymous suites: only pre-shared keys "
	    "work without a certificate"),
	[TLS_FEATURE_WORKAROUNDS] =
	    NOOP("Mbed TLS has no switch for work-arounds"),
	[TLS_FEATURE_IDENTITIES] = FULL,
	[TLS_FEATURE_KEY_RSA] = FULL,
	[TLS_FEATURE_KEY_ECDSA] = FULL,
	[TLS_FEATURE_KEY_EDDSA] = FULL,
	[TLS_FEATURE_KEY_ENCRYPTED] =
	    PART("not those under scrypt"),
	[TLS_FEATURE_KEY_PKCS12] =
	    PART("not those under RC2, nor under a pass phrase that is longer "
	    "than 31 bytes or not in ASCII"),
	[TLS_FEATURE_KEY_URI] =
	    NONE("Mbed TLS knows no tokens, a key has to be in a file"),
	[TLS_FEATURE_ENGINE] =
	    NONE("Mbed TLS has neither engines nor providers"),
	[TLS_FEATURE_CLIENT_CERTIFICATE] = FULL,
	[TLS_FEATURE_VERIFY_STEPS] = FULL,
	[TLS_FEATURE_CLIENT_SIGNATURES] = COMPAT_CLIENT_SIGNATURES,
	[TLS_FEATURE_CRLS] = FULL,
	[TLS_FEATURE_STATUS] =
	    PART("put into what Mbed TLS sends, not in a renegotiation"),
	[TLS_FEATURE_STATUS_TLS1_3] =
	    PART("put into what Mbed TLS sends, as far as its 16 kB go"),
	[TLS_FEATURE_PSK] =
	    PART("keys of at most " COMPAT_PSK_MAX " bytes"),
	[TLS_FEATURE_PSK_TLS1_3] =
	    PART("keys of at most " COMPAT_PSK_MAX " bytes"),
	[TLS_FEATURE_PSK_HINT] =
	    PART("put into what Mbed TLS sends, not in a renegotiation"),
	[TLS_FEATURE_ALPN] = FULL,
	[TLS_FEATURE_NPN] =
	    PART("put into what Mbed TLS sends, not in a renegotiation"),
	[TLS_FEATURE_TICKETS] = FULL,
	[TLS_FEATURE_TICKETS_TLS1_3] = FULL,
	[TLS_FEATURE_NUM_TICKETS] = FULL,
	[TLS_FEATURE_SESSION_STORE] = FULL,
	[TLS_FEATURE_ID_PREFIX] = FULL,
	[TLS_FEATURE_RENEGOTIATE] = FULL,
	[TLS_FEATURE_RENEGOTIATE_CERTIFICATE] = FULL,
	[TLS_FEATURE_POST_HANDSHAKE_AUTH] =
	    NONE("Mbed TLS never asks for a certificate after a TLS 1.3 "
	    "handshake"),
	[TLS_FEATURE_KEY_UPDATE] =
	    PART("made of parts of Mbed TLS, which has none of its own"),
	[TLS_FEATURE_STATES] =
	    PART("derived from the steps of the library, which has no word "
	    "for them"),
	[TLS_FEATURE_MESSAGES] = FULL,
	[TLS_FEATURE_SECRETS] = FULL,
	[TLS_FEATURE_RANDOM_SEED] = FULL,
	[TLS_FEATURE_MAKE_KEY] = FULL,
	[TLS_FEATURE_EXPORTER] = FULL,
	[TLS_FEATURE_DIGEST_SHA1] = FULL,
	[TLS_FEATURE_DIGEST_SHA2] = FULL,
	[TLS_FEATURE_MAKE_RSA] = FULL,
	[TLS_FEATURE_MAKE_P256] = FULL,
	[TLS_FEATURE_MAKE_P384] = FULL,
	[TLS_FEATURE_MAKE_P521] = FULL,
	[TLS_FEATURE_MAKE_ED25519] = NONE("Mbed TLS does not know Ed25519"),
	[TLS_FEATURE_SIGN_SHA1] = FULL,
	[TLS_FEATURE_SIGN_RSA_PSS] = FULL,
	[TLS_FEATURE_CHECK_SIGNATURE] = FULL,
	[TLS_FEATURE_FACT_GROUP] = FULL,
	[TLS_FEATURE_FACT_SIGNATURE] = FULL,
	[TLS_FEATURE_FACT_PEER_SIGNATURE] = FULL,
	[TLS_FEATURE_FACT_RESUMED] = FULL,
	[TLS_FEATURE_FACT_EXTENDED_MASTER] = FULL,
	[TLS_FEATURE_FACT_SECURE_RENEGO] = FULL,
	[TLS_FEATURE_FACT_IDENTITY] = FULL,
	[TLS_FEATURE_FACT_PSK_IDENTITY] = FULL,
	[TLS_FEATURE_FACT_STATUS_SENT] = FULL,
	[TLS_FEATURE_FACT_SESSION_ID] = FULL,
	[TLS_FEATURE_FACT_SECRET] = FULL,
	[TLS_FEATURE_FACT_PEER_CHAIN] = FULL,
	[TLS_FEATURE_SURVIVES_FORK] = NONE("the random generator of Mbed TLS "
	    "does not notice a fork"),
	[TLS_FEATURE_DATAGRAMS] = NONE("this backend does not do it yet"),
	[TLS_FEATURE_EARLY_DATA] = NONE("this backend does not do it yet"),
	[TLS_FEATURE_ECH] = NONE("Mbed TLS has no ECH"),
};

static const struct {
	uint16_t version;
	enum tls_feature feature;
	const char *absent;		/* where it was not compiled in */
} versions[] = {
	{ TLS_VERSION_1_0, TLS_FEATURE_TLS1, COMPAT_NO_OLD_TLS },
	{ TLS_VERSION_1_1, TLS_FEATURE_TLS1_1, COMPAT_NO_OLD_TLS },
	{ TLS_VERSION_1_2, TLS_FEATURE_TLS1_2, COMPAT_NO_OLD_TLS },
	{ TLS_VERSION_1_3, TLS_FEATURE_TLS1_3, COMPAT_NO_TLS1_3 },
};

/* ---- trials ------------------------------------------------------------ */

static void
deny(struct tls_answer *answer, const char *note)
{
	*answer = (struct tls_answer)NONE(note);
}

/* What there is in TLS 1.3 alone. */
static void
deny_tls1_3(struct tls_answer *answers)
{
	static const enum tls_feature features[] = {
		TLS_FEATURE_TICKETS_TLS1_3, TLS_FEATURE_NUM_TICKETS,
		TLS_FEATURE_STATUS_TLS1_3, TLS_FEATURE_PSK_TLS1_3,
		TLS_FEATURE_POST_HANDSHAKE_AUTH, TLS_FEATURE_KEY_UPDATE,
	};

	for (size_t i = 0; i < sizeof features / sizeof *features; i++)
		deny(&answers[features[i]], answers[TLS_FEATURE_TLS1_3].note);
}

/* Whether the library reads an Ed25519 key, and so a certificate of one. */
static bool
reads_ed25519(void)
{
	static const uint8_t spki[44] = {
		0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03,
		0x21, 0x00, 0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7,
		0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1,
		0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68,
		0xf7, 0x07, 0x51, 0x1a,		/* RFC 8032, 7.1 */
	};
	mbedtls_pk_context pk;
	int status;

	mbedtls_pk_init(&pk);
	status = mbedtls_pk_parse_public_key(&pk, spki, sizeof spki);
	mbedtls_pk_free(&pk);
	return status == 0;
}

/* Tries each version; false if none is spoken.  `*hooked` is cleared if one
 * shows that the library's calls of itself are not seen. */
static bool
try_versions(const struct mbed_trial_identity *id, struct tls_answer *answers,
    bool *hooked, struct tls_error *err)
{
	bool any = false;

	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
		struct tls_answer *answer = &answers[versions[i].feature];
		struct trial_result result;

		if (!(COMPAT_VERSIONS & TLS_VERSION_BIT(versions[i].version)))
			deny(answer, versions[i].absent);
		else if (!mbed_trial_run(id, versions[i].version, &result, err))
			deny(answer, "a handshake in memory fails");
		else
			any = true;
		if (answer->support == TLS_SUPPORT_NONE)
			continue;
		if (!result.hooked)
			*hooked = false;
		if (versions[i].version == TLS_VERSION_1_3 && !result.renewed)
			deny(&answers[TLS_FEATURE_KEY_UPDATE], "Mbed TLS has "
			    "none, and making one in memory fails");
		if (!result.alpn)
			deny(&answers[TLS_FEATURE_ALPN],
			    "this build of Mbed TLS leaves it out");
		if (!result.num_secrets)
			deny(&answers[TLS_FEATURE_SECRETS],
			    "this build of Mbed TLS does not export them");
	}
	return any;
}

/* What is done with the first flight up to TLS 1.2 (editor.c). */
static void
try_editing(struct tls_answer *answers)
{
	static const enum tls_feature features[] = {
		TLS_FEATURE_STATUS, TLS_FEATURE_NPN, TLS_FEATURE_PSK_HINT,
	};
	struct tls_error ignored;
	struct trial_result result;
	const char *note = NULL;

	if (!mbed_private_known())
		note = "Mbed TLS has none of its own, and this release is not "
		    "known well enough to add it";
	else if (!mbed_trial_edit(&result, &ignored))
		note = "Mbed TLS has none of its own, and adding it to a "
		    "handshake in memory fails";
	for (size_t i = 0; note && i < sizeof features / sizeof *features;
	    i++)
		deny(&answers[features[i]], note);
}

/* What needs the library's calls of itself to be seen (interpose.c). */
static void
lose_hooks(struct tls_answer *answers)
{
	const char *why = mbed_private_known() ? INTERPOSE_EXCUSE :
	    "this release of Mbed TLS is not known well enough to add it";

	if (answers[TLS_FEATURE_STATUS_TLS1_3].support != TLS_SUPPORT_NONE)
		deny(&answers[TLS_FEATURE_STATUS_TLS1_3], why);
	answers[TLS_FEATURE_MESSAGES] = (struct tls_answer)
	    PART("not those that the server sends in a renegotiation: "
	    INTERPOSE_EXCUSE);
}

bool
mbed_support_start(struct tls_error *err)
{
	int status = mbed_compat_init();

	return status == 0 || mbed_error_from(err, TLS_BLAME_LIBRARY, status,
	    "initialising Mbed TLS");
}

static bool
answer_all(struct tls_answer answers[TLS_FEATURE_COUNT],
    struct tls_error *err)
{
	struct mbed_trial_identity id;
	bool any, hooked = true;

	memcpy(answers, usual, sizeof usual);
	any = mbed_trial_identity(&id, err) && try_versions(&id, answers,
	    &hooked, err);
	mbedtls_platform_zeroize(&id, sizeof id);
	if (!any)
		return false;
	try_editing(answers);
	if (!hooked || !mbed_private_known())
		lose_hooks(answers);
	if (!reads_ed25519())
		deny(&answers[TLS_FEATURE_KEY_EDDSA],
		    "Mbed TLS does not know Ed25519");
	if (answers[TLS_FEATURE_TLS1_3].support != TLS_SUPPORT_NONE)
		answers[TLS_FEATURE_CLIENT_CERTIFICATE] = (struct tls_answer)
		    PART("TLS 1.3 requests do not name the trusted roots");
	else
		deny_tls1_3(answers);
	return true;
}

struct tls_probe {
	struct tls_answer answers[TLS_FEATURE_COUNT];
};

struct tls_probe *
mbed_support_open(struct tls_error *err)
{
	struct tls_probe *probe = calloc(1, sizeof *probe);

	if (probe && answer_all(probe->answers, err))
		return probe;
	free(probe);
	return NULL;
}

void
mbed_support_close(struct tls_probe *probe)
{
	free(probe);
}

struct tls_answer
mbed_support_answer(struct tls_probe *probe, enum tls_feature feature)
{
	return probe->answers[feature];
}
