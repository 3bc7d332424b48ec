/* lists.c - groups and signature algorithms: what there is, what is allowed
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 8446, 4.2.3, 4.2.7; RFC 5246, 7.4.1.4.1
 *
 * The library has one list of either for both directions and for every
 * client.  A session's config is its own, so here the lists are cut down to
 * what the client offers, in the order that decides, and changed between the
 * steps where the client's turn comes.  What would fail for want of a group
 * or a signature is taken from the suites beforehand.
 */
#include "mbedtls.h"

#include <string.h>

#define SIGN_RSA	1
#define SIGN_ECDSA	3
#define PSS_MASK	0xff00
#define PSS		0x0800

static bool
contains(const uint16_t *list, size_t num, uint16_t value)
{
	for (size_t i = 0; i < num; i++)
		if (list[i] == value)
			return true;
	return false;
}

/* ---- groups ------------------------------------------------------------ */

static void
add_group(struct mbed_lists *lists, uint16_t group)
{
	compat_group known = mbed_compat_group(group);

	if (known && lists->num_groups < COMPAT_MAX_LIST)
		lists->groups[lists->num_groups++] = known;
}

/* Without a list of our own the library's is put into the client's order,
 * which it would not go by itself. */
static void
follow_client(struct tls_session *session)
{
	const struct tls_hello *hello = session->hello;
	struct mbed_lists *lists = &session->lists;
	const struct tls_server *server = session->server;

	for (size_t i = 0; hello && i < hello->num_groups; i++)
		if (contains(server->groups, server->num_groups,
		    hello->groups[i]))
			add_group(lists, hello->groups[i]);
	lists->groups[lists->num_groups] = (compat_group)0;
}

/* The groups in common, by whose order decides. */
static void
set_groups(struct tls_session *session, const struct tls_config *config)
{
	const struct tls_hello *hello = session->hello;
	struct mbed_lists *lists = &session->lists;
	bool ours = config->server_preference || config->native || !hello ||
	    !hello->num_groups;

	for (size_t i = 0; ours && i < config->num_groups; i++)
		if (!hello || !hello->num_groups || contains(hello->groups,
		    hello->num_groups, config->groups[i]))
			add_group(lists, config->groups[i]);
	for (size_t i = 0; !ours && i < hello->num_groups; i++)
		if (contains(config->groups, config->num_groups,
		    hello->groups[i]))
			add_group(lists, hello->groups[i]);
	/* TLS 1.3 takes the first share of the client's that it knows. */
	if (config->server_preference && lists->num_groups > 1 &&
	    session->version == TLS_VERSION_1_3 && hello)
		lists->num_groups = 1;
	lists->groups[lists->num_groups] = (compat_group)0;
}

/* ---- signatures -------------------------------------------------------- */

static bool
is_rsa(uint16_t scheme)
{
	return (scheme & PSS_MASK) == PSS || (scheme & 0xff) == SIGN_RSA;
}

/* The schemes of `from` that the client of this session offers as well, or
 * would be taken to (RFC 5246, 7.4.1.4.1). */
static size_t
common_signatures(const struct tls_session *session, const uint16_t *from,
    size_t num, uint16_t out[COMPAT_MAX_LIST])
{
	static const uint16_t implied[] = { 0x0201, 0x0203 };
	const struct tls_hello *hello = session->hello;
	const uint16_t *offered = hello ? hello->signatures : NULL;
	size_t num_offered = hello ? hello->num_signatures : 0, n = 0;
	bool ours = session->server->config->server_preference;
	const uint16_t *first, *second;
	size_t num_first, num_second;

	if (num_offered == 0) {
		offered = implied;
		num_offered = 2;
	}
	first = ours ? from : offered;
	num_first = ours ? num : num_offered;
	second = ours ? offered : from;
	num_second = ours ? num_offered : num;
	for (size_t i = 0; i < num_first && n < COMPAT_MAX_LIST; i++)
		if (contains(second, num_second, first[i]))
			out[n++] = first[i];
	return n;
}

/* Up to TLS 1.2 a scheme of PSS is of no use to this library, and in TLS 1.3
 * one of PKCS#1 is not for handshakes. */
