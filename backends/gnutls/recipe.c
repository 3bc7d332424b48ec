/* recipe.c - suites, groups and the like as a priority string
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

#include <stdio.h>

static void
add_versions(struct text *text, unsigned versions, bool native)
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
			gnu_text_add(text, "VERS-", names[i].name);
		else if (native)
			gnu_text_put(text, ":-VERS-", names[i].name);
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

/* Takes something off the library's own list, which a native server has. */
static void
text_drop(struct text *text, const struct tls_config *config, const char *what)
{
	if (config->native)
		gnu_text_put(text, ":-", what);
}

static void
add_groups(struct text *text, const struct tls_config *config,
    bool finite_fields)
{
	if (config->num_groups == 0 && !config->native)
		gnu_text_add(text, "", finite_fields ? "GROUP-ALL" :
		    "GROUP-EC-ALL");
	if (config->num_groups > 0)
		text_drop(text, config, "GROUP-ALL");
	for (size_t i = 0; i < config->num_groups; i++)
		if (finite_fields ||
		    !gnu_group_is_finite_field(config->groups[i]))
			gnu_text_add_group(text, config->groups[i]);
}

static void
add_signatures(struct text *text, const struct tls_config *config,
    uint16_t which)
{
	const uint16_t *list = config->signatures;
	size_t num = config->num_signatures;

	if (which == SIGNED_BY_CLIENTS && config->num_client_signatures > 0) {
		list = config->client_signatures;
		num = config->num_client_signatures;
	} else if (which != SIGNED_BY_US && which != SIGNED_BY_CLIENTS) {
		list = &which;
		num = 1;
	}
	if (num == 0 && !config->native)
		gnu_text_add(text, "", "SIGN-ALL");
	if (num > 0)
		text_drop(text, config, "SIGN-ALL");
	for (size_t i = 0; i < num; i++)
		gnu_text_add_sigalg(text, list[i]);
}

/* The library makes the salt of a PSS signature shorter where the key is short,
 * and clients refuse that (RFC 8446, 4.2.3); what does not fit at all it tries
 * in vain. */
static void
drop_too_long(struct text *text, unsigned rsa_bits)
{
	static const struct {
		unsigned bits;
		const char *name;
	} lengths[] = {
		{ 8 * (2 * 64 + 2), ":-SIGN-RSA-PSS-RSAE-SHA512" },
		{ 8 * (2 * 48 + 2), ":-SIGN-RSA-PSS-RSAE-SHA384" },
		{ 8 * (2 * 32 + 2), ":-SIGN-RSA-PSS-RSAE-SHA256" },
		{ 8 * (64 + 19 + 11), ":-SIGN-RSA-SHA512" },
		{ 8 * (48 + 19 + 11), ":-SIGN-RSA-SHA384" },
	};

	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
		if (rsa_bits && rsa_bits < lengths[i].bits)
			gnu_text_put(text, lengths[i].name, "");
}

static void
add_suites(struct text *text, const struct suite *const *list, size_t num)
{
	for (size_t i = 0; i < num; i++)
		if (list[i]->kx != GNUTLS_KX_UNKNOWN &&
		    !repeated(list, i, part_kx))
			gnu_text_add(text, "", gnutls_kx_get_name(list[i]->kx));
	for (size_t i = 0; i < num; i++)
		if (!repeated(list, i, part_cipher))
			gnu_text_add(text, "",
			    gnutls_cipher_get_name(list[i]->cipher));
	for (size_t i = 0; i < num; i++)
		if (!repeated(list, i, part_mac))
			gnu_text_add(text, "",
			    gnutls_mac_get_name(list[i]->mac));
}

/* What a native server changes in the library's own suites. */
static void
add_key_exchanges(struct text *text, const struct tls_config *config)
{
	static const char *const dhe[] = { "DHE-RSA", "DHE-DSS", "DHE-PSK" };
	static const char *const ecdhe[] = { "ECDHE-RSA", "ECDHE-ECDSA",
		"ECDHE-PSK" };

	for (size_t i = 0; i < 3; i++) {
		if (config->no_dhe)
			text_drop(text, config, dhe[i]);
		if (config->no_ecdhe)
			text_drop(text, config, ecdhe[i]);
	}
	if (config->psk)
		gnu_text_add(text, "", "ECDHE-PSK:+DHE-PSK:+RSA-PSK:+PSK");
}

/* All but the suites and the options, which come last. */
static void
add_lists(struct text *text, const struct tls_config *config,
    const struct recipe *recipe)
{
	bool in_1_3 = recipe->num == 0 ||
	    recipe->list[0]->min_version >= TLS_VERSION_1_3;

	add_versions(text, recipe->versions, config->native);
	if (recipe->num > 0)
		text_drop(text, config, "KX-ALL:-CIPHER-ALL:-MAC-ALL");
	else
		add_key_exchanges(text, config);
	add_suites(text, recipe->list, recipe->num);
	/* In TLS 1.3 it stands for psk_dhe_ke. */
	if (recipe->num > 0 && in_1_3 && config->psk)
		gnu_text_add(text, "",
		    gnutls_kx_get_name(GNUTLS_KX_ECDHE_PSK));
	add_signatures(text, config, recipe->signature);
	if (recipe->signature != SIGNED_BY_CLIENTS)
		drop_too_long(text, recipe->rsa_bits);
	add_groups(text, config, in_1_3 || !gnu_dh_is_ours(config));
	if (!config->native)
		gnu_text_add(text, "", "CTYPE-X509:+COMP-NULL");
}

/* A native server changes the library's own priority, which may be that of
 * the system; others begin with nothing. */
int
gnu_priority_make(const struct tls_config *config,
    const struct recipe *recipe, gnutls_priority_t *out)
{
	struct text text = { "NONE", 4 };
	const char *string = text.data;
	int n, code;

	*out = NULL;
	if (config->native)
		text.len = 0;
	add_lists(&text, config, recipe);
	if (text.len >= sizeof text.data)
		return GNUTLS_E_SHORT_MEMORY_BUFFER;
	n = snprintf(text.data + text.len, sizeof text.data - text.len,
	    "%s%s%s", config->server_preference ? ":%SERVER_PRECEDENCE" : "",
	    config->workarounds ? ":%COMPAT" : "",
	    profiles[level_of(config)].option);
	if (n < 0 || (size_t)n >= sizeof text.data - text.len)
		return GNUTLS_E_SHORT_MEMORY_BUFFER;
	if (config->native && *string == ':')
		string++;
	code = gnutls_priority_init2(out, *string ? string : NULL, NULL,
	    config->native && *string ? GNUTLS_PRIORITY_INIT_DEF_APPEND : 0);
	if (code < 0)
		*out = NULL;
	return code;
}
