/* tests/unit/pcapng.c - captures: blocks, segments, and their order
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "sink/pcapng.h"
#include "sink/pcapng_tcp.h"

#define BLOCK_PACKET	6
#define BLOCK_SECRET	10

/* A sink that writes to a file without a name. */
struct scene {
	struct sink *sink;
	FILE *file;
	struct buf data;
	int64_t now_us;
	const char *backend;
};

/* One packet of TCP over IPv4. */
struct packet {
	int64_t at_us;
	struct tls_span payload;
	uint32_t seq, ack;
	unsigned flags;
	bool from_client;
	const char *comment;
	size_t comment_len;
};

static void
post(struct scene *s, struct event *event, uint64_t conn)
{
	event->from.conn = conn;
	event->from.backend = s->backend;
	event->at_us = s->now_us;
	s->sink->ops->event(s->sink, event);
}

static void
accept_one(struct scene *s, uint64_t conn, const char *client)
{
	struct event event = {
		.kind = EVENT_ACCEPTED,
		.accepted = { client, 40000, "127.0.0.1", 4433 },
	};

	post(s, &event, conn);
}

static void
move(struct scene *s, uint64_t conn, enum tls_direction direction,
    enum tls_status status, struct tls_span bytes)
{
	struct event event = {
		.kind = EVENT_WIRE,
		.wire = { direction, bytes.len, status, bytes },
	};

	post(s, &event, conn);
}

static void
tell_secret(struct scene *s, uint64_t conn)
{
	struct event event = {
		.kind = EVENT_SECRET,
		.secret = { "CLIENT_RANDOM", span_of("\1\2"), span_of("\3") },
	};

	post(s, &event, conn);
}

static void
close_one(struct scene *s, uint64_t conn)
{
	struct event event = { .kind = EVENT_CLOSED };

	post(s, &event, conn);
}

static void
begin(struct scene *s)
{
	struct pcapng_target target = { .name = "x", .folder = -1 };

	*s = (struct scene){ .now_us = 1000000, .file = tmpfile() };
	target.fd = dup(fileno(s->file));
	target.owns = true;
	s->sink = pcapng_new(&target);
}

/* Reads what is in the file by now. */
static void
look(struct scene *s)
{
	uint8_t piece[4096];
	size_t got;

	s->data.len = 0;
	rewind(s->file);
	while ((got = fread(piece, 1, sizeof piece, s->file)) > 0)
		buf_add(&s->data, piece, got);
}

static void
end(struct scene *s)
{
	s->sink->ops->free(s->sink);
	fclose(s->file);
	buf_clear(&s->data);
}

static uint32_t
native32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof value);
	return value;
}

static uint32_t
big32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	    (uint32_t)at[2] << 8 | at[3];
}

