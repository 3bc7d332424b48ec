/* trouble.c - scenes: peers, networks and openings that go wrong
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

static void
open_pair(const struct scene *scene, struct stage *stage, struct pair *pair)
{
	scene_stage(scene, stage);
	scene_pair(scene, stage, pair);
	pair_run(pair);
	assert_pair(pair, pair->phase == PHASE_OPEN);
}

/* After a failure these may still be called. */
static void
check_aftermath(struct pair *pair)
{
	struct tls_facts facts;

	pair_facts(pair, &facts);
	assert_true(facts.identity >= -1);
	assert_int_equal(pair_goodbye(pair), TLS_OK);
}

static void
blames_the_network_for_a_truncated_stream(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	open_pair(scene, &stage, &pair);
	pair_talk(&pair);
	pair.io.ended = true;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_FAILED);
	assert_pair(&pair, pair.err.blame == TLS_BLAME_NETWORK);
	assert_true(pair.err.text[0] != '\0');
	check_aftermath(&pair);
	pair_clear(&pair);
}

/* The client offers a group that the server has, and has sent a key of another:
 * nothing is there yet but a HelloRetryRequest. */
static void
knows_little_amid_a_retry(const struct scene *scene)
{
	static const uint16_t p256[] = { 23 };
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	stage.config.groups = p256;
	stage.config.num_groups = 1;
	scene_pair(scene, &stage, &pair);
	pair.options.groups = "X25519:P-256";
	pair_start(&pair);
	pair_deliver(&pair);
	assert_int_equal(pair.backend->handshake(pair.session, &pair.err),
	    TLS_WANT_READ);
	pair_facts(&pair, &facts);
	assert_int_equal(facts.num_peer_chain, 0);
	assert_int_equal(facts.identity, -1);
	pair.io.ended = true;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_FAILED);
	check_aftermath(&pair);
	pair_clear(&pair);
}

static void
blames_the_network_for_a_broken_one(const struct scene *scene)
{
	static const uint8_t data[] = "data";
	struct stage stage;
	struct pair pair;
	size_t done = 0;

	open_pair(scene, &stage, &pair);
	pair.io.broken = true;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_FAILED);
	assert_pair(&pair, pair.err.blame == TLS_BLAME_NETWORK);
	pair_clear(&pair);

	open_pair(scene, &stage, &pair);
	pair.io.broken = true;
	assert_int_equal(pair_sent(&pair, pair.backend->write(pair.session,
	    data, sizeof data, &done, &pair.err)), TLS_FAILED);
	/* From here on the session is told as well. */
	assert_int_equal(pair.backend->write(pair.session, data, sizeof data,
	    &done, &pair.err), TLS_FAILED);
	assert_pair(&pair, pair.err.blame == TLS_BLAME_NETWORK);
	pair_clear(&pair);
}

static void
blames_the_network_for_an_end_in_mid_handshake(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	for (int broken = 0; broken < 2; broken++) {
		scene_stage(scene, &stage);
		scene_pair(scene, &stage, &pair);
		pair_start(&pair);
		assert_int_equal(pair.backend->handshake(pair.session,
		    &pair.err), TLS_WANT_READ);
		pair.handshake_calls++;
		pair.status = TLS_WANT_READ;
		pair.io.ended = !broken;
		pair.io.broken = broken;
		client_free(pair.client);
		pair.client = NULL;
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_FAILED);
		assert_pair(&pair, pair.err.blame == TLS_BLAME_NETWORK);
		pair_clear(&pair);
	}
}

static void
blames_the_network_when_nobody_takes_its_flight(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair_start(&pair);
	pair.io.room = 0;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(pair_sent(&pair, pair.backend->handshake(
		    pair.session, &pair.err)), TLS_WANT_READ);
		assert_true(gather_unsent(&pair.gather) > 0);
	}
	pair.io.broken = true;
	pair.io.room = MEMORY_NO_LIMIT;
	assert_int_equal(pair_sent(&pair, pair.backend->handshake(pair.session,
	    &pair.err)), TLS_FAILED);
	assert_pair(&pair, pair.err.blame == TLS_BLAME_NETWORK);
	pair_clear(&pair);
}

