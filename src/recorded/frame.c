/* recorded/frame.c - a packet of a capture, down to its TCP segment
 * SPDX-License-Identifier: Apache-2.0
 * Reference: pcap-linktype(7); IEEE 802.1Q; RFC 791, RFC 8200, RFC 9293
 */
#include "recorded/frame.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/reader.h"
#include "recorded/recorded.h"

#define ETHER_IPV4	0x0800
#define ETHER_IPV6	0x86dd
#define ETHER_VLAN	0x8100
#define ETHER_PROVIDER	0x88a8
#define ETHER_OLD_VLAN	0x9100
#define ETHER_PPPOE	0x8864
#define PPP_IPV4	0x0021
#define PPP_IPV6	0x0057

/* Next headers (RFC 8200, 4; the IANA registry "Protocol Numbers"). */
enum {
	NEXT_HOPS = 0, NEXT_TCP = 6, NEXT_UDP = 17, NEXT_ROUTING = 43,
	NEXT_FRAGMENT = 44, NEXT_AUTHENTICATION = 51, NEXT_DESTINATION = 60,
	NEXT_MOBILITY = 135, NEXT_HIP = 139, NEXT_SHIM6 = 140,
};

#define SYN	0x02u
#define VLANS	4		/* tags that are looked through */
#define HEADERS	16		/* extension headers of IPv6 */

/* ---- links -------------------------------------------------------------- */

/* The protocol in a packet that says it as Ethernet does. */
static unsigned
read_type(struct reader *r)
{
	unsigned type = read_u16(r);

	for (int i = 0; i < VLANS && (type == ETHER_VLAN ||
	    type == ETHER_PROVIDER || type == ETHER_OLD_VLAN); i++) {
		read_u16(r);
		type = read_u16(r);
	}
	if (type != ETHER_PPPOE)
		return type;
	read_bytes(r, 6);
	type = read_u16(r);
	return type == PPP_IPV4 ? ETHER_IPV4 :
	    type == PPP_IPV6 ? ETHER_IPV6 : 0;
}

static unsigned
read_ethernet(struct reader *r)
{
	read_bytes(r, 12);
	return read_type(r);
}

static unsigned
read_cooked(struct reader *r)
{
	read_bytes(r, 14);
	return read_type(r);
}

static unsigned
read_cooked2(struct reader *r)
{
	unsigned type = read_u16(r);

	read_bytes(r, 18);
	return type;
}

/* What the first half byte says. */
static unsigned
read_raw(struct reader *r)
{
	if (r->left == 0)
		return 0;
	return *r->at >> 4 == 4 ? ETHER_IPV4 : *r->at >> 4 == 6 ?
	    ETHER_IPV6 : 0;
}

/* Four bytes of an address family, in anybody's order and numbers. */
static unsigned
read_loopback(struct reader *r)
{
	read_u32(r);
	return read_raw(r);
}

static unsigned
read_ppp(struct reader *r)
{
	unsigned type;

	if (r->left >= 2 && r->at[0] == 0xff && r->at[1] == 3)
		read_bytes(r, 2);
	type = read_u16(r);
	return type == PPP_IPV4 ? ETHER_IPV4 :
	    type == PPP_IPV6 ? ETHER_IPV6 : 0;
}

static const struct {
	int link;
	unsigned (*read)(struct reader *r);
} links[] = {
	{ 0, read_loopback },		/* DLT_NULL */
	{ 1, read_ethernet },
	{ 9, read_ppp },
	{ 12, read_raw },		/* DLT_RAW, by platform */
	{ 14, read_raw },
	{ 50, read_ppp },		/* DLT_PPP_SERIAL */
	{ 101, read_raw },
	{ 108, read_loopback },
	{ 113, read_cooked },
	{ 228, read_raw },		/* DLT_IPV4 */
	{ 229, read_raw },		/* DLT_IPV6 */
	{ 276, read_cooked2 },
};

/* ---- IP ----------------------------------------------------------------- */

/* Cuts what is after the packet: padding of short frames. */
static void
cut(struct reader *r, size_t len)
{
	if (r->left > len)
		r->left = len;
}

static void
map_ipv4(uint8_t out[16], struct tls_span address)
{
	memset(out, 0, 10);
	out[10] = out[11] = 0xff;
	if (address.len == 4)
		memcpy(out + 12, address.data, 4);
}

static enum frame
read_ipv4(struct reader *r, struct ends *ends, uint8_t *next)
{
	uint8_t first = read_u8(r);
	size_t header = (size_t)(first & 15) * 4, total;
	uint16_t fragment;

	read_u8(r);
	total = read_u16(r);
	read_u16(r);
	fragment = read_u16(r);
	read_u8(r);
	*next = read_u8(r);
	read_u16(r);
	map_ipv4(ends->from, read_bytes(r, 4));
	map_ipv4(ends->to, read_bytes(r, 4));
	if (first >> 4 != 4 || header < 20)
		return r->broken ? FRAME_CUT : FRAME_OTHER;
	read_bytes(r, header - 20);
	/* Segmentation that the network card does: no length. */
	if (total >= header)
		cut(r, total - header);
	if (r->broken)
		return FRAME_CUT;
	return fragment & 0x3fff ? FRAME_FRAGMENT : FRAME_TCP;
}