/* The sum of 16-bit words that a receiver makes: 0xffff if it is right. */
static uint32_t
receive(uint32_t sum, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? data[i] : (uint32_t)data[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void
read_packet(const uint8_t *body, size_t len, struct packet *out)
{
	const uint8_t *ip = body + 20, *tcp = ip + 20;
	const uint32_t whole = native32(body + 12);
	const size_t padded = (whole + 3) / 4 * 4;
	size_t head = 20 + (size_t)(tcp[12] >> 4) * 4;
	const uint8_t protocol[2] = { 0, 6 };
	const uint8_t tcp_len[2] = {
		(uint8_t)((whole - 20) >> 8), (uint8_t)(whole - 20),
	};
	uint32_t sum;

	assert_true(len >= 20 + padded);
	assert_int_equal(native32(body + 16), whole);
	assert_true(whole <= 65535);
	assert_int_equal(ip[2] << 8 | ip[3], whole);
	assert_int_equal(receive(0, ip, 20), 0xffff);
	sum = receive(0, ip + 12, 8);
	sum = receive(sum, protocol, 2);
	sum = receive(sum, tcp_len, 2);
	assert_int_equal(receive(sum, tcp, whole - 20), 0xffff);
	*out = (struct packet){
		.at_us = (int64_t)((uint64_t)native32(body + 4) << 32 |
		    native32(body + 8)),
		.payload = { ip + head, whole - head },
		.seq = big32(tcp + 4), .ack = big32(tcp + 8),
		.flags = tcp[13],
		.from_client = (tcp[0] << 8 | tcp[1]) == 40000,
	};
	/* The comment, if there is one, is the first option. */
	if (body[20 + padded] == 1) {
		out->comment = (const char *)body + 24 + padded;
		out->comment_len = body[22 + padded];
	}
}

/* The blocks of the file, as letters: H, I, s(ecret), and for packets c(lient)
 * or S(erver).  Packets go to `packets`, which has room. */
static void
read_all(struct scene *s, char *kinds, struct packet *packets)
{
	size_t at = 0;

	look(s);
	while (at < s->data.len) {
		const uint8_t *block = s->data.data + at;
		const uint32_t type = native32(block), len =
		    native32(block + 4);

		assert_true(len % 4 == 0 && at + len <= s->data.len);
		assert_int_equal(native32(block + len - 4), len);
		if (type == BLOCK_PACKET) {
			read_packet(block + 8, len - 12, packets);
			*kinds++ = packets++->from_client ? 'c' : 'S';
		} else {
			*kinds++ = type == BLOCK_SECRET ? 's' : type == 1 ?
			    'I' : 'H';
		}
		at += len;
	}
	*kinds = '\0';
}

static void
puts_a_secret_before_what_it_decrypts(void **state)
{
	struct packet packets[16];
	struct scene s;
	char kinds[32];

	(void)state;
	begin(&s);
	accept_one(&s, 1, "127.0.0.1");
	move(&s, 1, TLS_RECEIVED, TLS_OK, span_of("hello"));
	s.backend = "null";
	move(&s, 1, TLS_SENT, TLS_OK, span_of("flight"));
	/* Key exchange and Finished come in one read. */
	move(&s, 1, TLS_RECEIVED, TLS_OK, span_of("keys and finished"));
	tell_secret(&s, 1);
	move(&s, 1, TLS_SENT, TLS_OK, span_of("finished"));
	move(&s, 1, TLS_RECEIVED, TLS_OK, span_of("request"));
	read_all(&s, kinds, packets);
	assert_string_equal(kinds, "HI" "cSc" "cS" "S" "s" "cS");
	/* The library has read it, and waits for more. */
	move(&s, 1, TLS_RECEIVED, TLS_WANT_READ, span_of(""));
	read_all(&s, kinds, packets);
	assert_string_equal(kinds, "HI" "cSc" "cS" "S" "s" "cS" "c");
	assert_int_equal(packets[8].payload.len, 7);
	end(&s);
}

static void
counts_bytes_as_tcp_does(void **state)
{
	struct packet p[16];
	struct scene s;
	char kinds[32];

	(void)state;
	begin(&s);
	accept_one(&s, 1, "::ffff:127.0.0.1");
	move(&s, 1, TLS_RECEIVED, TLS_OK, span_of("hello"));
	move(&s, 1, TLS_SENT, TLS_OK, span_of("flight"));
	move(&s, 1, TLS_RECEIVED, TLS_CLOSED, span_of(""));
	read_all(&s, kinds, p);
	assert_string_equal(kinds, "HI" "cSc" "c" "S" "cS");
	assert_int_equal(p[0].flags, TCP_SYN);
	assert_int_equal(p[1].flags, TCP_SYN | TCP_ACK);
	assert_int_equal(p[1].ack, (uint32_t)(p[0].seq + 1));
	assert_int_equal(p[3].seq, (uint32_t)(p[0].seq + 1));
	assert_int_equal(p[4].seq, (uint32_t)(p[1].seq + 1));
	assert_int_equal(p[4].ack, (uint32_t)(p[3].seq + 5));
	assert_int_equal(p[5].flags, TCP_FIN | TCP_ACK);
	assert_int_equal(p[5].seq, (uint32_t)(p[3].seq + 5));
	assert_int_equal(p[5].ack, (uint32_t)(p[4].seq + 6));
	assert_int_equal(p[6].ack, (uint32_t)(p[5].seq + 1));
	end(&s);
}

static void
splits_what_no_packet_holds(void **state)
{
	enum { LEN = 300001 };
	struct packet p[32];
	struct scene s;
	char kinds[64];
	uint8_t *bytes = malloc(LEN);
	size_t got = 0;
	bool acknowledged = false;

	(void)state;
	for (size_t i = 0; i < LEN; i++)
		bytes[i] = (uint8_t)(i * 7 + i / 251);
	begin(&s);
	accept_one(&s, 1, "127.0.0.1");
	move(&s, 1, TLS_SENT, TLS_OK, (struct tls_span){ bytes, LEN });
	close_one(&s, 1);
	read_all(&s, kinds, p);
	for (size_t i = 3; i < strlen(kinds) - 2; i++) {
		if (p[i].from_client) {
			acknowledged = true;
			continue;
		}
		assert_true(got + p[i].payload.len <= LEN);
		assert_memory_equal(p[i].payload.data, bytes + got,
		    p[i].payload.len);
		assert_int_equal(p[i].seq, (uint32_t)(p[1].seq + 1 + got));
		got += p[i].payload.len;
	}
	assert_int_equal(got, LEN);
	assert_true(acknowledged);
	end(&s);
	free(bytes);
}

static void
never_goes_back_in_time(void **state)
{
	struct packet p[16];
	struct scene s;
	char kinds[32];

	(void)state;
	begin(&s);
	accept_one(&s, 1, "127.0.0.1");
	accept_one(&s, 2, "127.0.0.1");
	move(&s, 1, TLS_RECEIVED, TLS_OK, span_of("held back"));
	s.now_us += 500;
	move(&s, 2, TLS_SENT, TLS_OK, span_of("meanwhile"));
	move(&s, 1, TLS_RECEIVED, TLS_WANT_READ, span_of(""));
	read_all(&s, kinds, p);
	assert_string_equal(kinds, "HI" "cSc" "cSc" "S" "c");
	for (size_t i = 1; i < 8; i++)
		assert_true(p[i].at_us >= p[i - 1].at_us);
	assert_int_equal(p[0].at_us, 1000000);
	assert_int_equal(p[7].at_us, 1000500);
	/* A clock that somebody sets back is believed. */
	s.now_us = 5;
	move(&s, 2, TLS_SENT, TLS_OK, span_of("x"));
	read_all(&s, kinds, p);
	assert_int_equal(p[8].at_us, 5);
	end(&s);
}

static void
tells_an_end_once(void **state)
{
	struct event shut = { .kind = EVENT_SHUT, .shut = { TLS_SENT, false } };
	struct packet p[16];
	struct scene s;
	char kinds[32];

	(void)state;
	begin(&s);
	accept_one(&s, 1, "127.0.0.1");
	post(&s, &shut, 1);
	post(&s, &shut, 1);
	shut.shut.reset = true;
	post(&s, &shut, 1);
	move(&s, 1, TLS_RECEIVED, TLS_FAILED, span_of(""));
	close_one(&s, 1);
	/* Nothing of it is known any more. */
	move(&s, 1, TLS_SENT, TLS_OK, span_of("x"));
	read_all(&s, kinds, p);
	assert_string_equal(kinds, "HI" "cSc" "Sc" "S");
	assert_int_equal(p[3].flags, TCP_FIN | TCP_ACK);
	assert_int_equal(p[5].flags, TCP_RST | TCP_ACK);
	end(&s);
}

static void
says_which_connection_it_is(void **state)
{
	static const char said[] = "polytls connection 7";
	struct packet p[16];
	struct scene s;
	char kinds[32];

	(void)state;
	begin(&s);
	accept_one(&s, 7, "127.0.0.1");
	s.backend = "null";
	move(&s, 7, TLS_SENT, TLS_OK, span_of("x"));
	read_all(&s, kinds, p);
	assert_int_equal(p[0].comment_len, strlen(said));
	assert_memory_equal(p[0].comment, said, strlen(said));
	assert_memory_equal(p[3].comment, "connection 7: backend null", 26);
	assert_null(p[4].comment);
	end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_a_secret_before_what_it_decrypts),
		cmocka_unit_test(counts_bytes_as_tcp_does),
		cmocka_unit_test(splits_what_no_packet_holds),
		cmocka_unit_test(never_goes_back_in_time),
		cmocka_unit_test(tells_an_end_once),
		cmocka_unit_test(says_which_connection_it_is),
	};

	return cmocka_run_group_tests_name("pcapng", tests, NULL, NULL);
}
