/* priority.c - lists of suites as priorities of the library
 * SPDX-License-Identifier: Apache-2.0
 *
 * A priority string is a product: key exchanges x ciphers x MACs.  It cannot
 * express any list, but it can any single suite.  So a server has two wide
 * priorities, made once, and for each hello it is checked whether the library
 * would do with one of them exactly what was asked for.  If not, the
 * candidates are tried one by one (session.c), each with a priority of its
 * own, made when it is first needed.
 */
#include "gnutls.h"

#include <stdlib.h>
#include <string.h>

/* ---- the wide ones ---------------------------------------------------- */

/* A suite that nobody has credentials for would end the handshake where the
 * next one would do; one without a cipher would switch off TLS 1.3. */
static bool
fits_a_wide_one(const struct suite *suite, bool in_1_3)
{
	if ((suite->min_version >= TLS_VERSION_1_3) != in_1_3)
		return false;
	return !gnu_suite_is_psk(suite) && suite->cipher != GNUTLS_CIPHER_NULL;
}

/* The same with what clients may sign with, for the CertificateRequest and its
 * answer; null where no list says so. */
static void
open_asking(struct tls_server *server, struct wide *wide,
    struct recipe recipe)
{
	const struct tls_config *config = server->config;

	recipe.signature = SIGNED_BY_CLIENTS;
	if (config->num_signatures > 0 || config->num_client_signatures > 0 ||
	    recipe.rsa_bits > 0)
		(void)gnu_priority_make(config, &recipe, &wide->asking);
}

static bool
open_wide(struct tls_server *server, struct wide *wide, bool in_1_3,
    struct tls_error *err)
{
	const struct tls_config *config = server->config;
	struct recipe recipe = { .versions = server->versions,
		.rsa_bits = server->rsa_bits };
	const struct suite **list;

	list = calloc(config->num_suites + 1, sizeof *list);
	if (!list)
		return common_refuse_memory(err);
	recipe.list = list;
	for (size_t i = 0; i < config->num_suites; i++) {
		const struct suite *suite =
		    gnu_suite_find(server, config->suites[i]);

		if (suite && fits_a_wide_one(suite, in_1_3))
			list[recipe.num++] = suite;
	}
	/* A refusal is no error: the suites are then tried one by one. */
	if (recipe.num > 0) {
		open_asking(server, wide, recipe);
		if (gnu_priority_make(config, &recipe, &wide->priority) >= 0)
			gnu_suite_ranks(wide, in_1_3);
	}
	free(list);
	return true;
}

static unsigned
versions_of(gnutls_priority_t priority)
{
	const unsigned *list;
	int num = gnutls_priority_protocol_list(priority, &list);
	unsigned versions = 0;

	for (int i = 0; i < num; i++)
		versions |= TLS_VERSION_BIT(gnu_version_number(
		    (gnutls_protocol_t)list[i]));
	return versions & ALL_VERSIONS;
}

/* Those of the library's own versions that the config has, or else all that it
 * has. */
static bool
open_native(struct tls_server *server, struct tls_error *err)
{
	const struct tls_config *config = server->config;
	struct recipe recipe = { .num = 0 };
	gnutls_priority_t own;
	int code = gnutls_priority_init2(&own, NULL, NULL, 0);

	if (code >= 0) {
		recipe.versions = versions_of(own) & config->versions;
		gnutls_priority_deinit(own);
		if (recipe.versions)
			server->versions = recipe.versions;
		recipe.versions = server->versions;
		open_asking(server, &server->native, recipe);
		code = gnu_priority_make(config, &recipe,
		    &server->native.priority);
	}
	return code >= 0 || gnu_error_code(err, TLS_BLAME_FEATURE, code,
	    "GnuTLS does not take its own priority with these options");
}

