/* agree.c - which list of a client and a server has no overlap
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 4.2 and B.3; RFC 5246, 7.4.1.4.1; RFC 8422, 5.1
 */
#include "explain/agree.h"

#include <string.h>

#include "base/numbers.h"
#include "names/names.h"
#include "wire/hello.h"
#include "wire/x509.h"

#define SIGNATURE_ALGORITHMS	13

#define NEWEST	TLS_VERSION_1_3

bool
suite_is_for(uint16_t id, uint16_t version)
{
	const struct suite *suite = suite_find(id);

	/* Without a version in common: any suite. */
	return suite && strcmp(suite->iana, "TLS_FALLBACK_SCSV") &&
	    strcmp(suite->iana, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV") &&
	    (!version || (suite->min_version <= version &&
	    version <= suite->max_version));
}

/* secp256k1 and the curves of Brainpool have no place in TLS 1.3 (RFC 8446,
 * 4.2.7); nor have hybrids and numbers of their own before it. */
bool
group_is_for(uint16_t group, uint16_t version)
{
	if (is_grease(group))
		return false;
	if (version < NEWEST)
		return group < 31 || (group >= 256 && group <= 260);
	return group >= 23 && (group < 26 || group > 28);
}

/* ---- keys and signatures ------------------------------------------------ */

/* Schemes by the key that they need. */
static const struct scheme {
	uint16_t id;
	const char *key;
	unsigned curve;		/* bits of the curve in TLS 1.3; 0: any */
	bool before_only;	/* not in TLS 1.3 */
} schemes[] = {
	{ 0x0201, "RSA", 0, true }, { 0x0301, "RSA", 0, true },
	{ 0x0401, "RSA", 0, true }, { 0x0501, "RSA", 0, true },
	{ 0x0601, "RSA", 0, true },
	{ 0x0804, "RSA", 0, false }, { 0x0805, "RSA", 0, false },
	{ 0x0806, "RSA", 0, false },
	{ 0x0809, "RSA-PSS", 0, false }, { 0x080a, "RSA-PSS", 0, false },
	{ 0x080b, "RSA-PSS", 0, false },
	{ 0x0203, "EC", 0, true }, { 0x0303, "EC", 0, true },
	{ 0x0403, "EC", 256, false }, { 0x0503, "EC", 384, false },
	{ 0x0603, "EC", 521, false },
	{ 0x081a, "EC", 256, false }, { 0x081b, "EC", 384, false },
	{ 0x081c, "EC", 512, false },
	{ 0x0807, "Ed25519", 0, false }, { 0x0808, "Ed448", 0, false },
	{ 0x0202, "DSA", 0, true }, { 0x0402, "DSA", 0, true },
	{ 0x0904, "ML-DSA-44", 0, false }, { 0x0905, "ML-DSA-65", 0, false },
	{ 0x0906, "ML-DSA-87", 0, false },
};

bool
key_signs(const char *key, unsigned bits, uint16_t id, uint16_t version)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		const struct scheme *scheme = &schemes[i];

		if (scheme->id != id || strcmp(scheme->key, key))
			continue;
		return version < NEWEST || (!scheme->before_only &&
		    (!scheme->curve || scheme->curve == bits));
	}
	return false;
}

struct plug_numbers
side_groups(const struct side *side)
{
	if (side->config->num_groups)
		return (struct plug_numbers){ side->config->groups,
		    side->config->num_groups };
	return side->plug ? plug_groups(side->plug) :
	    (struct plug_numbers){ NULL, 0 };
}

struct plug_numbers
side_signatures(const struct side *side)
{
	if (side->config->num_signatures)
		return (struct plug_numbers){ side->config->signatures,
		    side->config->num_signatures };
	return side->plug ? plug_signatures(side->plug) :
	    (struct plug_numbers){ NULL, 0 };
}

/* What a key lacks: LACK_KEY, LACK_SIGNATURE or LACK_NOTHING. */
static enum lack
sign(const struct side *side, const struct tls_hello *hello,
    const struct x509 *cert, uint16_t version)
{
	struct plug_numbers ours = side_signatures(side);
	enum lack lack = LACK_KEY;

	/* Before TLS 1.2 there was no choice. */
	if (version < TLS_VERSION_1_2 ||
	    !hello_extension(hello, SIGNATURE_ALGORITHMS))
		return LACK_NOTHING;
	for (size_t i = 0; i < hello->num_signatures; i++) {
		uint16_t scheme = hello->signatures[i];

		if (!key_signs(cert->key, cert->key_bits, scheme, version))
			continue;
		if (!ours.num || numbers_have(ours.list, ours.num, scheme))
			return LACK_NOTHING;
		lack = LACK_SIGNATURE;
	}
	return lack;
}

/* ---- groups ------------------------------------------------------------ */

/* Curves of Brainpool, binary ones and the like: what a library has of them,
 * it does not use by itself everywhere. */
static bool
is_rare(uint16_t group)
{
	return group < 23 || (group >= 26 && group <= 28);
}

