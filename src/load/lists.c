/* lists.c - lists of groups and of signature algorithms for one backend
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/select.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/numbers.h"
#include "names/names.h"

#define MAX_NAME	63

static const struct vocabulary {
	const char *what;
	bool (*named)(const char *name, uint16_t *number);
	const char *(*nearest)(const char *name);
	const char *example;
} vocabularies[] = {
	[LIST_GROUPS] = { "group", group_named, group_nearest,
	    "P-256, X25519 or ffdhe2048" },
	[LIST_SIGNATURES] = { "signature algorithm", signature_named,
	    signature_nearest, "ECDSA+SHA256, rsa_pss_rsae_sha256 or "
	    "ed25519" },
};

static bool
refuse_unknown(const struct list_request *list, const char *name,
    struct tls_error *err)
{
	const struct vocabulary *words = &vocabularies[list->kind];
	const char *nearest = words->nearest(name);

	if (!*name)
		return err_set(err, TLS_BLAME_CONFIG, "%s %.80s: a name is "
		    "empty: names go between colons, like %s", list->option,
		    list->words, words->example);
	if (nearest)
		return err_set(err, TLS_BLAME_CONFIG, "%s: no %s is called "
		    "\"%s\": did you mean %s?", list->option, words->what,
		    name, nearest);
	return err_set(err, TLS_BLAME_CONFIG, "%s: no %s is called \"%s\": "
	    "they are called like %s", list->option, words->what, name,
	    words->example);
}

static bool
add_name(struct numbers *out, const struct list_request *list,
    const char *name, struct buf *lacking, struct tls_error *err)
{
	const struct vocabulary *words = &vocabularies[list->kind];
	const struct plug *plug = list->plug;
	struct plug_numbers known;
	uint16_t number;

	if (!words->named(name, &number))
		return refuse_unknown(list, name, err);
	if (numbers_have(out->list, out->num, number))
		return err_set(err, TLS_BLAME_CONFIG, "%s: %s is named twice: "
		    "once is enough", list->option, name);
	known = list->kind == LIST_GROUPS ? plug_groups(plug) :
	    plug_signatures(plug);
	if (!numbers_have(known.list, known.num, number)) {
		buf_printf(lacking, "%s%s", lacking->len ? ", " : "", name);
		return true;
	}
	out->list = mem_grow(out->list, (out->num + 1) * sizeof *out->list);
	out->list[out->num++] = number;
	return true;
}

static bool
add_names(struct numbers *out, const struct list_request *list,
    struct buf *lacking, struct tls_error *err)
{
	const char *at = list->words;

	while (at) {
		size_t len = strcspn(at, ":");
		char name[MAX_NAME + 1];

		if (len > MAX_NAME)
			len = MAX_NAME;
		memcpy(name, at, len);
		name[len] = '\0';
		if (!add_name(out, list, name, lacking, err))
			return false;
		at = strchr(at, ':');
		if (at)
			at++;
	}
	return true;
}

bool
select_list(struct numbers *out, const struct list_request *list,
    struct tls_error *err)
{
	const char *what = vocabularies[list->kind].what;
	const char *backend = list->plug->backend->name;
	size_t before = out->num;
	struct buf lacking = BUF_INIT;
	bool good = add_names(out, list, &lacking, err);

	if (good && lacking.len && out->num == before)
		good = err_set(err, TLS_BLAME_FEATURE, "%s: the %s backend "
		    "cannot do the %s %.160s: name others", list->option,
		    backend, what, buf_string(&lacking));
	else if (good && lacking.len)
		buf_printf(list->notes, "%s: the %s backend cannot do the %s "
		    "%s: left out\n", list->option, backend, what,
		    buf_string(&lacking));
	buf_clear(&lacking);
	return good;
}