bool
gnu_priority_open(struct tls_server *server, struct tls_error *err)
{
	const struct tls_config *config = server->config;

	server->versions = config->versions & ALL_VERSIONS;
	server->suites = gnu_suite_list(&server->num_suites);
	if (!server->suites)
		return common_refuse_memory(err);
	if (config->native)
		return open_native(server, err);
	if (!open_wide(server, &server->before_1_3, false, err) ||
	    !open_wide(server, &server->in_1_3, true, err))
		return false;
	if (server->before_1_3.priority || server->in_1_3.priority)
		return true;
	for (size_t i = 0; i < config->num_suites; i++)
		if (gnu_priority_single(server, config->suites[i],
		    server->versions, SIGNED_BY_US))
			return true;
	return gnu_error_code(err, TLS_BLAME_FEATURE,
	    GNUTLS_E_NO_PRIORITIES_WERE_SET, "GnuTLS can use none of the "
	    "cipher suites with these versions of TLS");
}

static void
close_wide(struct wide *wide)
{
	if (wide->priority)
		gnutls_priority_deinit(wide->priority);
	if (wide->asking)
		gnutls_priority_deinit(wide->asking);
}

void
gnu_priority_close(struct tls_server *server)
{
	close_wide(&server->before_1_3);
	close_wide(&server->in_1_3);
	close_wide(&server->native);
	for (size_t i = 0; i < server->num_singles; i++)
		if (server->singles[i].priority)
			gnutls_priority_deinit(server->singles[i].priority);
	free(server->singles);
	free(server->suites);
}

/* ---- single ones ------------------------------------------------------ */

gnutls_priority_t
gnu_priority_single(struct tls_server *server, uint16_t number,
    unsigned versions, uint16_t signature)
{
	const struct suite *suite = gnu_suite_find(server, number);
	const struct recipe recipe = {
		.versions = versions, .list = &suite, .num = 1,
		.signature = signature, .rsa_bits = server->rsa_bits,
	};
	struct single *single;

	for (size_t i = 0; i < server->num_singles; i++)
		if (server->singles[i].suite == number &&
		    server->singles[i].signature == signature &&
		    server->singles[i].versions == versions)
			return server->singles[i].priority;
	single = realloc(server->singles,
	    (server->num_singles + 1) * sizeof *single);
	if (!single)
		return NULL;
	server->singles = single;
	single += server->num_singles++;
	*single = (struct single){ number, signature, versions, NULL };
	if (suite)
		(void)gnu_priority_make(server->config, &recipe,
		    &single->priority);
	return single->priority;
}

bool
gnu_priority_useless(const struct tls_server *server, uint16_t number)
{
	const struct suite *suite = gnu_suite_find(server, number);

	return !suite || (gnu_suite_is_psk(suite) && !server->psk) ||
	    (gnu_suite_is_anonymous(suite) && !server->anonymous);
}

/* ---- does a wide one do? ---------------------------------------------- */

/* The client's order: what the library sees of the hello, one after the
 * other, has to be what the choice says. */
static bool
same_sequence(const struct tls_server *server, const struct wide *wide,
    const struct tls_hello *hello, const struct tls_choice *choice)
{
	size_t next = 0;

	for (size_t i = 0; i < hello->num_suites; i++) {
		const struct rank *rank =
		    gnu_suite_rank(wide, hello->suites[i]);

		if (!rank || rank->min_version > choice->version)
			continue;
		while (next < choice->num_suites &&
		    choice->suites[next] != hello->suites[i] &&
		    gnu_priority_useless(server, choice->suites[next]))
			next++;
		if (next == choice->num_suites ||
		    choice->suites[next++] != hello->suites[i])
			return false;
	}
	while (next < choice->num_suites &&
	    gnu_priority_useless(server, choice->suites[next]))
		next++;
	return next == choice->num_suites;
}

/* The server's order: the choice has to go up in the library's own order, and
 * the hello may hold nothing else that the library would take. */
static bool
same_order(const struct tls_server *server, const struct wide *wide,
    const struct tls_hello *hello, const struct tls_choice *choice)
{
	size_t chosen = 0, seen = 0;
	int last = -1;

	for (size_t i = 0; i < choice->num_suites; i++) {
		const struct rank *rank =
		    gnu_suite_rank(wide, choice->suites[i]);

		if (!rank && gnu_priority_useless(server, choice->suites[i]))
			continue;
		if (!rank || rank->place <= last)
			return false;
		last = rank->place;
		chosen++;
	}
	for (size_t i = 0; i < hello->num_suites; i++) {
		const struct rank *rank =
		    gnu_suite_rank(wide, hello->suites[i]);

		if (rank && rank->min_version <= choice->version)
			seen++;
	}
	return chosen == seen;
}

