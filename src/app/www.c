/* www.c - the status page
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1), -www
 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "app/www.h"
#include "base/text.h"
#include "base/text.h"
#include "report/page.h"
#include "report/report.h"

/* The page is different each time. */
#define FRESH	"Cache-Control: no-store\r\n"

static void
add_statistics(struct buf *out, const struct page_facts *page)
{
	report_add_statistics(out, &page->statistics);
}

struct view {
	bool bare;
	bool compares;		/* it has the shadow's table */
	const char *path;
	const char *type;
	const char *fields;
	void (*add)(struct buf *out, const struct page_facts *page);
	const struct view *html;	/* for a client that asks for HTML */
};

static const struct view html = {
	.compares = true,
	.type = "text/html; charset=utf-8",
	.fields = FRESH PAGE_HTML_FIELDS,
	.add = page_add_html,
};

/* The reference's page: text, with one header for all browsers. */
static void
add_bare(struct buf *out, const struct page_facts *page)
{
	struct buf text = BUF_INIT;

	page_add_text(&text, page);
	buf_add_string(out, "<HTML><BODY BGCOLOR=\"#ffffff\">\n<pre>\n\n");
	text_add_html(out, buf_span(&text));
	buf_add_string(out, "</pre></BODY></HTML>\r\n\r\n");
	buf_clear(&text);
}

static const struct view bare = {
	.bare = true,
	.type = "text/html",
	.add = add_bare,
};

/* /stats for whoever can show HTML. */
static const struct view stats_page = {
	.type = "text/html; charset=utf-8",
	.fields = FRESH "Vary: Accept\r\n" PAGE_HTML_FIELDS,
	.add = page_add_statistics,
};

static const struct view views[] = {
	{ .path = "/json", .type = "application/json", .fields = FRESH,
	    .add = page_add_json, .compares = true },
	{ .path = "/text", .type = "text/plain; charset=utf-8",
	    .fields = FRESH, .add = page_add_text },
	{ .path = "/stats", .type = "text/plain; charset=utf-8",
	    .fields = FRESH "Vary: Accept\r\n", .add = add_statistics,
	    .html = &stats_page },
};

static void
add_shadow(struct conn *conn, struct page_facts *page)
{
	struct shadow_job *job = conn_shadow(conn);

	if (job)
		page->table = shadow_table(job);
	if (conn_casts_shadow(conn))
		page->shadow = job ? PAGE_SHADOW_ASKED : PAGE_SHADOW_LEFT_OUT;
}

static void
reply_view(struct conn *conn, const struct http_request *request,
    const struct view *view)
{
	const struct http *http = (const struct http *)conn_app(conn);
	struct tls_facts facts = { 0 };
	struct page_facts page = {
		.plug = conn_plug(conn),
		.facts = &facts,
		.hello = conn_hello(conn),
		.config = conn_config(conn),
		.plugs = conn_plugs(conn),
		.by_name = conn_by_name(conn),
		.npn_by_alpn = conn_npn_by_alpn(conn),
		.secrets = http->options->secrets,
		.request = request,
		.version = PACKAGE_VERSION,
		.command_line = http->options->command_line,
		.peer = conn_peer(conn),
		.handshake_us = conn_handshake_us(conn),
		.verify_error = conn_verify_error(conn),
		.wrong = conn_wrong_step(conn),
		.rules = conn_verify_rules(conn),
		.now = clock_system.wall_us(&clock_system) / 1000000,
	};
	struct http_content content = {
		.bare = view->bare, .type = view->type,
		.fields = view->fields,
		.old = request->minor == 0,
	};
	struct buf body = BUF_INIT;

	if (view->compares && http_hold(conn, request))
		return;
	if (view->compares)
		add_shadow(conn, &page);
	conn_facts(conn, &facts);
	conn_statistics(conn, &page.statistics);
	view->add(&body, &page);
	content.body = buf_span(&body);
	http_reply(conn, request, 200, &content);
	buf_clear(&body);
}

