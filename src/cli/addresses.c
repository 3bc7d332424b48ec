/* addresses.c - values that are addresses, URLs or protocols
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/values.h"

#include <netdb.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "wire/url.h"

static bool
is_port(const char *string)
{
	unsigned long number;

	if (*string >= '0' && *string <= '9')
		return text_read_number(string, 0, 65535, &number);
	return *string && getservbyname(string, "tcp") != NULL;
}

bool
value_read_port(const struct reading *r, struct tls_error *err)
{
	if (!is_port(r->value))
		return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: a port is a "
		    "number from 0 to 65535 or the name of a service",
		    r->option->name, r->value);
	return keep(r);
}

bool
value_read_address(const struct reading *r, struct tls_error *err)
{
	const char *value = r->value, *port = strrchr(value, ':');
	unsigned long number;

	if (!strncmp(value, "fd:", 3))
		return text_read_number(value + 3, 0, 1 << 20, &number) ?
		    keep(r) : err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: "
		    "behind fd: goes the number of a descriptor, as in fd:3",
		    r->option->name, value);
	if (*value == '[') {
		const char *end = strchr(value, ']');

		if (!end || end[1] != ':')
			return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: an "
			    "address in brackets ends in \"]:PORT\"",
			    r->option->name, value);
		port = end + 1;
	} else if (port && port != strchr(value, ':')) {
		return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: an address "
		    "with colons goes into brackets: [%.*s]%.20s",
		    r->option->name, value,
		    port - value < 60 ? (int)(port - value) : 60, value,
		    port);
	}
	if (!is_port(port ? port + 1 : value))
		return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: [HOST:]PORT "
		    "or fd:N, where PORT is a number from 0 to 65535 or the "
		    "name of a service", r->option->name, value);
	return keep(r);
}

bool
value_read_protocols(const struct reading *r, struct tls_error *err)
{
	const char *at = r->value;
	size_t len, total = 0;
	bool good = true;

	/* Empty ones are skipped, if there is another. */
	do {
		len = strcspn(at, ",");
		total += len ? len + 1 : 0;
		good = good && len <= 255;
		for (size_t i = 0; i < len; i++)
			good = good && at[i] > ' ' && at[i] <= '~';
		at += len;
	} while (*at++);
	if (good && total > 0 && total <= 65535)
		return keep(r);
	return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: printable names of "
	    "1 to 255 bytes with a comma between them, as in h2,http/1.1",
	    r->option->name, r->value);
}

bool
value_read_url(const struct reading *r, struct tls_error *err)
{
	struct tls_error why = TLS_ERROR_INIT;
	struct url url;

	if (url_parse(span_of(r->value), &url, &why))
		return keep(r);
	return err_set(err, TLS_BLAME_CONFIG, "-%s %.80s: %.120s",
	    r->option->name, r->value, why.text);
}
