/* suites.c - versions and cipher suites for one backend
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/select.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "names/cipherlist.h"
#include "names/names.h"
#include "policy/corrections.h"

static const struct {
	enum tls_version version;
	enum tls_feature needs;
	bool standard;		/* enabled by default */
} versions[] = {
	{ TLS_VERSION_SSL2, TLS_FEATURE_SSL2, false },
	{ TLS_VERSION_SSL3, TLS_FEATURE_SSL3, false },
	{ TLS_VERSION_1_0, TLS_FEATURE_TLS1, false },
	{ TLS_VERSION_1_1, TLS_FEATURE_TLS1_1, false },
	{ TLS_VERSION_1_2, TLS_FEATURE_TLS1_2, true },
	{ TLS_VERSION_1_3, TLS_FEATURE_TLS1_3, true },
};
#define NUM_VERSIONS	(sizeof versions / sizeof *versions)

/* Whether an option, or the default, enables the version at this index.  With
 * -native the library has its own default, and the result is only a bound. */
static bool
is_enabled(const struct load_options *tls, size_t at)
{
	unsigned bit = TLS_VERSION_BIT((unsigned)versions[at].version);

	if (tls->only)
		return tls->only & bit;
	return (versions[at].standard || !policy_corrects(tls->native,
	    POLICY_VERSIONS)) && !(tls->without & bit);
}

/* The versions that are asked for and available.  One that an option asks for
 * and the backend lacks was refused by cli_check_backend. */
bool
select_versions(const struct load_options *tls, const struct plug *plug,
    unsigned *out, struct tls_error *err)
{
	const char *note = NULL;

	*out = 0;
	for (size_t i = 0; i < NUM_VERSIONS; i++) {
		if (!is_enabled(tls, i))
			continue;
		if (plug_can(plug, versions[i].needs))
			*out |= TLS_VERSION_BIT((unsigned)versions[i].version);
		else
			note = plug_answer(plug, versions[i].needs).note;
	}
	return *out || err_set(err, TLS_BLAME_FEATURE,
	    "the %s backend speaks none of the versions that are left: %s",
	    plug->backend->name, note ? note : "none is left to speak");
}

/* ---- which suites are of use ------------------------------------------ */

/* One call of select_suites. */
struct selection {
	struct numbers *out;
	const struct load_options *tls;
	const struct plug *plug;
	struct tls_config *config;
	struct buf *notes;
	bool keyless;		/* suites without a key are taken too, since
				 * there are no others */
};

/* Whether a session of one of the versions `bits` can use the suite. */
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

static bool
is_newest(const struct suite *suite)
{
	return suite->min_version >= TLS_VERSION_1_3;
}

static bool
is_anonymous(const struct suite *suite)
{
	return strstr(suite->iana, "_anon_") != NULL;
}

bool
needs_psk(const struct suite *suite)
{
	return strstr(suite->iana, "_PSK") != NULL;
}

/* Whether there is a key for the suite: a certificate's, a pre-shared one, or
 * none is needed.  There are no options for SRP and Kerberos. */
static bool
has_key(const struct selection *s, const struct suite *suite)
{
	const struct tls_config *config = s->config;
	bool psk_13 = config->psk &&
	    plug_can(s->plug, TLS_FEATURE_PSK_TLS1_3);

	if (strstr(suite->iana, "_SRP") || strstr(suite->iana, "_KRB5"))
		return false;
	if (s->keyless)
		return true;
	if (is_newest(suite))
		return config->num_identities > 0 || psk_13;
	if (needs_psk(suite))
		return config->psk && (config->num_identities > 0 ||
		    !strstr(suite->iana, "_RSA_PSK"));
	return is_anonymous(suite) || config->num_identities > 0;
}

static bool
is_left_out(const struct selection *s, const struct suite *suite)
{
	const struct load_options *tls = s->tls;

	return (tls->no_dhe && (strstr(suite->iana, "_DHE_") ||
	    strstr(suite->iana, "_DH_anon_"))) ||
	    (tls->no_ecdhe && (strstr(suite->iana, "_ECDHE_") ||
	    strstr(suite->iana, "_ECDH_anon_")));
}

/* Adds the suites of `list` that are of use.  Whether there are any that only
 * lack a key. */
static bool
add_usable(const struct selection *s, const struct cipherlist *list,
    unsigned bits)
{
	struct numbers *out = s->out;
	bool keyless = false;

	out->list = mem_grow(out->list,
	    (out->num + list->num) * sizeof *out->list);
	for (size_t i = 0; i < list->num; i++) {
		const struct suite *suite = suite_find(list->suites[i]);

		if (!suite || !fits(suite, bits) || is_left_out(s, suite))
			continue;
		if (has_key(s, suite))
			out->list[out->num++] = list->suites[i];
		else
			keyless = true;
	}
	return keyless;
}

static void
note_lacking(const struct selection *s, const char *option,
    const struct cipherlist *list)
{
	struct buf names = BUF_INIT;

	if (!list->lacking.len || s->keyless)
		return;
	buf_add_span(&names, buf_span(&list->lacking));
	buf_printf(s->notes, "%s: the %s backend lacks %s: left out\n", option,
	    s->plug->backend->name, buf_string(&names));
	buf_clear(&names);
}

/* ---- lists ------------------------------------------------------------ */

/* Puts the option's name before the error of its list. */
static bool
blame_option(const char *option, struct tls_error *err)
{
	char text[sizeof err->text];

	memcpy(text, err->text, sizeof text);
	return err_set(err, err->blame, "%s: %.200s", option, text);
}

bool
eval_new_suites(struct cipherlist *list, const struct load_options *tls,
    const struct plug *plug, struct tls_error *err)
{
	struct plug_numbers known = plug_suites(plug);

	return cipherlist_eval_tls1_3(list, tls->ciphersuites, known.list,
	    known.num, err) ||
	    (tls->ciphersuites && blame_option("-ciphersuites", err));
}

