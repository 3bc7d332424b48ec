/* recorded/read.c - reads a file with ClientHellos, whatever it is
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "names/names.h"
#include "recorded/internal.h"
#include "wire/answer.h"

/* What is read of a file that is no capture, in bytes. */
#define MAX_FILE	(16u << 20)
/* Enough to tell a capture from all else. */
#define HEAD_LEN	64

static const char *const format_names[] = {
	[FORMAT_ANY] = "auto",
	[FORMAT_RECORD] = "record",
	[FORMAT_MESSAGE] = "message",
	[FORMAT_HEX] = "hex",
	[FORMAT_BASE64] = "base64",
	[FORMAT_MSG] = "msg",
	[FORMAT_CAPTURE] = "pcap",
};

const char *
recorded_format_name(enum recorded_format format)
{
	return format_names[format];
}

/* ---- bytes -------------------------------------------------------------- */

/* What bytes are that are no ClientHello. */
static bool
refuse_bytes(struct tls_span bytes, struct tls_error *err)
{
	struct buf start = BUF_INIT;
	const uint8_t *b = bytes.data;
	const char *name;

	text_add_hex(&start, (struct tls_span){ b,
	    bytes.len < 8 ? bytes.len : 8 });
	if (bytes.len > 2 && b[0] == 22 && b[1] == 0xfe)
		err_set(err, TLS_BLAME_CONFIG, "this is a DTLS record, and "
		    "only TLS over TCP is read");
	else if (bytes.len > 5 && b[0] == 22 && b[1] == 3 &&
	    (name = name_of_message(b[5])))
		err_set(err, TLS_BLAME_CONFIG, "the record has a %s, not a "
		    "ClientHello", name);
	else if (bytes.len > 2 && b[1] == 3 && (name = name_of_content(b[0])))
		err_set(err, TLS_BLAME_CONFIG, "this begins with a record of "
		    "type %s, not Handshake", name);
	else
		err_set(err, TLS_BLAME_CONFIG, "no ClientHello begins with "
		    "the bytes %s (a record begins with 16 03, a message with "
		    "01)", buf_string(&start));
	buf_clear(&start);
	return false;
}

static bool
is_record(struct tls_span bytes)
{
	const uint8_t *b = bytes.data;

	if (bytes.len >= 3 && b[0] & 0x80 && b[2] == MESSAGE_CLIENT_HELLO)
		return bytes.len < 4 || b[3] == 3 || b[3] == 0;
	return bytes.len >= 3 && b[0] == 22 && b[1] == 3 &&
	    (bytes.len < 6 || b[5] == MESSAGE_CLIENT_HELLO);
}

static bool
is_message(struct tls_span bytes)
{
	return bytes.len >= 4 && bytes.data[0] == MESSAGE_CLIENT_HELLO &&
	    bytes.data[1] <= 2 && (bytes.len < 5 || bytes.data[4] == 3 ||
	    bytes.data[4] == 0xfe);
}

/* Takes binary; `format` ANY, RECORD or MESSAGE. */
static bool
take_binary(struct recorded *out, struct tls_span bytes,
    enum recorded_format format, struct tls_error *err)
{
	struct buf copy = BUF_INIT;
	bool bare;

	if (format == FORMAT_ANY && !is_record(bytes) && !is_message(bytes))
		return refuse_bytes(bytes, err);
	bare = format == FORMAT_MESSAGE ||
	    (format == FORMAT_ANY && !is_record(bytes));
	buf_add_span(&copy, bytes);
	recorded_add(out, &copy, bare);
	out->format = bare ? FORMAT_MESSAGE : FORMAT_RECORD;
	return true;
}

/* ---- text --------------------------------------------------------------- */

static bool
is_text(struct tls_span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		uint8_t c = bytes.data[i];

		if ((c < ' ' && (c < '\t' || c > '\r')) || c > '~')
			return false;
	}
	return true;
}

/* Between the lines of PEM, or all that is no such line. */
static bool
read_base64(struct tls_span text, struct buf *out)
{
	struct buf body = BUF_INIT;
	struct tls_span line;
	bool good;

	while (next_line(&text, &line)) {
		if (line.len > 4 && memcmp(line.data, "-----", 5) == 0) {
			if (body.len)
				break;
			continue;
		}
		buf_add_span(&body, line);
		buf_add_u8(&body, '\n');
	}
	good = text_read_base64(out, buf_span(&body)) && out->len > 0;
	/* text_read_base64 stops at what is none. */
	for (size_t i = 0; i < body.len && good; i++)
		good = strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
		    "uvwxyz0123456789+/=\r\n\t ", body.data[i]);
	buf_clear(&body);
	return good;
}

static bool
take_text(struct recorded *out, struct tls_span text,
    enum recorded_format format, struct tls_error *err)
{
	bool any = format == FORMAT_ANY, good;
	struct buf bytes = BUF_INIT;

	if ((any || format == FORMAT_HEX) && hex_read(text, &bytes)) {
		format = FORMAT_HEX;
	} else if (any || format == FORMAT_BASE64) {
		bytes.len = 0;
		if (read_base64(text, &bytes))
			format = FORMAT_BASE64;
		else
			bytes.len = 0;
	}
	if (bytes.len == 0 || format == FORMAT_ANY) {
		buf_clear(&bytes);
		return err_set(err, TLS_BLAME_CONFIG, any ? "this text is "
		    "neither hex nor base64, nor printed by openssl s_client "
		    "-msg" : format == FORMAT_HEX ? "this is not hex" :
		    "this is not base64");
	}
	good = take_binary(out, buf_span(&bytes), FORMAT_ANY, err);
	out->format = format;
	buf_clear(&bytes);
	return good;
}

