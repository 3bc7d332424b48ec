/* support.c - what this library, as loaded, can do: tried in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"
#include "trial.h"

#include <stdlib.h>
#include <string.h>

/* ---- keys ------------------------------------------------------------- */

static bool
can_make_keys(void)
{
	static const uint8_t text[] = "probe";
	const struct tls_span data = { text, sizeof text };
	struct tls_error err = TLS_ERROR_INIT;
	uint8_t hash[TLS_DIGEST_MAX_LEN], signature[TLS_KEY_MAX_LEN];
	struct tls_key key;
	size_t signature_len;
	bool can;

	can = gnu_make_key(TLS_KEY_P256, 0, &key, &err) &&
	    gnu_sign((struct tls_span){ key.der, key.der_len },
	    TLS_SCHEME_ECDSA_P256_SHA256, data, signature, &signature_len,
	    &err) && gnu_digest(TLS_DIGEST_SHA256, data, hash) > 0;
	gnutls_memset(&key, 0, sizeof key);
	return can;
}

static bool
has_key_type(gnutls_pk_algorithm_t wanted)
{
	const gnutls_pk_algorithm_t *list = gnutls_pk_list();

	for (; *list != 0; list++)
		if (*list == wanted)
			return true;
	return false;
}

/* ---- the answers ------------------------------------------------------ */

#define NOTE_OFF "switched off in this GnuTLS or by the system's policy"
#define NOTE_WALK "emulated where a priority string cannot say it: one suite " \
	"is tried after the other"

/* What needs no trying, since it is part of the library since 3.7. */
static const struct tls_answer fixed[TLS_FEATURE_COUNT] = {
	[TLS_FEATURE_CIPHER_LIST] = { TLS_SUPPORT_PART, NOTE_WALK },
	[TLS_FEATURE_CLIENT_PREFERENCE] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_SERVER_PREFERENCE] = { TLS_SUPPORT_PART, NOTE_WALK },
	[TLS_FEATURE_SSL2] = { TLS_SUPPORT_NONE,
	    "GnuTLS has never spoken SSL 2.0" },
	[TLS_FEATURE_GROUPS] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_SIGNATURES] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_CLIENT_SIGNATURES] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_DH_PARAMETERS] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_WORKAROUNDS] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_KEY_PKCS12] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_CRLS] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_STATUS] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_STATUS_TLS1_3] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_NPN] = { TLS_SUPPORT_NONE,
	    "GnuTLS never had NPN" },
	[TLS_FEATURE_NUM_TICKETS] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_ID_PREFIX] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_RANDOM_SEED] = { TLS_SUPPORT_NONE,
	    "GnuTLS seeds itself from the system and takes nothing from "
	    "outside" },
	[TLS_FEATURE_IDENTITIES] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_KEY_ENCRYPTED] = { TLS_SUPPORT_PART,
	    "all but PKCS#8 under scrypt" },
	[TLS_FEATURE_CLIENT_CERTIFICATE] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_VERIFY_STEPS] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_ALPN] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_TICKETS] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_TICKETS_TLS1_3] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_SESSION_STORE] = { TLS_SUPPORT_PART,
	    "up to TLS 1.2; in TLS 1.3 GnuTLS resumes by tickets only" },
	[TLS_FEATURE_RENEGOTIATE] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_RENEGOTIATE_CERTIFICATE] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_POST_HANDSHAKE_AUTH] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_KEY_UPDATE] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_STATES] = { TLS_SUPPORT_PART,
	    "derived from the messages, since GnuTLS shows no states" },
	[TLS_FEATURE_MESSAGES] = { TLS_SUPPORT_FULL, NULL },
	[TLS_FEATURE_SECRETS] = { TLS_SUPPORT_FULL, NULL },
};

static void
answer(struct tls_answer *out, bool can, const char *note)
{
	*out = can ? (struct tls_answer){ TLS_SUPPORT_FULL, NULL } :
	    (struct tls_answer){ TLS_SUPPORT_NONE, note };
}