static bool
is_usable(const struct tls_session *session, uint16_t scheme)
{
	if (session->version == TLS_VERSION_1_3)
		return (scheme & 0xff) != SIGN_RSA ||
		    (scheme & PSS_MASK) == PSS;
	return (scheme & PSS_MASK) != PSS;
}

/* The best scheme for each kind of key.  Where our order decides these
 * are the whole list, or the library would go by the client's order. */
static void
set_signatures(struct tls_session *session, const struct tls_config *config)
{
	struct mbed_lists *lists = &session->lists;
	uint16_t common[COMPAT_MAX_LIST];
	size_t num = common_signatures(session, config->signatures,
	    config->num_signatures, common);

	for (size_t i = 0; config->native && i < config->num_signatures; i++)
		mbed_compat_add_signature(&lists->own, config->signatures[i]);
	for (size_t i = 0; !config->native && i < num; i++) {
		bool rsa = is_rsa(common[i]);
		uint16_t *best = rsa ? &lists->best_rsa : &lists->best_ecdsa;

		if (!is_usable(session, common[i]))
			continue;
		if (!*best)
			*best = common[i];
		/* An ECDSA scheme of TLS 1.3 is for one curve. */
		if (config->server_preference && *best != common[i] && (rsa ||
		    session->version != TLS_VERSION_1_3))
			continue;
		mbed_compat_add_signature(&lists->own, common[i]);
		lists->schemes[lists->num_schemes++] = common[i];
	}
}

static void
set_client_signatures(struct tls_session *session,
    const struct tls_config *config)
{
	struct mbed_lists *lists = &session->lists;

	lists->client_schemes = config->client_signatures;
	lists->num_client_schemes = config->num_client_signatures;
	if (!lists->num_client_schemes) {
		lists->client_schemes = config->signatures;
		lists->num_client_schemes = config->num_signatures;
	}
	for (size_t i = 0; i < lists->num_client_schemes; i++)
		mbed_compat_add_signature(&lists->client,
		    lists->client_schemes[i]);
}

/* Up to TLS 1.2 the library checks a client's signature under few hash
 * functions, and asks for no others: a list without any of them would be an
 * empty one on the wire. */
bool
mbed_lists_check(const struct tls_config *config, struct tls_error *err)
{
	const uint16_t *list = config->client_signatures;
	size_t num = config->num_client_signatures;

	if (config->versions & TLS_VERSION_BIT(TLS_VERSION_1_3))
		return true;
	for (size_t i = 0; i < num; i++) {
		unsigned hash = list[i] >> 8;

		if (hash != 2 && hash != 4 && hash != 5)
			return common_refuse(err, TLS_BLAME_FEATURE, "the "
			    "mbedtls backend cannot do -client_sigalgs with "
			    "the algorithm 0x%04x: up to TLS 1.2 Mbed TLS "
			    "checks signatures of clients under SHA-1, "
			    "SHA-256 and SHA-384 alone", list[i]);
	}
	return true;
}

/* ---- suites ------------------------------------------------------------ */

/* Suites whose name holds one of these need what a config cannot say (a
 * password) or what the library has switched off. */
static const char *const left_out[] = { "ECJPAKE", "RC4" };

static bool
is_offered(int suite)
{
	const char *name = mbedtls_ssl_get_ciphersuite_name(suite);

	for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
		if (!name || strstr(name, left_out[i]))
			return false;
	return true;
}

size_t
mbed_suites(uint16_t *out, size_t room)
{
	size_t n = 0;

	for (const int *s = mbedtls_ssl_list_ciphersuites(); *s; s++) {
		if (!is_offered(*s))
			continue;
		if (n < room)
			out[n] = (uint16_t)*s;
		n++;
	}
	return n;
}