static bool
take_msg(struct recorded *out, struct tls_span text, size_t wanted,
    struct tls_error *err)
{
	msg_read(text, out, wanted);
	out->format = FORMAT_MSG;
	return out->num > 0 || err_set(err, TLS_BLAME_CONFIG, "there is no "
	    "ClientHello in this output of openssl s_client -msg");
}

/* ---- files -------------------------------------------------------------- */

/* Whatever is no capture. */
static bool
take_bytes(struct recorded *out, struct tls_span bytes,
    enum recorded_format format, size_t wanted, struct tls_error *err)
{
	const char *program = compressed_by(bytes);

	if (bytes.len == 0)
		return err_set(err, TLS_BLAME_CONFIG, "the file is empty");
	if (format == FORMAT_ANY && program)
		return err_set(err, TLS_BLAME_CONFIG, "this is compressed: try "
		    "%s -dc FILE | polytls hello -", program);
	if (format == FORMAT_RECORD || format == FORMAT_MESSAGE ||
	    (format == FORMAT_ANY && (is_record(bytes) || is_message(bytes))))
		return take_binary(out, bytes, format, err);
	if (format == FORMAT_MSG ||
	    (format == FORMAT_ANY && msg_looks_like(bytes)))
		return take_msg(out, bytes, wanted, err);
	if (format == FORMAT_ANY && !is_text(bytes))
		return refuse_bytes(bytes, err);
	return take_text(out, bytes, format, err);
}

bool
recorded_read_bytes(struct recorded *out, struct tls_span bytes,
    enum recorded_format format, size_t wanted, struct tls_error *err)
{
	FILE *file;
	bool good;

	memset(out, 0, sizeof *out);
	if (format != FORMAT_CAPTURE &&
	    (format != FORMAT_ANY || !capture_looks_like(bytes))) {
		good = take_bytes(out, bytes, format, wanted, err);
	} else {
		file = fmemopen((void *)(uintptr_t)bytes.data,
		    bytes.len ? bytes.len : 1, "rb");
		if (!file)
			return err_set(err, TLS_BLAME_US, "%s",
			    strerror(errno));
		good = capture_read(out, file, wanted, err);
	}
	if (!good)
		recorded_clear(out);
	return good;
}

/* Reads on until `most` bytes or the end of the file. */
static bool
read_more(FILE *file, struct buf *bytes, size_t most)
{
	while (bytes->len < most && !feof(file) && !ferror(file)) {
		size_t want = most - bytes->len < 65536 ?
		    most - bytes->len : 65536;

		bytes->len += fread(buf_reserve(bytes, want), 1, want, file);
	}
	return !ferror(file);
}

/* What was read already, then the file. */
struct again {
	struct buf *head;
	size_t at;
	FILE *file;
};

static ssize_t
read_again(void *cookie, char *to, size_t len)
{
	struct again *again = cookie;
	size_t left = again->head->len - again->at;

	if (left == 0) {
		len = fread(to, 1, len, again->file);
		return ferror(again->file) ? -1 : (ssize_t)len;
	}
	if (len > left)
		len = left;
	memcpy(to, again->head->data + again->at, len);
	again->at += len;
	return (ssize_t)len;
}

/* Reads a capture, however long, from its beginning, which is in `head`. */
static bool
read_capture(struct recorded *out, FILE *file, struct buf *head,
    size_t wanted, struct tls_error *err)
{
	struct again again = { head, 0, file };
	FILE *whole = fopencookie(&again, "rb",
	    (cookie_io_functions_t){ .read = read_again });

	if (!whole)
		return err_set(err, TLS_BLAME_US, "%s", strerror(errno));
	return capture_read(out, whole, wanted, err);
}

static bool
read_file(struct recorded *out, FILE *file, enum recorded_format format,
    size_t wanted, struct tls_error *err)
{
	struct buf bytes = BUF_INIT;
	bool good;

	if (!read_more(file, &bytes, HEAD_LEN)) {
		good = err_set(err, TLS_BLAME_CONFIG, "%s", strerror(errno));
	} else if (format == FORMAT_CAPTURE || (format == FORMAT_ANY &&
	    capture_looks_like(buf_span(&bytes)))) {
		good = read_capture(out, file, &bytes, wanted, err);
	} else if (!read_more(file, &bytes, MAX_FILE + 1)) {
		good = err_set(err, TLS_BLAME_CONFIG, "%s", strerror(errno));
	} else if (bytes.len > MAX_FILE) {
		good = err_set(err, TLS_BLAME_CONFIG, "more than %u MiB, and "
		    "no capture", MAX_FILE >> 20);
	} else {
		good = take_bytes(out, buf_span(&bytes), format, wanted, err);
	}
	buf_clear(&bytes);
	return good;
}

bool
recorded_read(struct recorded *out, const char *path,
    enum recorded_format format, size_t wanted, struct tls_error *err)
{
	bool is_stdin = !strcmp(path, "-"), good;
	FILE *file = is_stdin ? stdin : fopen(path, "rbe");

	memset(out, 0, sizeof *out);
	if (!file)
		return err_set(err, TLS_BLAME_CONFIG, "%s", strerror(errno));
	good = read_file(out, file, format, wanted, err);
	if (!is_stdin)
		fclose(file);
	if (!good)
		recorded_clear(out);
	return good;
}
