/* defaults.c - asks a backend for its default groups and signature algorithms
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/defaults.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/numbers.h"
#include "compare/compare.h"
#include "load/load.h"
#include "names/names.h"
#include "wire/answer.h"
#include "wire/hello.h"

/* One backend that is being asked. */
struct inquiry {
	struct load_options options;
	struct option_key key;
	struct plugs_choice choice;
	struct loaded *loaded;
	struct service service;
	struct compare_server *server;
	struct buf notes;		/* of no interest */
	const struct plug *plug;
	uint16_t version;		/* of the hellos */
	const uint16_t *suites;		/* in the hellos */
	size_t num_suites;
};

/* A set of groups, best first. */
struct offer {
	uint16_t *list;			/* owned */
	size_t num;
};

/* ---- hellos -------------------------------------------------------------- */

#define EXTENSION_GROUPS	10
#define EXTENSION_POINTS	11
#define EXTENSION_SIGNATURES	13
#define EXTENSION_VERSIONS	43
#define EXTENSION_KEY_SHARE	51

/* With a pre-shared key, where no certificate limits the groups; with an ECDSA
 * certificate. */
static const uint16_t newest_suites[] = { 0x1301, 0x1302, 0x1303 };
static const uint16_t psk_suites[] = { 0xc037, 0xc035, 0xc036, 0xc038 };
static const uint16_t ecdsa_suites[] = { 0xc02b, 0xc02c, 0xc023, 0xc009 };

static void
add_list(struct buf *out, const uint16_t *list, size_t num)
{
	buf_add_u16(out, (unsigned)(2 * num));
	for (size_t i = 0; i < num; i++)
		buf_add_u16(out, list[i]);
}

static void
add_extension(struct buf *out, unsigned type, struct buf *body)
{
	buf_add_u16(out, type);
	buf_add_u16(out, (unsigned)body->len);
	buf_add_span(out, buf_span(body));
	buf_clear(body);
}

static void
add_extensions(struct buf *out, const struct inquiry *inquiry,
    const struct offer *groups)
{
	struct plug_numbers signatures = plug_signatures(inquiry->plug);
	struct buf all = BUF_INIT, body = BUF_INIT;

	add_list(&body, groups->list, groups->num);
	add_extension(&all, EXTENSION_GROUPS, &body);
	buf_add_u8(&body, 1);
	buf_add_u8(&body, 0);
	add_extension(&all, EXTENSION_POINTS, &body);
	add_list(&body, signatures.list, signatures.num);
	add_extension(&all, EXTENSION_SIGNATURES, &body);
	if (inquiry->version == TLS_VERSION_1_3) {
		buf_add_u8(&body, 2);
		buf_add_u16(&body, TLS_VERSION_1_3);
		add_extension(&all, EXTENSION_VERSIONS, &body);
		/* No share: the server asks for one of its choice. */
		buf_add_u16(&body, 0);
		add_extension(&all, EXTENSION_KEY_SHARE, &body);
	}
	buf_add_u16(out, (unsigned)all.len);
	buf_add_span(out, buf_span(&all));
	buf_clear(&all);
}

/* A ClientHello (RFC 8446, 4.1.2) in one record. */
static void
add_hello(struct buf *out, const struct inquiry *inquiry,
    const struct offer *groups)
{
	static const uint8_t random[32] = { 1 };
	struct buf body = BUF_INIT;

	buf_add_u16(&body, inquiry->version == TLS_VERSION_1_3 ?
	    TLS_VERSION_1_2 : inquiry->version);
	buf_add(&body, random, sizeof random);
	buf_add_u8(&body, 0);
	add_list(&body, inquiry->suites, inquiry->num_suites);
	buf_add_u8(&body, 1);
	buf_add_u8(&body, 0);
	add_extensions(&body, inquiry, groups);
	buf_add_u8(out, 22);
	buf_add_u16(out, TLS_VERSION_1_0);
	buf_add_u16(out, (unsigned)body.len + 4);
	buf_add_u8(out, 1);
	buf_add_u24(out, (unsigned)body.len);
	buf_add_span(out, buf_span(&body));
	buf_clear(&body);
}

/* Asks; false if the hello cannot be made.  `answer` is to be cleared. */
static bool
ask(const struct inquiry *inquiry, const struct offer *groups,
    struct compare_answer *answer, struct tls_error *err)
{
	struct buf wire = BUF_INIT;
	struct tls_hello *hello;

	add_hello(&wire, inquiry, groups);
	hello = hello_new(buf_span(&wire), err);
	if (hello)
		compare_ask(inquiry->server, hello, answer);
	hello_free(hello);
	buf_clear(&wire);
	return hello != NULL;
}

/* ---- groups -------------------------------------------------------------- */