static const struct {
	mbedtls_key_exchange_type_t key_exchange;
	struct mbed_exchange what;
} exchanges[] = {
	{ MBEDTLS_KEY_EXCHANGE_RSA, { .certificate = true } },
	{ MBEDTLS_KEY_EXCHANGE_DHE_RSA,
	    { .certificate = true, .signs_rsa = true } },
	{ MBEDTLS_KEY_EXCHANGE_ECDHE_RSA,
	    { .certificate = true, .ecdhe = true, .signs_rsa = true } },
	{ MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA,
	    { .certificate = true, .ecdhe = true, .signs_ecdsa = true } },
	{ MBEDTLS_KEY_EXCHANGE_ECDH_RSA, { .certificate = true } },
	{ MBEDTLS_KEY_EXCHANGE_ECDH_ECDSA, { .certificate = true } },
	{ MBEDTLS_KEY_EXCHANGE_PSK, { .psk = true, .silent = true } },
	{ MBEDTLS_KEY_EXCHANGE_RSA_PSK,
	    { .psk = true, .silent = true, .certificate = true } },
	{ MBEDTLS_KEY_EXCHANGE_DHE_PSK, { .psk = true } },
	{ MBEDTLS_KEY_EXCHANGE_ECDHE_PSK, { .psk = true, .ecdhe = true } },
};

const struct mbed_exchange *
mbed_lists_exchange(uint16_t suite)
{
	static const struct mbed_exchange unknown;
	const mbedtls_ssl_ciphersuite_t *info =
	    mbedtls_ssl_ciphersuite_from_id(suite);

	for (size_t i = 0; i < sizeof exchanges / sizeof *exchanges; i++)
		if (info && (int)exchanges[i].key_exchange ==
		    (int)FIELD(info, key_exchange))
			return &exchanges[i].what;
	return &unknown;
}

/* ---- a session --------------------------------------------------------- */

void
mbed_lists_set(struct tls_session *session)
{
	const struct tls_config *config = session->server->config;

	if (config->num_groups)
		set_groups(session, config);
	else if (!config->server_preference &&
	    mbed_corrects(session->server, MBED_GROUPS))
		follow_client(session);
	if (config->num_signatures)
		set_signatures(session, config);
	set_client_signatures(session, config);
	mbed_lists_take_turn(session, false);
}

/* Whether `suite` can come to an end with what is left of the lists. */
bool
mbed_lists_allow(const struct tls_session *session, uint16_t suite)
{
	const struct tls_server *server = session->server;
	const struct tls_config *config = server->config;
	const struct mbed_lists *lists = &session->lists;
	const struct mbed_exchange *exchange = mbed_lists_exchange(suite);
	bool signs = session->version == TLS_VERSION_1_2 &&
	    config->num_signatures > 0;

	if (session->version > TLS_VERSION_1_2)
		return true;
	if (exchange->certificate && !config->num_identities)
		return false;
	if (exchange->signs_ecdsa && server->has_ecdsa && !server->signs_ecdsa)
		return false;
	if (exchange->ecdhe && config->num_groups && !lists->num_groups)
		return false;
	if (signs && exchange->signs_rsa && !lists->best_rsa)
		return false;
	return !signs || !exchange->signs_ecdsa || lists->best_ecdsa;
}

void
mbed_lists_take_turn(struct tls_session *session, bool client)
{
	const struct tls_server *server = session->server;
	const struct tls_config *config = server->config;
	struct mbed_lists *lists = &session->lists;

	compat_set_signatures(&session->conf, client ?
	    lists->num_client_schemes ? &lists->client : NULL :
	    config->num_signatures ? &lists->own : NULL, &server->conf);
	compat_set_groups(&session->conf, (config->num_groups ||
	    lists->num_groups) && !client ? lists->groups : NULL,
	    &server->conf);
}

bool
mbed_lists_offer(const struct tls_session *session, uint16_t scheme)
{
	const struct mbed_lists *lists = &session->lists;
	const struct tls_config *config = session->server->config;

	return !config->num_signatures || config->native ||
	    contains(lists->schemes, lists->num_schemes, scheme);
}

/* The list that clients are shown is by hash functions in one release, so
 * what comes back is held against the real one. */
bool
mbed_lists_accept(const struct tls_session *session, uint16_t scheme)
{
	const struct mbed_lists *lists = &session->lists;

	return !lists->num_client_schemes || !scheme || contains(
	    lists->client_schemes, lists->num_client_schemes, scheme);
}
