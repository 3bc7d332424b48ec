/* config.c - settings and files to a tls_config for one backend
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "cli/loaded.h"
#include "names/cipherlist.h"
#include "names/names.h"

static const struct {
	enum tls_version version;
	enum tls_feature needs;
	bool standard;		/* spoken without being asked for */
} versions[] = {
	{ TLS_VERSION_SSL2, TLS_FEATURE_SSL2, false },
	{ TLS_VERSION_SSL3, TLS_FEATURE_SSL3, false },
	{ TLS_VERSION_1_0, TLS_FEATURE_TLS1, false },
	{ TLS_VERSION_1_1, TLS_FEATURE_TLS1_1, false },
	{ TLS_VERSION_1_2, TLS_FEATURE_TLS1_2, true },
	{ TLS_VERSION_1_3, TLS_FEATURE_TLS1_3, true },
};
#define NUM_VERSIONS	(sizeof versions / sizeof *versions)

/* The session context of the reference: the bytes of a C integer 1. */
static const uint8_t session_context[] = { 1, 0, 0, 0 };

/* What is asked for and can be had; a version that is asked for by name and
 * cannot be had was refused by cli_check_backend. */
static bool
choose_versions(const struct settings_tls *tls, const struct plug *plug,
    unsigned *out, struct tls_error *err)
{
	const char *note = NULL;

	*out = 0;
	for (size_t i = 0; i < NUM_VERSIONS; i++) {
		unsigned bit = TLS_VERSION_BIT((unsigned)versions[i].version);
		const struct tls_answer *answer =
		    &plug->answers[versions[i].needs];

		if (tls->only ? !(tls->only & bit) :
		    !versions[i].standard || tls->without & bit)
			continue;
		if (answer->support > TLS_SUPPORT_NONE)
			*out |= bit;
		else
			note = answer->note;
	}
	return *out || err_set(err, TLS_BLAME_FEATURE,
	    "the %s backend speaks none of the versions that are left: %s",
	    plug->backend->name, note ? note : "it did not say why");
}

/* Whether a session of one of `bits` can use the suite. */
static bool
fits(const struct suite *suite, unsigned bits)
{
	for (size_t i = 0; i < NUM_VERSIONS; i++)
		if (bits & TLS_VERSION_BIT((unsigned)versions[i].version) &&
		    versions[i].version >= suite->min_version &&
		    versions[i].version <= suite->max_version)
			return true;
	return false;
}

/* Suites whose key is neither of a certificate nor anonymous need settings
 * that there are no options for. */
static bool
is_usable(uint16_t id, unsigned bits)
{
	const struct suite *suite = suite_find(id);

	return suite && !strstr(suite->iana, "_PSK") &&
	    !strstr(suite->iana, "_SRP") && !strstr(suite->iana, "_KRB5") &&
	    fits(suite, bits);
}

struct suites {
	uint16_t *list;
	size_t num;
};

static void
add_usable(struct suites *out, const struct cipherlist *list, unsigned bits)
{
	out->list = mem_grow(out->list,
	    (out->num + list->num) * sizeof *out->list);
	for (size_t i = 0; i < list->num; i++)
		if (is_usable(list->suites[i], bits))
			out->list[out->num++] = list->suites[i];
}

/* Puts the option before what is wrong with its list. */
static bool
blame_option(const char *option, struct tls_error *err)
{
	char text[sizeof err->text];

	memcpy(text, err->text, sizeof text);
	return err_set(err, err->blame, "%s: %.200s", option, text);
}

static bool
add_new_suites(const struct settings_tls *tls, const struct plug *plug,
    struct suites *out, struct tls_error *err)
{
	struct cipherlist list;

	if (!cipherlist_eval_tls1_3(&list, tls->ciphersuites, plug->suites,
	    plug->num_suites, err))
		return tls->ciphersuites && blame_option("-ciphersuites",
		    err);
	add_usable(out, &list, TLS_VERSION_BIT(TLS_VERSION_1_3));
	cipherlist_clear(&list);
	return true;
}

static bool
add_old_suites(const struct settings_tls *tls, const struct plug *plug,
    struct suites *out, struct tls_config *config, struct tls_error *err)
{
	const unsigned bits = config->versions &
	    ~TLS_VERSION_BIT(TLS_VERSION_1_3);
	const size_t before = out->num;
	struct cipherlist list;

	if (!cipherlist_eval(&list, tls->cipher ? tls->cipher : "DEFAULT",
	    plug->suites, plug->num_suites, err))
		return tls->cipher && blame_option("-cipher", err);
	add_usable(out, &list, bits);
	config->security_level = list.security_level;
	cipherlist_clear(&list);
	if (out->num > before || !tls->cipher)
		return true;
	return err_set(err, TLS_BLAME_CONFIG, "-cipher %.80s: no suite in it "
	    "that the %s backend can use in these versions without PSK or "
	    "SRP", tls->cipher, plug->backend->name);
}

static bool
choose_suites(const struct settings_tls *tls, const struct plug *plug,
    struct suites *out, struct tls_config *config, struct tls_error *err)
{
	const unsigned newest = TLS_VERSION_BIT(TLS_VERSION_1_3);
	const unsigned old = TLS_VERSION_BIT(TLS_VERSION_1_0) |
	    TLS_VERSION_BIT(TLS_VERSION_1_1);

	config->security_level = -1;
	if (config->versions & newest &&
	    !add_new_suites(tls, plug, out, err))
		return false;
	if (config->versions & ~newest &&
	    !add_old_suites(tls, plug, out, config, err))
		return false;
	if (config->security_level < 0 && tls->only & old)
		config->security_level = 0;
	if (out->num)
		return true;
	if (tls->ciphersuites)
		return err_set(err, TLS_BLAME_CONFIG, "-ciphersuites \"%.80s\" "
		    "leaves no suite for TLS 1.3", tls->ciphersuites);
	return err_set(err, TLS_BLAME_FEATURE,
	    "the %s backend has no suite for the versions that are left",
	    plug->backend->name);
}

static void
keep_suites(struct loaded *loaded, uint16_t *list)
{
	loaded->suites = mem_grow(loaded->suites,
	    (loaded->num_suites + 1) * sizeof *loaded->suites);
	loaded->suites[loaded->num_suites++] = list;
}

bool
loaded_config(struct loaded *loaded, const struct settings *settings,
    const struct plug *plug, struct tls_config *config, struct tls_error *err)
{
	const struct settings_tls *tls = &settings->tls;
	struct suites suites = { NULL, 0 };

	*config = (struct tls_config){
		.server_preference = tls->server_preference,
		.identities = loaded->own.list,
		.num_identities = loaded->own.num,
		.peer_certificate = tls->verify_depth < 0 ? TLS_PEER_NONE :
		    tls->verify_demand ? TLS_PEER_DEMAND : TLS_PEER_ASK,
		.roots = loaded->roots.spans,
		.num_roots = loaded->roots.num,
		.ticket_key = { loaded->ticket_key,
		    tls->no_ticket ? 0 : sizeof loaded->ticket_key },
		.session_store = true,
		.session_context = { session_context,
		    sizeof session_context },
		.client_renegotiation = tls->client_renegotiation,
	};
	if (!choose_versions(tls, plug, &config->versions, err))
		return false;
	if (!choose_suites(tls, plug, &suites, config, err)) {
		free(suites.list);
		return false;
	}
	keep_suites(loaded, suites.list);
	config->suites = suites.list;
	config->num_suites = suites.num;
	return true;
}
