/* wire/answer.c - the messages with which a server answers a ClientHello
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 4; RFC 5246, 7.4; RFC 8422, 5.4; RFC 6066, 8; RFC 8879
 */
#include "wire/answer.h"

#include <string.h>

#include "base/reader.h"
#include "names/names.h"

/* The extensions whose bodies are read, or whose presence is noted. */
enum {
	EXTENSION_STATUS_REQUEST = 5,
	EXTENSION_SIGNATURES = 13,
	EXTENSION_ALPN = 16,
	EXTENSION_SERVER_CERTIFICATE_TYPE = 20,
	EXTENSION_EXTENDED_MASTER = 23,
	EXTENSION_TICKET = 35,
	EXTENSION_PSK = 41,
	EXTENSION_VERSIONS = 43,
	EXTENSION_COOKIE = 44,
	EXTENSION_AUTHORITIES = 47,
	EXTENSION_KEY_SHARE = 51,
	EXTENSION_RENEGOTIATION = 0xff01,
};

#define HEADER_LEN	4
#define RANDOM_LEN	32

/* ---- lists -------------------------------------------------------------- */

bool
answer_next_extension(struct tls_span *rest, struct tls_extension *extension)
{
	struct reader r = reader_of(*rest);

	if (r.left == 0)
		return false;
	extension->type = read_u16(&r);
	extension->body = read_vec16(&r);
	if (r.broken)
		return false;
	*rest = (struct tls_span){ r.at, r.left };
	return true;
}

bool
answer_extension(struct tls_span extensions, uint16_t type,
    struct tls_span *body)
{
	struct tls_extension extension;

	while (answer_next_extension(&extensions, &extension))
		if (extension.type == type) {
			*body = extension.body;
			return true;
		}
	return false;
}

bool
answer_next_name(struct tls_span *rest, struct tls_span *name)
{
	struct reader r = reader_of(*rest);

	if (r.left == 0)
		return false;
	*name = read_vec16(&r);
	if (r.broken)
		return false;
	*rest = (struct tls_span){ r.at, r.left };
	return true;
}

uint16_t
answer_number(struct tls_span list, size_t index)
{
	return (uint16_t)(list.data[2 * index] << 8 | list.data[2 * index + 1]);
}

/* Takes a list of extensions with its length; breaks `r` where they do not
 * fill it. */
static struct tls_span
read_extensions(struct reader *r)
{
	struct tls_span list = read_vec16(r), rest = list;
	struct tls_extension extension;

	while (answer_next_extension(&rest, &extension))
		;
	if (rest.len > 0)
		r->broken = true;
	return list;
}

static bool
is_done(const struct reader *r)
{
	return !r->broken && r->left == 0;
}

/* A reader after the header of `message`, broken where that gives another
 * length. */
static struct reader
body_of(struct tls_span message)
{
	struct reader r = reader_of(message);

	read_u8(&r);
	if (read_u24(&r) != r.left)
		r.broken = true;
	return r;
}

bool
answer_message(struct tls_span bytes, uint8_t *type, struct tls_span *message)
{
	struct reader r = reader_of(bytes);

	*type = read_u8(&r);
	*message = read_vec24(&r);
	if (r.broken)
		return false;
	*message = (struct tls_span){ bytes.data, HEADER_LEN + message->len };
	return true;
}

/* ---- bodies of extensions ----------------------------------------------- */

/* The one protocol of an answer (RFC 7301, 3.1). */
static struct tls_span
read_alpn(struct tls_span extensions)
{
	struct tls_span body, list, name = { NULL, 0 };
	struct reader r;

	if (!answer_extension(extensions, EXTENSION_ALPN, &body))
		return name;
	r = reader_of(body);
	list = read_vec16(&r);
	if (!is_done(&r))
		return name;
	r = reader_of(list);
	name = read_vec8(&r);
	return is_done(&r) ? name : (struct tls_span){ NULL, 0 };
}

/* The number that is all of the body; 0 where it is not. */
static uint16_t
number_in(struct tls_span body)
{
	return body.len == 2 ? answer_number(body, 0) : 0;
}

static void
read_key_share(struct server_hello *hello, struct tls_span body)
{
	struct reader r = reader_of(body);
	uint16_t group = read_u16(&r);
	struct tls_span share = { NULL, 0 };

	if (!hello->retry)
		share = read_vec16(&r);
	if (!is_done(&r))
		return;
	hello->group = group;
	hello->key_share = share;
}

static struct tls_span
read_cookie(struct tls_span body)
{
	struct reader r = reader_of(body);
	struct tls_span cookie = read_vec16(&r);

	return is_done(&r) ? cookie : (struct tls_span){ NULL, 0 };
}

