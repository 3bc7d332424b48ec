/* lack.c - the lists that have no overlap, and what would
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/numbers.h"
#include "explain/internal.h"
#include "explain/words.h"
#include "names/names.h"
#include "wire/x509.h"

#define SUPPORTED_VERSIONS	43

/* ---- versions ------------------------------------------------------------ */

/* Options that enable a version. */
static const struct {
	uint16_t version;
	enum tls_feature feature;
	const char *option;
} versions[] = {
	{ TLS_VERSION_1_3, TLS_FEATURE_TLS1_3, "-tls1_3" },
	{ TLS_VERSION_1_2, TLS_FEATURE_TLS1_2, "-tls1_2" },
	{ TLS_VERSION_1_1, TLS_FEATURE_TLS1_1, "-tls1_1" },
	{ TLS_VERSION_1_0, TLS_FEATURE_TLS1, "-tls1" },
};

static void
add_version_remedy(struct buf *out, const struct explain_case *failed,
    unsigned offered)
{
	char room[WORDS_VERSION_ROOM];

	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
		uint16_t version = versions[i].version;

		if (!(offered & TLS_VERSION_BIT((unsigned)version)))
			continue;
		if (failed->plug && !plug_can(failed->plug,
		    versions[i].feature)) {
			buf_printf(out, ", and the %s backend cannot do %s",
			    failed->plug->backend->name,
			    words_version(version, room));
			return;
		}
		buf_printf(out, ": %s would agree", versions[i].option);
		return;
	}
}

static void
add_version(struct buf *out, const struct explain_case *failed,
    const struct agreement *none)
{
	const struct tls_hello *hello = failed->hello;
	unsigned offered = 0;
	uint16_t highest = 0;
	char room[WORDS_VERSION_ROOM];

	(void)none;
	for (size_t i = 0; i < hello->num_versions; i++) {
		uint16_t version = hello->versions[i];

		if (version != TLS_VERSION_SSL2 &&
		    (version < TLS_VERSION_SSL3 || version > TLS_VERSION_1_3))
			continue;
		offered |= TLS_VERSION_BIT((unsigned)version);
		if (version > highest)
			highest = version;
	}
	buf_add_string(out, "no protocol version in common: the client "
	    "offers ");
	if (hello_extension(hello, SUPPORTED_VERSIONS) || !offered)
		words_add_versions(out, offered);
	else
		buf_printf(out, "%s at most", words_version(highest, room));
	buf_add_string(out, ", this server ");
	words_add_versions(out, failed->config->versions);
	add_version_remedy(out, failed, offered);
}

/* ---- suites ------------------------------------------------------------- */

static struct words_list
suites_of(const uint16_t *list, size_t num, uint16_t version)
{
	return (struct words_list){ list, num, suite_is_for, version,
	    words_suite };
}

/* Whether all suites of the client for a version need a key that the server
 * has none of: `mark` is in their names. */
static bool
all_have(const struct tls_hello *hello, uint16_t version, const char *mark)
{
	bool any = false;

	for (size_t i = 0; i < hello->num_suites; i++) {
		if (!suite_is_for(hello->suites[i], version))
			continue;
		if (!strstr(suite_find(hello->suites[i])->iana, mark))
			return false;
		any = true;
	}
	return any;
}

/* The client's first suite that the library has, or 0. */
static uint16_t
possible_suite(const struct explain_case *failed, uint16_t version)
{
	struct plug_numbers known;

	if (!failed->plug)
		return 0;
	known = plug_suites(failed->plug);
	for (size_t i = 0; i < failed->hello->num_suites; i++)
		if (suite_is_for(failed->hello->suites[i], version) &&
		    numbers_have(known.list, known.num,
		    failed->hello->suites[i]))
			return failed->hello->suites[i];
	return 0;
}

/* There is none for the client, and it does not do without. */
static void
add_no_certificate(struct buf *out, const struct explain_case *failed,
    uint16_t version)
{
	char room[WORDS_VERSION_ROOM];

	buf_printf(out, "the server has no certificate%s, and the client "
	    "needs one in %s: -cert would agree", failed->config->psk ?
	    ", only pre-shared keys" : "", words_version(version, room));
}

static void
add_suite_remedy(struct buf *out, const struct explain_case *failed,
    uint16_t version)
{
	uint16_t suite = possible_suite(failed, version);

	if (all_have(failed->hello, version, "_PSK_") && !failed->config->psk)
		buf_add_string(out, ": they need a pre-shared key, as of -psk");
	else if (all_have(failed->hello, version, "_anon_"))
		buf_add_string(out, ": they need no certificate, and "
		    "-cipher aNULL:@SECLEVEL=0 would agree");
	else if (suite)
		buf_printf(out, ": %s %s would agree",
		    version == TLS_VERSION_1_3 ? "-ciphersuites" : "-cipher",
		    words_suite(suite));
	else if (failed->plug)
		buf_printf(out, ", and the %s backend has none of the "
		    "client's", failed->plug->backend->name);
}

