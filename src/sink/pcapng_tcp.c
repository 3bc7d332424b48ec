/* sink/pcapng_tcp.c - what a connection moved, as segments of TCP
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9293; RFC 791; RFC 8200; RFC 1071
 */
#include "sink/pcapng_tcp.h"

#include <arpa/inet.h>
#include <string.h>

#define IPV4_HEAD	20
#define IPV6_HEAD	40
#define TCP_PLAIN	20
#define PROTOCOL_TCP	6
#define WINDOW		65535
/* In units of 2^14 bytes: a window that nothing fills (RFC 7323). */
#define WINDOW_SCALE	14

static bool
read_address(const char *name, bool *v6, uint8_t address[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, 0xff };
	char numeric[INET6_ADDRSTRLEN];
	size_t len = strcspn(name, "%");	/* before a zone */

	if (len >= sizeof numeric)
		return false;
	memcpy(numeric, name, len);
	numeric[len] = '\0';
	*v6 = false;
	if (inet_pton(AF_INET, numeric, address) == 1)
		return true;
	if (inet_pton(AF_INET6, numeric, address) != 1)
		return false;
	*v6 = memcmp(address, mapped, sizeof mapped) != 0;
	if (!*v6)
		memmove(address, address + sizeof mapped, 4);
	return true;
}

static void
make_up(struct tcp_flow *flow, uint64_t conn)
{
	static const uint8_t client[4] = { 192, 0, 2, 2 };
	static const uint8_t server[4] = { 192, 0, 2, 1 };

	flow->made_up = true;
	flow->v6 = false;
	memcpy(flow->from[TLS_RECEIVED].address, client, 4);
	memcpy(flow->from[TLS_SENT].address, server, 4);
	flow->from[TLS_RECEIVED].port = (uint16_t)(1024 + conn % 64000);
	flow->from[TLS_SENT].port = 443;
}

void
tcp_flow_init(struct tcp_flow *flow, const struct tcp_names *names,
    uint64_t conn)
{
	struct tcp_sender *client = &flow->from[TLS_RECEIVED];
	struct tcp_sender *server = &flow->from[TLS_SENT];
	bool v6 = false;

	memset(flow, 0, sizeof *flow);
	client->port = (uint16_t)names->client_port;
	server->port = (uint16_t)names->server_port;
	if (!read_address(names->client, &flow->v6, client->address) ||
	    !read_address(names->server, &v6, server->address) ||
	    flow->v6 != v6)
		make_up(flow, conn);
	/* Others for each connection: it is told by them from an earlier one
	 * with the same ports. */
	client->next = (uint32_t)conn * 2654435761u;
	server->next = ~client->next;
}

/* ---- checksums ---------------------------------------------------------- */

/* Adds words of 32 bits in the order of this machine; the sum of ones'
 * complements does not depend on it (RFC 1071, 2). */
static uint64_t
add_words(uint64_t sum, const uint8_t *data, size_t len)
{
	uint64_t odd = 0;
	uint32_t word[4], last = 0;

	for (; len >= sizeof word; data += sizeof word, len -= sizeof word) {
		memcpy(word, data, sizeof word);
		sum += (uint64_t)word[0] + word[1];
		odd += (uint64_t)word[2] + word[3];
	}
	sum += odd;
	for (; len >= sizeof last; data += sizeof last, len -= sizeof last) {
		memcpy(&last, data, sizeof last);
		sum += last;
	}
	last = 0;
	if (len)
		memcpy(&last, data, len);
	return sum + last;
}

static void
put_checksum(uint8_t *at, uint64_t sum)
{
	uint16_t folded;

	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	folded = (uint16_t)~sum;
	memcpy(at, &folded, sizeof folded);
}

/* ---- headers ------------------------------------------------------------ */

static void
put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void
put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

/* Returns the length of the header. */
static size_t
put_ip(struct tcp_flow *flow, enum tls_direction direction, size_t len,
    uint8_t *head)
{
	const uint8_t *from = flow->from[direction].address;
	const uint8_t *to = flow->from[!direction].address;

	if (flow->v6) {
		head[0] = 0x60;
		put16(head + 4, (unsigned)len);
		head[6] = PROTOCOL_TCP;
		head[7] = 64;
		memcpy(head + 8, from, 16);
		memcpy(head + 24, to, 16);
		return IPV6_HEAD;
	}
	head[0] = 0x45;
	put16(head + 2, (unsigned)(IPV4_HEAD + len));
	put16(head + 4, flow->packets++);
	head[6] = 0x40;				/* do not fragment */
	head[8] = 64;
	head[9] = PROTOCOL_TCP;
	memcpy(head + 12, from, 4);
	memcpy(head + 16, to, 4);
	put_checksum(head + 10, add_words(0, head, IPV4_HEAD));
	return IPV4_HEAD;
}

/* The largest segment, and the scale of the window; only with SYN. */
static size_t
put_options(uint8_t *at, bool v6)
{
	const unsigned most =
	    65535u - (v6 ? IPV6_HEAD : IPV4_HEAD) - TCP_PLAIN;

	at[0] = 2;
	at[1] = 4;
	put16(at + 2, most);
	at[4] = 1;
	at[5] = 3;
	at[6] = 3;
	at[7] = WINDOW_SCALE;
	return 8;
}

size_t
tcp_head(struct tcp_flow *flow, enum tls_direction direction, unsigned flags,
    struct tls_span payload, uint8_t *head)
{
	struct tcp_sender *from = &flow->from[direction];
	struct tcp_sender *to = &flow->from[!direction];
	size_t len = TCP_PLAIN + (flags & TCP_SYN ? 8 : 0), ip;
	const unsigned whole = (unsigned)(len + payload.len);
	uint8_t pseudo[4] = { 0, PROTOCOL_TCP };
	uint64_t sum;

	memset(head, 0, TCP_HEAD);
	ip = put_ip(flow, direction, whole, head);
	put16(head + ip, from->port);
	put16(head + ip + 2, to->port);
	put32(head + ip + 4, from->next);
	if (flags & TCP_ACK) {
		put32(head + ip + 8, to->next);
		to->unseen = 0;
	}
	head[ip + 12] = (uint8_t)(len / 4 << 4);
	head[ip + 13] = (uint8_t)flags;
	put16(head + ip + 14, WINDOW);
	if (flags & TCP_SYN)
		put_options(head + ip + TCP_PLAIN, flow->v6);
	put16(pseudo + 2, whole);
	sum = add_words(0, pseudo, sizeof pseudo);
	sum = add_words(sum, from->address, flow->v6 ? 16 : 4);
	sum = add_words(sum, to->address, flow->v6 ? 16 : 4);
	sum = add_words(sum, head + ip, len);
	put_checksum(head + ip + 16, add_words(sum, payload.data,
	    payload.len));
	from->next += (uint32_t)payload.len + !!(flags & (TCP_SYN | TCP_FIN));
	from->unseen += (uint32_t)payload.len;
	return ip + len;
}
