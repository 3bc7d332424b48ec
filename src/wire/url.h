/* wire/url.h - http URLs
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 3986; RFC 9110, 4.2
 *
 *	struct url url;
 *
 *	if (!url_parse(span_of("http://[::1]:8888/ocsp"), &url, &err))
 *		return false;
 *	ask(url.host, url.port, url.path);
 */
#ifndef WIRE_URL_H
#define WIRE_URL_H

#include "tls_types.h"

#define URL_HOST_ROOM	256
#define URL_PATH_ROOM	1024

struct url {
	char host[URL_HOST_ROOM];	/* a name or an address, without
					 * brackets */
	uint16_t port;
	char path[URL_PATH_ROOM];	/* with its query; "/" at least */
};

/* Splits "http://HOST[:PORT][/PATH]".  False for anything else with
 * blame CONFIG and a clause that says what is wrong, without the URL; https
 * is refused too, since the core has no TLS client. */
bool url_parse(struct tls_span text, struct url *url, struct tls_error *err);

#endif
