/* report/page.h - the page that -www answers with, and its data as JSON
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct page_facts page = {
 *		.plug = conn_plug(conn), .facts = &facts,
 *		.hello = conn_hello(conn), .config = conn_config(conn),
 *		.peer = conn_peer(conn), .version = PACKAGE_VERSION,
 *		.handshake_us = conn_handshake_us(conn),
 *	};
 *	struct buf body = BUF_INIT;
 *
 *	conn_statistics(conn, &page.statistics);
 *	page_add_html(&body, &page);
 *
 * Rules.  Whatever a client or a command line said is escaped; no secret is
 * shown without -show_secrets.  What is added is a complete document, HTML or
 * JSON, that refers to nothing outside itself and runs no script.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "event/event.h"
#include "plug/plugs.h"
#include "wire/http.h"

struct buf;

/* Whether other backends were asked about the client's hello. */
enum page_shadow {
	PAGE_SHADOW_NONE,	/* no: -shadow is not given */
	PAGE_SHADOW_ASKED,
	PAGE_SHADOW_LEFT_OUT,	/* too many waited */
};

/* All is borrowed for the call. */
struct page_facts {
	const struct plug *plug;		/* the one that serves */
	const struct tls_facts *facts;
	const struct tls_hello *hello;		/* or null: not kept */
	const struct tls_config *config;
	struct plugs *plugs;			/* all; null: no report on other
						 * libraries */
	const struct http_request *request;	/* or null */
	const char *version;			/* of this program */
	const char *command_line;		/* or null */
	const char *peer;			/* "[::1]:40122" */
	uint64_t handshake_us;			/* from accept to its end */
	int verify_error;			/* conn_verify_error() */
	const struct tls_verify_step *wrong;	/* the step that reported it, or
						 * null */
	const struct verify_rules *rules;	/* or null */
	int64_t now;				/* seconds since the epoch */
	bool by_name;				/* -backend sni */
	bool npn_by_alpn;			/* ALPN is used in place of
						 * NPN */
	bool secrets;				/* -show_secrets */
	enum page_shadow shadow;
	const struct compare_table *table;	/* their answers; null: not
						 * yet */
	struct statistics statistics;
};

/* HTTP header fields for the HTML: nothing may be loaded, no script may run.
 * Whole lines, each with its CR LF. */
#define PAGE_HTML_FIELDS \
	"Content-Security-Policy: default-src 'none'; " \
	"style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; " \
	"frame-ancestors 'none'\r\n" \
	"X-Content-Type-Options: nosniff\r\n" \
	"Referrer-Policy: no-referrer\r\n"

/* Adds the page for browsers (text/html; charset=utf-8).  It also contains the
 * text of page_add_text. */
void page_add_html(struct buf *out, const struct page_facts *page);

/* Adds a page with only the counters, for browsers. */
void page_add_statistics(struct buf *out, const struct page_facts *page);

/* Adds the same as a JSON document (application/json) with a line feed at its
 * end. */
void page_add_json(struct buf *out, const struct page_facts *page);

/* Adds the reference's text (text/plain), with its labels: suites enabled and
 * suites in common, "SSL-Session:", statistics, client certificate. */
void page_add_text(struct buf *out, const struct page_facts *page);

#endif