bool
eval_old_suites(struct cipherlist *list, const struct load_options *tls,
    const struct plug *plug, struct tls_error *err)
{
	struct plug_numbers known = plug_suites(plug);

	return cipherlist_eval(list, tls->cipher ? tls->cipher : "DEFAULT",
	    known.list, known.num, err) ||
	    (tls->cipher && blame_option("-cipher", err));
}

static bool
add_new_suites(const struct selection *s, struct tls_error *err)
{
	const struct load_options *tls = s->tls;
	struct cipherlist list;

	if (!eval_new_suites(&list, tls, s->plug, err))
		return false;
	if (tls->ciphersuites)
		note_lacking(s, "-ciphersuites", &list);
	add_usable(s, &list, NEWEST_VERSION);
	cipherlist_clear(&list);
	return true;
}

/* Says why no suite is left, and what to do. */
static bool
refuse_list(const struct selection *s, struct tls_error *err)
{
	const struct load_options *tls = s->tls;
	bool cut = tls->no_dhe || tls->no_ecdhe;

	return err_set(err, TLS_BLAME_CONFIG, "-cipher %.80s: no suite in it "
	    "that the %s backend can use in these versions%s%s%s", tls->cipher,
	    s->plug->backend->name,
	    s->config->num_identities ? "" : " without a certificate",
	    s->config->psk ? "" : " without -psk",
	    cut ? ": drop -no_dhe or -no_ecdhe, or name others" :
	    ": name others");
}

static bool
add_old_suites(struct selection *s, struct tls_error *err)
{
	const struct load_options *tls = s->tls;
	const size_t before = s->out->num;
	struct cipherlist list;
	bool keyless;

	if (!eval_old_suites(&list, tls, s->plug, err))
		return false;
	note_lacking(s, "-cipher", &list);
	keyless = add_usable(s, &list, OLDER_VERSIONS(s->config->versions));
	s->config->security_level = list.security_level;
	if (keyless && s->out->num == before && tls->cipher && !tls->no_cert) {
		/* The reference starts, and refuses clients. */
		buf_printf(s->notes, "-cipher %.80s: its suites need -psk: the "
		    "%s backend will refuse clients of these versions\n",
		    tls->cipher, s->plug->backend->name);
		s->keyless = true;
		add_usable(s, &list, OLDER_VERSIONS(s->config->versions));
		s->keyless = false;
	}
	cipherlist_clear(&list);
	return s->out->num > before || !tls->cipher || tls->no_cert ||
	    refuse_list(s, err);
}

/* With -nocert a suite must do without a certificate.  The reference starts
 * without one, and refuses every client. */
static void
note_keyless(const struct selection *s)
{
	struct tls_answer answer = plug_answer(s->plug,
	    TLS_FEATURE_ANONYMOUS);

	buf_printf(s->notes, "-nocert leaves the %s backend no suite, so it "
	    "will refuse every client: ", s->plug->backend->name);
	if (s->config->psk)
		buf_add_string(s->notes, "name suites with a pre-shared key, "
		    "as with -cipher PSK\n");
	else if (answer.support <= TLS_SUPPORT_NONE)
		buf_printf(s->notes, "give a key with -psk; it cannot do "
		    "anonymous suites: %s\n", answer.note);
	else
		buf_add_string(s->notes, "name anonymous ones with -cipher "
		    "aNULL:@SECLEVEL=0 for TLS 1.2, or give a key with "
		    "-psk\n");
}

static bool
refuse_nothing(const struct selection *s, struct tls_error *err)
{
	if (s->tls->ciphersuites)
		return err_set(err, TLS_BLAME_CONFIG, "-ciphersuites "
		    "\"%.80s\" leaves no suite for TLS 1.3",
		    s->tls->ciphersuites);
	if (s->tls->no_dhe || s->tls->no_ecdhe)
		return err_set(err, TLS_BLAME_CONFIG, "-no_dhe and -no_ecdhe "
		    "leave no suite that the %s backend can use: drop one",
		    s->plug->backend->name);
	return err_set(err, TLS_BLAME_FEATURE,
	    "the %s backend has no suite for the versions that are left",
	    s->plug->backend->name);
}

static bool
add_suites(struct selection *s, struct tls_error *err)
{
	const unsigned enabled = s->config->versions;
	const bool ours = policy_corrects(s->tls->native, POLICY_SUITES);

	if (enabled & NEWEST_VERSION && (ours || s->tls->ciphersuites) &&
	    !add_new_suites(s, err))
		return false;
	return !OLDER_VERSIONS(enabled) || !(ours || s->tls->cipher) ||
	    add_old_suites(s, err);
}

bool
select_suites(struct numbers *out, const struct load_options *tls,
    const struct plug *plug, struct tls_config *config, struct buf *notes,
    struct tls_error *err)
{
	struct selection s = {
		.out = out, .tls = tls, .plug = plug, .config = config,
		.notes = notes,
	};
	const unsigned old = TLS_VERSION_BIT(TLS_VERSION_1_0) |
	    TLS_VERSION_BIT(TLS_VERSION_1_1);
	const bool ours = policy_corrects(tls->native, POLICY_SUITES);

	config->security_level = -1;
	if (!add_suites(&s, err))
		return false;
	if (config->security_level < 0 && tls->only & old &&
	    policy_corrects(tls->native, POLICY_OLD_LEVEL))
		config->security_level = 0;
	if (!ours || out->num)
		return true;
	if (!tls->no_cert)
		return refuse_nothing(&s, err);
	note_keyless(&s);
	s.keyless = true;
	return add_suites(&s, err);
}
