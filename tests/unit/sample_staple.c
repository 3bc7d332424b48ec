/* sample_staple.c - certificates, OCSP responses, and responders
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sample_staple.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/der_out.h"

/* ---- certificates and responses ---------------------------------------- */

static void
add_name(struct buf *out, const char *common_name)
{
	size_t name = der_begin(out), set = der_begin(out);
	size_t attribute = der_begin(out);

	der_add(out, DER_OID, SPAN("\x55\x04\x03"));
	der_add(out, DER_UTF8_STRING, span_of(common_name));
	der_end(out, attribute, DER_SEQUENCE);
	der_end(out, set, DER_SET);
	der_end(out, name, DER_SEQUENCE);
}

static void
add_algorithm(struct buf *out)
{
	size_t mark = der_begin(out);

	der_add(out, DER_OID, SPAN("\x2b\x65\x70"));
	der_end(out, mark, DER_SEQUENCE);
}

static void
add_aia(struct buf *out, const char *url)
{
	struct buf value = BUF_INIT;
	size_t explicit = der_begin(out), list = explicit, one = explicit,
	    mark = der_begin(&value);

	der_add(out, DER_OID, SPAN("\x2b\x06\x01\x05\x05\x07\x01\x01"));
	der_add(&value, DER_OID, SPAN("\x2b\x06\x01\x05\x05\x07\x30\x01"));
	der_add(&value, 0x86, span_of(url));
	der_end(&value, mark, DER_SEQUENCE);
	der_end(&value, mark, DER_SEQUENCE);
	der_add(out, DER_OCTET_STRING, buf_span(&value));
	der_end(out, one, DER_SEQUENCE);
	der_end(out, list, DER_SEQUENCE);
	der_end(out, explicit, DER_CONTEXT(3));
	buf_clear(&value);
}

/* An unsigned certificate, issued by "CA". */
void
make_cert(struct buf *out, const char *name, unsigned serial,
    const char *aia)
{
	size_t cert = der_begin(out), inner = der_begin(out), mark;

	mark = der_begin(out);
	der_add_small(out, 2);
	der_end(out, mark, DER_CONTEXT(0));
	der_add_small(out, serial);
	add_algorithm(out);
	add_name(out, "CA");
	mark = der_begin(out);
	der_add_time(out, NOW - 1000);
	der_add_time(out, NOW + 1000);
	der_end(out, mark, DER_SEQUENCE);
	add_name(out, name);
	mark = der_begin(out);
	add_algorithm(out);
	der_add_bits(out, SPAN("key"));
	der_end(out, mark, DER_SEQUENCE);
	if (aia)
		add_aia(out, aia);
	der_end(out, inner, DER_SEQUENCE);
	add_algorithm(out);
	der_add_bits(out, SPAN("signature"));
	der_end(out, cert, DER_SEQUENCE);
}

static void
add_general_time(struct buf *out, int64_t seconds)
{
	struct buf text = BUF_INIT;
	int64_t of_day = seconds % 86400;

	/* All of them are near 15 January 2027. */
	buf_printf(&text, "202701%02d%02d%02d%02dZ",
	    (int)(15 + (seconds - NOW / 86400 * 86400) / 86400),
	    (int)(of_day / 3600), (int)(of_day / 60 % 60),
	    (int)(of_day % 60));
	der_add(out, DER_GENERALIZED_TIME, buf_span(&text));
	buf_clear(&text);
}

static void
add_single(struct buf *out, unsigned serial, int64_t next)
{
	size_t single = der_begin(out), id = single, mark;

	add_algorithm(out);
	der_add(out, DER_OCTET_STRING, SPAN("name"));
	der_add(out, DER_OCTET_STRING, SPAN("key"));
	der_add_small(out, serial);
	der_end(out, id, DER_SEQUENCE);
	der_add(out, 0x80, SPAN(""));
	add_general_time(out, NOW - 10);
	if (next) {
		mark = der_begin(out);
		add_general_time(out, next);
		der_end(out, mark, DER_CONTEXT(0));
	}
	der_end(out, single, DER_SEQUENCE);
}

/* Unsigned. */
void
make_responses(struct buf *out, unsigned serial, const int64_t *next,
    size_t num)
{
	struct buf basic = BUF_INIT;
	size_t whole = der_begin(out), bytes, data = der_begin(&basic), mark;

	mark = der_begin(&basic);
	der_add(&basic, DER_OCTET_STRING, SPAN("responder"));
	der_end(&basic, mark, DER_CONTEXT(2));
	add_general_time(&basic, NOW - 10);
	mark = der_begin(&basic);
	for (size_t i = 0; i < num; i++)
		add_single(&basic, serial, next[i]);
	der_end(&basic, mark, DER_SEQUENCE);
	der_end(&basic, data, DER_SEQUENCE);
	add_algorithm(&basic);
	der_add_bits(&basic, SPAN("signature"));
	der_end(&basic, data, DER_SEQUENCE);
	der_add(out, DER_ENUMERATED, SPAN("\0"));
	bytes = der_begin(out);
	der_add(out, DER_OID, SPAN("\x2b\x06\x01\x05\x05\x07\x30\x01\x01"));
	der_add(out, DER_OCTET_STRING, buf_span(&basic));
	der_end(out, bytes, DER_SEQUENCE);
	der_end(out, bytes, DER_CONTEXT(0));
	der_end(out, whole, DER_SEQUENCE);
	buf_clear(&basic);
}

