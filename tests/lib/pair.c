/* pair.c - a session under test and its client, tied together in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "wire/hello.h"

/* Rounds in which nothing moves before both sides count as stuck; a disturbed
 * transport may refuse many times in a row. */
#define PATIENCE		3
#define PATIENCE_DISTURBED	200
/* A session that spins is stopped. */
#define MAX_ROUNDS		200000

void
pair_init(struct pair *pair, const struct lab *lab, const struct stage *stage)
{
	memset(pair, 0, sizeof *pair);
	pair->lab = lab;
	pair->backend = lab->plug->backend;
	pair->stage = stage;
	pair->err = (struct tls_error)TLS_ERROR_INIT;
	memory_init(&pair->io, MEMORY_NO_LIMIT);
	disturb_init(&pair->disturb, &pair->io.io);
	pair->pool = gather_pool_new();
	gather_init(&pair->gather, &pair->disturb.io, pair->pool);
	host_init(&pair->host, 0);
}

void
pair_clear(struct pair *pair)
{
	pair->backend->session_close(pair->session);
	pair->backend->server_close(pair->own_server);
	gather_clear(&pair->gather);
	gather_pool_free(pair->pool);
	hello_free(pair->hello);
	policy_choice_clear(&pair->chosen);
	client_free(pair->client);
	memory_clear(&pair->io);
	host_clear(&pair->host);
	buf_clear(&pair->got);
	buf_clear(&pair->out);
	buf_clear(&pair->writing);
}

void
pair_disturb(struct pair *pair, uint64_t seed, size_t max_chunk)
{
	disturb_start(&pair->disturb, seed, max_chunk);
}

void
pair_explain(const struct pair *pair)
{
	const struct client *client = pair->client;

	print_message("# server: phase %d, status %d, blame %s, alert sent %d, "
	    "received %d, native %ld: %s\n", pair->phase, pair->status,
	    err_blame_name(pair->err.blame), pair->err.alert_sent,
	    pair->err.alert_received, pair->err.native, pair->err.text);
	print_message("# transport: %zu bytes for the server, %zu for the "
	    "client%s%s\n", pair->io.to_server.len, pair->io.to_client.len,
	    pair->io.ended ? ", ended" : "", pair->io.broken ? ", broken" : "");
	if (client)
		print_message("# client: phase %d, alert received %d, sent %d: "
		    "%s\n", client->phase, client->alert_received,
		    client->alert_sent, client->text);
	for (size_t i = 0; i < pair->host.num_steps; i++)
		print_message("# step: depth %d, error %d\n",
		    pair->host.steps[i].depth, pair->host.steps[i].error);
}

/* ---- opening --------------------------------------------------------- */

static void
open_server(struct pair *pair)
{
	if (pair->server)
		return;
	pair->own_server = pair->backend->server_open(&pair->stage->config,
	    &pair->err);
	if (!pair->own_server)
		pair_explain(pair);
	assert_non_null(pair->own_server);
	pair->server = pair->own_server;
}

/* Cuts the one record in `bytes` into records of `fragment` bytes. */
static void
cut_record(struct buf *bytes, size_t fragment)
{
	struct buf cut = BUF_INIT;
	size_t len;

	assert_true(bytes->len > 5 && bytes->data[0] == 22);
	for (size_t at = 5; at < bytes->len; at += len) {
		len = bytes->len - at < fragment ? bytes->len - at : fragment;
		buf_add(&cut, bytes->data, 3);
		buf_add_u16(&cut, (unsigned)len);
		buf_add(&cut, bytes->data + at, len);
	}
	buf_clear(bytes);
	*bytes = cut;
}

/* Where a library cannot read a hello in several records the core gives it
 * one. */
static void
coalesce(struct pair *pair)
{
	const struct plug *plug = pair->lab->plug;
	struct buf one = BUF_INIT;

	if (pair->hello->num_records < 2 ||
	    plug_answer(plug, TLS_FEATURE_HELLO_FRAGMENTS).support ==
	    TLS_SUPPORT_FULL)
		return;
	assert_true(hello_coalesce(pair->hello, &one));
	buf_add(&one, pair->io.to_server.data + pair->hello->wire.len,
	    pair->io.to_server.len - pair->hello->wire.len);
	buf_clear(&pair->io.to_server);
	pair->io.to_server = one;
}

