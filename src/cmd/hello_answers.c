/* hello_answers.c - what every backend answers to a recorded ClientHello
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cmd/cmd.h"
#include "cmd/hello.h"
#include "compare/compare.h"
#include "plug/plugs.h"
#include "report/json.h"
#include "service/service.h"

struct hello_answers {
	const struct hello_options *options;
	struct plugs *plugs;		/* owned */
	struct plugs_choice choice;	/* whose certificate is made */
	struct loaded *loaded;		/* owned */
	struct service service;
	const struct plug **asked;	/* owned; the plugs belong to the set */
	size_t num_asked;
	struct compare_column *columns;	/* owned */
	struct compare_answer *answers;	/* owned: of each column */
	struct buf *remarks;		/* owned: the same */
	struct compare_table table;
	struct buf notes;
};

/* ---- which backends ----------------------------------------------------- */

static void
add_asked(struct hello_answers *a, const struct plug *plug)
{
	for (size_t i = 0; i < a->num_asked; i++)
		if (a->asked[i] == plug)
			return;
	a->asked = mem_grow(a->asked, (a->num_asked + 1) * sizeof *a->asked);
	a->asked[a->num_asked++] = plug;
}

static bool
find_all(struct hello_answers *a, struct tls_error *err)
{
	size_t num;
	const struct plug *const *all = plugs_all(a->plugs, &num);

	for (size_t i = 0; i < num; i++)
		add_asked(a, all[i]);
	return num > 0 || err_set(err, TLS_BLAME_FEATURE, "no backend loads: "
	    "-backend none decodes without one");
}

/* Loads those that -backend names. */
static bool
find_asked(struct hello_answers *a, struct tls_error *err)
{
	const char *words = a->options->backend;
	struct buf name = BUF_INIT;
	bool good = true;

	if (!words || !strcmp(words, "all"))
		return find_all(a, err);
	while (good && text_next_part(&words, &name)) {
		const struct plug *plug;

		if (!name.len)
			continue;
		plug = plugs_load(a->plugs, buf_string(&name), err);
		good = plug != NULL;
		if (good)
			add_asked(a, plug);
	}
	buf_clear(&name);
	return good && (a->num_asked > 0 || err_set(err, TLS_BLAME_CONFIG,
	    "-backend: give all, none, or names with commas between them"));
}

/* ---- asking ------------------------------------------------------------- */

/* Opens a server of this backend and asks it. */
static bool
ask(struct hello_answers *a, const struct compare_column *column,
    const struct tls_hello *hello, struct compare_answer *out,
    struct buf *remarks)
{
	struct hello_options options = *a->options;
	struct tls_error err = TLS_ERROR_INIT;
	struct compare_server *server = NULL;
	struct loaded_other *other = NULL;
	struct compare_subject subject = {
		.plug = column->plug, .psk = a->service.psk,
		.clock = &clock_system,
	};

	options.tls.native = column->native;
	if (cli_check_backend(&hello_table, &options, column->plug, &err)) {
		cli_note_backend(&hello_table, &options, column->plug,
		    remarks);
		other = loaded_other_new(a->loaded, column->plug,
		    column->native, remarks, &err);
	}
	if (other) {
		const struct service_backend *backend =
		    loaded_other_backend(other);

		subject.config = &backend->servers[0].config;
		subject.alpn = &backend->alpn;
		server = compare_open(&subject, &err);
	}
	if (server)
		compare_ask(server, hello, out);
	else
		compare_cannot(out, &err);
	compare_close(server);
	loaded_other_free(other);
	return server != NULL;
}

static void
add_columns(struct hello_answers *a)
{
	enum hello_view view = a->options->view;

	a->columns = mem_zero(2 * a->num_asked, sizeof *a->columns);
	for (size_t i = 0; i < 2 * a->num_asked; i++) {
		const struct plug *plug = a->asked[i / 2];
		bool native = i % 2;

		if (view != HELLO_BOTH && (view == HELLO_NATIVE) != native)
			continue;
		if (!native && !strcmp(plug->backend->name,
		    plug_default_name()))
			a->table.reference = a->table.num;
		a->columns[a->table.num++] = (struct compare_column){
			.plug = plug, .native = native,
		};
	}
	a->answers = mem_zero(a->table.num, sizeof *a->answers);
	a->remarks = mem_zero(a->table.num, sizeof *a->remarks);
	a->table.columns = a->columns;
}

struct hello_answers *
hello_ask(const struct hello_options *options, const struct tls_hello *hello,
    struct tls_error *err)
{
	struct hello_answers *a = mem_zero(1, sizeof *a);
	const struct load_from from = { &options->tls, &a->choice, NULL };

	a->options = options;
	a->plugs = plugs_new();
	if (!find_asked(a, err) || !plugs_choose(a->plugs,
	    a->asked[0]->backend->name, &a->choice, &a->notes, err) ||
	    !(a->loaded = loaded_new(&from, &a->notes, err)) ||
	    (options->tls.psk.num &&
	    !loaded_service(a->loaded, &a->service, err))) {
		hello_answers_free(a);
		return NULL;
	}
	add_columns(a);
	for (size_t i = 0; i < a->table.num; i++) {
		ask(a, &a->columns[i], hello, &a->answers[i], &a->remarks[i]);
		a->columns[i].answer = &a->answers[i];
		if (a->remarks[i].len)
			a->columns[i].remarks = buf_string(&a->remarks[i]);
	}
	return a;
}

void
hello_answers_free(struct hello_answers *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->table.num; i++) {
		compare_answer_clear(&a->answers[i]);
		buf_clear(&a->remarks[i]);
	}
	free(a->answers);
	free(a->remarks);
	free(a->columns);
	free(a->asked);
	loaded_free(a->loaded);
	plugs_choice_clear(&a->choice);
	plugs_free(a->plugs);
	buf_clear(&a->notes);
	free(a);
}

/* ---- printing ----------------------------------------------------------- */

void
hello_answers_add(struct buf *out, const struct hello_answers *a)
{
	buf_add_string(out, "\n");
	compare_add_text(out, &a->table, "");
}

json_t *
hello_answers_json(const struct hello_answers *a)
{
	return json_of_table(&a->table);
}
