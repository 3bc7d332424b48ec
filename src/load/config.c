/* config.c - options and files -> a tls_config for one backend
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/loaded.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "load/select.h"
#include "names/names.h"
#include "policy/corrections.h"

/* The session context of the reference: the bytes of a C integer 1. */
static const uint8_t session_context[] = { 1, 0, 0, 0 };

/* Keeps `list`, which a config points to, until loaded_free. */
static void
keep(struct loaded *loaded, const struct numbers *numbers,
    const uint16_t **list, size_t *num)
{
	*list = numbers->list;
	*num = numbers->num;
	if (!numbers->list)
		return;
	loaded->numbers = mem_grow(loaded->numbers,
	    (loaded->num_numbers + 1) * sizeof *loaded->numbers);
	loaded->numbers[loaded->num_numbers++] = numbers->list;
}

static bool
has_newest(const struct numbers *suites)
{
	for (size_t i = 0; i < suites->num; i++)
		if (suite_find(suites->list[i])->min_version >=
		    TLS_VERSION_1_3)
			return true;
	return false;
}

static bool
add_suites(struct loaded *loaded, const struct load_options *tls,
    const struct plug *plug, struct tls_config *config, struct tls_error *err)
{
	struct numbers suites = { NULL, 0 };
	bool good = select_suites(&suites, tls, plug, config,
	    loaded->notes, err);

	keep(loaded, &suites, &config->suites, &config->num_suites);
	/* A version without a suite would be negotiated all the same. */
	if (good && tls->no_cert && !has_newest(&suites) &&
	    OLDER_VERSIONS(config->versions) &&
	    policy_corrects(tls->native, POLICY_SUITES))
		config->versions = OLDER_VERSIONS(config->versions);
	return good;
}

static bool
add_list(struct loaded *loaded, const struct list_request *list,
    const uint16_t **to, size_t *num, struct tls_error *err)
{
	struct numbers numbers = { NULL, 0 };
	bool good = select_list(&numbers, list, err);

	keep(loaded, &numbers, to, num);
	return good;
}

static bool
add_lists(struct loaded *loaded, const struct load_options *tls,
    const struct plug *plug, struct tls_config *config, struct tls_error *err)
{
	const struct list_request groups = {
		LIST_GROUPS, "-groups", tls->groups, plug, loaded->notes
	};
	const struct list_request ours = {
		LIST_SIGNATURES, "-sigalgs", tls->signatures, plug,
		loaded->notes
	};
	const struct list_request theirs = {
		LIST_SIGNATURES, "-client_sigalgs", tls->client_signatures,
		plug, loaded->notes
	};

	return add_list(loaded, &groups, &config->groups, &config->num_groups,
	    err) &&
	    add_list(loaded, &ours, &config->signatures,
	    &config->num_signatures, err) &&
	    add_list(loaded, &theirs, &config->client_signatures,
	    &config->num_client_signatures, err);
}

/* One of the enabled versions must be able to use the pre-shared keys. */
static bool
check_psk(const struct plug *plug, unsigned versions, struct tls_error *err)
{
	bool older = OLDER_VERSIONS(versions) != 0;

	if ((older && plug_can(plug, TLS_FEATURE_PSK)) ||
	    (versions & NEWEST_VERSION &&
	    plug_can(plug, TLS_FEATURE_PSK_TLS1_3)))
		return true;
	return plug_require(plug, older ? TLS_FEATURE_PSK :
	    TLS_FEATURE_PSK_TLS1_3, "-psk in these versions", err);
}

static void
add_sessions(struct loaded *loaded, const struct load_options *tls,
    struct tls_config *config)
{
	/* The prefix is seen only if the server chooses the session ID. */
	bool tickets = !tls->no_ticket && !tls->id_prefix;

	config->ticket_key = (struct tls_span){ loaded->ticket_key,
	    tickets ? sizeof loaded->ticket_key : 0 };
	config->session_store = !tls->no_cache;
	config->session_context = tls->context ? span_of(tls->context) :
	    (struct tls_span){ session_context, sizeof session_context };
	config->num_tickets = tls->tickets_own &&
	    !policy_corrects(tls->native, POLICY_TICKETS) ? TLS_TICKETS_OWN :
	    tls->num_tickets;
	if (tls->id_prefix)
		config->id_prefix = span_of(tls->id_prefix);
	config->psk = loaded->psk.num > 0;
	if (tls->psk_hint)
		config->psk_hint = span_of(tls->psk_hint);
}

static void
add_trust(const struct loaded *loaded, const struct load_options *tls,
    struct tls_config *config)
{
	config->peer_certificate = tls->verify.depth < 0 ? TLS_PEER_NONE :
	    tls->verify.demand ? TLS_PEER_DEMAND : TLS_PEER_ASK;
	config->roots = loaded->trust.roots.spans;
	config->num_roots = loaded->trust.roots.num;
	config->num_named_roots = loaded->trust.num_named;
	config->crl_check = tls->crl_check;
	if (tls->crl_check == TLS_CRL_NONE)
		return;
	config->crls = loaded->trust.crls.spans;
	config->num_crls = loaded->trust.crls.num;
}

bool
load_config(struct loaded *loaded, const struct plug *plug,
    struct tls_config *config, struct tls_error *err)
{
	const struct load_options *tls = loaded->options;

	*config = (struct tls_config){
		.server_preference = tls->server_preference,
		.workarounds = tls->workarounds,
		.engine = tls->engine,
		.identities = loaded->own.list,
		.num_identities = loaded->own.num,
		.client_renegotiation = tls->client_renegotiation,
		.native = tls->native,
		.no_dhe = tls->native && tls->no_dhe,
		.no_ecdhe = tls->native && tls->no_ecdhe,
	};
	add_trust(loaded, tls, config);
	config->dh_params = buf_span(loaded->dh.len ? &loaded->dh :
	    &loaded->own.dh);
	add_sessions(loaded, tls, config);
	return select_versions(tls, plug, &config->versions, err) &&
	    add_protocols(loaded, plug, config, err) &&
	    (!config->psk || check_psk(plug, config->versions, err)) &&
	    add_suites(loaded, tls, plug, config, err) &&
	    judge_strength(loaded, config, err) &&
	    add_lists(loaded, tls, plug, config, err);
}
