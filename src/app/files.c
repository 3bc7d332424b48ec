/* files.c - files below a directory, and nothing beside it
 * SPDX-License-Identifier: Apache-2.0
 */
#include <sys/stat.h>

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "app/files.h"
#include "app/www.h"
#include "base/beneath.h"
#include "base/text.h"

static const struct {
	const char *suffix;
	const char *type;
} types[] = {
	{ "html", "text/html; charset=utf-8" },
	{ "htm", "text/html; charset=utf-8" },
	{ "xhtml", "application/xhtml+xml" },
	{ "css", "text/css; charset=utf-8" },
	{ "js", "text/javascript; charset=utf-8" },
	{ "mjs", "text/javascript; charset=utf-8" },
	{ "json", "application/json" },
	{ "jsonl", "application/jsonl" },
	{ "xml", "application/xml" },
	{ "txt", "text/plain; charset=utf-8" },
	{ "log", "text/plain; charset=utf-8" },
	{ "md", "text/markdown; charset=utf-8" },
	{ "csv", "text/csv; charset=utf-8" },
	{ "png", "image/png" },
	{ "jpg", "image/jpeg" },
	{ "jpeg", "image/jpeg" },
	{ "gif", "image/gif" },
	{ "svg", "image/svg+xml" },
	{ "webp", "image/webp" },
	{ "avif", "image/avif" },
	{ "ico", "image/vnd.microsoft.icon" },
	{ "woff", "font/woff" },
	{ "woff2", "font/woff2" },
	{ "mp3", "audio/mpeg" },
	{ "ogg", "audio/ogg" },
	{ "mp4", "video/mp4" },
	{ "webm", "video/webm" },
	{ "pdf", "application/pdf" },
	{ "wasm", "application/wasm" },
	{ "zip", "application/zip" },
	{ "gz", "application/gzip" },
	{ "xz", "application/x-xz" },
	{ "tar", "application/x-tar" },
	{ "pem", "application/x-pem-file" },
	{ "crt", "application/x-x509-ca-cert" },
	{ "crl", "application/pkix-crl" },
	{ "p12", "application/x-pkcs12" },
};

/* Without a suffix it is text, as in the reference; with one that is not in
 * the table it is bytes. */
static const char *
type_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	if (!dot || dot == name)
		return "text/plain; charset=utf-8";
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (!strcasecmp(dot + 1, types[i].suffix))
			return types[i].type;
	return "application/octet-stream";
}

/* The answer to a file that cannot be opened. */
static const struct failure {
	int error;
	int status;
	const char *reason;
	const char *words;		/* the reference's; null: "Error" */
} failures[] = {
	{ ENOENT, 404, NULL, NULL },
	{ ENOTDIR, 404, NULL, NULL },
	{ ENAMETOOLONG, 404, NULL, NULL },
	{ EACCES, 403, "it may not be read", NULL },
	{ EPERM, 403, "it may not be read", NULL },
	{ EXDEV, 403, "it lies outside the directory that is served", NULL },
	{ ELOOP, 403, "it lies outside the directory that is served", NULL },
	{ ENXIO, 403, "it is no file", NULL },
	{ EISDIR, 403, "it is no file", "is a directory" },
	{ EMFILE, 503, "too many files are open", NULL },
	{ ENFILE, 503, "too many files are open", NULL },
};

/* Refuses a path (without its first "/"): with a status that says so, or as
 * the reference does with 200 and its own words. */
static void
refuse_path(struct conn *conn, const struct http_request *request,
    const char *path, const struct failure *failure)
{
	const struct http *http = (const struct http *)conn_app(conn);
	struct http_content content = { .type = "text/plain" };
	struct buf body = BUF_INIT;

	if (!http->settings->strict) {
		http_refuse(conn, request, failure->status, failure->reason);
		return;
	}
	buf_printf(&body, "%s'", failure->words ? "" : "Error opening ");
	text_add_escaped(&body, span_of(path));
	buf_printf(&body, "' %s\r\n",
	    failure->words ? failure->words : "mode='r'");
	content.body = buf_span(&body);
	http_reply(conn, request, 200, &content);
	buf_clear(&body);
}

