/* cmd/s_server.h - the options of s_server
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct s_server_options options;
 *	struct cli_words words;
 *
 *	if (s_server_parse(&words, argc, argv, &options, &err) == CLI_GOOD)
 *		puts(buf_string(&words.line));
 *	cli_clear(&words, &options);
 *
 * Each part is declared by the room that uses it, which sees no other part.
 */
#ifndef CMD_S_SERVER_H
#define CMD_S_SERVER_H

#include "app/app.h"
#include "cli/cli.h"
#include "load/load.h"
#include "net/listen.h"
#include "serve/serve.h"
#include "shadow/shadow.h"
#include "sink/sink.h"

struct s_server_options {
	struct listen_options listen;
	struct serve_options serve;
	struct load_options tls;
	struct sink_options output;
	struct app_options app;
	struct service_limits limits;
	struct option_words expect;	/* -expect */
	const char *backend;	/* -backend: NAME, or "sni"; null: default */
	const char *shadow;	/* "all", or names; null: none */
	enum shadow_view view;
	bool core_dumps;	/* a crash may leave one */
	bool nbio_test;		/* simulate non-blocking i/o that often has to
				 * wait; implies -nbio */
};

extern const struct option_table s_server_table;

/* Those of polytls run: s_server's, and its own. */
struct run_options {
	struct s_server_options server;	/* first: each is one of s_server's */
	unsigned timeout_ms;		/* -timeout; 0: no limit */
	bool trust;			/* -trust */
};

extern const struct option_table run_table;

/* What another command adds to a server that it runs. */
struct s_server_caller {
	/* The backends are chosen, `plug` the first of them, and no file has
	 * been read yet: may still change the options.  False with `err`
	 * filled. */
	bool (*prepare)(struct s_server_caller *caller, const struct plug *plug,
	    struct tls_error *err);
	struct serve_owner *owner;	/* borrowed */
};

/* Whether -expect help was given, to which the keys are the answer. */
bool s_server_asks_for_keys(const struct s_server_options *options);

/* Serves until it is told to stop, or its owner ends it (null: there is
 * none), and returns the exit status; what goes wrong is printed. */
int s_server_serve(struct cli_words *words, struct s_server_options *options,
    struct s_server_caller *caller);

/* Parses the words after "s_server" like cli_parse, checks the options that
 * depend on each other, and passes on what one part of them has to know of
 * another.  s_server_parse_as does it by another table, for the struct that
 * `options` is the first member of. */
enum cli_result s_server_parse_as(const struct option_table *table,
    struct cli_words *words, int argc, char **argv,
    struct s_server_options *options, struct tls_error *err);
enum cli_result s_server_parse(struct cli_words *words, int argc, char **argv,
    struct s_server_options *options, struct tls_error *err);

/* What other backends are configured from; all is borrowed, and outlives
 * them. */
struct s_server_others_of {
	const struct s_server_options *options;
	const struct plugs_choice *choice;	/* those that serve */
	struct plugs *plugs;
	const struct loaded *loaded;
};

struct service_others *s_server_others_new(
    const struct s_server_others_of *of);
void s_server_others_free(struct service_others *others); /* null is
							   * allowed */

#endif
