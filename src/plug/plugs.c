/* plugs.c - all backends, loaded when they are needed
 * SPDX-License-Identifier: Apache-2.0
 */
#include "plug/plugs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/thread.h"

/* The word of -backend that chooses all of them. */
#define BY_NAME		"sni"

/* The backend that passes bytes through; for tests. */
#define NOT_TLS		"null"

struct plugs {
	pthread_mutex_t lock;		/* protects all but what is atomic */
	struct plug **loaded;		/* owned */
	size_t num_loaded;

	/* Set once everything is loaded; constant from then on. */
	_Atomic bool whole;
	char **names;
	struct plugs_entry *entries;
	size_t num_entries;
	const struct plug **all;
	size_t num_all;

	_Atomic bool begun;
	bool has_thread;
	pthread_t thread;
};

bool
plugs_serves_tls(const char *name)
{
	return strcmp(name, NOT_TLS) != 0;
}

struct plugs *
plugs_new(void)
{
	struct plugs *plugs = mem_zero(1, sizeof *plugs);

	pthread_mutex_init(&plugs->lock, NULL);
	return plugs;
}

struct plugs *
plugs_of(const struct plug *const *list, size_t num)
{
	struct plugs *plugs = plugs_new();

	plugs->all = mem_zero(num, sizeof *plugs->all);
	for (size_t i = 0; i < num; i++)
		plugs->all[plugs->num_all++] = list[i];
	plugs->whole = true;
	return plugs;
}

void
plugs_free(struct plugs *plugs)
{
	if (!plugs)
		return;
	if (plugs->has_thread)
		pthread_join(plugs->thread, NULL);
	for (size_t i = 0; i < plugs->num_loaded; i++)
		plug_free(plugs->loaded[i]);
	free(plugs->loaded);
	free(plugs->entries);
	plug_names_free(plugs->names);
	free(plugs->all);
	pthread_mutex_destroy(&plugs->lock);
	free(plugs);
}

/* ---- one --------------------------------------------------------------- */

/* With the lock held. */
static const struct plug *
load(struct plugs *plugs, const char *name, struct tls_error *err)
{
	struct plug *plug;

	for (size_t i = 0; i < plugs->num_loaded; i++)
		if (!strcmp(plugs->loaded[i]->backend->name, name))
			return plugs->loaded[i];
	plug = plug_load(name, err);
	if (!plug)
		return NULL;
	plugs->loaded = mem_grow(plugs->loaded,
	    (plugs->num_loaded + 1) * sizeof *plugs->loaded);
	plugs->loaded[plugs->num_loaded++] = plug;
	return plug;
}

const struct plug *
plugs_load(struct plugs *plugs, const char *name, struct tls_error *err)
{
	const struct plug *plug;

	pthread_mutex_lock(&plugs->lock);
	plug = load(plugs, name, err);
	pthread_mutex_unlock(&plugs->lock);
	return plug;
}

/* ---- all --------------------------------------------------------------- */

static void
complete(struct plugs *plugs)
{
	char **names = plug_names();
	size_t num = 0;

	while (names[num])
		num++;
	plugs->names = names;
	plugs->num_entries = num;
	plugs->entries = mem_zero(num, sizeof *plugs->entries);
	plugs->all = mem_zero(num, sizeof *plugs->all);
	for (size_t i = 0; i < num; i++) {
		struct plugs_entry *entry = &plugs->entries[i];

		*entry = (struct plugs_entry){
			.name = names[i], .err = TLS_ERROR_INIT,
			.is_default = !strcmp(names[i], plug_default_name()),
			.serves_tls = plugs_serves_tls(names[i]),
		};
		entry->plug = load(plugs, names[i], &entry->err);
		if (!entry->plug || !entry->serves_tls)
			continue;
		plugs->all[plugs->num_all++] = entry->plug;
	}
	plugs->whole = true;
}

static void
wait_for_all(struct plugs *plugs)
{
	if (plugs->whole)
		return;
	pthread_mutex_lock(&plugs->lock);
	if (!plugs->whole)
		complete(plugs);
	pthread_mutex_unlock(&plugs->lock);
}