static void
open_session(struct pair *pair)
{
	enum opening opening = opening_of(buf_span(&pair->io.to_server));
	const struct policy_alpn alpn = { pair->stage->alpn, false };
	struct tls_error ignored;

	if (opening == OPENING_HELLO || opening == OPENING_HELLO_SSLV2)
		pair->hello = hello_new(buf_span(&pair->io.to_server),
		    &ignored);
	policy_choose(&pair->chosen, &pair->stage->config, &alpn,
	    pair->hello);
	pair->chosen.choice.status = pair->staples;
	if (pair->hello)
		coalesce(pair);
	pair->session = pair->backend->session_open(pair->server, pair->hello,
	    &pair->chosen.choice, &pair->gather.io, &pair->host.quiet.host,
	    &pair->err);
	if (!pair->session)
		pair_explain(pair);
	assert_non_null(pair->session);
}

static bool
run_client(struct pair *pair)
{
	struct client *client = pair->client;
	bool moved;

	if (!client)
		return false;
	moved = pair->io.to_client.len > 0;
	buf_add_span(&client->incoming, buf_span(&pair->io.to_client));
	pair->io.to_client.len = 0;
	moved = client_step(client) || moved;
	if (pair->alter)
		pair->alter(pair, &client->sent);
	buf_add_span(&pair->io.to_server, buf_span(&client->sent));
	client->sent.len = 0;
	return moved;
}

void
pair_start(struct pair *pair)
{
	open_server(pair);
	pair->client = client_new(&pair->options);
	run_client(pair);
	if (pair->fragment)
		cut_record(&pair->io.to_server, pair->fragment);
	open_session(pair);
}

void
pair_start_raw(struct pair *pair, struct tls_span bytes)
{
	open_server(pair);
	buf_add_span(&pair->io.to_server, bytes);
	open_session(pair);
}

/* ---- going on -------------------------------------------------------- */

enum tls_status
pair_sent(struct pair *pair, enum tls_status status)
{
	enum tls_status sent = gather_send(&pair->gather);

	if (sent == TLS_OK || status == TLS_FAILED || status == TLS_CLOSED)
		return status;
	if (sent == TLS_FAILED)
		err_set(&pair->err, TLS_BLAME_NETWORK,
		    "the transport broke");
	return sent == TLS_FAILED || status == TLS_OK ? sent : status;
}

static bool
settle(struct pair *pair, enum tls_status status)
{
	pair->status = status;
	if (status == TLS_CLOSED)
		pair->phase = PHASE_ENDED;
	else if (status != TLS_OK && status != TLS_WANT_READ &&
	    status != TLS_WANT_WRITE)
		pair->phase = PHASE_FAILED;
	return status != TLS_WANT_READ && status != TLS_WANT_WRITE;
}

static bool
shake_hands(struct pair *pair)
{
	enum tls_status status = TLS_OK;

	pair->handshake_calls++;
	if (!pair->shaken)
		status = pair->backend->handshake(pair->session, &pair->err);
	pair->shaken = status == TLS_OK;
	if (!settle(pair, pair_sent(pair, status)))
		return false;
	if (pair->status == TLS_OK)
		pair->phase = PHASE_OPEN;
	else
		pair->phase = PHASE_FAILED;
	/* hello and choice had to live until here */
	hello_free(pair->hello);
	pair->hello = NULL;
	policy_choice_clear(&pair->chosen);
	pair->status = TLS_OK;
	return true;
}

static bool
write_data(struct pair *pair)
{
	size_t done = 0;
	enum tls_status status;

	if (pair->writing.len == 0 && pair->out.len > 0) {
		struct buf all = pair->out;

		pair->out = pair->writing;
		pair->writing = all;
	}
	if (pair->writing.len == 0 || gather_unsent(&pair->gather))
		return false;
	pair->gather.direct = true;
	status = pair->backend->write(pair->session, pair->writing.data,
	    pair->writing.len, &done, &pair->err);
	pair->gather.direct = false;
	if (status == TLS_OK && pair_sent(pair, status) == TLS_FAILED)
		status = TLS_FAILED;
	if (status == TLS_WANT_READ || status == TLS_WANT_WRITE)
		return false;
	if (!settle(pair, status) || status != TLS_OK)
		return false;
	assert_in_range(done, 1, pair->writing.len);
	buf_drop(&pair->writing, done);
	return true;
}