/* Refuses a path that cannot be opened. */
static void
refuse(struct conn *conn, const struct http_request *request,
    const char *path, int error)
{
	static const struct failure unreadable = {
		.status = 500, .reason = "it cannot be read",
	};

	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
		if (failures[i].error == error) {
			refuse_path(conn, request, path, &failures[i]);
			return;
		}
	refuse_path(conn, request, path, &unreadable);
}

/* Whether a component of `path` is "..", where a backslash parts them too, as
 * it does elsewhere; or there is a colon, for the same reason. */
static bool
climbs(const char *path)
{
	while (path) {
		if (!strncmp(path, "..", 2) &&
		    (!path[2] || strchr("/\\", path[2])))
			return true;
		path = strpbrk(path, "/\\:");
		if (path && *path++ == ':')
			return true;
	}
	return false;
}

/* Opens `path`, or index.html in it where it is a directory; adds that to
 * `path` then.  -1 with errno set. */
static int
open_file(const struct http *http, struct buf *path, struct stat *st)
{
	int fd;

	if (!path->len)
		buf_add_string(path, ".");
	fd = beneath_open(http->root, buf_string(path));
	if (fd != -1 && !http->settings->strict && !fstat(fd, st) &&
	    S_ISDIR(st->st_mode)) {
		close(fd);
		buf_add_string(path, path->data[path->len - 1] == '/' ?
		    "index.html" : "/index.html");
		fd = beneath_open(http->root, buf_string(path));
	}
	if (fd != -1 && (fstat(fd, st) || !S_ISREG(st->st_mode))) {
		close(fd);
		fd = -1;
		errno = EISDIR;
	}
	return fd;
}

/* Replies with the file at `path`, below the root. */
static void
reply_with(struct conn *conn, const struct http_request *request,
    struct buf *path)
{
	const struct http *http = (const struct http *)conn_app(conn);
	struct http_file file = { 0 };
	struct stat st;

	file.fd = open_file(http, path, &st);
	if (file.fd == -1) {
		refuse(conn, request, buf_string(path), errno);
		return;
	}
	file.len = (uint64_t)st.st_size;
	file.name = buf_string(path);
	if (!strncmp(file.name, "./", 2))
		file.name += 2;
	file.type = type_of(file.name);
	http_reply_file(conn, request, &file);
}

static void
answer(struct conn *conn, const struct http_request *request)
{
	const struct http *http = (const struct http *)conn_app(conn);
	static const struct failure outside = {
		.status = 400, .reason = "the path contains \"..\" or \":\"",
		.words = "contains '..' or ':'",
	};
	static const struct failure absolute = {
		.status = 400, .reason = "the path begins with \"//\"",
		.words = "is an invalid path",
	};
	struct buf path = BUF_INIT;

	if (!http_add_path(&path, request->target) || !path.len) {
		http_refuse(conn, request, 400, "the path is broken");
	} else if (climbs(buf_string(&path))) {
		refuse_path(conn, request, buf_string(&path) + 1, &outside);
	} else if (path.len > 1 && strchr("/\\", path.data[1])) {
		refuse_path(conn, request, buf_string(&path) + 1, &absolute);
	} else if (!http->site->verbatim &&
	    !strcmp(buf_string(&path), "/stats")) {
		www_reply_page(conn, request);
	} else {
		buf_drop(&path, 1);
		reply_with(conn, request, &path);
	}
	buf_clear(&path);
}

const struct http_site files_site = {
	.answer = answer,
	.has_files = true,
};

const struct http_site responses_site = {
	.answer = answer,
	.has_files = true,
	.verbatim = true,
};