static void
says_goodbye_to_nobody(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair_start(&pair);
	assert_int_equal(pair_goodbye(&pair), TLS_OK);
	pair_clear(&pair);
}

static void
waits_to_say_goodbye(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	open_pair(scene, &stage, &pair);
	pair.io.room = 0;
	assert_int_equal(pair_goodbye(&pair), TLS_WANT_WRITE);
	assert_int_equal(pair_goodbye(&pair), TLS_WANT_WRITE);
	pair.io.room = MEMORY_NO_LIMIT;
	assert_int_equal(pair_goodbye(&pair), TLS_OK);
	pair_run(&pair);
	assert_pair(&pair, pair.client->phase == PHASE_ENDED);
	pair_clear(&pair);
}

static enum tls_status
take_nothing(struct tls_io *io, const uint8_t *buf, size_t len, size_t *done)
{
	(void)io;
	(void)buf;
	(void)len;
	*done = 0;
	return TLS_WANT_WRITE;
}

/* The io takes no more, as it does while too much waits for a slow peer. */
static void
says_goodbye_once_it_is_taken(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	const struct tls_io_ops *ops;
	struct tls_io_ops full;

	open_pair(scene, &stage, &pair);
	ops = pair.gather.io.ops;
	full = *ops;
	full.write = take_nothing;
	pair.gather.io.ops = &full;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pair.backend->goodbye(pair.session,
		    &pair.err), TLS_WANT_WRITE);
	pair.gather.io.ops = ops;
	assert_int_equal(pair_goodbye(&pair), TLS_OK);
	pair_run(&pair);
	assert_pair(&pair, pair.client->phase == PHASE_ENDED);
	pair_clear(&pair);
}

/* close_notify ends what comes in, not what goes out (RFC 8446, 6.1). */
static void
writes_on_after_the_clients_goodbye(const struct scene *scene)
{
	static const uint8_t data[] = "last words";
	struct stage stage;
	struct pair pair;
	size_t done = 0;

	open_pair(scene, &stage, &pair);
	client_goodbye(pair.client);
	buf_add_span(&pair.io.to_server, buf_span(&pair.client->sent));
	pair.client->sent.len = 0;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_ENDED);
	assert_int_equal(pair.backend->write(pair.session, data, sizeof data,
	    &done, &pair.err), TLS_OK);
	assert_int_equal(done, sizeof data);
	assert_int_equal(pair_goodbye(&pair), TLS_OK);
	pair_deliver(&pair);
	pair_deliver(&pair);
	assert_int_equal(pair.client->got.len, sizeof data);
	pair_clear(&pair);
}

static void
refuses_a_damaged_record(const struct scene *scene)
{
	static const char data[] = "to be damaged";
	struct stage stage;
	struct pair pair;

	open_pair(scene, &stage, &pair);
	buf_add(&pair.client->out, data, sizeof data);
	pair_deliver(&pair);
	assert_true(pair.io.to_server.len > 20);
	pair.io.to_server.data[pair.io.to_server.len - 3] ^= 1;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_FAILED);
	assert_pair(&pair, pair.err.blame == TLS_BLAME_PEER);
	assert_pair(&pair, pair.client->alert_received == 20);
	assert_pair(&pair, pair.err.alert_sent == 20);
	assert_int_equal(pair.got.len, 0);
	check_aftermath(&pair);
	pair_clear(&pair);
}

