/* able.c - every option against what a backend can
 * SPDX-License-Identifier: Apache-2.0
 *
 * A row of options.def names the feature that an option cannot do without;
 * what else there is to say of it stands in the rules below.  The refusal at
 * start-up, the remarks and the table of "polytls backends -options" all ask
 * the one function here.
 */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "cli/cli.h"
#include "cli/options.h"

#define NO_FEATURE	(-1)

enum rule_kind {
	NO_EFFECT,		/* on any backend: `words` say why */
	INSTEAD,		/* does for the row's feature: `words` how */
	WITHOUT,		/* what is lost where it is lacking; or null */
};

static const struct rule {
	const char *option;
	enum rule_kind kind;
	int feature;
	const char *words;
} rules[] = {
	{ "no_ssl2", NO_EFFECT, NO_FEATURE, "SSL 2.0 is never spoken" },
	{ "no_ssl3", NO_EFFECT, NO_FEATURE, "SSL 3.0 is never spoken" },
	{ "no_tls1", NO_EFFECT, NO_FEATURE,
	  "TLS 1.0 is spoken with -tls1 alone" },
	{ "no_tls1_1", NO_EFFECT, NO_FEATURE,
	  "TLS 1.1 is spoken with -tls1_1 alone" },
	{ "no_tmp_rsa", NO_EFFECT, NO_FEATURE,
	  "no library makes temporary RSA keys any more" },
	{ "hack", NO_EFFECT, NO_FEATURE,
	  "it was for Netscape clients, and no library has it any more" },
	{ "ciphersuites", WITHOUT, TLS_FEATURE_CIPHER_LIST, NULL },
	{ "nextprotoneg", INSTEAD, TLS_FEATURE_ALPN, "offered by ALPN" },
	{ "psk", INSTEAD, TLS_FEATURE_PSK_TLS1_3, "in TLS 1.3 alone" },
	{ "psk", WITHOUT, TLS_FEATURE_PSK_TLS1_3, "in TLS 1.3" },
	{ "status", WITHOUT, TLS_FEATURE_STATUS_TLS1_3, "in TLS 1.3" },
	{ "status_verbose", WITHOUT, TLS_FEATURE_STATUS_TLS1_3,
	  "in TLS 1.3" },
	{ "status_timeout", WITHOUT, TLS_FEATURE_STATUS_TLS1_3,
	  "in TLS 1.3" },
	{ "status_url", WITHOUT, TLS_FEATURE_STATUS_TLS1_3, "in TLS 1.3" },
	{ "status_file", WITHOUT, TLS_FEATURE_STATUS_TLS1_3, "in TLS 1.3" },
	{ "no_status_cache", WITHOUT, TLS_FEATURE_STATUS_TLS1_3,
	  "in TLS 1.3" },
	{ "status_required", WITHOUT, TLS_FEATURE_STATUS_TLS1_3,
	  "in TLS 1.3" },
	{ "certform", WITHOUT, TLS_FEATURE_KEY_PKCS12, "P12" },
	{ "dcertform", WITHOUT, TLS_FEATURE_KEY_PKCS12, "P12" },
	{ "keyform", WITHOUT, TLS_FEATURE_KEY_PKCS12, "P12" },
	{ "dkeyform", WITHOUT, TLS_FEATURE_KEY_PKCS12, "P12" },
	{ "keyform", WITHOUT, TLS_FEATURE_KEY_URI, "ENGINE" },
	{ "dkeyform", WITHOUT, TLS_FEATURE_KEY_URI, "ENGINE" },
	{ "key", WITHOUT, TLS_FEATURE_KEY_URI, "pkcs11: URIs" },
	{ "dkey", WITHOUT, TLS_FEATURE_KEY_URI, "pkcs11: URIs" },
	{ "nocert", WITHOUT, TLS_FEATURE_ANONYMOUS, "without -psk" },
};

/* Lowers `support` to what a rule leaves of it, and adds why to `note`. */
static enum tls_support
follow(const struct rule *rule, const struct tls_answer *answer,
    const struct tls_answer *own, enum tls_support support, struct buf *note)
{
	const char *sep = note->len ? "; " : "";

	switch (rule->kind) {
	case NO_EFFECT:
		buf_add_string(note, rule->words);
		return TLS_SUPPORT_NOOP;
	case INSTEAD:
		if (support != TLS_SUPPORT_NONE ||
		    answer->support <= TLS_SUPPORT_NONE)
			return support;
		note->len = 0;
		buf_printf(note, "%s: %s", rule->words, own->note);
		return TLS_SUPPORT_PART;
	case WITHOUT:
		if (support <= TLS_SUPPORT_NONE ||
		    answer->support == TLS_SUPPORT_FULL)
			return support;
		buf_add_string(note, sep);
		if (rule->words)
			buf_printf(note, "%s%s: ", answer->support ==
			    TLS_SUPPORT_NONE ? "not " : "", rule->words);
		buf_add_string(note, answer->note);
		return TLS_SUPPORT_PART;
	}
	return support;
}

enum tls_support
option_answer(const struct option *option, const struct plug *plug,
    struct buf *note)
{
	static const struct tls_answer none = { TLS_SUPPORT_FULL, NULL };
	const struct tls_answer *own = option->needs < 0 ? &none :
	    &plug->answers[option->needs];
	enum tls_support support = own->support;

	note->len = 0;
	if (own->note)
		buf_add_string(note, own->note);
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (!strcmp(rules[i].option, option->name))
			support = follow(&rules[i], rules[i].feature < 0 ?
			    &none : &plug->answers[rules[i].feature], own,
			    support, note);
	return support;
}

bool
cli_check_backend(const struct settings *settings, const struct plug *plug,
    struct tls_error *err)
{
	struct buf note = BUF_INIT;
	bool able = true;

	for (size_t i = 0; able && i < num_options; i++) {
		if (!option_in_effect(&options[i], settings))
			continue;
		if (option_answer(&options[i], plug, &note) >
		    TLS_SUPPORT_NONE)
			continue;
		able = err_set(err, TLS_BLAME_FEATURE,
		    "the %s backend cannot do -%s: %s", plug->backend->name,
		    options[i].name, note.len ? buf_string(&note) :
		    "it did not say why");
	}
	buf_clear(&note);
	return able;
}

void
cli_note_backend(const struct settings *settings, const struct plug *plug,
    struct buf *notes)
{
	struct buf note = BUF_INIT;

	for (size_t i = 0; i < num_options; i++) {
		const struct option *option = &options[i];
		enum tls_support support;

		if (!option_in_effect(option, settings))
			continue;
		support = option_answer(option, plug, &note);
		if (support == TLS_SUPPORT_NOOP ||
		    (support == TLS_SUPPORT_PART && option->needs >= 0 &&
		    plug->answers[option->needs].support ==
		    TLS_SUPPORT_NONE))
			buf_printf(notes, "%s: -%s %s: %s\n",
			    plug->backend->name, option->name,
			    support == TLS_SUPPORT_NOOP ? "has no effect" :
			    "is done otherwise", buf_string(&note));
	}
	buf_clear(&note);
}
