/* sink/sink.h - where events are written: the door of this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	if (!sinks_open(bus, &options, MODE_TERMINAL, &err))
 *		return err_exit_status(&err);
 */
#ifndef SINK_SINK_H
#define SINK_SINK_H

#include "event/bus.h"
#include "service/service.h"

/* What is written, and where; strings are borrowed. */
struct sink_options {
	bool quiet;
	bool brief;		/* -brief */
	bool message;		/* -msg */
	bool state;		/* -state */
	bool debug;		/* -debug */
	bool extensions;	/* -tlsextdebug */
	bool verify_quiet;	/* print only what is wrong in verifications */
	bool blocks;		/* -nbio: report where it would have blocked */
	bool secrets;		/* -show_secrets: not redacted */
	bool strict;		/* -strict_s_server */
	bool timestamps;	/* -timestamps: remarks begin with the time */
	bool json_append;	/* -json_append: a file is added to */
	bool aside;		/* standard output is somebody else's: what
				 * would go there goes to standard error */
	bool silent;		/* only remarks and what is not as -expect
				 * says */
	const char *json;	/* FILE, "-" or "fd:N", or null */
	const char *pcapng;	/* FILE, DIR, "-" or "fd:N", or null */
	const char *keylog;	/* FILE, or null */
	bool keylog_wish;	/* SSLKEYLOGFILE named it: go on without it if
				 * it cannot be written */
};

/* Opens the sinks that `output` asks for and adds them to `bus`: the
 * reference's text on standard output and standard error (as much as `mode`
 * prints), JSON lines, the key log, a capture.  False, with blame CONFIG naming
 * option and file, if one cannot be opened. */
bool sinks_open(struct bus *bus, const struct sink_options *output,
    enum service_mode mode, struct tls_error *err);

#endif