#define EVERYTHING_ELSE	":+ECDHE-ECDSA:+AES-128-CBC:+AES-128-GCM:+SHA1:" \
	"+AEAD:+SIGN-ALL:+GROUP-ALL:+CTYPE-X509:+COMP-NULL"

/* A session whose priority was refused crashes when it is used (3.7), so SSL
 * 3.0 is asked for by name alone. */
static const char *
why_no_ssl3(void)
{
	const gnutls_protocol_t *list = gnutls_protocol_list();

	while (*list != 0 && *list != GNUTLS_SSL3)
		list++;
	return *list == 0 ? "left out of this GnuTLS when it was built" :
	    "broken (RFC 7568), and left out of the backend though this "
	    "GnuTLS has it";
}

static void
try_versions(struct trial *trial,
    struct tls_answer answers[TLS_FEATURE_COUNT])
{
	static const struct {
		enum tls_feature feature;
		const char *priority;
	} versions[] = {
		{ TLS_FEATURE_TLS1, "NONE:+VERS-TLS1.0" EVERYTHING_ELSE },
		{ TLS_FEATURE_TLS1_1, "NONE:+VERS-TLS1.1" EVERYTHING_ELSE },
		{ TLS_FEATURE_TLS1_2, "NONE:+VERS-TLS1.2" EVERYTHING_ELSE },
		{ TLS_FEATURE_TLS1_3, "NONE:+VERS-TLS1.3" EVERYTHING_ELSE },
	};

	answer(&answers[TLS_FEATURE_SSL3], false, why_no_ssl3());
	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
		answer(&answers[versions[i].feature],
		    gnu_trial_shakes_hands(trial,
		    versions[i].priority, 0), NOTE_OFF);
}

static void
try_keys(struct tls_answer answers[TLS_FEATURE_COUNT])
{
	answer(&answers[TLS_FEATURE_KEY_RSA], has_key_type(GNUTLS_PK_RSA),
	    NOTE_OFF);
	answer(&answers[TLS_FEATURE_KEY_ECDSA],
	    has_key_type(GNUTLS_PK_ECDSA), NOTE_OFF);
	answer(&answers[TLS_FEATURE_KEY_EDDSA],
	    has_key_type(GNUTLS_PK_EDDSA_ED25519), NOTE_OFF);
	/* Its members are there in any case, so it is never NONE. */
	answers[TLS_FEATURE_MAKE_KEY] = can_make_keys() ?
	    (struct tls_answer){ TLS_SUPPORT_FULL, NULL } :
	    (struct tls_answer){ TLS_SUPPORT_NOOP, NOTE_OFF };
}

/* What is of one version goes with it; the member stays, and refuses. */
static void
follow(struct tls_answer answers[TLS_FEATURE_COUNT], enum tls_feature version,
    enum tls_feature feature)
{
	if (answers[version].support == TLS_SUPPORT_NONE)
		answers[feature] = (struct tls_answer){ TLS_SUPPORT_NOOP,
		    "the version of TLS that has it is switched off" };
}

static void
try_keys_of_others(struct trial *trial,
    struct tls_answer answers[TLS_FEATURE_COUNT])
{
	static const struct tls_answer part = { TLS_SUPPORT_PART,
	    "with SHA-256, and only the first key that a client offers" };
	static const char off[] = "left out of this GnuTLS when it was built";
	const bool pkcs11 = gnutls_url_is_supported("pkcs11:") != 0;

