/* s_server_others.c - backends that do not serve, as they would be configured
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/s_server.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/buf.h"
#include "cli/cli.h"

struct s_server_others {
	struct service_others others;	/* first: it is one */
	struct s_server_others_of of;
	pthread_mutex_t lock;		/* protects what follows */
	bool made;
	struct service_other *list;
	struct loaded_other **owners;	/* of the same index; or null */
	size_t num;
};

static bool
serves(const struct s_server_others *others, const struct plug *plug)
{
	const struct plugs_choice *choice = others->of.choice;

	for (size_t i = 0; i < choice->num; i++)
		if (choice->list[i] == plug)
			return true;
	return false;
}

/* As for a backend that serves; null if these options do not do for it. */
static struct loaded_other *
configure(const struct s_server_others *others, const struct plug *plug)
{
	struct s_server_options options = *others->of.options;
	struct tls_error err = TLS_ERROR_INIT;
	struct buf notes = BUF_INIT;
	struct loaded_other *made = NULL;

	if (cli_check_backend(&s_server_table, &options, plug, &err))
		made = loaded_other_new(others->of.loaded, plug,
		    options.tls.native, &notes, &err);
	buf_clear(&notes);
	return made;
}

static void
make_all(struct s_server_others *others)
{
	size_t num;
	const struct plug *const *all = plugs_all(others->of.plugs, &num);

	others->list = mem_zero(num, sizeof *others->list);
	others->owners = mem_zero(num, sizeof *others->owners);
	for (size_t i = 0; i < num; i++) {
		struct loaded_other *owner;

		if (serves(others, all[i]))
			continue;
		owner = configure(others, all[i]);
		others->owners[others->num] = owner;
		others->list[others->num++] = (struct service_other){
			all[i], owner ? loaded_other_backend(owner) : NULL,
		};
	}
	others->made = true;
}

static const struct service_other *
list(struct service_others *base, size_t *num)
{
	struct s_server_others *others = (struct s_server_others *)base;

	pthread_mutex_lock(&others->lock);
	if (!others->made)
		make_all(others);
	*num = others->num;
	pthread_mutex_unlock(&others->lock);
	return others->list;
}

struct service_others *
s_server_others_new(const struct s_server_others_of *of)
{
	struct s_server_others *others = mem_zero(1, sizeof *others);

	others->others.list = list;
	others->of = *of;
	pthread_mutex_init(&others->lock, NULL);
	return &others->others;
}

void
s_server_others_free(struct service_others *base)
{
	struct s_server_others *others = (struct s_server_others *)base;

	if (!others)
		return;
	for (size_t i = 0; i < others->num; i++)
		loaded_other_free(others->owners[i]);
	free(others->owners);
	free(others->list);
	pthread_mutex_destroy(&others->lock);
	free(others);
}