/* The group that the server takes of these; 0: none. */
static uint16_t
taken(const struct inquiry *inquiry, const struct offer *groups,
    struct tls_error *err)
{
	struct compare_answer answer;
	uint16_t group;

	if (!ask(inquiry, groups, &answer, err))
		return 0;
	group = answer.outcome == COMPARE_RETRY ||
	    answer.outcome == COMPARE_ANSWERED ? answer.group : 0;
	if (!numbers_have(groups->list, groups->num, group))
		group = 0;
	compare_answer_clear(&answer);
	return group;
}

static void
offer_without(struct offer *offer, uint16_t group)
{
	size_t kept = 0;

	for (size_t i = 0; i < offer->num; i++)
		if (offer->list[i] != group)
			offer->list[kept++] = offer->list[i];
	offer->num = kept;
}

/* The groups of `all` in the order in which the server takes them if they are
 * offered in this one. */
static struct offer
ranked(const struct inquiry *inquiry, const struct offer *all,
    struct tls_error *err)
{
	struct offer left = {
		mem_zero(all->num + 1, sizeof *left.list), all->num,
	};
	struct offer out = { mem_zero(all->num + 1, sizeof *out.list), 0 };
	uint16_t group;

	for (size_t i = 0; i < all->num; i++)
		left.list[i] = all->list[i];
	while (left.num && (group = taken(inquiry, &left, err)) != 0) {
		out.list[out.num++] = group;
		offer_without(&left, group);
	}
	free(left.list);
	return out;
}

static struct offer
reversed(const struct offer *all)
{
	struct offer out = {
		mem_zero(all->num + 1, sizeof *out.list), all->num,
	};

	for (size_t i = 0; i < all->num; i++)
		out.list[i] = all->list[all->num - 1 - i];
	return out;
}

static bool
are_equal(const struct offer *one, const struct offer *other)
{
	return one->num == other->num && (one->num == 0 ||
	    memcmp(one->list, other->list, one->num * sizeof *one->list) == 0);
}

static void
find_groups(struct defaults *out, const struct inquiry *inquiry,
    struct tls_error *err)
{
	struct plug_numbers all = plug_groups(inquiry->plug);
	const struct offer whole = { (uint16_t *)all.list, all.num };
	struct offer some = { mem_zero(all.num + 1, sizeof *some.list), 0 };
	struct offer first = ranked(inquiry, &whole, err), backwards, second;

	for (size_t i = 0; i < all.num; i++)
		if (numbers_have(first.list, first.num, all.list[i]))
			some.list[some.num++] = all.list[i];
	backwards = reversed(&some);
	second = ranked(inquiry, &backwards, err);
	out->order = are_equal(&first, &second) ? DEFAULTS_SERVER :
	    are_equal(&first, &some) && are_equal(&second, &backwards) ?
	    DEFAULTS_CLIENT : DEFAULTS_MIXED;
	out->meaning.list = first.list;
	out->meaning.num = first.num;
	free(some.list);
	free(backwards.list);
	free(second.list);
}

/* ---- signature algorithms ----------------------------------------------- */

static bool
find_signatures(struct defaults *out, const struct inquiry *inquiry,
    struct tls_error *err)
{
	struct plug_numbers all = plug_groups(inquiry->plug);
	const struct offer groups = { (uint16_t *)all.list, all.num };
	struct meaning *meaning = &out->meaning;
	struct compare_answer answer;
	struct tls_span listed;

	if (!ask(inquiry, &groups, &answer, err))
		return false;
	listed = answer.flight.request.signatures;
	meaning->list = mem_zero(listed.len / 2 + 1, sizeof *meaning->list);
	while (meaning->num < listed.len / 2) {
		meaning->list[meaning->num] =
		    answer_number(listed, meaning->num);
		meaning->num++;
	}
	if (!meaning->num)
		err_set(err, TLS_BLAME_FEATURE, "the %s backend names no "
		    "signature algorithms in TLS 1.2: %s",
		    inquiry->plug->backend->name, answer.err.text);
	compare_answer_clear(&answer);
	return meaning->num > 0;
}

/* ---- suites -------------------------------------------------------------- */

/* Whether the library may think a suite too weak, and is there a key to find
 * out with. */
static bool
is_in_doubt(const struct suite *suite)
{
	return suite->weak && !strstr(suite->iana, "_DSS_");
}

static bool
is_served(struct inquiry *inquiry, const struct suite *suite,
    struct tls_error *err)
{
	struct plug_numbers all = plug_groups(inquiry->plug);
	const struct offer groups = { (uint16_t *)all.list, all.num };
	unsigned versions = inquiry->service.backends[0].servers[0].config.
	    versions;
	struct compare_answer answer;
	bool served;

