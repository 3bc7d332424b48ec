/* wire/http.c - the head of an HTTP/1 request, bounded
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9112; RFC 9110 for fields and reasons
 */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "wire/http.h"

/* What is wrong with a request, as its answer says it. */
static bool
refuse(struct http_request *request, int status, const char *reason)
{
	request->status = status;
	request->reason = reason;
	return false;
}

/* A token's character (RFC 9110, 5.6.2). */
static bool
is_token_char(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool
is_token(struct tls_span span)
{
	for (size_t i = 0; i < span.len; i++)
		if (!is_token_char(span.data[i]))
			return false;
	return span.len > 0;
}

static bool
is_word(struct tls_span span, const char *word)
{
	return span.len == strlen(word) &&
	    strncasecmp((const char *)span.data, word, span.len) == 0;
}

static struct tls_span
trim(struct tls_span span)
{
	while (span.len > 0 && (*span.data == ' ' || *span.data == '\t')) {
		span.data++;
		span.len--;
	}
	while (span.len > 0 && (span.data[span.len - 1] == ' ' ||
	    span.data[span.len - 1] == '\t'))
		span.len--;
	return span;
}

/* Takes off `rest` what precedes the next `end`, and `end` itself; all of it
 * where there is none. */
static struct tls_span
split(struct tls_span *rest, char end)
{
	const uint8_t *at = rest->len ? memchr(rest->data, end, rest->len) :
	    NULL;
	struct tls_span part = *rest;

	if (!at) {
		*rest = (struct tls_span){ NULL, 0 };
		return part;
	}
	part.len = (size_t)(at - rest->data);
	rest->data = at + 1;
	rest->len -= part.len + 1;
	return part;
}

/* Takes a line off `rest`, its end not included; false if there is no whole
 * one. */
static bool
next_line(struct tls_span *rest, struct tls_span *line)
{
	if (rest->len == 0 || !memchr(rest->data, '\n', rest->len))
		return false;
	*line = split(rest, '\n');
	if (line->len > 0 && line->data[line->len - 1] == '\r')
		line->len--;
	return true;
}

/* ---- the request line --------------------------------------------------- */

static bool
read_version(struct http_request *request, struct tls_span version)
{
	const uint8_t *v = version.data;

	if (version.len != 8 || memcmp(v, "HTTP/", 5) != 0 ||
	    v[5] < '0' || v[5] > '9' || v[6] != '.' ||
	    v[7] < '0' || v[7] > '9')
		return refuse(request, 400, "the version is not HTTP/1.x");
	if (v[5] != '1')
		return refuse(request, 505, "only HTTP/1 is spoken here");
	request->minor = (unsigned)(v[7] - '0');
	request->keep_alive = request->minor >= 1;
	return true;
}

static bool
read_request_line(struct http_request *request, struct tls_span line)
{
	struct tls_span rest = line;

	request->method = split(&rest, ' ');
	request->target = split(&rest, ' ');
	if (!is_token(request->method))
		return refuse(request, 400, "the method is no token");
	if (request->target.len == 0)
		return refuse(request, 400, "the target is missing");
	for (size_t i = 0; i < request->target.len; i++)
		if (request->target.data[i] <= ' ' ||
		    request->target.data[i] == 0x7f)
			return refuse(request, 400,
			    "the target has a control character");
	if (rest.data)
		return read_version(request, rest);
	if (!is_word(request->method, "GET"))
		return refuse(request, 400, "the version is missing");
	request->simple = true;
	return true;
}

/* Judges a line whose end has not come yet, so that a bad one is not waited
 * for. */
static enum http_result
wait_for_line(struct http_request *request, struct tls_span rest,
    bool too_long)
{
	struct tls_span method = split(&rest, ' ');

	if (method.len > 0 && method.data[method.len - 1] == '\r')
		method.len--;
	if (method.len > 0 && !is_token(method)) {
		refuse(request, 400, "the method is no token");
		return HTTP_BAD;
	}
	if (method.len + rest.len > HTTP_MAX_LINE) {
		refuse(request, 414, "the request line is too long");
		return HTTP_BAD;
	}
	if (too_long) {
		refuse(request, 431, "the head is too long");
		return HTTP_BAD;
	}
	return HTTP_MORE;
}

/* ---- fields ------------------------------------------------------------- */

/* What the fields say of the body, until all of them are read. */
struct lengths {
	bool has_content_len;
	bool has_coding;
};

static bool
read_content_len(struct http_request *request, struct lengths *lengths,
    struct tls_span value)
{
	uint64_t len = 0;

	if (value.len == 0)
		return refuse(request, 400, "Content-Length is empty");
	for (size_t i = 0; i < value.len; i++) {
		unsigned digit = (unsigned)value.data[i] - '0';

		if (digit > 9)
			return refuse(request, 400,
			    "Content-Length is no number");
		if (len > (UINT64_MAX - digit) / 10)
			return refuse(request, 400,
			    "Content-Length is too large");
		len = len * 10 + digit;
	}
	if (lengths->has_content_len && len != request->content_len)
		return refuse(request, 400, "two lengths contradict");
	lengths->has_content_len = true;
	request->content_len = len;
	return true;
}

static bool
read_coding(struct http_request *request, struct lengths *lengths,
    struct tls_span value)
{
	if (lengths->has_coding)
		return refuse(request, 400, "two transfer codings");
	if (request->minor == 0)
		return refuse(request, 400, "a transfer coding in HTTP/1.0");
	if (!is_word(value, "chunked"))
		return refuse(request, 501, "the only coding is chunked");
	lengths->has_coding = true;
	request->chunked = true;
	return true;
}

static void
read_connection(struct http_request *request, struct tls_span value,
    bool *close)
{
	while (value.len > 0) {
		struct tls_span option = trim(split(&value, ','));

		if (is_word(option, "close"))
			*close = true;
		else if (is_word(option, "keep-alive"))
			request->keep_alive = true;
	}
}

static bool
read_field(struct http_request *request, struct lengths *lengths,
    struct tls_span line, bool *close)
{
	struct tls_span value = line;
	struct tls_span name = split(&value, ':');

	if (*line.data == ' ' || *line.data == '\t')
		return refuse(request, 400, "a folded line");
	if (!value.data)
		return refuse(request, 400, "a field without a colon");
	if (!is_token(name))
		return refuse(request, 400, "a field's name is no token");
	if (memchr(line.data, '\0', line.len) ||
	    memchr(line.data, '\r', line.len))
		return refuse(request, 400, "a field has a NUL or a bare CR");

	value = trim(value);
	if (is_word(name, "Content-Length"))
		return read_content_len(request, lengths, value);
	if (is_word(name, "Transfer-Encoding"))
		return read_coding(request, lengths, value);
	if (is_word(name, "Connection")) {
		read_connection(request, value, close);
	} else if (is_word(name, "Expect")) {
		request->expects_continue |= request->minor >= 1 &&
		    is_word(value, "100-continue");
	} else if (is_word(name, "Host")) {
		if (request->host.data)
			return refuse(request, 400, "two Host fields");
		request->host = value;
	} else if (is_word(name, "User-Agent")) {
		request->user_agent = value;
	}
	return true;
}

static bool
read_fields(struct http_request *request, struct tls_span fields)
{
	struct lengths lengths = { false, false };
	struct tls_span line;
	bool close = false;

	for (size_t num = 0; next_line(&fields, &line); num++) {
		if (num == HTTP_MAX_FIELDS)
			return refuse(request, 431, "too many fields");
		if (!read_field(request, &lengths, line, &close))
			return false;
	}
	if (lengths.has_coding && lengths.has_content_len)
		return refuse(request, 400,
		    "Transfer-Encoding and Content-Length contradict");
	if (close)
		request->keep_alive = false;
	return true;
}

/* ---- the head ----------------------------------------------------------- */

/* Finds the empty line that ends the fields at the start of `rest`, which then
 * begins after it. */
static bool
find_fields(struct tls_span *rest, struct tls_span *fields)
{
	struct tls_span line;

	*fields = *rest;
	while (next_line(rest, &line)) {
		if (line.len > 0)
			continue;
		fields->len = (size_t)(line.data - fields->data);
		return true;
	}
	return false;
}

enum http_result
http_parse(struct tls_span bytes, struct http_request *request)
{
	struct tls_span rest = bytes, line = { NULL, 0 }, start, fields;
	bool too_long;

	*request = (struct http_request){ .minor = 0 };
	if (bytes.len == 0)
		return HTTP_MORE;
	too_long = bytes.len > HTTP_MAX_HEAD;
	if (too_long)
		rest.len = HTTP_MAX_HEAD;
	do {
		start = rest;
		if (next_line(&rest, &line))
			continue;
		return wait_for_line(request, start, too_long);
	} while (line.len == 0);

	if (line.len > HTTP_MAX_LINE) {
		refuse(request, 414, "the request line is too long");
		return HTTP_BAD;
	}
	if (!read_request_line(request, line))
		return HTTP_BAD;
	if (!request->simple) {
		if (!find_fields(&rest, &fields)) {
			if (!too_long)
				return HTTP_MORE;
			refuse(request, 431, "the head is too long");
			return HTTP_BAD;
		}
		if (!read_fields(request, fields))
			return HTTP_BAD;
	}
	request->head_len = (size_t)(rest.data - bytes.data);
	request->head.data = start.data;
	request->head.len = (size_t)(rest.data - start.data);
	return HTTP_OK;
}

/* ---- targets and reasons ------------------------------------------------ */

static int
digit_of(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Cuts "http://host" off an absolute target (RFC 9112, 3.2.2). */
static struct tls_span
without_authority(struct tls_span target)
{
	static const char *const schemes[] = { "http://", "https://" };

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t len = strlen(schemes[i]);
		struct tls_span rest = { target.data, target.len };

		if (target.len < len || strncasecmp((const char *)target.data,
		    schemes[i], len) != 0)
			continue;
		rest.data += len;
		rest.len -= len;
		while (rest.len > 0 && *rest.data != '/' &&
		    *rest.data != '?') {
			rest.data++;
			rest.len--;
		}
		if (rest.len == 0 || *rest.data == '?')
			return span_of("/");
		return rest;
	}
	return target;
}

bool
http_add_path(struct buf *out, struct tls_span target)
{
	struct tls_span path = without_authority(target);
	size_t at = 0;

	if (path.len == 0 || *path.data != '/')
		return false;
	while (at < path.len && path.data[at] != '?' && path.data[at] != '#') {
		unsigned c = path.data[at++];

		if (c == '%') {
			int high, low;

			if (path.len - at < 2)
				return false;
			high = digit_of(path.data[at]);
			low = digit_of(path.data[at + 1]);
			if (high < 0 || low < 0)
				return false;
			c = (unsigned)(high << 4 | low);
			at += 2;
		}
		if (c == 0)
			return false;
		buf_add_u8(out, c);
	}
	return true;
}

const char *
http_reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{ 100, "Continue" },
		{ 101, "Switching Protocols" },
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 206, "Partial Content" },
		{ 301, "Moved Permanently" },
		{ 302, "Found" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 307, "Temporary Redirect" },
		{ 308, "Permanent Redirect" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 410, "Gone" },
		{ 411, "Length Required" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" },
		{ 416, "Range Not Satisfiable" },
		{ 417, "Expectation Failed" },
		{ 421, "Misdirected Request" },
		{ 426, "Upgrade Required" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
		{ 505, "HTTP Version Not Supported" },
	};

	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}