/* The response of a CertificateStatus (RFC 6066, 8), which is the body of a
 * message or of an extension. */
static struct tls_span
read_response(struct reader *r)
{
	if (read_u8(r) == 1)		/* ocsp */
		return read_vec24(r);
	read_bytes(r, r->left);
	return (struct tls_span){ NULL, 0 };
}

/* ---- ServerHello -------------------------------------------------------- */

/* RFC 8446, 4.1.3: the SHA-256 of "HelloRetryRequest". */
static const uint8_t retry_random[RANDOM_LEN] = {
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11,
	0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e,
	0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

static enum server_downgrade
downgrade_of(struct tls_span random)
{
	const uint8_t *end = random.data + RANDOM_LEN;

	if (memcmp(end - 8, "DOWNGRD", 7) != 0 || end[-1] > 1)
		return DOWNGRADE_NONE;
	return end[-1] ? DOWNGRADE_TLS1_2 : DOWNGRADE_TLS1_1;
}

static void
pick_from_hello(struct server_hello *hello)
{
	struct tls_span list = hello->extensions, body;

	if (answer_extension(list, EXTENSION_VERSIONS, &body) &&
	    number_in(body))
		hello->version = number_in(body);
	if (answer_extension(list, EXTENSION_KEY_SHARE, &body))
		read_key_share(hello, body);
	if (answer_extension(list, EXTENSION_COOKIE, &body))
		hello->cookie = read_cookie(body);
	if (answer_extension(list, EXTENSION_PSK, &body) && body.len == 2) {
		hello->has_psk = true;
		hello->psk = number_in(body);
	}
	if (answer_extension(list, EXTENSION_SERVER_CERTIFICATE_TYPE, &body))
		hello->raw_key = body.len == 1 && body.data[0] == 2;
	hello->alpn = read_alpn(list);
	hello->expects_ticket = answer_extension(list, EXTENSION_TICKET,
	    &body);
	hello->extended_master = answer_extension(list,
	    EXTENSION_EXTENDED_MASTER, &body);
	hello->secure_renegotiation = answer_extension(list,
	    EXTENSION_RENEGOTIATION, &body);
}

bool
answer_hello(struct tls_span message, struct server_hello *out)
{
	struct reader r = body_of(message);

	*out = (struct server_hello){ .message = message };
	out->version = out->legacy_version = read_u16(&r);
	out->random = read_bytes(&r, RANDOM_LEN);
	out->session_id = read_vec8(&r);
	out->suite = read_u16(&r);
	out->compression = read_u8(&r);
	if (r.left > 0)
		out->extensions = read_extensions(&r);
	if (!is_done(&r) || out->session_id.len > 32)
		return false;
	out->retry = memcmp(out->random.data, retry_random, RANDOM_LEN) == 0;
	out->downgrade = downgrade_of(out->random);
	pick_from_hello(out);
	return true;
}

/* ---- the others --------------------------------------------------------- */

bool
answer_extensions(struct tls_span message, struct server_extensions *out)
{
	struct reader r = body_of(message);

	*out = (struct server_extensions){ .message = message };
	out->extensions = read_extensions(&r);
	out->alpn = read_alpn(out->extensions);
	return is_done(&r);
}

static void
hold(struct server_certificate *out, struct tls_span der)
{
	if (out->num_chain < ANSWER_MAX_CHAIN)
		out->chain[out->num_chain++] = der;
	out->num_sent++;
}

/* Takes the entries of a chain off `r`; in TLS 1.3 each is followed by its
 * extensions. */
static void
read_chain(struct reader *r, bool tls1_3, struct server_certificate *out)
{
	struct tls_span list = read_vec24(r), body;
	struct reader entries = reader_of(list);

	while (entries.left > 0) {
		struct tls_span extensions = { NULL, 0 };

		hold(out, read_vec24(&entries));
		if (tls1_3)
			extensions = read_extensions(&entries);
		if (out->num_sent == 1)
			out->extensions = extensions;
	}
	if (entries.broken)
		r->broken = true;
	if (answer_extension(out->extensions, EXTENSION_STATUS_REQUEST,
	    &body)) {
		struct reader status = reader_of(body);

		out->status = read_response(&status);
		if (!is_done(&status))
			out->status = (struct tls_span){ NULL, 0 };
	}
}

bool
answer_certificate(struct tls_span message, const struct server_hello *hello,
    struct server_certificate *out)
{
	bool tls1_3 = hello->version >= TLS_VERSION_1_3;
	struct reader r = body_of(message);

	*out = (struct server_certificate){ .message = message };
	if (r.broken)
		return false;
	if (message.data[0] == MESSAGE_COMPRESSED_CERTIFICATE) {
		out->compression = read_u16(&r);
		read_u24(&r);			/* its length without */
		read_vec24(&r);
	} else if (!tls1_3 && hello->raw_key) {
		hold(out, read_vec24(&r));
	} else {
		if (tls1_3)
			out->context = read_vec8(&r);
		read_chain(&r, tls1_3, out);
	}
	return is_done(&r);
}

/* The bits of a number without its leading zeros. */
static unsigned
bits_of(struct tls_span number)
{
	unsigned bits = 0;

	while (number.len > 0 && number.data[0] == 0) {
		number.data++;
		number.len--;
	}
	if (number.len == 0)
		return 0;
	for (uint8_t first = number.data[0]; first; first >>= 1)
		bits++;
	return bits + 8 * (unsigned)(number.len - 1);
}

/* Takes a curve and a point on it (RFC 8422, 5.4); false: an explicit one,
 * which RFC 8422 dropped. */
static bool
read_curve(struct reader *r, struct server_key_exchange *out)
{
	switch (read_u8(r)) {
	case 1:				/* explicit_prime */
		out->group = 0xff01;
		return false;
	case 2:				/* explicit_char2 */
		out->group = 0xff02;
		return false;
	case 3:				/* named_curve */
		out->group = read_u16(r);
		read_vec8(r);
		return true;
	default:
		r->broken = true;
		return true;
	}
}

bool
answer_key_exchange(struct tls_span message, const struct server_hello *hello,
    struct server_key_exchange *out)
{
	unsigned parts = suite_key_exchange(hello->suite);
	struct reader r = body_of(message);

	*out = (struct server_key_exchange){ .message = message };
	out->parts = parts;
	if (!parts)
		return !r.broken;
	if (parts & EXCHANGE_HINT) {
		out->has_hint = true;
		out->hint = read_vec16(&r);
	}
	if (parts & EXCHANGE_EC && !read_curve(&r, out))
		return !r.broken;
	if (parts & EXCHANGE_DH) {
		out->dh_prime = read_vec16(&r);
		out->dh_bits = bits_of(out->dh_prime);
		read_vec16(&r);			/* generator */
		read_vec16(&r);			/* public value */
	}
	if (parts & EXCHANGE_RSA) {
		read_vec16(&r);			/* modulus */
		read_vec16(&r);			/* exponent */
	}
	if (parts & EXCHANGE_SRP) {
		read_vec16(&r);			/* N */
		read_vec16(&r);			/* g */
		read_vec8(&r);			/* salt */
		read_vec16(&r);			/* B */
	}
	if (parts & EXCHANGE_SIGNED) {
		if (hello->version >= TLS_VERSION_1_2)
			out->signature = read_u16(&r);
		read_vec16(&r);
	}
	return is_done(&r);
}

static bool
count_names(struct tls_span list, size_t *num)
{
	struct tls_span name;

	for (*num = 0; answer_next_name(&list, &name); ++*num)
		;
	return list.len == 0;
}

/* The list that is all of an extension's body, after its length. */
static struct tls_span
list_in(struct tls_span extensions, uint16_t type)
{
	struct tls_span body, list;
	struct reader r;

	if (!answer_extension(extensions, type, &body))
		return (struct tls_span){ NULL, 0 };
	r = reader_of(body);
	list = read_vec16(&r);
	return is_done(&r) ? list : (struct tls_span){ NULL, 0 };
}

bool
answer_request(struct tls_span message, const struct server_hello *hello,
    struct certificate_request *out)
{
	struct reader r = body_of(message);

	*out = (struct certificate_request){ .message = message };
	if (hello->version >= TLS_VERSION_1_3) {
		out->context = read_vec8(&r);
		out->extensions = read_extensions(&r);
		out->signatures = list_in(out->extensions,
		    EXTENSION_SIGNATURES);
		out->authorities = list_in(out->extensions,
		    EXTENSION_AUTHORITIES);
		if (!count_names(out->authorities, &out->num_authorities))
			out->authorities.len = out->num_authorities = 0;
		if (out->signatures.len % 2)
			out->signatures.len = 0;
		return is_done(&r);
	}
	out->types = read_vec8(&r);
	if (hello->version >= TLS_VERSION_1_2)
		out->signatures = read_vec16(&r);
	out->authorities = read_vec16(&r);
	return is_done(&r) && out->signatures.len % 2 == 0 &&
	    count_names(out->authorities, &out->num_authorities);
}

bool
answer_verify(struct tls_span message, uint16_t *signature)
{
	struct reader r = body_of(message);

	*signature = read_u16(&r);
	read_vec16(&r);
	return is_done(&r);
}

bool
answer_status(struct tls_span message, struct tls_span *response)
{
	struct reader r = body_of(message);

	*response = read_response(&r);
	return is_done(&r);
}
