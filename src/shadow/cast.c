/* shadow/cast.c - the backends that are asked, and asking them
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "shadow/internal.h"
#include "wire/hello.h"

#define ALL	"all"

/* ---- which backends ----------------------------------------------------- */

static void
add_plug(struct cast *cast, const struct plug *plug)
{
	for (size_t i = 0; i < cast->num_plugs; i++)
		if (cast->plugs[i] == plug)
			return;
	cast->plugs = mem_grow(cast->plugs,
	    (cast->num_plugs + 1) * sizeof *cast->plugs);
	cast->plugs[cast->num_plugs++] = plug;
}

static bool
refuse_list(const struct cast *cast, struct tls_error *err)
{
	return err_set(err, TLS_BLAME_CONFIG, "-shadow \"%.80s\": give \""
	    ALL "\", or the names of backends with commas between them: see "
	    "polytls backends", cast->use->list);
}

/* Loads one, as -backend does, and sees it answer. */
static bool
add_named(struct cast *cast, const char *name, struct tls_error *err)
{
	struct plugs_choice choice;
	struct buf notes = BUF_INIT;
	bool good = plugs_choose(cast->use->plugs, name, &choice, &notes, err);

	if (good && choice.by_name)
		good = refuse_list(cast, err);
	else if (good)
		add_plug(cast, choice.list[0]);
	plugs_choice_clear(&choice);
	buf_clear(&notes);
	return good;
}

static bool
add_list(struct cast *cast, struct tls_error *err)
{
	const char *rest = cast->use->list;
	struct buf name = BUF_INIT;
	bool good = true;

	while (good && text_next_part(&rest, &name))
		good = name.len ? add_named(cast, buf_string(&name), err) :
		    refuse_list(cast, err);
	buf_clear(&name);
	return good;
}

bool
cast_init(struct cast *cast, const struct shadow_use *use,
    struct tls_error *err)
{
	*cast = (struct cast){ .use = use };
	if (!strcmp(use->list, ALL))
		return true;
	cast->named = true;
	return add_list(cast, err);
}

/* Those that do not load are said, once. */
static void
load_all(struct cast *cast)
{
	struct plugs_list all;

	if (cast->named)
		return;
	cast->named = true;
	all = plugs_entries(cast->use->plugs);
	for (size_t i = 0; i < all.num; i++) {
		struct tls_error err = all.list[i].err;

		if (all.list[i].serves_tls && (!all.list[i].plug ||
		    !add_named(cast, all.list[i].name, &err)))
			bus_note(cast->use->bus, NULL, "-shadow: left out: %s",
			    err.text);
	}
}

/* ---- actors ------------------------------------------------------------- */

static void
actor_clear(struct cast *cast, struct actor *actor)
{
	for (size_t i = 0; i < actor->num_servers; i++)
		compare_close(actor->servers[i]);
	free(actor->servers);
	free(actor->errs);
	buf_clear(&actor->remarks);
	if (actor->num_servers)
		cast->use->source->close(cast->use->source, &actor->config);
}

static void
drop_actors(struct cast *cast)
{
	for (size_t i = 0; i < cast->num_actors; i++)
		actor_clear(cast, &cast->actors[i]);
	free(cast->actors);
	cast->actors = NULL;
	cast->num_actors = 0;
	service_release(cast->edition);
	cast->edition = NULL;
}

void
cast_clear(struct cast *cast)
{
	drop_actors(cast);
	free(cast->plugs);
}

static void
actor_open(struct cast *cast, struct actor *actor, const struct plug *plug,
    bool native)
{
	struct shadow_source *source = cast->use->source;

	*actor = (struct actor){
		.plug = plug, .native = native, .err = TLS_ERROR_INIT,
	};
	if (!source->open(source, cast->edition, plug, native, &actor->config,
	    &actor->remarks, &actor->err))
		return;
	actor->num_servers = actor->config.backend->num_servers;
	actor->servers = mem_zero(actor->num_servers,
	    sizeof *actor->servers);
	actor->errs = mem_zero(actor->num_servers, sizeof *actor->errs);
}

