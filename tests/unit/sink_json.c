/* sink_json.c - JSON lines against their description, and the key log
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "sample.h"
#include "sink/json.h"
#include "sink/keylog.h"

/* The line that the JSON sink makes of a sample event, parsed back. */
static json_t *
line_of(enum event_kind kind, bool secrets)
{
	const struct sink_options output = {
		.debug = true, .secrets = secrets,
	};
	struct sample_clock clock;
	struct sample sample;
	struct bus *bus;
	struct sink *sink = lines_new(&output, WRITER_MEMORY, false);
	struct lines *lines = (struct lines *)sink;
	struct event event;
	json_t *line;

	sample_init(&sample);
	sample_clock_init(&clock);
	bus = bus_new(&clock.clock);
	bus_add(bus, sink);
	event = sample_event(&sample, kind);
	bus_post(bus, &event);
	assert_true(lines->out.text.len > 0);
	assert_int_equal(lines->out.text.data[lines->out.text.len - 1], '\n');
	assert_null(memchr(lines->out.text.data, '\n',
	    lines->out.text.len - 1));
	for (size_t i = 0; i + 1 < lines->out.text.len; i++)
		assert_in_range(lines->out.text.data[i], ' ', '~');
	line = json_loads(buf_string(&lines->out.text),
	    JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(line);
	bus_free(bus);
	sample_clear(&sample);
	return line;
}

static const char *
string_in(const json_t *object, const char *name)
{
	const char *string = json_string_value(json_object_get(object, name));

	assert_non_null(string);
	return string;
}

static void
has_the_members_of_its_shape_and_no_others(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < EVENT_COUNT; kind++) {
		json_t *line = line_of(kind, false);
		const struct field *field = event_fields(kind);
		size_t num = 4;

		assert_int_equal(json_integer_value(
		    json_object_get(line, "v")), EVENTS_VERSION);
		assert_string_equal(string_in(line, "event"),
		    event_name(kind));
		assert_string_equal(string_in(line, "time"),
		    "2026-11-22T10:00:00.000001Z");
		if (json_integer_value(json_object_get(line, "conn"))) {
			assert_string_equal(string_in(line, "backend"),
			    "null");
			assert_non_null(json_object_get(line, "since_us"));
			num += 2;
		}
		for (; field->type != FIELD_END; field++, num++)
			assert_non_null(json_object_get(line, field->name));
		assert_int_equal(json_object_size(line), num);
		json_decref(line);
	}
}

static void
read_file(const char *name, struct buf *out)
{
	const char *top = getenv("top_srcdir");
	struct buf path = BUF_INIT;
	char chunk[4096];
	size_t got;
	FILE *file;

	buf_printf(&path, "%s/%s", top ? top : ".", name);
	file = fopen(buf_string(&path), "r");
	assert_non_null(file);
	while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
		buf_add(out, chunk, got);
	fclose(file);
	buf_clear(&path);
}

/* Each kind has a section, "### name", with each field in backquotes. */
static void
is_described_in_the_manual(void **state)
{
	struct buf manual = BUF_INIT, word = BUF_INIT;

	(void)state;
	read_file("doc/events.md", &manual);
	for (unsigned kind = 0; kind < EVENT_COUNT; kind++) {
		const struct field *field = event_fields(kind);
		char *at, *end, *section;

		word.len = 0;
		buf_printf(&word, "\n### %s\n", event_name(kind));
		at = strstr(buf_string(&manual), buf_string(&word));
		if (!at) {
			fail_msg("no section on %s", event_name(kind));
			continue;
		}
		end = strstr(at + 4, "\n##");
		assert_non_null(end);
		section = strndup(at, (size_t)(end - at));
		for (; field->type != FIELD_END; field++) {
			word.len = 0;
			buf_printf(&word, "| `%s` |", field->name);
			if (!strstr(section, buf_string(&word)))
				fail_msg("%s: nothing on %s",
				    event_name(kind), field->name);
		}
		free(section);
	}
	buf_clear(&word);
	buf_clear(&manual);
}

/* Every member of an object, however deep, is named in the manual. */
static void
look_up(const char *manual, json_t *value)
{
	const char *name;
	json_t *member;
	size_t i;

	json_object_foreach(value, name, member) {
		char quoted[64];

		snprintf(quoted, sizeof quoted, "`%s`", name);
		if (!strstr(manual, quoted))
			fail_msg("nothing on %s", name);
		look_up(manual, member);
	}
	json_array_foreach(value, i, member)
		look_up(manual, member);
}

static void
is_described_down_to_the_last_member(void **state)
{
	struct buf manual = BUF_INIT;

	(void)state;
	read_file("doc/events.md", &manual);
	for (unsigned kind = 0; kind < EVENT_COUNT; kind++) {
		json_t *line = line_of(kind, false);

		look_up(buf_string(&manual), line);
		json_decref(line);
	}
	buf_clear(&manual);
}

static void
keeps_secrets_unless_asked(void **state)
{
	json_t *line = line_of(EVENT_SECRET, false);

	(void)state;
	assert_string_equal(string_in(line, "secret"), "redacted");
	assert_string_equal(string_in(line, "client_random"), "0102");
	json_decref(line);
	line = line_of(EVENT_SECRET, true);
	assert_string_equal(string_in(line, "secret"), "cafe");
	json_decref(line);
}