	answer(&answers[TLS_FEATURE_ANONYMOUS],
	    gnu_trial_needs_no_certificate(trial, "NONE:+VERS-TLS1.2:"
	    "+ANON-ECDH:+AES-128-CBC:+SHA1:+SIGN-ALL:+GROUP-ALL"), off);
	answer(&answers[TLS_FEATURE_PSK],
	    gnu_trial_needs_no_certificate(trial, "NONE:+VERS-TLS1.2:"
	    "+PSK:+AES-128-CBC:+SHA1:+SIGN-ALL:+GROUP-ALL"), off);
	answers[TLS_FEATURE_PSK_HINT] = answers[TLS_FEATURE_PSK];
	answer(&answers[TLS_FEATURE_PSK_TLS1_3],
	    gnu_trial_needs_no_certificate(trial, "NONE:+VERS-TLS1.3:"
	    "+ECDHE-PSK:+AES-128-GCM:+AEAD:+SIGN-ALL:+GROUP-ALL"), off);
	if (answers[TLS_FEATURE_PSK_TLS1_3].support == TLS_SUPPORT_FULL)
		answers[TLS_FEATURE_PSK_TLS1_3] = part;
	answer(&answers[TLS_FEATURE_KEY_URI], pkcs11,
	    "this GnuTLS was built without PKCS#11");
	answers[TLS_FEATURE_ENGINE] = answers[TLS_FEATURE_KEY_URI];
	if (pkcs11)
		answers[TLS_FEATURE_ENGINE] = (struct tls_answer){
		    TLS_SUPPORT_PART, "\"pkcs11\" for the tokens of the "
		    "system, or \"pkcs11:FILE\" for a module" };
}

bool
gnu_start(struct tls_error *err)
{
	int code = gnutls_global_init();

	return code >= 0 || gnu_error_code(err, TLS_BLAME_LIBRARY, code,
	    "GnuTLS does not start");
}

static bool
answer_all(struct tls_answer answers[TLS_FEATURE_COUNT], struct tls_error *err)
{
	struct trial *trial;

	trial = gnu_trial_new(err);
	if (!trial)
		return false;
	memcpy(answers, fixed, sizeof fixed);
	try_versions(trial, answers);
	answer(&answers[TLS_FEATURE_HELLO_SSLV2],
	    gnu_trial_answers_sslv2(trial),
	    "this GnuTLS reads no hello in an SSLv2 record");
	answer(&answers[TLS_FEATURE_HELLO_FRAGMENTS],
	    gnu_trial_shakes_hands(trial, "NORMAL", 50),
	    "this GnuTLS reads no hello in several records");
	try_keys(answers);
	try_keys_of_others(trial, answers);
	follow(answers, TLS_FEATURE_TLS1_2, TLS_FEATURE_RENEGOTIATE);
	follow(answers, TLS_FEATURE_TLS1_2,
	    TLS_FEATURE_RENEGOTIATE_CERTIFICATE);
	follow(answers, TLS_FEATURE_TLS1_3, TLS_FEATURE_POST_HANDSHAKE_AUTH);
	follow(answers, TLS_FEATURE_TLS1_3, TLS_FEATURE_KEY_UPDATE);
	follow(answers, TLS_FEATURE_TLS1_3, TLS_FEATURE_TICKETS_TLS1_3);
	follow(answers, TLS_FEATURE_TLS1_3, TLS_FEATURE_NUM_TICKETS);
	follow(answers, TLS_FEATURE_TLS1_3, TLS_FEATURE_STATUS_TLS1_3);
	gnu_trial_free(trial);
	for (int i = TLS_FEATURE_EXPORTER; i < TLS_FEATURE_DATAGRAMS; i++)
		answers[i] = (struct tls_answer){ TLS_SUPPORT_FULL, NULL };
	answers[TLS_FEATURE_EXPORTER] = (struct tls_answer){
	    TLS_SUPPORT_PART, "at most 200 bytes before TLS 1.2" };
	answers[TLS_FEATURE_FACT_SECRET] = (struct tls_answer){
	    TLS_SUPPORT_PART,
	    "up to TLS 1.2; GnuTLS does not tell the secret of TLS 1.3" };
	for (int i = TLS_FEATURE_DATAGRAMS; i <= TLS_FEATURE_ECH; i++)
		answer(&answers[i], false, "this backend does not do it yet");
	return true;
}

struct tls_probe {
	struct tls_answer answers[TLS_FEATURE_COUNT];
};

struct tls_probe *
gnu_probe_open(struct tls_error *err)
{
	struct tls_probe *probe = calloc(1, sizeof *probe);

	if (probe && answer_all(probe->answers, err))
		return probe;
	free(probe);
	return NULL;
}

void
gnu_probe_close(struct tls_probe *probe)
{
	free(probe);
}

struct tls_answer
gnu_answer(struct tls_probe *probe, enum tls_feature feature)
{
	return probe->answers[feature];
}
