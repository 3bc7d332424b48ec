/* meaning.c - what -cipher, -groups and -sigalgs mean on one backend
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/meaning.h"

#include <stdlib.h>
#include <string.h>

#include "load/select.h"
#include "names/cipherlist.h"
#include "names/names.h"

static void
add_numbers(struct meaning *meaning, const uint16_t *list, size_t num)
{
	meaning->list = mem_grow(meaning->list,
	    (meaning->num + num + 1) * sizeof *meaning->list);
	for (size_t i = 0; i < num; i++)
		meaning->list[meaning->num++] = list[i];
}

/* All that the strings name, whether or not a server could use it. */
static bool
add_named(struct meaning *meaning, const struct meaning_request *request,
    struct tls_error *err)
{
	const struct load_options *options = request->options;
	struct cipherlist list;

	if (plug_can(request->plug, TLS_FEATURE_TLS1_3) ||
	    options->ciphersuites) {
		if (!eval_new_suites(&list, options, request->plug, err))
			return false;
		add_numbers(meaning, list.suites, list.num);
		cipherlist_clear(&list);
	}
	if (!eval_old_suites(&list, options, request->plug, err))
		return false;
	add_numbers(meaning, list.suites, list.num);
	buf_add_span(&meaning->ignored, buf_span(&list.ignored));
	if (list.lacking.len)
		buf_printf(&meaning->notes, "the %s backend lacks %s\n",
		    request->plug->backend->name, buf_string(&list.lacking));
	cipherlist_clear(&list);
	return true;
}

static bool
add_usable(struct meaning *meaning, const struct meaning_request *request,
    struct tls_error *err)
{
	/* Which certificate it is does not matter to the list. */
	struct tls_config config = { .num_identities = 1, .psk = request->psk };
	struct numbers suites = { NULL, 0 };
	bool good = select_versions(request->options, request->plug,
	    &config.versions, err) &&
	    select_suites(&suites, request->options, request->plug, &config,
	    &meaning->notes, err);

	for (size_t i = 0; good && i < suites.num; i++)
		/* A server starts with suites whose key it lacks. */
		if (request->psk || !needs_psk(suite_find(suites.list[i])))
			add_numbers(meaning, &suites.list[i], 1);
	free(suites.list);
	return good;
}

static bool
add_suites(struct meaning *meaning, const struct meaning_request *request,
    struct tls_error *err)
{
	const struct load_options *options = request->options;
	struct plug_numbers all = plug_suites(request->plug);

	if (options->native && !options->cipher && !options->ciphersuites) {
		for (size_t i = 0; i < all.num; i++)
			if (suite_find(all.list[i]))
				add_numbers(meaning, &all.list[i], 1);
		return true;
	}
	return request->usable ? add_usable(meaning, request, err) :
	    add_named(meaning, request, err);
}

static bool
add_list(struct meaning *meaning, const struct meaning_request *request,
    struct tls_error *err)
{
	const bool groups = request->kind == MEANING_GROUPS;
	const struct list_request list = {
		.kind = groups ? LIST_GROUPS : LIST_SIGNATURES,
		.option = groups ? "-groups" : "-sigalgs",
		.words = groups ? request->options->groups :
		    request->options->signatures,
		.plug = request->plug, .notes = &meaning->notes,
	};
	struct plug_numbers all = groups ? plug_groups(request->plug) :
	    plug_signatures(request->plug);
	struct numbers numbers = { NULL, 0 };
	bool good = true;

	if (list.words) {
		good = select_list(&numbers, &list, err);
		all = (struct plug_numbers){ numbers.list, numbers.num };
	}
	if (good)
		add_numbers(meaning, all.list, all.num);
	free(numbers.list);
	return good;
}

bool
meaning_of(struct meaning *meaning, const struct meaning_request *request,
    struct tls_error *err)
{
	bool good;

	*meaning = (struct meaning){ NULL, 0, BUF_INIT, BUF_INIT };
	good = request->kind == MEANING_SUITES ?
	    add_suites(meaning, request, err) :
	    add_list(meaning, request, err);
	if (!good)
		meaning_clear(meaning);
	return good;
}

void
meaning_clear(struct meaning *meaning)
{
	free(meaning->list);
	buf_clear(&meaning->notes);
	buf_clear(&meaning->ignored);
	*meaning = (struct meaning){ NULL, 0, BUF_INIT, BUF_INIT };
}
