/* recorded/module.h - the module that reads captures
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	const struct capture_module polytls_capture = {
 *		.abi = CAPTURE_ABI, .size = sizeof polytls_capture,
 *		.version = version, .read = read_packets,
 *		.link_name = link_name,
 *	};
 *
 * Rules.  It is a shared object with this one symbol, capture.so, beside the
 * backends: it brings libpcap along, which brings others, and nothing but a
 * capture needs them.  It reads the file; what is in the packets it does not
 * look at.
 */
#ifndef RECORDED_MODULE_H
#define RECORDED_MODULE_H

#include <stdio.h>

#include "tls_types.h"

#define CAPTURE_ABI	1u
#define CAPTURE_FILE	"capture.so"
#define CAPTURE_SYMBOL	"polytls_capture"

struct capture_packet {
	int link;		/* the DLT_ number, pcap-linktype(7) */
	int64_t wall_us;	/* when it came, since the epoch */
	struct tls_span bytes;	/* as far as they were captured */
};

/* Who is given the packets; it embeds this. */
struct capture_user {
	/* Takes a packet; false: no more are wanted. */
	bool (*packet)(struct capture_user *user,
	    const struct capture_packet *packet);
};

struct capture_module {
	uint32_t abi;		/* CAPTURE_ABI */
	uint32_t size;		/* of this struct, in bytes */
	const char *(*version)(void);	/* "libpcap version 1.10.3 ..." */
	/* Reads the packets of `file`, which is taken: it is closed.  False if
	 * the file is damaged, with libpcap's words in `error`, of `room`
	 * bytes; the packets before that were given. */
	bool (*read)(FILE *file, struct capture_user *user, char *error,
	    size_t room);
	/* "Ethernet"; null for a number that it does not know. */
	const char *(*link_name)(int link);
};

#endif