static void
add_suite(struct buf *out, const struct explain_case *failed,
    const struct agreement *at)
{
	const uint16_t version = at->version;
	const struct tls_hello *hello = failed->hello;
	const struct tls_config *config = failed->config;
	const struct words_list theirs =
	    suites_of(hello->suites, hello->num_suites, version);
	const struct words_list ours =
	    suites_of(config->suites, config->num_suites, version);
	char room[WORDS_VERSION_ROOM];

	if (config->num_identities == 0 &&
	    !all_have(hello, version, "_anon_") &&
	    !all_have(hello, version, "_PSK_")) {
		add_no_certificate(out, failed, version);
		return;
	}
	buf_printf(out, "no cipher suite in common for %s: the client offers ",
	    words_version(version, room));
	words_add_list(out, &theirs);
	buf_add_string(out, ", this server ");
	words_add_list(out, &ours);
	add_suite_remedy(out, failed, version);
}

/* ---- keys --------------------------------------------------------------- */

/* What a client's suites or signature schemes allow. */
static const struct {
	const char *key;	/* as struct x509 has it */
	unsigned bits;
	const char *name;
	const char *option;	/* for -dcert */
} kinds[] = {
	{ "RSA", 2048, "RSA", "an RSA" },
	{ "EC", 256, "ECDSA P-256", "an ECDSA P-256" },
	{ "EC", 384, "ECDSA P-384", "an ECDSA P-384" },
	{ "EC", 521, "ECDSA P-521", "an ECDSA P-521" },
	{ "RSA-PSS", 2048, "RSA-PSS", "an RSA-PSS" },
	{ "Ed25519", 253, "Ed25519", "an Ed25519" },
	{ "Ed448", 456, "Ed448", "an Ed448" },
	{ "DSA", 0, "DSA", "a DSA" },
};
#define NUM_KINDS	(sizeof kinds / sizeof *kinds)

/* Whether the signature schemes of the client allow the kind. */
static bool
schemes_allow(const struct tls_hello *hello, size_t kind, uint16_t version)
{
	for (size_t i = 0; i < hello->num_signatures; i++)
		if (key_signs(kinds[kind].key, kinds[kind].bits,
		    hello->signatures[i], version))
			return true;
	return false;
}

/* Whether its suites do, up to TLS 1.2. */
static bool
suites_allow(const struct tls_hello *hello, size_t kind, uint16_t version)
{
	/* Those that other keys can stand in for are named for these. */
	if (strcmp(kinds[kind].key, "RSA") && strcmp(kinds[kind].key, "EC") &&
	    strcmp(kinds[kind].key, "DSA"))
		return false;
	for (size_t i = 0; i < hello->num_suites; i++)
		if (suite_is_for(hello->suites[i], version) &&
		    suite_needs(hello->suites[i], kinds[kind].key))
			return true;
	return false;
}

static void
add_own_keys(struct buf *out, const struct tls_config *config)
{
	struct x509 cert;

	for (size_t i = 0; i < config->num_identities; i++) {
		if (!x509_parse(config->identities[i].chain[0], &cert))
			continue;
		buf_add_string(out, i ? " and " : "");
		if (!strcmp(cert.key, "EC"))
			buf_printf(out, "ECDSA P-%u", cert.key_bits);
		else
			buf_add_string(out, cert.key);
	}
}

static void
add_curve(struct buf *out, const struct explain_case *failed, uint16_t version)
{
	const struct tls_config *config = failed->config;
	const struct words_list groups = {
		failed->hello->groups, failed->hello->num_groups,
		group_is_for, version, name_of_group,
	};
	char room[WORDS_VERSION_ROOM];

	buf_add_string(out, config->num_identities > 1 ?
	    "the certificates' keys are " : "the certificate's key is ");
	add_own_keys(out, config);
	buf_printf(out, ", and in %s its curve has to be among the client's "
	    "groups, which are ", words_version(version, room));
	words_add_list(out, &groups);
	buf_add_string(out, ": an RSA certificate (-dcert, -dkey) would agree");
}