static bool
have_group(const struct side *side, const struct tls_hello *hello,
    struct agreement *agreement)
{
	const uint16_t version = agreement->version;
	struct plug_numbers ours = side_groups(side);

	/* A client of TLS 1.2 that says nothing takes all. */
	if (!ours.num || (version < NEWEST && hello->num_groups == 0))
		return true;
	for (size_t i = 0; i < hello->num_groups; i++) {
		uint16_t group = hello->groups[i];

		if (!group_is_for(group, version) ||
		    !numbers_have(ours.list, ours.num, group))
			continue;
		if (side->config->num_groups || !is_rare(group))
			return true;
		agreement->unsure = true;
	}
	return false;
}

uint16_t
curve_of(unsigned bits)
{
	return bits == 256 ? 23 : bits == 384 ? 24 : bits == 521 ? 25 : 0;
}

/* Up to TLS 1.2 the groups of a client say what curves its server's
 * certificate may have. */
static bool
has_curve(const struct tls_hello *hello, const struct x509 *cert)
{
	uint16_t curve = strcmp(cert->key, "EC") ? 0 :
	    curve_of(cert->key_bits);

	return !curve || !hello->num_groups ||
	    numbers_have(hello->groups, hello->num_groups, curve);
}

/* ---- suites ------------------------------------------------------------ */

/* Whether a suite of the versions before TLS 1.3 can use a key. */
static bool
fits_key(const struct suite *suite, const char *key)
{
	if (strstr(suite->iana, "_ECDSA_"))
		return !strcmp(key, "EC") || !strncmp(key, "Ed", 2);
	if (strstr(suite->iana, "_DSS_"))
		return !strcmp(key, "DSA");
	/* A key for PSS only decrypts nothing. */
	return !strcmp(key, "RSA") ||
	    (!strcmp(key, "RSA-PSS") && suite_key_exchange(suite->id) &
	    EXCHANGE_SIGNED);
}

static bool
needs_key(const struct suite *suite)
{
	const char *name = suite->iana;

	return suite->min_version >= NEWEST || strstr(name, "_RSA_PSK_") ||
	    (!strstr(name, "_anon_") && !strstr(name, "_PSK_"));
}

bool
suite_needs(uint16_t id, const char *key)
{
	const struct suite *suite = suite_find(id);

	return suite && needs_key(suite) && fits_key(suite, key);
}

static enum lack
most(enum lack a, enum lack b)
{
	return a > b ? a : b;
}

/* How far one suite would get. */
static enum lack
try_suite(const struct side *side, const struct tls_hello *hello,
    const struct suite *suite, struct agreement *agreement)
{
	const uint16_t version = agreement->version;
	unsigned exchange = suite_key_exchange(suite->id);
	bool newest = version >= NEWEST;
	bool by_psk = newest && side->config->psk && hello->offers_psk;
	enum lack lack = needs_key(suite) && !by_psk ? LACK_KEY : LACK_NOTHING;
	struct x509 cert;

	for (size_t i = 0; lack < LACK_NOTHING &&
	    i < side->config->num_identities; i++) {
		const struct tls_identity *identity =
		    &side->config->identities[i];

		if (!x509_parse(identity->chain[0], &cert) ||
		    (!newest && !fits_key(suite, cert.key)))
			continue;
		if (!newest && !has_curve(hello, &cert)) {
			agreement->by_curve = true;
			continue;
		}
		agreement->by_scheme = true;
		lack = most(lack, newest || exchange & EXCHANGE_SIGNED ?
		    sign(side, hello, &cert, version) : LACK_NOTHING);
	}
	if (lack == LACK_KEY)
		return lack;
	if ((newest || exchange & EXCHANGE_EC) &&
	    !have_group(side, hello, agreement))
		return LACK_GROUP;
	return lack;
}

/* Suites that no option names are the library's own under -native. */
static void
fill_native(struct tls_config *config, const struct plug *plug)
{
	struct plug_numbers known;

	if (!config->native || config->num_suites || !plug)
		return;
	known = plug_suites(plug);
	config->suites = known.list;
	config->num_suites = known.num;
}

struct agreement
agree(const struct side *side, const struct tls_hello *hello)
{
	static const struct policy_alpn none = { { NULL, 0 }, false };
	struct agreement agreement = { .lack = LACK_VERSION };
	struct tls_config config = *side->config;
	struct policy_choice chosen;

	fill_native(&config, side->plug);
	policy_choose(&chosen, &config, side->alpn ? side->alpn : &none,
	    hello);
	agreement.version = chosen.version;
	if (chosen.version)
		agreement.lack = LACK_SUITE;
	for (size_t i = 0; chosen.version && i < chosen.choice.num_suites;
	    i++) {
		const struct suite *suite =
		    suite_find(chosen.choice.suites[i]);

		if (suite && suite_is_for(suite->id, chosen.version))
			agreement.lack = most(agreement.lack, try_suite(side,
			    hello, suite, &agreement));
	}
	if (agreement.lack == LACK_NOTHING && chosen.choice.alpn_refused)
		agreement.lack = LACK_PROTOCOL;
	policy_choice_clear(&chosen);
	return agreement;
}