	inquiry->version = suite->max_version;
	while (inquiry->version > suite->min_version &&
	    !(versions & TLS_VERSION_BIT((unsigned)inquiry->version)))
		inquiry->version--;
	inquiry->suites = &suite->id;
	inquiry->num_suites = 1;
	if (!ask(inquiry, &groups, &answer, err))
		return true;
	served = answer.outcome == COMPARE_ANSWERED;
	compare_answer_clear(&answer);
	return served;
}

/* ---- the whole ----------------------------------------------------------- */

static void
add_key(struct inquiry *inquiry)
{
	static const uint8_t key[16] = { 1 };

	buf_add(&inquiry->key.key, key, sizeof key);
	inquiry->options.psk = (struct option_keys){ &inquiry->key, 1 };
}

/* Decides what the server has: a certificate; but none if there is no TLS 1.3
 * to ask for groups in, since up to TLS 1.2 the groups of ECDSA certificates
 * count as well. */
static void
plan(struct inquiry *inquiry, const struct defaults_request *request)
{
	struct load_options *options = &inquiry->options;

	if (request->options)
		*options = *request->options;
	options->native = request->native;
	options->quiet = true;
	options->made = true;
	options->verify = (struct option_depth){ -1, false };
	options->verify_max = -1;
	options->num_tickets = 2;
	inquiry->plug = request->plug;
	inquiry->version = TLS_VERSION_1_2;
	inquiry->suites = ecdsa_suites;
	inquiry->num_suites = 4;
	if (request->kind == MEANING_SIGNATURES) {
		options->verify.depth = 0;
	} else if (request->kind == MEANING_SUITES) {
		if (request->psk)
			add_key(inquiry);
	} else if (plug_can(request->plug, TLS_FEATURE_TLS1_3)) {
		inquiry->version = TLS_VERSION_1_3;
		inquiry->suites = newest_suites;
		inquiry->num_suites = 3;
	} else {
		options->no_cert = true;
		options->cipher = "kECDHEPSK";
		inquiry->suites = psk_suites;
		add_key(inquiry);
	}
}

static bool
open_inquiry(struct inquiry *inquiry, const struct defaults_request *request,
    struct tls_error *err)
{
	const struct load_from from = {
		&inquiry->options, &inquiry->choice, NULL,
	};
	struct compare_subject subject = { .plug = request->plug };

	plan(inquiry, request);
	if (!plugs_choose(request->plugs, request->plug->backend->name,
	    &inquiry->choice, &inquiry->notes, err))
		return false;
	inquiry->loaded = loaded_new(&from, &inquiry->notes, err);
	if (!inquiry->loaded || !loaded_service(inquiry->loaded,
	    &inquiry->service, err))
		return false;
	subject.config = &inquiry->service.backends[0].servers[0].config;
	subject.alpn = &inquiry->service.backends[0].alpn;
	subject.psk = inquiry->service.psk;
	inquiry->server = compare_open(&subject, err);
	return inquiry->server != NULL;
}

static void
close_inquiry(struct inquiry *inquiry)
{
	compare_close(inquiry->server);
	loaded_free(inquiry->loaded);
	plugs_choice_clear(&inquiry->choice);
	buf_clear(&inquiry->notes);
	buf_clear(&inquiry->key.key);
	free(inquiry);
}

bool
defaults_find(struct defaults *defaults,
    const struct defaults_request *request, struct tls_error *err)
{
	struct inquiry *inquiry = mem_zero(1, sizeof *inquiry);
	bool good;

	*defaults = (struct defaults){ .order = DEFAULTS_SERVER };
	good = open_inquiry(inquiry, request, err);
	if (good && request->kind == MEANING_GROUPS)
		find_groups(defaults, inquiry, err);
	else if (good)
		good = find_signatures(defaults, inquiry, err);
	close_inquiry(inquiry);
	if (!good)
		err->blame = TLS_BLAME_FEATURE;
	return good;
}

bool
defaults_drop_refused(struct meaning *meaning,
    const struct defaults_request *request, struct tls_error *err)
{
	struct inquiry *inquiry = mem_zero(1, sizeof *inquiry);
	size_t kept = 0, doubts = 0;
	bool good;

	for (size_t i = 0; i < meaning->num; i++)
		doubts += is_in_doubt(suite_find(meaning->list[i]));
	good = !doubts || open_inquiry(inquiry, request, err);
	for (size_t i = 0; good && doubts && i < meaning->num; i++) {
		const struct suite *suite = suite_find(meaning->list[i]);

		if (!is_in_doubt(suite) || is_served(inquiry, suite, err))
			meaning->list[kept++] = suite->id;
	}
	if (good && doubts)
		meaning->num = kept;
	close_inquiry(inquiry);
	return good;
}

void
defaults_clear(struct defaults *defaults)
{
	meaning_clear(&defaults->meaning);
}
