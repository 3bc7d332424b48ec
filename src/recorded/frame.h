/* recorded/frame.h - a packet of a capture, down to its TCP segment
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct segment segment;
 *
 *	if (frame_read(packet->link, packet->bytes, &segment) == FRAME_TCP)
 *		take(&segment);
 *
 * Inside this room only.
 */
#ifndef RECORDED_FRAME_H
#define RECORDED_FRAME_H

#include "tls_types.h"

enum frame {
	FRAME_TCP,
	FRAME_OTHER,		/* no TCP in it */
	FRAME_QUIC,		/* what looks like a first packet of QUIC */
	FRAME_FRAGMENT,		/* a part of an IP packet */
	FRAME_CUT,		/* not captured as far as TCP's ports */
	FRAME_LINK,		/* of a link type that is not read */
};
#define FRAME_KINDS	(FRAME_LINK + 1)

/* Both ends of a direction; IPv4 addresses as IPv6 maps them. */
struct ends {
	uint8_t from[16], to[16];
	uint16_t from_port, to_port;
};

struct segment {
	struct ends ends;	/* without padding: compared as bytes */
	uint32_t sequence;	/* of the first byte of `payload` */
	bool syn;
	struct tls_span payload;	/* as far as it was captured */
};

enum frame frame_read(int link, struct tls_span bytes,
    struct segment *segment);

/* "192.0.2.1:443", "[2001:db8::1]:443"; `room` has RECORDED_ADDRESS bytes. */
void frame_address(const uint8_t address[16], uint16_t port, char *room);

#endif
