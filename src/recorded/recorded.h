/* recorded/recorded.h - ClientHellos in files: the door of this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct recorded recorded;
 *
 *	if (!recorded_read(&recorded, "hello.pcap", FORMAT_ANY, 1, &err))
 *		return err_exit_status(&err);
 *	if (recorded.num)
 *		show(&recorded.list[0]);
 *	recorded_clear(&recorded);
 *
 * Rules.  What a file is, its content says.  Nothing in it is believed: a
 * damaged file is an error with its reason, or yields what is whole in it.
 */
#ifndef RECORDED_RECORDED_H
#define RECORDED_RECORDED_H

#include "base/buf.h"
#include "tls_types.h"

enum recorded_format {
	FORMAT_ANY,		/* whatever the content looks like */
	FORMAT_RECORD,		/* TLS records, or an SSLv2 one */
	FORMAT_MESSAGE,		/* a handshake message with its header */
	FORMAT_HEX,		/* either of these in hex, as xxd(1), od(1),
				 * hexdump(1), a C array or with colons */
	FORMAT_BASE64,		/* either in base64, with or without PEM's
				 * lines */
	FORMAT_MSG,		/* what openssl s_client -msg printed */
	FORMAT_CAPTURE,		/* pcap or pcapng */
};

/* Room for "[2001:db8::1]:65535", in bytes. */
#define RECORDED_ADDRESS	56

struct recorded_hello {
	struct buf bytes;	/* owned: records, or with `bare` a message */
	bool bare;
	/* From a capture only: */
	char from[RECORDED_ADDRESS], to[RECORDED_ADDRESS];
	size_t frame;		/* the packet with its first byte, from 1; 0:
				 * no capture */
	int64_t wall_us;	/* when that came, since the epoch */
};

struct recorded {
	struct recorded_hello *list;	/* owned */
	size_t num;
	enum recorded_format format;	/* what it was */
	struct buf notes;		/* owned: what was passed over, a line
					 * each */
};

/* The word for -format: "record", "message"... */
const char *recorded_format_name(enum recorded_format format);

/* Reads the file `path`, "-" for standard input, up to its hello number
 * `wanted`, from 1; 0: all.  False with blame CONFIG if it cannot be read or is
 * nothing that is known, then `out` is empty; true also if it has fewer hellos,
 * or none. */
bool recorded_read(struct recorded *out, const char *path,
    enum recorded_format format, size_t wanted, struct tls_error *err);

/* The same for the bytes of a file. */
bool recorded_read_bytes(struct recorded *out, struct tls_span bytes,
    enum recorded_format format, size_t wanted, struct tls_error *err);
void recorded_clear(struct recorded *recorded);

#endif
