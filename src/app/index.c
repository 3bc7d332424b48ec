/* index.c - what is in a directory, as a page
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/index.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* Entries listed at most. */
#define MOST	10000

struct names {
	char **list;
	size_t num;
};

bool
index_wanted(struct tls_span target)
{
	static const char name[] = "index.html";
	const size_t len = sizeof name - 1;

	return target.len < len ||
	    memcmp(target.data + target.len - len, name, len) != 0;
}

static int
compare(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

/* The names, directories with a slash at the end. */
static void
read_names(struct names *names, DIR *dir)
{
	const struct dirent *entry;

	while (names->num < MOST && (entry = readdir(dir)) != NULL) {
		struct buf name = BUF_INIT;

		if (entry->d_name[0] == '.')
			continue;
		buf_printf(&name, "%s%s", entry->d_name,
		    entry->d_type == DT_DIR ? "/" : "");
		names->list = mem_grow(names->list,
		    (names->num + 1) * sizeof *names->list);
		names->list[names->num++] = mem_string(buf_string(&name));
		buf_clear(&name);
	}
	if (names->num)
		qsort(names->list, names->num, sizeof *names->list, compare);
}

/* Adds a name as a relative reference: all but the unreserved characters of
 * RFC 3986 escaped. */
static void
add_reference(struct buf *out, const char *name)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~/";

	for (; *name; name++) {
		if (strchr(plain, *name))
			buf_add_u8(out, (uint8_t)*name);
		else
			buf_printf(out, "%%%02X", (uint8_t)*name);
	}
}

bool
index_add(struct buf *out, int fd, const char *path)
{
	DIR *dir = fdopendir(fd);
	struct names names = { NULL, 0 };

	if (!dir) {
		close(fd);
		return false;
	}
	read_names(&names, dir);
	closedir(dir);
	buf_add_string(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>"
	    "<meta charset=\"utf-8\"><meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\"><title>/");
	text_add_html(out, span_of(path));
	buf_add_string(out, "</title></head>\n<body><h1>/");
	text_add_html(out, span_of(path));
	buf_add_string(out, "</h1>\n<ul>\n");
	for (size_t i = 0; i < names.num; i++) {
		buf_add_string(out, "<li><a href=\"/");
		add_reference(out, path);
		add_reference(out, names.list[i]);
		buf_add_string(out, "\">");
		text_add_html(out, span_of(names.list[i]));
		buf_add_string(out, "</a></li>\n");
		free(names.list[i]);
	}
	free(names.list);
	buf_add_string(out, "</ul></body></html>\n");
	return true;
}