bool
gnu_priority_fits(const struct tls_server *server, const struct wide *wide,
    const struct tls_hello *hello, const struct tls_choice *choice)
{
	if (!wide->priority)
		return false;
	return server->config->server_preference ?
	    same_order(server, wide, hello, choice) :
	    same_sequence(server, wide, hello, choice);
}

/* ---- versions --------------------------------------------------------- */

static uint16_t
highest(unsigned versions, uint16_t limit)
{
	for (uint16_t v = limit; v >= TLS_VERSION_1_0; v--)
		if (versions & TLS_VERSION_BIT(v))
			return v;
	return TLS_VERSION_UNKNOWN;
}

/* What the library makes of `legacy_version`: it knows that version, or one
 * that is too high for it, but has no answer to a hole in between. */
static uint16_t
legacy_outcome(unsigned versions, uint16_t legacy)
{
	uint16_t top = highest(versions, TLS_VERSION_1_2);

	if (legacy >= top)
		return top;
	return versions & TLS_VERSION_BIT(legacy) ? legacy :
	    TLS_VERSION_UNKNOWN;
}

unsigned
gnu_priority_versions(const struct tls_server *server,
    const struct tls_hello *hello, uint16_t version)
{
	const unsigned old = TLS_VERSION_BIT(TLS_VERSION_1_0) |
	    TLS_VERSION_BIT(TLS_VERSION_1_1);
	const unsigned tls1_2 = TLS_VERSION_BIT(TLS_VERSION_1_2);
	const unsigned tls1_3 = TLS_VERSION_BIT(TLS_VERSION_1_3);
	unsigned versions = server->versions;

	/* All of them where that comes to the same: the library then marks
	 * downgrades and recognises TLS_FALLBACK_SCSV. */
	if (!hello || version == TLS_VERSION_UNKNOWN)
		return versions;
	/* TLS 1.3 goes if there is an old version but not TLS 1.2. */
	if (versions & tls1_3 && versions & old && !(versions & tls1_2))
		return TLS_VERSION_BIT(version);
	if (versions & tls1_3 && common_extension(hello, 43))
		return versions;
	return legacy_outcome(versions, hello->legacy_version) == version ?
	    versions : TLS_VERSION_BIT(version);
}

/* ---- two lists of signatures in one handshake -------------------------- */

/* Whether clients are asked, or answer, after this message, and nothing of ours
 * is signed before the next turn; -1: nothing changes. */
static int
asking_after(const struct tls_session *session, unsigned type)
{
	gnutls_session_t tls = session->tls;
	gnutls_kx_algorithm_t kx = gnutls_kx_get(tls);
	bool tls1_3 = gnutls_protocol_get_version(tls) == GNUTLS_TLS1_3;

	switch (type) {
	case GNUTLS_HANDSHAKE_ENCRYPTED_EXTENSIONS:
	case GNUTLS_HANDSHAKE_SERVER_KEY_EXCHANGE:
	case GNUTLS_HANDSHAKE_FINISHED:
		return 1;
	case GNUTLS_HANDSHAKE_CERTIFICATE_REQUEST:
		return tls1_3 && !session->open ? 0 : -1;
	case GNUTLS_HANDSHAKE_CERTIFICATE_PKT:
		/* Up to TLS 1.2 a key exchange follows, or not. */
		return !tls1_3 && kx == GNUTLS_KX_RSA;
	default:
		return -1;
	}
}

void
gnu_priority_message(struct tls_session *session, unsigned type, bool incoming)
{
	const struct tls_server *server = session->server;
	const struct wide *wide = server->config->native ? &server->native :
	    gnutls_protocol_get_version(session->tls) == GNUTLS_TLS1_3 ?
	    &server->in_1_3 : &server->before_1_3;
	int asking = -1;

	if (!incoming)
		asking = asking_after(session, type);
	else if (type == GNUTLS_HANDSHAKE_CLIENT_HELLO && session->open)
		asking = 0;
	if (asking >= 0 && wide->asking)
		(void)gnutls_priority_set(session->tls, asking ?
		    wide->asking : session->priority);
}
