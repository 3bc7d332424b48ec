/* plug.c - finding a backend, loading it, starting it
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"

#include "plug/internal.h"

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"

#define PREFIX	"polytls-"
#define SUFFIX	".so"

#define B(name) extern const struct tls_backend tls_backend_##name;
BUILTIN_BACKENDS(B)
#undef B

/* Ends with a null, since there may be none. */
static const struct tls_backend *const builtin[] = {
#define B(name) &tls_backend_##name,
	BUILTIN_BACKENDS(B)
#undef B
	NULL,
};

const char *
plug_default_name(void)
{
	return DEFAULT_BACKEND;
}

static bool
is_name(const char *name)
{
	return *name && strspn(name,
	    "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

/* ---- the search path --------------------------------------------------- */

/* Takes the next directory off a list separated by colons; false at its end. */
static bool
next_directory(const char **list, struct buf *directory)
{
	size_t len;

	while (**list == ':')
		++*list;
	len = strcspn(*list, ":");
	directory->len = 0;
	buf_add(directory, *list, len);
	*list += len;
	return len > 0;
}

static const char *
search_path(struct buf *path)
{
	const char *mine = secure_getenv("POLYTLS_BACKEND_PATH");

	buf_printf(path, "%s:%s", mine ? mine : "", BACKENDDIR);
	return buf_string(path);
}

bool
plug_find(const char *file, struct buf *path)
{
	struct buf all = BUF_INIT, directory = BUF_INIT;
	const char *list = search_path(&all);
	bool found = false;

	while (!found && next_directory(&list, &directory)) {
		path->len = 0;
		buf_printf(path, "%s/%s", buf_string(&directory), file);
		found = access(buf_string(path), F_OK) == 0;
	}
	buf_clear(&directory);
	buf_clear(&all);
	return found;
}

/* Finds the module of `name` and puts its path into `file`. */
static bool
find_module(const char *name, struct buf *file)
{
	struct buf module = BUF_INIT;
	bool found;

	buf_printf(&module, PREFIX "%s" SUFFIX, name);
	found = plug_find(buf_string(&module), file);
	buf_clear(&module);
	return found;
}

struct names {
	char **list;
	size_t num;
};

static void
add_name(struct names *names, const char *name, size_t len)
{
	struct buf copy = BUF_INIT;

	buf_add(&copy, name, len);
	buf_string(&copy);
	for (size_t i = 0; i < names->num; i++)
		if (!strcmp(names->list[i], buf_string(&copy))) {
			buf_clear(&copy);
			return;
		}
	if (!is_name(buf_string(&copy))) {
		buf_clear(&copy);
		return;
	}
	names->list = mem_grow(names->list,
	    (names->num + 2) * sizeof *names->list);
	names->list[names->num++] = (char *)copy.data;
	names->list[names->num] = NULL;
}

static void
add_directory(struct names *names, const char *directory)
{
	const size_t prefix = strlen(PREFIX), suffix = strlen(SUFFIX);
	DIR *dir = opendir(directory);
	const struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (len > prefix + suffix &&
		    !strncmp(entry->d_name, PREFIX, prefix) &&
		    !strcmp(entry->d_name + len - suffix, SUFFIX))
			add_name(names, entry->d_name + prefix,
			    len - prefix - suffix);
	}
	closedir(dir);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
plug_names(void)
{
	struct names names = { mem_zero(1, sizeof *names.list), 0 };
	struct buf path = BUF_INIT, directory = BUF_INIT;
	const char *list = search_path(&path);

	for (size_t i = 0; builtin[i]; i++)
		add_name(&names, builtin[i]->name, strlen(builtin[i]->name));
	while (next_directory(&list, &directory))
		add_directory(&names, buf_string(&directory));
	buf_clear(&directory);
	buf_clear(&path);
	qsort(names.list, names.num, sizeof *names.list, compare_names);
	return names.list;
}

void
plug_names_free(char **names)
{
	for (size_t i = 0; names && names[i]; i++)
		free(names[i]);
	free(names);
}

/* ---- loading --------------------------------------------------------- */

static bool
refuse_unknown(const char *name, struct tls_error *err)
{
	struct buf known = BUF_INIT;
	char **names = plug_names();

	for (size_t i = 0; names[i]; i++)
		buf_printf(&known, "%s%s", i ? ", " : "", names[i]);
	if (names[0])
		err_set(err, TLS_BLAME_CONFIG,
		    "no backend \"%.40s\": there are %s", name,
		    buf_string(&known));
	else
		err_set(err, TLS_BLAME_CONFIG, "no backend \"%.40s\", nor any "
		    "other: install one into %s", name, BACKENDDIR);
	plug_names_free(names);
	buf_clear(&known);
	return false;
}

/* The members that every backend has. */
static const struct {
	size_t offset;
	const char *name;
} mandatory[] = {
#define M(name) { offsetof(struct tls_backend, name), #name },
	M(about) M(start) M(probe_open) M(probe_close) M(answer) M(suites)
	M(groups) M(signatures) M(server_open) M(server_close) M(session_open)
	M(session_close) M(handshake) M(read) M(write) M(goodbye) M(facts)
#undef M
};

/* The size that a usable struct has at least. */
#define LEAST_SIZE	offsetof(struct tls_backend, renegotiate)

/* Checks the first four members before anything else is used. */
static bool
check_head(const struct tls_backend *backend, const char *name,
    const char *file, struct tls_error *err)
{
	if (backend->abi != TLS_BACKEND_ABI)
		return err_set(err, TLS_BLAME_CONFIG, "%s: built for contract "
		    "%u, this server speaks %u: install the backend of "
		    "polytls %s", file, backend->abi, TLS_BACKEND_ABI,
		    PACKAGE_VERSION);
	if (backend->size > sizeof *backend ||
	    backend->num_features > TLS_FEATURE_COUNT)
		return err_set(err, TLS_BLAME_CONFIG, "%s: built for a newer "
		    "polytls: its contract has %u bytes and %u features, this "
		    "server's %zu and %d: install polytls of its version",
		    file, backend->size, backend->num_features,
		    sizeof *backend, TLS_FEATURE_COUNT);
	if (backend->size < LEAST_SIZE)
		return err_set(err, TLS_BLAME_CONFIG, "%s: its contract has "
		    "%u bytes, and a server cannot do with less than %zu: "
		    "install the backend of polytls %s", file, backend->size,
		    LEAST_SIZE, PACKAGE_VERSION);
	if (strcmp(backend->name, name))
		return err_set(err, TLS_BLAME_CONFIG, "%s: says it is \"%s\": "
		    "restore the file's name", file, backend->name);
	return true;
}

static bool
check_members(const struct tls_backend *backend, const char *file,
    struct tls_error *err)
{
	void (*member)(void);

	for (size_t i = 0; i < sizeof mandatory / sizeof *mandatory; i++) {
		memcpy(&member, (const char *)backend + mandatory[i].offset,
		    sizeof member);
		if (!member)
			return err_set(err, TLS_BLAME_CONFIG, "%s: lacks the "
			    "function \"%s\", which every backend must have: "
			    "ask whoever made it", file, mandatory[i].name);
	}
	return true;
}

static const struct tls_backend *
open_module(const char *name, const char *file, struct tls_error *err)
{
	struct buf symbol = BUF_INIT;
	const struct tls_backend *backend = NULL;
	void *module = dlopen(file, RTLD_NOW | RTLD_LOCAL);

	if (!module) {
		/* dlerror begins with the file's name. */
		err_set(err, TLS_BLAME_FEATURE, "backend %s does not load: %s",
		    name, dlerror());
		return NULL;
	}
	buf_printf(&symbol, "tls_backend_%s", name);
	backend = dlsym(module, buf_string(&symbol));
	if (!backend)
		err_set(err, TLS_BLAME_CONFIG, "%s: no backend of polytls: it "
		    "lacks the symbol %s", file, buf_string(&symbol));
	buf_clear(&symbol);
	return backend;
}

static const struct tls_backend *
find_builtin(const char *name)
{
	for (size_t i = 0; builtin[i]; i++)
		if (!strcmp(builtin[i]->name, name))
			return builtin[i];
	return NULL;
}

struct plug *
plug_load(const char *name, struct tls_error *err)
{
	const struct tls_backend *backend;
	struct plug *plug = NULL;
	struct buf file = BUF_INIT;

	backend = is_name(name) ? find_builtin(name) : NULL;
	if (!backend && is_name(name) && find_module(name, &file)) {
		backend = open_module(name, buf_string(&file), err);
		if (backend && !check_head(backend, name, buf_string(&file),
		    err))
			backend = NULL;
	} else if (!backend) {
		refuse_unknown(name, err);
	}
	if (backend) {
		plug = plug_new(backend);
		if (file.len)
			plug->file = mem_string(buf_string(&file));
		if (!check_members(plug->backend, plug->file ? plug->file :
		    name, err) || !plug_start(plug, err)) {
			plug_free(plug);
			plug = NULL;
		}
	}
	buf_clear(&file);
	return plug;
}
