/* expect/expect.h - what each connection should turn out to be: the door
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct expect *expect = expect_new(words, 1, &err);
 *
 *	if (!expect || !expect_fits(expect, plug, &err))
 *		return err_exit_status(&err);
 *	judge = judge_new(expect, 0);
 *	bus_add(bus, judge_sink(judge));
 *	...
 *	return judge_passed(judge, bus) ? 0 : 1;
 *
 * Rules.  An expectation is a row of KEY=VALUE|VALUE or KEY!=VALUE|VALUE with
 * blanks or commas between, after "N:", "N-M:" or "N-:" for only some
 * connections, which are counted from 1 as they are accepted.  All that apply
 * to a connection have to hold at its end.  A handshake has to succeed, unless
 * one of them names the key "handshake".
 */
#ifndef EXPECT_EXPECT_H
#define EXPECT_EXPECT_H

#include "event/bus.h"

struct buf;
struct plug;

/* The expectations of one server. */
struct expect;

/* Reads the `num` words; null with blame CONFIG for a key or a value that
 * nobody knows, with the one most similar to it. */
struct expect *expect_new(const char *const *words, size_t num,
    struct tls_error *err);
void expect_free(struct expect *expect);

/* False with blame FEATURE if `plug` does not tell what a key is about.  To be
 * called for each backend that serves. */
bool expect_fits(struct expect *expect, const struct plug *plug,
    struct tls_error *err);

/* The key number `i` and what it is about, for help and tests; null after the
 * last one. */
const char *expect_key_name(size_t i);
const char *expect_key_about(size_t i);
/* Its values as a user would write them: "yes|no", "NAME|NUMBER". */
const char *expect_key_values(size_t i);

/* Compares what the events say of each connection with what is expected, and
 * posts EVENT_MISMATCH for each difference. */
struct judge;

/* `expect` is taken.  `num_accept`: connections that have to come; 0: it is not
 * said, and there must be one. */
struct judge *judge_new(struct expect *expect, unsigned num_accept);

/* To be added to the bus, which frees the judge with it. */
struct sink *judge_sink(struct judge *judge);

/* When all connections have ended: compares their number, posts what does not
 * match, and says whether everything did. */
bool judge_passed(struct judge *judge, struct bus *bus);

#endif
