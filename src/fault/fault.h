/* fault/fault.h - transport faults, by a script: the door of this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct fault_script *script = fault_script_new();
 *
 *	if (!fault_script_add(script, "-fault", text, &err) ||
 *	    !fault_script_check(script, &err))
 *		return false;
 *	...
 *	struct faults *faults = faults_new(script, &below);
 *
 *	if (faults)
 *		channel = faults_channel(faults);
 *
 * A script is made of statements, such as "conn 2: after record 3: reset".
 * The manual has its grammar.  It is constant while connections use it, but
 * for its counters; any thread may use it.
 *
 * A connection that a statement is for gets a channel around its own.  What is
 * not to happen on the wire happens above it, so that whoever watches below
 * sees what was really sent.  Nothing blocks: what has to wait, waits for a
 * timer of the channel.
 */
#ifndef FAULT_FAULT_H
#define FAULT_FAULT_H

#include "base/clock.h"
#include "event/bus.h"
#include "net/channel.h"

struct fault_script;
struct faults;			/* those of one connection */

/* The moments of a connection that only its user knows. */
enum fault_mark {
#define MARK(id, preposition, word, meaning) FAULT_AT_##id,
#include "fault/marks.def"
#undef MARK
	FAULT_MARK_COUNT
};

/* What has ended the connection. */
enum fault_end {
	FAULT_NOT_ENDED,
	FAULT_CLOSED,
	FAULT_RESET,
};

/* A script without statements; never null. */
struct fault_script *fault_script_new(void);
void fault_script_free(struct fault_script *script);	/* null is allowed */

/* Adds the statements in `text`.  `name` is what messages call it: "-fault" and
 * perhaps the name of a file.  False with blame CONFIG, line and column. */
bool fault_script_add(struct fault_script *script, const char *name,
    struct tls_span text, struct tls_error *err);

/* Looks for statements that contradict others or can never happen; false with
 * blame CONFIG. */
bool fault_script_check(struct fault_script *script, struct tls_error *err);

/* Posts a note for each statement that has not happened yet. */
void fault_script_tell_idle(const struct fault_script *script,
    struct bus *bus);

/* What the faults of a connection stand on; all borrowed. */
struct fault_below {
	struct channel *channel;	/* taken, if faults are made */
	struct tls_io *io;		/* reads and writes: the channel, or
					 * what was put on it */
	const struct clock *clock;
	struct bus *bus;
	const struct origin *origin;	/* of its events; with its number */
};

/* Null: no statement is for this connection, and nothing is taken. */
struct faults *faults_new(struct fault_script *script,
    const struct fault_below *below);

/* The channel to use instead of the one below.  Closing it frees the faults and
 * closes that one.  A write that returns TLS_WANT_WRITE, or takes less than it
 * was given, must be repeated with the same bytes. */
struct channel *faults_channel(struct faults *faults);

/* A moment has come; all that was written before has been passed on. */
void faults_mark(struct faults *faults, enum fault_mark mark);

/* Whether what was written waits for some time to pass. */
bool faults_delay(const struct faults *faults);

/* Whether a fault has ended the connection.  From then on what is written is
 * discarded and nothing can be read.  The user acts on that and says so with
 * faults_obey: then it can read what the client still sends, to drain it. */
enum fault_end faults_end(const struct faults *faults);
void faults_obey(struct faults *faults);

#endif