/* Goes past the extension headers. */
static enum frame
read_headers(struct reader *r, uint8_t *next)
{
	for (int i = 0; i < HEADERS; i++) {
		unsigned len;

		switch (*next) {
		case NEXT_FRAGMENT:
			*next = read_u8(r);
			read_u8(r);
			if (read_u16(r) & 0xfff9)
				return FRAME_FRAGMENT;
			read_u32(r);
			break;
		case NEXT_AUTHENTICATION:
			*next = read_u8(r);
			len = read_u8(r);
			read_bytes(r, 4 * len + 6);
			break;
		case NEXT_HOPS:
		case NEXT_ROUTING:
		case NEXT_DESTINATION:
		case NEXT_MOBILITY:
		case NEXT_HIP:
		case NEXT_SHIM6:
			*next = read_u8(r);
			len = read_u8(r);
			read_bytes(r, 8 * len + 6);
			break;
		default:
			return FRAME_TCP;
		}
	}
	return FRAME_OTHER;
}

static enum frame
read_ipv6(struct reader *r, struct ends *ends, uint8_t *next)
{
	uint32_t first = read_u32(r);
	size_t len = read_u16(r);
	struct tls_span from, to;
	enum frame frame;

	*next = read_u8(r);
	read_u8(r);
	from = read_bytes(r, 16);
	to = read_bytes(r, 16);
	if (r->broken)
		return FRAME_CUT;
	if (first >> 28 != 6)
		return FRAME_OTHER;
	memcpy(ends->from, from.data, 16);
	memcpy(ends->to, to.data, 16);
	if (len > 0)
		cut(r, len);
	frame = read_headers(r, next);
	return r->broken ? FRAME_CUT : frame;
}

/* ---- TCP and UDP -------------------------------------------------------- */

static enum frame
read_tcp(struct reader *r, struct segment *segment)
{
	size_t header;
	uint8_t flags;

	segment->ends.from_port = read_u16(r);
	segment->ends.to_port = read_u16(r);
	segment->sequence = read_u32(r);
	read_u32(r);
	header = (size_t)(read_u8(r) >> 4) * 4;
	flags = read_u8(r);
	read_bytes(r, 6);
	if (header > 20)
		read_bytes(r, header - 20);
	if (r->broken || header < 20)
		return FRAME_CUT;
	segment->syn = flags & SYN;
	/* The SYN takes a number of its own. */
	if (segment->syn)
		segment->sequence++;
	segment->payload = (struct tls_span){ r->at, r->left };
	return FRAME_TCP;
}

/* A long header with a version of QUIC (RFC 9000, 17.2; RFC 9369). */
static enum frame
read_udp(struct reader *r)
{
	uint32_t version;
	uint8_t first;

	read_bytes(r, 8);
	first = read_u8(r);
	version = read_u32(r);
	return !r->broken && r->left > 1000 && (first & 0xc0) == 0xc0 &&
	    (version == 1 || version == 0x6b3343cf) ? FRAME_QUIC :
	    FRAME_OTHER;
}

enum frame
frame_read(int link, struct tls_span bytes, struct segment *segment)
{
	struct reader r = reader_of(bytes);
	enum frame frame = FRAME_LINK;
	uint8_t next = 0;
	unsigned type;
	size_t i = 0;

	memset(segment, 0, sizeof *segment);
	while (i < sizeof links / sizeof *links && links[i].link != link)
		i++;
	if (i == sizeof links / sizeof *links)
		return FRAME_LINK;
	type = links[i].read(&r);
	if (r.broken)
		return FRAME_CUT;
	if (type == ETHER_IPV4)
		frame = read_ipv4(&r, &segment->ends, &next);
	else if (type == ETHER_IPV6)
		frame = read_ipv6(&r, &segment->ends, &next);
	else
		return FRAME_OTHER;
	if (frame != FRAME_TCP)
		return frame;
	return next == NEXT_TCP ? read_tcp(&r, segment) :
	    next == NEXT_UDP ? read_udp(&r) : FRAME_OTHER;
}

void
frame_address(const uint8_t address[16], uint16_t port, char *room)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	bool is_ipv4 = memcmp(address, mapped, sizeof mapped) == 0;
	char host[INET6_ADDRSTRLEN] = "";

	inet_ntop(is_ipv4 ? AF_INET : AF_INET6,
	    is_ipv4 ? address + 12 : address, host, sizeof host);
	snprintf(room, RECORDED_ADDRESS, is_ipv4 ? "%s:%u" : "[%s]:%u", host,
	    port);
}
