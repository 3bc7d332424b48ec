/* report/report.h - what is known of one connection, in words for people
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct buf out = BUF_INIT;
 *
 *	report_add_session(&out, &facts, hello, config);
 *	fputs(buf_string(&out), stdout);
 *	buf_clear(&out);
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/buf.h"
#include "event/event.h"

/* Adds the reference's lines after a handshake, as section 3.1 of the
 * behaviour notes orders them: client certificate, shared ciphers, signature
 * algorithms, groups, "CIPHER is", "Reused session-id", secure renegotiation;
 * and what it lacks: version, ALPN, suites it would not name.  `hello` may be
 * null. */
void report_add_session(struct buf *out, const struct tls_facts *facts,
    const struct tls_hello *hello, const struct tls_config *config);

/* Parts of that: what the hello offers beside suites; the client certificate,
 * its subject and issuer. */
void report_add_offer(struct buf *out, const struct tls_facts *facts,
    const struct tls_hello *hello);
void report_add_certificate(struct buf *out, const struct tls_facts *facts);

/* Adds whether renegotiation is safe, or that the version has none. */
void report_add_renegotiation(struct buf *out, const struct tls_facts *facts);

/* Adds the twelve lines of `S`. */
void report_add_statistics(struct buf *out, const struct statistics *stats);

/* Adds `bytes` as the reference dumps them, 16 to a line behind their offset,
 * `indent` spaces before each line. */
void report_add_dump(struct buf *out, struct tls_span bytes, int indent);

#endif
