/* hello_options.c - the table of the options of hello
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/cmd.h"
#include "cmd/hello.h"

/* G(group, name after -help, title) */
#define GROUPS(G) \
G(INPUT,	"input",	"What is read") \
G(OUTPUT,	"output",	"What is printed") \
G(LISTEN,	"listen",	"Recording what clients send") \
G(SERVER,	"server",	"The servers that are asked")

enum {
#define G(group, name, title) GROUP_##group,
	GROUPS(G)
#undef G
};

static const struct option_group groups[] = {
#define G(group, name, title) { name, title },
	GROUPS(G)
#undef G
};

#define TLS_FEATURE_NOTHING	OPTION_NEEDS_NOTHING

static const struct option rows[] = {
#define O(option, how, place, low, high, feature, part, argument, words) \
	{ .name = (option), .kind = OPTION_##how, \
	  .field = offsetof(struct hello_options, place), \
	  .least = (low), .most = (high), .needs = TLS_FEATURE_##feature, \
	  .group = GROUP_##part, .value = (argument), .help = (words) },
#include "cmd/hello.def"
#undef O
};

static const struct hello_options defaults = {
	.number = 1, .wait_ms = 10 * 1000, .view = HELLO_OURS,
	.tls = { .verify = { .depth = -1 }, .verify_max = -1,
		.num_tickets = 2, .quiet = true },
};

static const struct option_rivals rivals[] = {
	{ "list", "diff", "-diff compares two hellos" },
	{ "list", "n", "-list lists all of them" },
	{ "listen", "diff", "-listen records, and compares nothing" },
	{ "listen", "list", "-listen records, and reads no file" },
};

static const struct option_companions companions[] = {
	{ "dir", { "listen" }, false },
	{ "naccept", { "listen" }, false },
	{ "wait", { "listen" }, false },
	{ "random", { "diff" }, false },
};

const struct option_table hello_table = {
	.command = "hello", .operand = "FILE|-",
	.about = "Decodes a recorded ClientHello, and asks every backend what "
	    "it answers.\n"
	    "With -diff, of two files: prints what changed; with -listen: "
	    "records what\nclients send.",
	.list = rows, .num = sizeof rows / sizeof *rows,
	.groups = groups, .num_groups = sizeof groups / sizeof *groups,
	.defaults = &defaults, .size = sizeof defaults,
	.rivals = rivals, .num_rivals = sizeof rivals / sizeof *rivals,
	.companions = companions,
	.num_companions = sizeof companions / sizeof *companions,
};