/* The core's queue moves in memory while a write waits. */
static void
writes_again_from_another_place(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct buf all = BUF_INIT;
	size_t taken = 0, done = 0;
	bool waited = false;

	open_pair(scene, &stage, &pair);
	for (unsigned i = 0; i < 100000; i++)
		buf_add_u16(&all, i);
	pair.io.room = 0;
	while (taken < all.len) {
		size_t len = all.len - taken < 5000 ? all.len - taken : 5000;
		uint8_t *moved = mem_copy(all.data + taken, len);
		enum tls_status status = pair.backend->write(pair.session,
		    moved, len, &done, &pair.err);

		memset(moved, 0, len);
		free(moved);
		if (status == TLS_WANT_WRITE) {
			/* As much waits as the io holds. */
			assert_true(gather_unsent(&pair.gather) >= GATHER_MOST);
			waited = true;
			pair.io.room = MEMORY_NO_LIMIT;
			continue;
		}
		assert_pair(&pair, status == TLS_OK);
		assert_in_range(done, 1, len);
		taken += done;
	}
	assert_true(waited);
	pair_goodbye(&pair);
	pair_run(&pair);
	assert_true(span_equal(buf_span(&pair.client->got), buf_span(&all)));
	pair_clear(&pair);
	buf_clear(&all);
}

/* ---- first bytes ----------------------------------------------------- */

static void
refuse_opening(const struct scene *scene, struct tls_span bytes)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	pair_init(&pair, scene->lab, &stage);
	pair_start_raw(&pair, bytes);
	pair_run(&pair);
	pair.io.ended = true;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_FAILED);
	assert_pair(&pair, pair.err.blame == TLS_BLAME_PEER ||
	    pair.err.blame == TLS_BLAME_NETWORK);
	assert_true(pair.err.text[0] != '\0');
	check_aftermath(&pair);
	pair_clear(&pair);
}

static void
refuses_first_bytes_that_are_no_tls(const struct scene *scene)
{
	static const char *const openings[] = {
		"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"HEAD / HTTP/1.0\r\n\r\n",
		"CONNECT example.com:443 HTTP/1.1\r\n\r\n",
		"EHLO example.com\r\n",
		"SSH-2.0-OpenSSH_9.2\r\n",
		"\026\003\001",
		"\200",
		"x",
		"",
	};
	static const uint8_t numbers[][11] = {
		{ 22, 3, 1, 0, 0 },		/* an empty record */
		{ 22, 3, 1, 0xff, 0xff, 1, 0, 0, 0 },	/* too long a one */
		{ 21, 3, 1, 0, 2, 2, 40 },	/* an alert */
		{ 23, 3, 1, 0, 2, 1, 1 },	/* application data */
		{ 22, 3, 1, 0, 4, 20, 0, 0, 0 },	/* no ClientHello */
		{ 22, 9, 9, 0, 4, 1, 0, 0, 0 },	/* no version */
		{ 22, 3, 1, 0, 4, 1, 0, 0, 0 },	/* an empty ClientHello */
	};

	for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
		refuse_opening(scene, span_of(openings[i]));
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		refuse_opening(scene, (struct tls_span){
		    numbers[i], sizeof numbers[i] });
}

static void
survives_random_first_bytes(const struct scene *scene)
{
	uint64_t seed = 20260101;
	uint8_t bytes[300];

	for (int i = 0; i < 100; i++) {
		for (size_t j = 0; j < sizeof bytes; j++)
			bytes[j] = (uint8_t)random_next(&seed);
		if (i % 2) {		/* at least the record looks right */
			memcpy(bytes, "\026\003\001\001\044\001\000\001\040"
			    "\003\003", 11);
		}
		refuse_opening(scene, (struct tls_span){ bytes,
		    sizeof bytes });
	}
}

/* A hello with one byte changed may be fine or not, but it ends. */
static void
survives_hellos_with_a_wrong_byte(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	uint64_t seed = 42;
	struct buf hello = BUF_INIT;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair_start(&pair);
	buf_add_span(&hello, buf_span(&pair.io.to_server));
	pair_clear(&pair);
	for (int i = 0; i < 300; i++) {
		size_t at = random_below(&seed, hello.len);
		uint8_t was = hello.data[at];

		hello.data[at] ^= (uint8_t)(1 + random_below(&seed, 255));
		pair_init(&pair, scene->lab, &stage);
		pair_start_raw(&pair, buf_span(&hello));
		pair_run(&pair);
		pair.io.ended = true;
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_FAILED);
		assert_pair(&pair, pair.err.blame != TLS_BLAME_NOBODY);
		pair_facts(&pair, &facts);
		pair_clear(&pair);
		hello.data[at] = was;
	}
	buf_clear(&hello);
}

