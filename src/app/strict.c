/* strict.c - files exactly as the reference serves them (-strict_s_server)
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1), -WWW and -HTTP
 *
 * The path is what stands between the first "/" and the next space: nothing is
 * decoded, a query is part of it, a directory has no index.  Every answer says
 * 200.  Three things differ from the reference: methods other than GET get an
 * answer, a file outside the root is not opened, and the client is not told
 * what went wrong inside the server.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/files.h"
#include "app/www.h"
#include "base/beneath.h"
#include "base/text.h"

static bool
is_slash(uint8_t c)
{
	return c == '/' || c == '\\';
}

/* ---- refusals, in this order ------------------------------------------ */

static bool
lacks_space(const struct http_request *request, struct tls_span *path)
{
	(void)path;
	return request->simple;
}

/* A component of two dots anywhere, or a colon, at which the reference cuts off
 * the path that it shows. */
static bool
has_dot_dot(const struct http_request *request, struct tls_span *path)
{
	size_t dots = 0;

	(void)request;
	for (size_t i = 0; i < path->len; i++) {
		uint8_t c = path->data[i];
		bool begins = i == 0 || is_slash(path->data[i - 1]);

		if (c == ':') {
			path->len = i;
			return true;
		}
		dots = c != '.' ? 0 : begins ? 1 : dots ? dots + 1 : 0;
		if (dots == 2 && (i + 1 == path->len ||
		    is_slash(path->data[i + 1])))
			return true;
	}
	return false;
}

static bool
is_absolute(const struct http_request *request, struct tls_span *path)
{
	(void)request;
	return path->len && is_slash(path->data[0]);
}

static const struct {
	bool (*applies)(const struct http_request *request,
	    struct tls_span *path);
	const char *suffix;		/* the path, in quotes */
} refusals[] = {
	{ lacks_space, "\r\n' is an invalid file name" },
	{ has_dot_dot, "' contains '..' or ':'" },
	{ is_absolute, "' is an invalid path" },
};

static void
refuse(struct conn *conn, const struct http_request *request,
    const char *prefix, struct tls_span path, const char *suffix)
{
	struct http_content content = { .bare = true, .type = "text/plain" };
	struct buf body = BUF_INIT;

	buf_printf(&body, "%s'", prefix);
	buf_add_span(&body, path);
	buf_printf(&body, "%s\r\n", suffix);
	content.body = buf_span(&body);
	http_reply(conn, request, 200, &content);
	buf_clear(&body);
}

/* ---- what is served ------------------------------------------------------ */

static const char *
type_of(const char *name)
{
	static const char *const suffixes[] = { ".html", ".htm", ".php" };
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		size_t part = strlen(suffixes[i]);

		if (len > part && !strcmp(name + len - part, suffixes[i]))
			return "text/html";
	}
	return "text/plain";
}

static void
reply_with(struct conn *conn, const struct http_request *request,
    struct tls_span path)
{
	const struct http *http = (const struct http *)conn_app(conn);
	struct http_file file = { .bare = true, .fd = -1 };
	struct buf name = BUF_INIT;
	struct stat st = { 0 };

	buf_add_span(&name, path);
	file.name = buf_string(&name);
	if (path.len)
		file.fd = beneath_open(http->root, file.name);
	if (file.fd != -1)
		fstat(file.fd, &st);
	if (file.fd != -1 && S_ISREG(st.st_mode)) {
		file.len = (uint64_t)st.st_size;
		file.type = type_of(file.name);
		http_reply_file(conn, request, &file);
	} else if (file.fd != -1 && S_ISDIR(st.st_mode)) {
		close(file.fd);
		refuse(conn, request, "", path, "' is a directory");
	} else {
		if (file.fd != -1)
			close(file.fd);
		refuse(conn, request, "Error opening ", path, "' mode='r'");
	}
	buf_clear(&name);
}

static void
answer(struct conn *conn, const struct http_request *request)
{
	const struct http *http = (const struct http *)conn_app(conn);
	struct tls_span path = request->target;

	if (!path.len || path.data[0] != '/') {
		http_refuse(conn, request, 400,
		    "the path does not begin with \"/\"");
		return;
	}
	path.data++;
	path.len--;
	if (!http->site->verbatim && !request->simple &&
	    span_equal(path, span_of("stats"))) {
		www_reply_page(conn, request);
		return;
	}
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
		if (refusals[i].applies(request, &path)) {
			refuse(conn, request, "", path, refusals[i].suffix);
			return;
		}
	reply_with(conn, request, path);
}

const struct http_site strict_files_site = {
	.answer = answer,
	.has_files = true,
};

const struct http_site strict_responses_site = {
	.answer = answer,
	.has_files = true,
	.verbatim = true,
};
