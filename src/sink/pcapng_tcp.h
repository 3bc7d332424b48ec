/* sink/pcapng_tcp.h - what a connection moved, as segments of TCP
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9293; RFC 791; RFC 8200
 *
 *	struct tcp_flow flow;
 *	uint8_t head[TCP_HEAD];
 *
 *	tcp_flow_init(&flow, &ends, conn);
 *	len = tcp_head(&flow, TLS_RECEIVED, TCP_SYN, nothing, head);
 *
 * Rules.  A flow knows the addresses and counts the bytes.  The system's own
 * segments are not known: numbers, windows and acknowledgements are made up so
 * that they fit what was read and written.
 */
#ifndef SINK_PCAPNG_TCP_H
#define SINK_PCAPNG_TCP_H

#include "tls_types.h"

#define TCP_FIN		0x01u
#define TCP_SYN		0x02u
#define TCP_RST		0x04u
#define TCP_PSH		0x08u
#define TCP_ACK		0x10u

/* Room for the headers of IP and TCP, and the most that follows them. */
#define TCP_HEAD	80
#define TCP_MOST	65160

/* Both ends of a connection as text, borrowed. */
struct tcp_names {
	const char *client, *server;	/* numeric addresses */
	unsigned client_port, server_port;
};

struct tcp_flow {
	bool made_up;			/* there were no addresses of IP */
	bool v6;
	/* By enum tls_direction: of the one that sends. */
	struct tcp_sender {
		uint8_t address[16];
		uint16_t port;
		uint32_t next;		/* number of the next byte */
		uint32_t unseen;	/* bytes that the other one has not
					 * acknowledged */
	} from[2];
	uint16_t packets;		/* for the identification of IPv4 */
};

/* The flow of connection number `conn`.  Without numeric addresses, as over a
 * socket file, both are made up, of those for documentation (RFC 5737). */
void tcp_flow_init(struct tcp_flow *flow, const struct tcp_names *names,
    uint64_t conn);

/* Writes the headers of a segment with `flags` and `payload`, up to TCP_MOST
 * bytes, to `head`, which has room for TCP_HEAD bytes, and counts it.  Returns
 * their length. */
size_t tcp_head(struct tcp_flow *flow, enum tls_direction direction,
    unsigned flags, struct tls_span payload, uint8_t *head);

#endif
