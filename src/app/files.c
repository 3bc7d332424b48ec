/* files.c - files below a directory, and none outside it
 * SPDX-License-Identifier: Apache-2.0
 */
#include <sys/stat.h>

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "app/files.h"
#include "app/index.h"
#include "app/www.h"
#include "base/beneath.h"

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

/* A file without a suffix is text, as in the reference; one with a suffix that
 * is not in the table is application/octet-stream. */
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
static const struct {
	int error;
	int status;
	const char *reason;
} failures[] = {
	{ ENOENT, 404, NULL },
	{ ENOTDIR, 404, NULL },
	{ ENAMETOOLONG, 404, NULL },
	{ EACCES, 403, "it may not be read" },
	{ EPERM, 403, "it may not be read" },
	{ EXDEV, 403, "it lies outside the directory that is served" },
	{ ELOOP, 403, "it lies outside the directory that is served" },
	{ ENXIO, 403, "it is no file" },
	{ EISDIR, 403, "it is no file" },
	{ EMFILE, 503, "too many files are open" },
	{ ENFILE, 503, "too many files are open" },
};

static void
refuse(struct conn *conn, const struct http_request *request, int error)
{
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
		if (failures[i].error == error) {
			http_refuse(conn, request, failures[i].status,
			    failures[i].reason);
			return;
		}
	http_refuse(conn, request, 500, "it cannot be read");
}

/* Whether a component of `path` is "..".  A backslash separates components too,
 * and a colon counts as "..", since other systems treat them so. */
static bool
has_dot_dot(const char *path)
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

/* Opens `path`; if it is a directory, index.html in it, which is then added to
 * `path`.  -1 with errno set. */
static int
open_file(int root, struct buf *path, struct stat *st)
{
	int fd;

	fd = beneath_open(root, path->len ? buf_string(path) : ".");
	if (fd != -1 && !fstat(fd, st) && S_ISDIR(st->st_mode)) {
		close(fd);
		buf_add_string(path, !path->len ||
		    path->data[path->len - 1] == '/' ?
		    "index.html" : "/index.html");
		fd = beneath_open(root, buf_string(path));
	}
	if (fd != -1 && (fstat(fd, st) || !S_ISREG(st->st_mode))) {
		close(fd);
		fd = -1;
		errno = EISDIR;
	}
	return fd;
}

/* Replies with a list of the directory in which open_file found no
 * index.html; false with errno as it was if `path` is none of that. */
static bool
reply_index(struct conn *conn, const struct http_request *request,
    struct buf *path)
{
	const struct http *http = (const struct http *)conn_app(conn);
	struct http_content content = { .type = "text/html; charset=utf-8",
		.fields = "Cache-Control: no-store\r\n" };
	const size_t suffix = sizeof "index.html" - 1;
	struct buf body = BUF_INIT;
	int fd = -1;

	if (path->len >= suffix && !memcmp(path->data + path->len - suffix,
	    "index.html", suffix) && index_wanted(request->target)) {
		path->len -= suffix;
		fd = beneath_open(http->root, path->len ? buf_string(path) :
		    ".");
	}
	if (fd == -1 || !index_add(&body, fd, buf_string(path))) {
		errno = ENOENT;
		return false;
	}
	content.body = buf_span(&body);
	http_reply(conn, request, 200, &content);
	buf_clear(&body);
	return true;
}

/* Replies with the file at `path`, below the root. */
static void
reply_with(struct conn *conn, const struct http_request *request,
    struct buf *path)
{
	const struct http *http = (const struct http *)conn_app(conn);
	struct http_file file = { 0 };
	struct stat st;

	file.fd = open_file(http->root, path, &st);
	if (file.fd == -1 && errno == ENOENT && http->options->index &&
	    reply_index(conn, request, path))
		return;
	if (file.fd == -1) {
		refuse(conn, request, errno);
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
	struct buf path = BUF_INIT;

	if (!http_add_path(&path, request->target) || !path.len) {
		http_refuse(conn, request, 400, "the path is broken");
	} else if (has_dot_dot(buf_string(&path))) {
		http_refuse(conn, request, 400, "the path contains \"..\" "
		    "or \":\"");
	} else if (path.len > 1 && strchr("/\\", path.data[1])) {
		http_refuse(conn, request, 400, "the path begins with \"//\"");
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
