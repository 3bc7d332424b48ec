/* hello_options.c - the table of the options of hello
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/cmd.h"
#include "cmd/hello.h"

enum { GROUP_INPUT, GROUP_OUTPUT };

static const struct option_group groups[] = {
	[GROUP_INPUT] = { "input", "What is read" },
	[GROUP_OUTPUT] = { "output", "What is printed" },
};

#define FIELD(name)	offsetof(struct hello_options, name)

static const struct option rows[] = {
	{ .name = "n", .kind = OPTION_NUMBER, .field = FIELD(number),
	  .least = 1, .most = 1000000, .needs = OPTION_NEEDS_NOTHING,
	  .group = GROUP_INPUT, .value = "number",
	  .help = "take this ClientHello of the file, the first by default" },
	{ .name = "format", .kind = OPTION_STRING, .field = FIELD(format),
	  .needs = OPTION_NEEDS_NOTHING, .group = GROUP_INPUT,
	  .value = "format", .help = "read the file as record, message, hex, "
	  "base64, msg (what openssl s_client -msg prints) or pcap, whatever "
	  "it looks like" },
	{ .name = "list", .kind = OPTION_FLAG, .field = FIELD(list),
	  .needs = OPTION_NEEDS_NOTHING, .group = GROUP_OUTPUT,
	  .help = "print a line for each ClientHello of the file" },
	{ .name = "json", .kind = OPTION_FLAG, .field = FIELD(json),
	  .needs = OPTION_NEEDS_NOTHING, .group = GROUP_OUTPUT,
	  .help = "print one JSON object" },
	{ .name = "bytes", .kind = OPTION_FLAG, .field = FIELD(bytes),
	  .needs = OPTION_NEEDS_NOTHING, .group = GROUP_OUTPUT,
	  .help = "print keys, tickets and the like in full" },
	OPTION_HELP_ROW,
};

static const struct hello_options defaults = { .number = 1 };

const struct option_table hello_table = {
	.command = "hello",
	.about = "Decodes a recorded ClientHello.\n"
	    "usage: polytls hello [options] FILE|-",
	.list = rows, .num = sizeof rows / sizeof *rows,
	.groups = groups, .num_groups = sizeof groups / sizeof *groups,
	.defaults = &defaults, .size = sizeof defaults,
};
