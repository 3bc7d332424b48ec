/* sink/pcapng_block.c - the blocks of a pcapng file
 * SPDX-License-Identifier: Apache-2.0
 * Reference: draft-ietf-opsawg-pcapng
 */
#include "sink/pcapng_block.h"

#include <string.h>

#include "base/text.h"

/* Types of blocks, section 11.1. */
#define SECTION_HEADER		0x0a0d0d0au
#define INTERFACE		1u
#define ENHANCED_PACKET		6u
#define DECRYPTION_SECRETS	10u

#define BYTE_ORDER_MAGIC	0x1a2b3c4du
#define TLS_KEY_LOG		0x544c534bu	/* section 4.7 */
#define LINK_RAW_IP		101u

/* Codes of options; those above 1 belong to their block. */
#define OPTION_END		0u
#define OPTION_COMMENT		1u
#define HEADER_APPLICATION	4u
#define INTERFACE_NAME		2u
#define INTERFACE_DESCRIPTION	3u
#define PACKET_FLAGS		2u

#define FLAGS_INBOUND		1u
#define FLAGS_OUTBOUND		2u

static void
add16(struct buf *out, unsigned value)
{
	const uint16_t number = (uint16_t)value;

	buf_add(out, &number, sizeof number);
}

static void
add32(struct buf *out, uint32_t value)
{
	buf_add(out, &value, sizeof value);
}

/* Fills up to a multiple of 4 bytes. */
static void
pad(struct buf *out, size_t len)
{
	static const uint8_t zeros[4];

	buf_add(out, zeros, -len & 3);
}

/* Returns where the block begins. */
static size_t
begin(struct buf *out, uint32_t type)
{
	size_t start = out->len;

	add32(out, type);
	add32(out, 0);
	return start;
}

static void
end(struct buf *out, size_t start)
{
	const uint32_t len = (uint32_t)(out->len + 4 - start);

	add32(out, len);
	memcpy(out->data + start + 4, &len, sizeof len);
}

static void
add_option(struct buf *out, unsigned code, const char *text)
{
	size_t len;

	if (!text)
		return;
	len = strlen(text);
	if (len > UINT16_MAX)
		len = UINT16_MAX;
	add16(out, code);
	add16(out, (unsigned)len);
	buf_add(out, text, len);
	pad(out, len);
}

static void
end_options(struct buf *out)
{
	add16(out, OPTION_END);
	add16(out, 0);
}

void
pcapng_add_header(struct buf *out, const char *application,
    const char *comment)
{
	size_t start = begin(out, SECTION_HEADER);

	add32(out, BYTE_ORDER_MAGIC);
	add16(out, 1);
	add16(out, 0);
	/* The length of the section is not known. */
	add32(out, UINT32_MAX);
	add32(out, UINT32_MAX);
	add_option(out, OPTION_COMMENT, comment);
	add_option(out, HEADER_APPLICATION, application);
	end_options(out);
	end(out, start);
}

void
pcapng_add_interface(struct buf *out, const char *name,
    const char *description)
{
	size_t start = begin(out, INTERFACE);

	add16(out, LINK_RAW_IP);
	add16(out, 0);
	add32(out, PCAPNG_MOST);
	add_option(out, INTERFACE_NAME, name);
	add_option(out, INTERFACE_DESCRIPTION, description);
	end_options(out);
	end(out, start);
}

void
pcapng_add_secret(struct buf *out, const char *label,
    struct tls_span client_random, struct tls_span secret)
{
	const uint32_t len = (uint32_t)(strlen(label) +
	    2 * (client_random.len + secret.len) + 3);
	size_t start;

	/* So that nothing is moved, and a copy left behind. */
	buf_reserve(out, len + 64);
	start = begin(out, DECRYPTION_SECRETS);
	add32(out, TLS_KEY_LOG);
	add32(out, len);
	buf_add_string(out, label);
	buf_add_u8(out, ' ');
	text_add_hex(out, client_random);
	buf_add_u8(out, ' ');
	text_add_hex(out, secret);
	buf_add_u8(out, '\n');
	pad(out, len);
	end(out, start);
}

void
pcapng_add_packet(struct buf *out, const struct pcapng_packet *packet)
{
	const uint32_t len =
	    (uint32_t)(packet->head.len + packet->payload.len);
	const uint64_t at = (uint64_t)packet->at_us;
	size_t start = begin(out, ENHANCED_PACKET);

	add32(out, 0);
	add32(out, (uint32_t)(at >> 32));
	add32(out, (uint32_t)at);
	add32(out, len);
	add32(out, len);
	buf_add_span(out, packet->head);
	buf_add_span(out, packet->payload);
	pad(out, len);
	add_option(out, OPTION_COMMENT, packet->comment);
	add16(out, PACKET_FLAGS);
	add16(out, 4);
	add32(out, packet->direction == TLS_RECEIVED ? FLAGS_INBOUND :
	    FLAGS_OUTBOUND);
	end_options(out);
	end(out, start);
}