/* TLS 1.0 to 1.2 in the clothes of SSL 2.0 (RFC 5246, E.2). */
static void
answers_a_hello_in_an_sslv2_record(const struct scene *scene)
{
	static const uint8_t hello[] = {
		0x80, 37, 1, 3, 3, 0, 12, 0, 0, 0, 16,
		0, 0, 0x2f, 0, 0, 0x35, 0, 0, 0x9c, 0, 0, 0xff,
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
	};
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	stage_identity(&stage, scene->lab, CERT_RSA);
	scene_pair(scene, &stage, &pair);
	pair_start_raw(&pair, (struct tls_span){ hello, sizeof hello });
	assert_non_null(pair.hello);
	assert_true(pair.hello->sslv2);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_HANDSHAKE);
	assert_pair(&pair, pair.status == TLS_WANT_READ);
	assert_true(pair.io.to_client.len > 200);
	assert_int_equal(pair.io.to_client.data[0], 22);
	assert_int_equal(pair.io.to_client.data[5], 2);	/* ServerHello */
	pair_clear(&pair);
}

const struct scene_row scenes_of_trouble[] = {
	{ "blames_the_network_for_a_truncated_stream",
	  blames_the_network_for_a_truncated_stream, EACH_VERSION,
	  { NOTHING } },
	{ "knows_little_amid_a_retry", knows_little_amid_a_retry, IN_TLS1_3,
	  { NEED(GROUPS) } },
	{ "blames_the_network_for_a_broken_one",
	  blames_the_network_for_a_broken_one, EACH_VERSION, { NOTHING } },
	{ "blames_the_network_for_an_end_in_mid_handshake",
	  blames_the_network_for_an_end_in_mid_handshake, EACH_VERSION,
	  { NOTHING } },
	{ "blames_the_network_when_nobody_takes_its_flight",
	  blames_the_network_when_nobody_takes_its_flight, EACH_VERSION,
	  { NOTHING } },
	{ "says_goodbye_to_nobody", says_goodbye_to_nobody, EACH_VERSION,
	  { NOTHING } },
	{ "waits_to_say_goodbye", waits_to_say_goodbye, EACH_VERSION,
	  { NOTHING } },
	{ "says_goodbye_once_it_is_taken", says_goodbye_once_it_is_taken,
	  EACH_VERSION, { NOTHING } },
	{ "writes_on_after_the_clients_goodbye",
	  writes_on_after_the_clients_goodbye, EACH_VERSION, { NOTHING } },
	{ "writes_again_from_another_place", writes_again_from_another_place,
	  EACH_VERSION, { NOTHING } },
	{ "refuses_a_damaged_record", refuses_a_damaged_record, EACH_VERSION,
	  { NOTHING } },
	{ "refuses_first_bytes_that_are_no_tls",
	  refuses_first_bytes_that_are_no_tls, ONCE, { NEED(TLS1_2) } },
	{ "survives_random_first_bytes", survives_random_first_bytes, ONCE,
	  { NEED(TLS1_2) } },
	{ "survives_hellos_with_a_wrong_byte",
	  survives_hellos_with_a_wrong_byte, FROM_TLS1_2, { NOTHING } },
	{ "answers_a_hello_in_an_sslv2_record",
	  answers_a_hello_in_an_sslv2_record, UP_TO_TLS1_2, { NEED(HELLO_SSLV2),
	  NEED(KEY_RSA) } },
	{ NULL, NULL, 0, { NOTHING } },
};