/* Reads until the session wants something, as the core does. */
static bool
read_data(struct pair *pair)
{
	uint8_t data[5000];
	enum tls_status status;
	size_t done;
	bool moved = false;

	if (pair->status == TLS_WANT_READ && !memory_readable(&pair->io))
		return false;
	do {
		done = 0;
		status = pair->backend->read(pair->session, data, sizeof data,
		    &done, &pair->err);
		/* What it wrote may wait; what it read does not. */
		if (pair_sent(pair, status) == TLS_FAILED &&
		    status == TLS_WANT_READ)
			status = TLS_FAILED;
		if (!settle(pair, status))
			return moved;
		moved = true;
		if (pair->status == TLS_OK) {
			assert_in_range(done, 1, sizeof data);
			buf_add(&pair->got, data, done);
		}
	} while (pair->status == TLS_OK);
	return moved;
}

static bool
run_server(struct pair *pair)
{
	bool moved = false;

	gather_release(&pair->gather);
	gather_send(&pair->gather);
	if (pair->phase == PHASE_HANDSHAKE) {
		if (pair->handshake_calls > 0 &&
		    pair->status == TLS_WANT_READ &&
		    !memory_readable(&pair->io))
			return false;
		return shake_hands(pair);
	}
	if (pair->phase == PHASE_OPEN)
		moved = write_data(pair);
	if (pair->phase == PHASE_OPEN)
		moved = read_data(pair) || moved;
	return moved;
}

/* One turn of each side; whether anything moved. */
static bool
take_turns(struct pair *pair)
{
	uint64_t before = pair->io.moved;
	bool moved = run_server(pair);

	moved = run_client(pair) || moved;
	return moved || pair->io.moved != before;
}

static void
run(struct pair *pair, bool handshake_only)
{
	int patience = pair->disturb.started ? PATIENCE_DISTURBED : PATIENCE;
	int idle = 0;
	unsigned rounds = 0;

	if (!pair->session)
		pair_start(pair);
	while (idle < patience && rounds++ < MAX_ROUNDS) {
		if (handshake_only && pair->phase != PHASE_HANDSHAKE)
			break;
		idle = take_turns(pair) ? 0 : idle + 1;
	}
	assert_pair(pair, rounds < MAX_ROUNDS);
}

void
pair_run(struct pair *pair)
{
	run(pair, false);
}

void
pair_handshake(struct pair *pair)
{
	run(pair, true);
}

void
pair_deliver(struct pair *pair)
{
	run_client(pair);
}

void
pair_client_goodbye(struct pair *pair)
{
	client_goodbye(pair->client);
	pair->client->phase = PHASE_FAILED;
	buf_add_span(&pair->io.to_server, buf_span(&pair->client->sent));
	pair->client->sent.len = 0;
}

enum tls_status
pair_goodbye(struct pair *pair)
{
	enum tls_status status;
	int tries = 0;

	do {
		status = pair->backend->goodbye(pair->session, &pair->err);
		if (status == TLS_OK &&
		    gather_send(&pair->gather) == TLS_WANT_WRITE)
			status = TLS_WANT_WRITE;
	} while (status == TLS_WANT_WRITE && pair->io.room > 0 &&
	    tries++ < 1000);
	return status;
}

void
pair_talk(struct pair *pair)
{
	static const char hello[] = "hello, server", answer[] = "hello, client";

	pair->got.len = 0;
	pair->client->got.len = 0;
	buf_add(&pair->client->out, hello, sizeof hello);
	buf_add(&pair->out, answer, sizeof answer);
	pair_run(pair);
	assert_pair(pair, pair->got.len == sizeof hello);
	assert_memory_equal(pair->got.data, hello, sizeof hello);
	assert_pair(pair, pair->client->got.len == sizeof answer);
	assert_memory_equal(pair->client->got.data, answer, sizeof answer);
}

void
pair_facts(const struct pair *pair, struct tls_facts *facts)
{
	memset(facts, 0xff, sizeof *facts);
	pair->backend->facts(pair->session, facts);
}