/* The number of the actor, which is made if there is none. */
static size_t
find_actor(struct cast *cast, const struct plug *plug, bool native)
{
	for (size_t i = 0; i < cast->num_actors; i++)
		if (cast->actors[i].plug == plug &&
		    cast->actors[i].native == native)
			return i;
	cast->actors = mem_grow(cast->actors,
	    (cast->num_actors + 1) * sizeof *cast->actors);
	actor_open(cast, &cast->actors[cast->num_actors], plug, native);
	return cast->num_actors++;
}

/* The server of this number, opened if need be; null with `err` filled. */
static struct compare_server *
find_server(const struct cast *cast, struct actor *actor, size_t at,
    struct tls_error *err)
{
	struct compare_subject subject = { .plug = actor->plug };

	*err = actor->err;
	if (at >= actor->num_servers)
		return NULL;
	subject.config = &actor->config.backend->servers[at].config;
	subject.alpn = &actor->config.backend->alpn;
	subject.psk = cast->edition->service.psk;
	subject.clock = cast->edition->service.clock;
	if (!actor->servers[at] && !actor->errs[at].blame)
		actor->servers[at] = compare_open(&subject, &actor->errs[at]);
	*err = actor->errs[at];
	return actor->servers[at];
}

/* ---- answers ------------------------------------------------------------ */

/* Adds a column, unless there is one of this backend and view. */
static void
add_column(struct shadow_job *job, const struct plug *plug, bool native)
{
	struct compare_column *column;
	bool serves = plug == job->plug && native == job->native;

	for (size_t i = 0; i < job->table.num; i++)
		if (job->columns[i].plug == plug &&
		    job->columns[i].native == native)
			return;
	if (serves)
		job->table.reference = job->table.num;
	job->columns = mem_grow(job->columns,
	    (job->table.num + 1) * sizeof *job->columns);
	column = &job->columns[job->table.num++];
	*column = (struct compare_column){
		.plug = plug, .native = native, .serves = serves,
	};
}

/* The columns of one backend: its views, and what serves. */
static void
add_columns(const struct cast *cast, struct shadow_job *job,
    const struct plug *plug)
{
	enum shadow_view view = cast->use->view;

	if (view == SHADOW_AS_SERVED)
		view = job->native ? SHADOW_NATIVE : SHADOW_OURS;
	for (int native = 0; native < 2; native++)
		if (view == SHADOW_BOTH ||
		    view == (native ? SHADOW_NATIVE : SHADOW_OURS) ||
		    (plug == job->plug && native == job->native))
			add_column(job, plug, native);
}

static void
ask(struct cast *cast, struct shadow_job *job, const struct tls_hello *hello,
    size_t column)
{
	struct compare_answer *answer = &job->answers[column];
	size_t number = find_actor(cast, job->columns[column].plug,
	    job->columns[column].native);
	struct actor *actor = &cast->actors[number];
	struct tls_error err = TLS_ERROR_INIT;
	struct compare_server *server = find_server(cast, actor, job->server,
	    &err);

	if (server)
		compare_ask(server, hello, answer);
	else
		compare_cannot(answer, &err);
	if (actor->remarks.len)
		job->remarks[column] = mem_string(buf_string(
		    &actor->remarks));
}

static void
answer_all(struct cast *cast, struct shadow_job *job)
{
	struct tls_error err = job->refusal;
	struct tls_hello *hello = job->refused ? NULL :
	    hello_new(buf_span(&job->wire), &err);

	for (size_t i = 0; i < job->table.num; i++) {
		if (hello)
			ask(cast, job, hello, i);
		else
			compare_refuse(&job->answers[i], &err);
		job->columns[i].answer = &job->answers[i];
		job->columns[i].remarks = job->remarks[i];
	}
	hello_free(hello);
}

void
cast_answer(struct cast *cast, struct shadow_job *job)
{
	load_all(cast);
	if (cast->edition != job->edition) {
		drop_actors(cast);
		cast->edition = service_share(job->edition);
	}
	add_columns(cast, job, job->plug);
	for (size_t i = 0; i < cast->num_plugs; i++)
		add_columns(cast, job, cast->plugs[i]);
	job->answers = mem_zero(job->table.num, sizeof *job->answers);
	job->remarks = mem_zero(job->table.num, sizeof *job->remarks);
	job->table.columns = job->columns;
	answer_all(cast, job);
}