/* Whoever asks in HTTP/1.0 and for one page is served as by the reference:
 * tests of clients look for its status line, and some take the first record for
 * all of the answer. */
static const struct view *
usual_view(struct conn *conn, const struct http_request *request)
{
	const struct http *http = (const struct http *)conn_app(conn);
	bool old = request->minor == 0 && !request->simple &&
	    conn_state(conn)->closing;

	return old || http->options->strict ? &bare : &html;
}

void
www_reply_page(struct conn *conn, const struct http_request *request)
{
	reply_view(conn, request, usual_view(conn, request));
}

/* ---- /reneg and /renegcert ---------------------------------------------- */

static void
answer_changed(struct conn *conn, const struct http_request *request)
{
	www_reply_page(conn, request);
}

/* Asks for what the path says, or for its equivalent in TLS 1.3; the page is
 * sent when that is done, or an explanation if it cannot be. */
static void
change(struct conn *conn, const struct http_request *request,
    bool ask_certificate)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct tls_facts facts;
	enum tls_status status;
	char text[4 * sizeof err.text];

	conn_facts(conn, &facts);
	if (request->stream && (facts.version < TLS_VERSION_1_3 ||
	    ask_certificate)) {
		http_refuse(conn, request, 501, "HTTP/2 has neither "
		    "renegotiation nor certificates after the handshake (RFC "
		    "9113, 9.2.1 and 9.2.3): ask by HTTP/1.1, as "
		    "\"curl --http1.1\" does");
		return;
	}
	if (facts.version < TLS_VERSION_1_3)
		status = conn_renegotiate(conn, ask_certificate, &err);
	else if (ask_certificate)
		status = conn_ask_certificate(conn, &err);
	else
		status = conn_key_update(conn, true, &err);
	if (status == TLS_UNSUPPORTED || status == TLS_FAILED)
		http_refuse(conn, request, status == TLS_FAILED ? 500 : 501,
		    text_escape(err.text, text, sizeof text));
	else if (facts.version < TLS_VERSION_1_3 || ask_certificate)
		http_wait(conn, request);
	else
		www_reply_page(conn, request);	/* no end is told */
}

/* Whether the field Accept names HTML, as that of browsers does. */
static bool
wants_html(const struct http_request *request)
{
	static const char field[] = "accept:", type[] = "text/html";
	const char *at = (const char *)request->head.data;
	const char *end = at + request->head.len;

	while (at < end) {
		const char *next = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((next ? next : end) - at);

		if (len > sizeof field && !strncasecmp(at, field,
		    sizeof field - 1))
			return memmem(at, len, type, sizeof type - 1) != NULL;
		at += len + 1;
	}
	return false;
}

static bool
begins(const char *path, const char *with)
{
	return strncmp(path, with, strlen(with)) == 0;
}

static void
answer(struct conn *conn, const struct http_request *request)
{
	struct buf path = BUF_INIT;
	const struct http *http = (const struct http *)conn_app(conn);
	const struct view *view = NULL;
	bool strict = http->options->strict;

	if (!http_add_path(&path, request->target)) {
		http_refuse(conn, request, 400, "the path is broken");
		buf_clear(&path);
		return;
	}
	for (size_t i = 0; !strict && i < sizeof views / sizeof *views; i++)
		if (!strcmp(buf_string(&path), views[i].path))
			view = views[i].html && wants_html(request) ?
			    views[i].html : &views[i];
	/* Browsers ask for it with every page. */
	if (!strict && !strcmp(buf_string(&path), "/favicon.ico"))
		http_refuse(conn, request, 404, NULL);
	else if (begins(buf_string(&path), "/reneg"))
		change(conn, request, begins(buf_string(&path),
		    "/renegcert"));
	else if (view)
		reply_view(conn, request, view);
	else
		www_reply_page(conn, request);
	buf_clear(&path);
}

const struct http_site www_site = {
	.answer = answer,
	.changed = answer_changed,
};