const struct plug *const *
plugs_all(struct plugs *plugs, size_t *num)
{
	wait_for_all(plugs);
	*num = plugs->num_all;
	return plugs->all;
}

struct plugs_list
plugs_entries(struct plugs *plugs)
{
	wait_for_all(plugs);
	return (struct plugs_list){ plugs->entries, plugs->num_entries };
}

/* A thread's function is given a bare pointer.  Also asks for the lists of
 * numbers, which are needed first and slow with some libraries. */
static void *
thread(void *arg)
{
	struct plugs *plugs = arg;

	wait_for_all(plugs);
	for (size_t i = 0; i < plugs->num_all; i++) {
		plug_suites(plugs->all[i]);
		plug_groups(plugs->all[i]);
		plug_signatures(plugs->all[i]);
	}
	return NULL;
}

void
plugs_begin(struct plugs *plugs)
{
	if (plugs->whole || plugs->begun || atomic_exchange(&plugs->begun,
	    true))
		return;
	/* Without a thread plugs_all loads them. */
	plugs->has_thread = thread_start(&plugs->thread, thread, plugs) == 0;
}

void
plugs_ask(struct plugs *plugs)
{
	wait_for_all(plugs);
	for (size_t i = 0; i < plugs->num_entries; i++) {
		struct plugs_entry *entry = &plugs->entries[i];

		for (int f = 0; entry->plug && f < TLS_FEATURE_COUNT; f++)
			plug_answer(entry->plug, (enum tls_feature)f);
		if (entry->plug)
			plug_suites(entry->plug);
		if (entry->plug && plug_timed_out(entry->plug, &entry->err))
			entry->plug = NULL;
	}
}

/* ---- -backend ---------------------------------------------------------- */

/* Asks here what a server needs to know without any option: a backend that does
 * not answer is not chosen. */
static bool
is_alive(const struct plug *plug, struct tls_error *err)
{
	static const enum tls_feature versions[] = {
		TLS_FEATURE_TLS1_2, TLS_FEATURE_TLS1_3,
	};

	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
		plug_answer(plug, versions[i]);
	plug_suites(plug);
	return !plug_timed_out(plug, err);
}

static void
take(struct plugs_choice *choice, const struct plug *plug)
{
	choice->list = mem_grow(choice->list,
	    (choice->num + 1) * sizeof *choice->list);
	choice->list[choice->num++] = plug;
}

static void
choose_all(struct plugs *plugs, struct plugs_choice *out, struct buf *notes)
{
	const struct plugs_list entries = plugs_entries(plugs);

	for (int others = 0; others < 2; others++)
		for (size_t i = 0; i < entries.num; i++) {
			const struct plugs_entry *entry = &entries.list[i];
			struct tls_error err = entry->err;

			if (entry->is_default == others || !entry->serves_tls)
				continue;
			if (entry->plug && is_alive(entry->plug, &err))
				take(out, entry->plug);
			else
				buf_printf(notes, "left out: %s\n", err.text);
		}
}

bool
plugs_choose(struct plugs *plugs, const char *word, struct plugs_choice *out,
    struct buf *notes, struct tls_error *err)
{
	const struct plug *plug;

	*out = (struct plugs_choice){ NULL, 0, false };
	if (!word || strcmp(word, BY_NAME) != 0) {
		plug = plugs_load(plugs, word ? word : plug_default_name(),
		    err);
		if (!plug || !is_alive(plug, err))
			return false;
		take(out, plug);
		return true;
	}
	out->by_name = true;
	choose_all(plugs, out, notes);
	return out->num > 0 || err_set(err, TLS_BLAME_FEATURE, "-backend "
	    BY_NAME ": no backend loads: see polytls backends");
}

void
plugs_choice_clear(struct plugs_choice *choice)
{
	free(choice->list);
	*choice = (struct plugs_choice){ NULL, 0, false };
}