static void
add_key(struct buf *out, const struct explain_case *failed,
    const struct agreement *at)
{
	const uint16_t version = at->version;
	const struct tls_hello *hello = failed->hello;
	const struct tls_config *config = failed->config;
	bool newest = version >= TLS_VERSION_1_3;
	size_t num = 0, first = 0;
	char room[WORDS_VERSION_ROOM];

	if (config->num_identities == 0) {
		add_no_certificate(out, failed, version);
		return;
	}
	if (at->by_curve && !at->by_scheme) {
		add_curve(out, failed, version);
		return;
	}
	buf_add_string(out, config->num_identities > 1 ?
	    "the certificates' keys are " : "the certificate's key is ");
	add_own_keys(out, config);
	buf_printf(out, ", and the client's %s for %s allow only ",
	    at->by_scheme ? "signature schemes" : "cipher suites",
	    words_version(version, room));
	for (size_t i = 0; i < NUM_KINDS; i++) {
		bool same = i > 1 && !newest && !strcmp(kinds[i].key, "EC");

		if (same || !(at->by_scheme ?
		    schemes_allow(hello, i, version) :
		    suites_allow(hello, i, version)))
			continue;
		first = num ? first : i;
		buf_add_string(out, num++ ? ", " : "");
		buf_add_string(out, !newest && !strcmp(kinds[i].key, "EC") ?
		    "ECDSA" : kinds[i].name);
	}
	if (num)
		buf_printf(out, ": %s certificate (-dcert, -dkey) would agree",
		    kinds[first].option);
	else
		buf_add_string(out, "types that are not known here");
}

/* ---- groups, signature schemes, protocols ------------------------------- */

static void
add_group(struct buf *out, const struct explain_case *failed,
    const struct agreement *at)
{
	const uint16_t version = at->version;
	const struct side side = { failed->config, NULL, failed->plug };
	struct plug_numbers ours = side_groups(&side), known = { NULL, 0 };
	struct words_list list = {
		failed->hello->groups, failed->hello->num_groups,
		group_is_for, version, name_of_group,
	};
	char room[WORDS_VERSION_ROOM];

	buf_printf(out, "%sno group in common for %s: the client's are ",
	    at->unsure ? "probably " : "", words_version(version, room));
	words_add_list(out, &list);
	list.list = ours.list;
	list.num = ours.num;
	buf_add_string(out, ", this server's ");
	words_add_list(out, &list);
	if (failed->plug)
		known = plug_groups(failed->plug);
	for (size_t i = 0; i < failed->hello->num_groups; i++) {
		uint16_t group = failed->hello->groups[i];

		if (group_is_for(group, version) &&
		    numbers_have(known.list, known.num, group)) {
			buf_printf(out, ": -groups %s would agree",
			    name_of_group(group));
			return;
		}
	}
	if (failed->plug)
		buf_printf(out, ", and the %s backend has none of the "
		    "client's", failed->plug->backend->name);
}

static void
add_signature(struct buf *out, const struct explain_case *failed,
    const struct agreement *at)
{
	const uint16_t version = at->version;
	const struct side side = { failed->config, NULL, failed->plug };
	struct plug_numbers ours = side_signatures(&side);
	struct words_list list = {
		failed->hello->signatures, failed->hello->num_signatures,
		NULL, version, name_of_signature,
	};
	char room[WORDS_VERSION_ROOM];

	buf_add_string(out, "no signature scheme in common that the "
	    "certificate's key (");
	add_own_keys(out, failed->config);
	buf_printf(out, ") can sign with in %s: the client's are ",
	    words_version(version, room));
	words_add_list(out, &list);
	list.list = ours.list;
	list.num = ours.num;
	buf_add_string(out, ", this server's ");
	words_add_list(out, &list);
	if (failed->config->num_signatures)
		buf_add_string(out, ": -sigalgs with one of the client's would "
		    "agree");
}

/* Adds the names of a ProtocolNameList, escaped and quoted. */
static void
add_protocols(struct buf *out, struct tls_span list)
{
	struct tls_span name;
	size_t num = 0;

	while (hello_next_protocol(&list, &name)) {
		if (num++ >= WORDS_MOST)
			continue;
		buf_add_string(out, num > 1 ? ", " : "");
		words_add_quoted(out, name);
	}
	if (num > WORDS_MOST)
		buf_printf(out, " and %zu more", num - WORDS_MOST);
}

static void
add_protocol(struct buf *out, const struct explain_case *failed,
    const struct agreement *at)
{
	(void)at;
	buf_add_string(out, "no application protocol in common: the client "
	    "offers ");
	add_protocols(out, failed->hello->alpn);
	buf_add_string(out, " by ALPN, this server ");
	add_protocols(out, failed->alpn->list);
	buf_add_string(out, ": -alpn with one of the client's would agree, or "
	    ""
	    "-alpn_mismatch ignore");
}

/* ---- the whole ---------------------------------------------------------- */

static void (*const lacks[])(struct buf *out,
    const struct explain_case *failed, const struct agreement *at) = {
	[LACK_VERSION] = add_version,
	[LACK_SUITE] = add_suite,
	[LACK_KEY] = add_key,
	[LACK_GROUP] = add_group,
	[LACK_SIGNATURE] = add_signature,
	[LACK_PROTOCOL] = add_protocol,
};

bool
lack_add(struct buf *out, const struct explain_case *failed,
    const struct agreement *agreement)
{
	if (agreement->lack == LACK_NOTHING)
		return false;
	lacks[agreement->lack](out, failed, agreement);
	return true;
}
