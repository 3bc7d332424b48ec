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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALL_VERSIONS (TLS_VERSION_BIT(TLS_VERSION_1_0) | \
	TLS_VERSION_BIT(TLS_VERSION_1_1) | TLS_VERSION_BIT(TLS_VERSION_1_2) | \
	TLS_VERSION_BIT(TLS_VERSION_1_3))

/* ---- a priority string ------------------------------------------------ */

struct text {
	char data[2048];
	size_t len;
};

static void
add(struct text *text, const char *kind, const char *name)
{
	int n;

	if (!name || text->len >= sizeof text->data)
		return;
	n = snprintf(text->data + text->len, sizeof text->data - text->len,
	    ":+%s%s", kind, name);
	if (n > 0)
		text->len += (size_t)n;
}

static void
add_versions(struct text *text, unsigned versions)
{
	static const struct {
		uint16_t version;
		const char *name;
	} names[] = {
		{ TLS_VERSION_1_3, "TLS1.3" },
		{ TLS_VERSION_1_2, "TLS1.2" },
		{ TLS_VERSION_1_1, "TLS1.1" },
		{ TLS_VERSION_1_0, "TLS1.0" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (versions & TLS_VERSION_BIT(names[i].version))
			add(text, "VERS-", names[i].name);
}

/* Whether an earlier suite of the list has the same part. */
static bool
repeated(const struct suite *const *list, size_t i,
    int (*part)(const struct suite *suite))
{
	for (size_t j = 0; j < i; j++)
		if (part(list[j]) == part(list[i]))
			return true;
	return false;
}

static int
part_kx(const struct suite *suite)
{
	return (int)suite->kx;
}

static int
part_cipher(const struct suite *suite)
{
	return (int)suite->cipher;
}

static int
part_mac(const struct suite *suite)
{
	return (int)suite->mac;
}

/* The levels of security, in bits: none, 80, 112, 128, 192, 256. */
static const struct {
	int profile;
	const char *option;
} profiles[] = {
	{ GNUTLS_PROFILE_UNKNOWN, "" },
	{ GNUTLS_PROFILE_LOW, ":%PROFILE_LOW" },
	{ GNUTLS_PROFILE_MEDIUM, ":%PROFILE_MEDIUM" },
	{ GNUTLS_PROFILE_HIGH, ":%PROFILE_HIGH" },
	{ GNUTLS_PROFILE_ULTRA, ":%PROFILE_ULTRA" },
	{ GNUTLS_PROFILE_FUTURE, ":%PROFILE_FUTURE" },
};

static size_t
level_of(const struct tls_config *config)
{
	const size_t num = sizeof profiles / sizeof *profiles;

	if (config->security_level <= 0)
		return 0;
	return (size_t)config->security_level < num ?
	    (size_t)config->security_level : num - 1;
}

int
gnu_priority_security_profile(const struct tls_config *config)
{
	return profiles[level_of(config)].profile;
}

int
gnu_priority_make(const struct tls_config *config, unsigned versions,
    const struct suite *const *list, size_t num, gnutls_priority_t *out)
{
	struct text text = { "NONE", 4 };
	int n, code;

	*out = NULL;
	add_versions(&text, versions);
	for (size_t i = 0; i < num; i++)
		if (list[i]->kx != GNUTLS_KX_UNKNOWN &&
		    !repeated(list, i, part_kx))
			add(&text, "", gnutls_kx_get_name(list[i]->kx));
	for (size_t i = 0; i < num; i++)
		if (!repeated(list, i, part_cipher))
			add(&text, "", gnutls_cipher_get_name(list[i]->cipher));
	for (size_t i = 0; i < num; i++)
		if (!repeated(list, i, part_mac))
			add(&text, "", gnutls_mac_get_name(list[i]->mac));
	add(&text, "", "SIGN-ALL:+GROUP-ALL:+CTYPE-X509:+COMP-NULL");
	if (text.len >= sizeof text.data)
		return GNUTLS_E_SHORT_MEMORY_BUFFER;
	n = snprintf(text.data + text.len, sizeof text.data - text.len,
	    "%s%s", config->server_preference ? ":%SERVER_PRECEDENCE" : "",
	    profiles[level_of(config)].option);
	if (n < 0 || (size_t)n >= sizeof text.data - text.len)
		return GNUTLS_E_SHORT_MEMORY_BUFFER;
	code = gnutls_priority_init(out, text.data, NULL);
	if (code < 0)
		*out = NULL;
	return code;
}

/* ---- the wide ones ---------------------------------------------------- */

static int
compare_ranks(const void *a, const void *b)
{
	const struct rank *left = a, *right = b;

	return (left->number > right->number) -
	    (left->number < right->number);
}

static const struct rank *
rank_of(const struct wide *wide, uint16_t number)
{
	struct rank key = { .number = number };

	return bsearch(&key, wide->ranks, wide->num, sizeof key,
	    compare_ranks);
}

/* What the library made of the product. */
static void
read_ranks(struct wide *wide)
{
	for (unsigned i = 0; wide->num < MAX_SUITES; i++) {
		struct rank *rank = &wide->ranks[wide->num];
		gnutls_protocol_t min = GNUTLS_VERSION_UNKNOWN;
		unsigned char id[2];
		unsigned index;
		int code = gnutls_priority_get_cipher_suite_index(
		    wide->priority, i, &index);

		if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			break;
		if (code < 0 || !gnutls_cipher_suite_info(index, id, NULL,
		    NULL, NULL, &min))
			continue;
		rank->number = (uint16_t)(id[0] << 8 | id[1]);
		rank->min_version = gnu_version_number(min);
		rank->place = (uint16_t)i;
		wide->num++;
	}
	qsort(wide->ranks, wide->num, sizeof *wide->ranks, compare_ranks);
}

/* A suite that nobody has credentials for would end the handshake where the
 * next one would do; one without a cipher would switch off TLS 1.3. */
static bool
fits_a_wide_one(const struct suite *suite, bool in_1_3)
{
	if ((suite->min_version >= TLS_VERSION_1_3) != in_1_3)
		return false;
	return !gnu_suite_is_psk(suite) && suite->cipher != GNUTLS_CIPHER_NULL;
}

static bool
open_wide(struct tls_server *server, struct wide *wide, bool in_1_3,
    struct tls_error *err)
{
	const struct tls_config *config = server->config;
	const struct suite **list;
	size_t num = 0;

	list = calloc(config->num_suites + 1, sizeof *list);
	if (!list)
		return gnu_error_memory(err);
	for (size_t i = 0; i < config->num_suites; i++) {
		const struct suite *suite =
		    gnu_suite_find(server, config->suites[i]);

		if (suite && fits_a_wide_one(suite, in_1_3))
			list[num++] = suite;
	}
	/* A refusal is no error: the suites are then tried one by one. */
	if (num > 0 && gnu_priority_make(config, server->versions, list, num,
	    &wide->priority) >= 0)
		read_ranks(wide);
	free(list);
	return true;
}

bool
gnu_priority_open(struct tls_server *server, struct tls_error *err)
{
	const struct tls_config *config = server->config;

	server->versions = config->versions & ALL_VERSIONS;
	server->suites = gnu_suite_list(&server->num_suites);
	if (!server->suites)
		return gnu_error_memory(err);
	if (!open_wide(server, &server->before_1_3, false, err) ||
	    !open_wide(server, &server->in_1_3, true, err))
		return false;
	if (server->before_1_3.priority || server->in_1_3.priority)
		return true;
	for (size_t i = 0; i < config->num_suites; i++)
		if (gnu_priority_single(server, config->suites[i],
		    server->versions))
			return true;
	return gnu_error_code(err, TLS_BLAME_FEATURE,
	    GNUTLS_E_NO_PRIORITIES_WERE_SET, "GnuTLS can use none of the "
	    "cipher suites with these versions of TLS");
}

void
gnu_priority_close(struct tls_server *server)
{
	if (server->before_1_3.priority)
		gnutls_priority_deinit(server->before_1_3.priority);
	if (server->in_1_3.priority)
		gnutls_priority_deinit(server->in_1_3.priority);
	for (size_t i = 0; i < server->num_singles; i++)
		if (server->singles[i].priority)
			gnutls_priority_deinit(server->singles[i].priority);
	free(server->singles);
	free(server->suites);
}

/* ---- single ones ------------------------------------------------------ */

gnutls_priority_t
gnu_priority_single(struct tls_server *server, uint16_t number,
    unsigned versions)
{
	const struct suite *suite = gnu_suite_find(server, number);
	struct single *single;

	for (size_t i = 0; i < server->num_singles; i++)
		if (server->singles[i].suite == number &&
		    server->singles[i].versions == versions)
			return server->singles[i].priority;
	single = realloc(server->singles,
	    (server->num_singles + 1) * sizeof *single);
	if (!suite || !single)
		return NULL;
	server->singles = single;
	single += server->num_singles++;
	*single = (struct single){ number, versions, NULL };
	(void)gnu_priority_make(server->config, versions, &suite, 1,
	    &single->priority);
	return single->priority;
}

bool
gnu_priority_useless(const struct tls_server *server, uint16_t number)
{
	const struct suite *suite = gnu_suite_find(server, number);

	return !suite || gnu_suite_is_psk(suite) ||
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
		const struct rank *rank = rank_of(wide, hello->suites[i]);

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
		const struct rank *rank = rank_of(wide, choice->suites[i]);

		if (!rank && gnu_priority_useless(server, choice->suites[i]))
			continue;
		if (!rank || rank->place <= last)
			return false;
		last = rank->place;
		chosen++;
	}
	for (size_t i = 0; i < hello->num_suites; i++) {
		const struct rank *rank = rank_of(wide, hello->suites[i]);

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

static bool
has_supported_versions(const struct tls_hello *hello)
{
	for (size_t i = 0; i < hello->num_extensions; i++)
		if (hello->extensions[i].type == 43)
			return true;
	return false;
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
	if (versions & tls1_3 && has_supported_versions(hello))
		return versions;
	return legacy_outcome(versions, hello->legacy_version) == version ?
	    versions : TLS_VERSION_BIT(version);
}