void
make_response(struct buf *out, unsigned serial, int64_t next)
{
	make_responses(out, serial, &next, 1);
}

/* ---- a fetcher and a clock that a test moves by hand -------------------- */

static struct fetch *
post(struct fetcher *fetcher, const struct fetch_post *what,
    struct fetch_user *user)
{
	struct fake *fake = (struct fake *)fetcher;
	struct fetch *fetch = &fake->fetches[fake->num++];

	assert_true(fake->num < MAX_FETCHES);
	fetch->fake = fake;
	fetch->user = user;
	fetch->port = what->port;
	fetch->timeout_ms = what->timeout_ms;
	fetch->len = what->body.len;
	snprintf(fetch->host, sizeof fetch->host, "%s", what->host);
	return fetch;
}

static void
cancel(struct fetch *fetch)
{
	assert_non_null(fetch->user);
	fetch->user = NULL;
	fetch->fake->cancelled++;
}

static void
free_fake(struct fetcher *fetcher)
{
	((struct fake *)fetcher)->freed = true;
}

static const struct fetcher_ops fake_ops = {
	.post = post, .cancel = cancel, .free = free_fake,
};

static int64_t
still_wall(const struct clock *clock)
{
	return ((const struct still *)clock)->seconds * 1000000;
}

static size_t
digest(enum tls_digest kind, struct tls_span in, uint8_t *out)
{
	assert_int_equal(kind, TLS_DIGEST_SHA1);
	memset(out, (int)in.len, 20);
	return 20;
}

/* ---- a scene ------------------------------------------------------------ */

static void
tell(struct staple_user *host, struct event *event)
{
	struct client *client = (struct client *)host;

	assert_int_equal(event->kind, EVENT_OCSP);
	assert_true(client->num_steps < MAX_STEPS);
	client->steps[client->num_steps++] = event->ocsp.step;
	if (event->ocsp.error)
		snprintf(client->reason, sizeof client->reason, "%s",
		    event->ocsp.error->text);
}

static void
done(struct staple_user *host)
{
	struct client *client = (struct client *)host;

	client->done++;
	if (client->ends) {
		staple_ask_free(client->ends->ask);
		client->ends->ask = NULL;
	}
}

void
set(struct scene *scene, size_t num, const char *aia)
{
	memset(scene, 0, sizeof *scene);
	scene->fake.fetcher.ops = &fake_ops;
	scene->still.clock.wall_us = still_wall;
	scene->still.seconds = NOW;
	scene->settings.wanted = true;
	scene->settings.timeout_ms = 5000;
	scene->backend.name = "test";
	scene->primitives.digest = digest;
	scene->backend.primitives = &scene->primitives;
	make_cert(&scene->certs[0], "one", 1, aia);
	make_cert(&scene->certs[1], "two", 2, aia);
	make_cert(&scene->certs[2], "CA", 99, NULL);
	for (size_t i = 0; i < num; i++) {
		scene->chains[i] = buf_span(&scene->certs[i]);
		scene->identities[i].chain = &scene->chains[i];
		scene->identities[i].num_chain = 1;
	}
	scene->root = buf_span(&scene->certs[2]);
	scene->config.identities = scene->identities;
	scene->config.num_identities = num;
	scene->config.roots = &scene->root;
	scene->config.num_roots = 1;
}

void
begin(struct scene *scene)
{
	struct tls_error err = TLS_ERROR_INIT;

	scene->stapler = stapler_new(&scene->settings, &scene->fake.fetcher,
	    &scene->still.clock, &err);
	assert_non_null(scene->stapler);
}

void
end(struct scene *scene)
{
	stapler_free(scene->stapler);
	assert_true(scene->fake.freed);
	for (size_t i = 0; i < 3; i++)
		buf_clear(&scene->certs[i]);
}

void
ask_with(struct scene *scene, struct client *client,
    struct tls_span extensions)
{
	struct staple_question question = {
		.config = &scene->config, .backend = &scene->backend,
		.extensions = extensions,
	};

	*client = (struct client){ .host = { tell, done } };
	client->ask = staple_ask(scene->stapler, &question, &client->host);
}

void
ask(struct scene *scene, struct client *client)
{
	ask_with(scene, client, (struct tls_span){ NULL, 0 });
}

void
leave(struct client *client)
{
	staple_ask_free(client->ask);
	client->ask = NULL;
}

void
answer(struct scene *scene, size_t number, struct tls_span body)
{
	struct fetch_user *user = scene->fake.fetches[number].user;

	assert_non_null(user);
	scene->fake.fetches[number].user = NULL;
	user->fetched(user, body, NULL);
}

void
answer_good(struct scene *scene, size_t number, unsigned serial, int64_t next)
{
	struct buf response = BUF_INIT;

	make_response(&response, serial, next);
	answer(scene, number, buf_span(&response));
	buf_clear(&response);
}
