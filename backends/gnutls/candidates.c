/* candidates.c - the priorities with which a session tries to answer a hello
 * SPDX-License-Identifier: Apache-2.0
 *
 * Where no wide priority does what was chosen, the candidates are tried in
 * their order: a library session with a priority of one suite reads the
 * hello, and if it finds that suite of no use, it has not sent anything yet;
 * it is thrown away and the next one reads the same bytes.
 */
#include "gnutls.h"

static int
refusal_of(const struct tls_hello *hello, const struct tls_choice *choice)
{
	if (!hello || choice->native)
		return 0;
	if (choice->version == TLS_VERSION_UNKNOWN)
		return GNUTLS_E_UNSUPPORTED_VERSION_PACKET;
	return choice->num_suites == 0 ? GNUTLS_E_NO_CIPHER_SUITES : 0;
}

static bool
offers_signature(const struct tls_hello *hello, uint16_t signature)
{
	for (size_t i = 0; i < hello->num_signatures; i++)
		if (hello->signatures[i] == signature)
			return true;
	return false;
}

/* The library takes the first signature of the client's that is enabled.
 * Where the server's order decides, one is enabled after the other. */
static bool
decides_on_signatures(const struct tls_session *session)
{
	const struct tls_config *config = session->server->config;

	return config->server_preference && config->num_signatures > 1 &&
	    session->hello && session->hello->num_signatures > 1 &&
	    session->choice_version >= TLS_VERSION_1_2;
}

/* For a client that names no groups the library takes P-256 (RFC 8422, 4),
 * listed or not. */
static bool
has_no_curve(const struct tls_session *session)
{
	const struct tls_config *config = session->server->config;

	if (!session->hello || common_extension(session->hello, 10) ||
	    session->choice_version >= TLS_VERSION_1_3)
		return false;
	for (size_t i = 0; i < config->num_groups; i++)
		if (config->groups[i] == 23)
			return false;
	return config->num_groups > 0;
}

/* Whether a native session of that version may have it. */
static bool
is_of_kind(const struct tls_session *session, uint16_t number)
{
	const struct suite *suite = gnu_suite_find(session->server, number);

	return suite && (suite->min_version == TLS_VERSION_1_3) ==
	    (session->choice_version == TLS_VERSION_1_3);
}

static bool
is_useless(const struct tls_session *session, uint16_t number)
{
	const struct suite *suite = gnu_suite_find(session->server, number);

	return gnu_priority_useless(session->server, number) ||
	    (session->server->config->native &&
	    !is_of_kind(session, number)) ||
	    (session->no_curve && gnu_suite_needs_curve(suite));
}

/* The next suite, and the signature to go with it; false after the last. */
static bool
next_pair(struct tls_session *session, uint16_t *number, uint16_t *signature)
{
	const struct tls_server *server = session->server;
	const struct tls_config *config = server->config;
	const struct tls_choice *choice = session->choice;

	while (choice && session->next < choice->num_suites) {
		const struct suite *suite;

		*number = choice->suites[session->next];
		*signature = SIGNED_BY_US;
		suite = gnu_suite_find(server, *number);
		if (!suite || !session->by_signature ||
		    !gnu_suite_is_signed(suite)) {
			session->next++;
			return true;
		}
		while (session->next_signature < config->num_signatures) {
			*signature =
			    config->signatures[session->next_signature++];
			if (offers_signature(session->hello, *signature))
				return true;
		}
		session->next++;
		session->next_signature = 0;
	}
	return false;
}

gnutls_priority_t
gnu_candidate_next(struct tls_session *session)
{
	uint16_t suite, signature;

	while (next_pair(session, &suite, &signature)) {
		gnutls_priority_t priority = NULL;

		if (!is_useless(session, suite))
			priority = gnu_priority_single(session->server, suite,
			    session->versions, signature);
		if (priority)
			return priority;
	}
	return NULL;
}

/* Any one, to refuse with. */
static gnutls_priority_t
any_priority(struct tls_server *server)
{
	if (server->in_1_3.priority)
		return server->in_1_3.priority;
	if (server->before_1_3.priority)
		return server->before_1_3.priority;
	for (size_t i = 0; i < server->num_singles; i++)
		if (server->singles[i].priority)
			return server->singles[i].priority;
	return NULL;
}

uint16_t
gnu_candidate_version(const struct tls_session *session)
{
	const struct tls_hello *hello = session->hello;
	uint16_t best = TLS_VERSION_UNKNOWN;

	for (size_t i = 0; hello && i < hello->num_versions; i++) {
		uint16_t version = hello->versions[i];

		if (version >= TLS_VERSION_1_0 && version <= TLS_VERSION_1_3 &&
		    session->server->versions & TLS_VERSION_BIT(version) &&
		    version > best)
			best = version;
	}
	return best;
}

/* Suites that options name are tried one by one; of a kind of which none is
 * named the library has its own. */
static gnutls_priority_t
native_priority(struct tls_session *session)
{
	const struct tls_server *server = session->server;
	const struct tls_config *config = server->config;
	uint16_t version = session->choice_version;
	gnutls_priority_t priority = NULL;

	for (size_t i = 0; version && !session->walking &&
	    i < config->num_suites; i++)
		session->walking = is_of_kind(session, config->suites[i]);
	if (!session->walking)
		return server->native.priority;
	session->versions = TLS_VERSION_BIT(version);
	priority = gnu_candidate_next(session);
	if (priority)
		return priority;
	session->walking = false;
	session->refusal = GNUTLS_E_NO_CIPHER_SUITES;
	return server->native.priority;
}

gnutls_priority_t
gnu_candidate_first(struct tls_session *session)
{
	struct tls_server *server = session->server;
	const struct tls_hello *hello = session->hello;
	const struct tls_choice *choice = session->choice;
	const struct wide *wide = choice->version == TLS_VERSION_1_3 ?
	    &server->in_1_3 : &server->before_1_3;
	gnutls_priority_t priority;

	if (server->config->native)
		return native_priority(session);
	session->refusal = refusal_of(hello, choice);
	session->versions = gnu_priority_versions(server, hello,
	    choice->version);
	if (!hello || choice->version == TLS_VERSION_UNKNOWN ||
	    choice->num_suites == 0)
		return any_priority(server);
	session->by_signature = decides_on_signatures(session);
	session->no_curve = has_no_curve(session);
	if (session->versions == server->versions &&
	    !session->by_signature && !session->no_curve &&
	    gnu_priority_fits(server, wide, hello, choice))
		return wide->priority;
	session->walking = true;
	priority = gnu_candidate_next(session);
	if (priority)
		return priority;
	session->walking = false;
	session->refusal = GNUTLS_E_NO_CIPHER_SUITES;
	return any_priority(server);
}
