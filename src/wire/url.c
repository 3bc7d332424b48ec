/* wire/url.c - http URLs
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 3986; RFC 9110, 4.2
 */
#include "wire/url.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

#define FORM	"the form is http://HOST[:PORT]/PATH"

static bool
has_scheme(struct tls_span text, const char *scheme)
{
	size_t len = strlen(scheme);

	return text.len >= len &&
	    !strncasecmp((const char *)text.data, scheme, len);
}

/* No character that would end a line of a request, or a word in it. */
static bool
is_plain(struct tls_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] <= 0x20 || text.data[i] >= 0x7f)
			return false;
	return true;
}

/* The index of the first of `stops`, or the length. */
static size_t
until(struct tls_span text, const char *stops)
{
	size_t i = 0;

	while (i < text.len && !strchr(stops, text.data[i]))
		i++;
	return i;
}

static bool
copy(struct tls_span from, char *to, size_t room)
{
	if (from.len >= room)
		return false;
	memcpy(to, from.data, from.len);
	to[from.len] = 0;
	return true;
}

static bool
read_port(struct tls_span text, uint16_t *port)
{
	char digits[8];
	unsigned long number = 80;
	bool good = text.len == 0 || (copy(text, digits, sizeof digits) &&
	    text_read_number(digits, 1, 65535, &number));

	*port = (uint16_t)number;
	return good;
}

static bool
is_host(struct tls_span host, bool brackets)
{
	for (size_t i = 0; i < host.len; i++)
		if (!isalnum(host.data[i]) &&
		    !strchr(brackets ? ":.%" : "-._~", host.data[i]))
			return false;
	return host.len > 0;
}

/* HOST[:PORT], where an address with colons is in brackets. */
static bool
read_authority(struct tls_span text, struct url *url)
{
	struct tls_span host = text, port;
	bool brackets = text.len && *text.data == '[';
	size_t len;

	if (brackets) {
		host = (struct tls_span){ text.data + 1, text.len - 1 };
		len = until(host, "]");
		if (len == host.len)
			return false;
		port = (struct tls_span){ host.data + len + 1,
		    host.len - len - 1 };
		if (port.len && *port.data != ':')
			return false;
	} else {
		len = until(host, ":");
		port = (struct tls_span){ host.data + len, host.len - len };
	}
	host.len = len;
	if (port.len) {
		port.data++;
		port.len--;
	}
	return is_host(host, brackets) &&
	    copy(host, url->host, sizeof url->host) &&
	    read_port(port, &url->port);
}

bool
url_parse(struct tls_span text, struct url *url, struct tls_error *err)
{
	struct tls_span rest, path;
	size_t len;

	if (has_scheme(text, "https:"))
		return err_set(err, TLS_BLAME_CONFIG, "https is not spoken "
		    "with responders: their responses are signed anyway, so "
		    "name it with http");
	if (!has_scheme(text, "http://"))
		return err_set(err, TLS_BLAME_CONFIG, "no http URL: " FORM);
	rest = (struct tls_span){ text.data + 7, text.len - 7 };
	if (!is_plain(rest))
		return err_set(err, TLS_BLAME_CONFIG, "blanks and bytes that "
		    "cannot be in a URL: " FORM);
	/* A fragment is not sent to the server. */
	rest.len = until(rest, "#");
	len = until(rest, "/?");
	path = (struct tls_span){ rest.data + len, rest.len - len };
	if (!read_authority((struct tls_span){ rest.data, len }, url))
		return err_set(err, TLS_BLAME_CONFIG, "no host, or a port "
		    "that is none: " FORM);
	strcpy(url->path, "/");
	if (path.len == 0)
		return true;
	if (*path.data == '/')
		return copy(path, url->path, sizeof url->path) || err_set(err,
		    TLS_BLAME_CONFIG, "a path of more than %d bytes",
		    URL_PATH_ROOM - 1);
	return copy(path, url->path + 1, sizeof url->path - 1) || err_set(err,
	    TLS_BLAME_CONFIG, "a query of more than %d bytes",
	    URL_PATH_ROOM - 2);
}