static void
shows_all_that_a_client_offers(void **state)
{
	json_t *line = line_of(EVENT_HELLO, false);
	json_t *hello = json_object_get(line, "hello"), *list, *item;

	(void)state;
	list = json_object_get(hello, "suites");
	assert_int_equal(json_array_size(list), 6);
	item = json_array_get(list, 0);
	assert_int_equal(json_integer_value(
	    json_object_get(item, "number")), 0x4a4a);
	assert_true(json_is_true(json_object_get(item, "grease")));
	item = json_array_get(list, 2);
	assert_string_equal(string_in(item, "name"),
	    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
	assert_string_equal(string_in(item, "openssl"),
	    "ECDHE-RSA-AES128-GCM-SHA256");
	item = json_array_get(list, 4);
	assert_true(json_is_true(json_object_get(item, "weak")));
	item = json_array_get(list, 5);
	assert_int_equal(json_integer_value(
	    json_object_get(item, "number")), 0xfedc);
	assert_true(json_is_null(json_object_get(item, "name")));

	list = json_object_get(hello, "extensions");
	assert_int_equal(json_array_size(list), 9);
	item = json_array_get(list, 8);
	assert_int_equal(json_integer_value(
	    json_object_get(item, "number")), 0x1234);
	assert_string_equal(string_in(item, "body"), "3f3f");
	assert_string_equal(string_in(hello, "server_name"),
	    "<i>&\"\\x1b.org");
	list = json_object_get(hello, "alpn");
	assert_int_equal(json_array_size(list), 2);
	list = json_object_get(hello, "key_shares");
	assert_int_equal(json_array_size(list), 2);
	item = json_object_get(json_array_get(list, 1), "group");
	assert_string_equal(string_in(item, "name"), "x25519");
	json_decref(line);
}

static void
tells_who_knows_what_is_not_known(void **state)
{
	json_t *line = line_of(EVENT_HANDSHAKE, false);
	json_t *list = json_object_get(line, "unknown_suites"), *item;

	(void)state;
	/* GREASE is no suite, and so is never unknown. */
	assert_int_equal(json_array_size(list), 2);
	item = json_array_get(list, 1);
	assert_int_equal(json_integer_value(json_object_get(item, "number")),
	    0xfedc);
	assert_true(json_is_null(json_object_get(item, "name")));
	item = json_array_get(json_object_get(item, "known_to"), 0);
	assert_string_equal(string_in(item, "backend"), "null");
	assert_true(json_is_false(json_object_get(item, "knows")));
	json_decref(line);
}

static void
tells_what_is_unknown_by_null(void **state)
{
	const struct sink_options output = { 0 };
	struct sink *sink = lines_new(&output, WRITER_MEMORY, false);
	struct lines *lines = (struct lines *)sink;
	struct tls_facts facts = { .identity = -1 };
	struct event event = {
		.kind = EVENT_HANDSHAKE, .handshake = { .facts = &facts },
	};

	(void)state;
	assert_false(sink->wants & EVENT_BIT(EVENT_WIRE));
	sink->ops->event(sink, &event);
	assert_string_equal(buf_string(&lines->out.text),
	    "{\"v\":1,\"time\":\"1970-01-01T00:00:00.000000Z\","
	    "\"event\":\"handshake\",\"conn\":0,\"facts\":{"
	    "\"version\":null,\"suite\":null,\"group\":null,"
	    "\"signature\":null,\"peer_signature\":null,\"resumed\":null,"
	    "\"extended_master\":null,\"secure_renegotiation\":null,"
	    "\"identity\":null,\"alpn\":null,\"npn\":null,"
	    "\"psk_identity\":null,\"status_sent\":null,"
	    "\"session_id\":\"\",\"peer_chain\":[]},"
	    "\"unknown_suites\":null,\"again\":false}\n");
	sink->ops->free(sink);
}

static void
makes_hostile_bytes_harmless(void **state)
{
	json_t *line = line_of(EVENT_DATA, false);

	(void)state;
	assert_string_equal(string_in(line, "text"),
	    "a\\x1b[\\xff\\x00\\\\\"\\x0a");
	json_decref(line);
	line = line_of(EVENT_FAILED, false);
	assert_string_equal(string_in(json_object_get(line, "error"), "text"),
	    "no shared cipher\\x0a\\x1b[2J\\xff");
	json_decref(line);
}

static void
logs_keys_in_the_format_that_others_read(void **state)
{
	struct sink *sink = keylog_new("keys", WRITER_MEMORY, true);
	struct keylog *keylog = (struct keylog *)sink;
	struct sample sample;
	struct event event;

	(void)state;
	sample_init(&sample);
	assert_int_equal(sink->wants, EVENT_BIT(EVENT_SECRET));
	event = sample_event(&sample, EVENT_SECRET);
	sink->ops->event(sink, &event);
	assert_string_equal(buf_string(&keylog->out.text),
	    "# TLS secrets log file, generated by polytls\n"
	    "CLIENT_RANDOM 0102 cafe\n");
	sink->ops->free(sink);
	sink = keylog_new("keys", WRITER_MEMORY, false);
	keylog = (struct keylog *)sink;
	assert_int_equal(keylog->out.text.len, 0);
	sink->ops->free(sink);
	sample_clear(&sample);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_the_members_of_its_shape_and_no_others),
		cmocka_unit_test(is_described_in_the_manual),
		cmocka_unit_test(is_described_down_to_the_last_member),
		cmocka_unit_test(keeps_secrets_unless_asked),
		cmocka_unit_test(shows_all_that_a_client_offers),
		cmocka_unit_test(tells_who_knows_what_is_not_known),
		cmocka_unit_test(tells_what_is_unknown_by_null),
		cmocka_unit_test(makes_hostile_bytes_harmless),
		cmocka_unit_test(logs_keys_in_the_format_that_others_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
