/* named.c - the certificates of -servername
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/loaded.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"

#define DEFAULT_CERT	"server2.pem"

/* The longest host name, in bytes (RFC 1035, 2.3.4). */
#define MAX_NAME	255

static bool
check_name(const struct option_words *names, size_t at,
    struct tls_error *err)
{
	const char *name = names->list[at];

	if (!*name || strlen(name) > MAX_NAME)
		return err_set(err, TLS_BLAME_CONFIG, "-servername \"%.40s\": "
		    "a name has 1 to %d characters", name, MAX_NAME);
	for (const char *c = name; *c; c++)
		if (*c <= ' ' || *c > '~')
			return err_set(err, TLS_BLAME_CONFIG, "-servername "
			    "\"%.60s\": names are printable ASCII without "
			    "blanks, as clients send them (xn--...)", name);
	for (size_t i = 0; i < at; i++)
		if (!strcasecmp(names->list[i], name))
			return err_set(err, TLS_BLAME_CONFIG, "-servername "
			    "%.80s is given twice: leave one out", name);
	return true;
}

/* Whether every name has its certificate and key. */
static bool
check_numbers(const struct load_options *tls, struct tls_error *err)
{
	size_t num = tls->names.num;

	if (num == 0)
		return true;	/* The rest has no effect: a remark says so. */
	if (tls->name_certs.num != num && (tls->name_certs.num || num > 1))
		return err_set(err, TLS_BLAME_CONFIG, "-servername is there "
		    "%zu times and -cert2 %zu times: give a -cert2 for each "
		    "name, in the same order", num, tls->name_certs.num);
	if (tls->name_keys.num && tls->name_keys.num != num)
		return err_set(err, TLS_BLAME_CONFIG, "-servername is there "
		    "%zu times and -key2 %zu times: give a -key2 for each "
		    "name, in the same order, or none", num,
		    tls->name_keys.num);
	return true;
}

/* The pass phrase that is known already, or null. */
static const char *
pass_of(const struct loaded *loaded, size_t at)
{
	const char *source = loaded->options->first.pass;

	if (source && loaded->own.num)
		return loaded->own.list[0].pass;
	return loaded->before ? loaded_pass(loaded,
	    &loaded->before->names[at].identities, 0, source) : NULL;
}

static bool
load_name(struct loaded *loaded, const struct plug *plug,
    struct tls_error *err)
{
	const struct load_options *tls = loaded->options;
	size_t at = loaded->num_names++;
	struct named *named = &loaded->names[at];
	/* The pass phrase has the same source as that of -key. */
	const struct load_identity words = {
		.cert = tls->name_certs.num ? tls->name_certs.list[at] : NULL,
		.key = tls->name_keys.num ? tls->name_keys.list[at] : NULL,
		.pass = tls->first.pass,
	};
	const struct pair pair = {
		.words = &words, .cert_option = "-cert2",
		.key_option = "-key2", .pass_option = "-pass",
		.default_cert = DEFAULT_CERT,
		.pass = pass_of(loaded, at),
		.again = loaded->before != NULL,
		.engine = tls->engine, .strict = tls->strict,
		.issuers = loaded_issuers(loaded),
	};

	named->name = tls->names.list[at];
	return make_ticket_key(named->ticket_key, err) &&
	    check_name(&tls->names, at, err) &&
	    identity_add(&named->identities, &pair, plug, err);
}

bool
load_names(struct loaded *loaded, const struct plug *plug,
    struct tls_error *err)
{
	const struct load_options *tls = loaded->options;

	if (!check_numbers(tls, err))
		return false;
	loaded->names = mem_zero(tls->names.num, sizeof *loaded->names);
	while (loaded->num_names < tls->names.num)
		if (!load_name(loaded, plug, err))
			return false;
	return true;
}

void
clear_names(struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->num_names; i++) {
		identity_list_clear(&loaded->names[i].identities);
		mem_wipe(loaded->names[i].ticket_key,
		    sizeof loaded->names[i].ticket_key);
	}
	free(loaded->names);
}

void
name_config(const struct loaded *loaded, size_t at,
    const struct tls_config *base, struct tls_config *config)
{
	const struct named *named = &loaded->names[at];

	*config = *base;
	config->identities = named->identities.list;
	config->num_identities = named->identities.num;
	/* Those of its own file, since -dhparam is not given. */
	if (!loaded->dh.len && named->identities.dh.len)
		config->dh_params = buf_span(&named->identities.dh);
	if (config->ticket_key.len)
		config->ticket_key.data = named->ticket_key;
}
