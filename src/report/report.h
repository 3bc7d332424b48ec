/* report/report.h - what is known of one connection, as text
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct report report = {
 *		.facts = &facts, .hello = hello, .config = config,
 *	};
 *	struct buf out = BUF_INIT;
 *
 *	report_add_handshake(&out, &report);
 *	fputs(buf_string(&out), stdout);
 *	buf_clear(&out);
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/buf.h"
#include "event/event.h"
#include "plug/plugs.h"

/* What a report is about.  All is borrowed for the call. */
struct report {
	const struct plug *plug;		/* the one that serves, or
						 * null */
	const struct tls_facts *facts;
	const struct tls_hello *hello;		/* or null: not kept */
	const struct tls_config *config;
	struct plugs *plugs;			/* all; null: no report on other
						 * libraries */
	int64_t now;				/* seconds since the epoch */
	int verify_error;			/* X509_V_ERR, or 0 */
	bool npn_by_alpn;			/* ALPN is used in place of
						 * NPN */
	bool secrets;				/* -show_secrets */
};

/* What to report on an EVENT_HANDSHAKE. */
struct report report_of(const struct event *event, bool secrets);

/* Adds the server name that the client asks for, in the reference's words, and
 * whether it chose another server. */
void report_add_name(struct buf *out, const struct tls_hello *hello,
    bool chose);

/* Adds the reference's lines after a handshake, in its order: session
 * parameters, client certificate, shared ciphers, signature algorithms, groups,
 * "CIPHER is", "NEXTPROTO is", "Reused session-id", secure renegotiation.  Adds
 * what the reference lacks: the version, all suites of the client, those that
 * can be used, those that this library does not know. */
void report_add_handshake(struct buf *out, const struct report *report);

/* Adds the few lines of -brief. */
void report_add_brief(struct buf *out, const struct report *report);

/* Parts of that: what the hello offers besides suites; the suites that the
 * serving library does not know or that are GREASE or signalling values; the
 * client certificate, its subject and its issuer. */
void report_add_offer(struct buf *out, const struct report *report);
void report_add_unknown(struct buf *out, const struct report *report);
void report_add_certificate(struct buf *out, const struct tls_facts *facts);

/* Adds the session as "openssl sess_id" reads it: a PEM block of an
 * SSL_SESSION, with a line before it if its secret is redacted. */
void report_add_parameters(struct buf *out, const struct report *report);

/* Adds the block "SSL-Session:" of the reference. */
void report_add_session(struct buf *out, const struct report *report);

/* Adds whether secure renegotiation is supported, or that the version has no
 * renegotiation. */
void report_add_renegotiation(struct buf *out, const struct tls_facts *facts);

/* Adds the twelve lines of `S`. */
void report_add_statistics(struct buf *out, const struct statistics *stats);

/* Adds `bytes` as the reference dumps them: 16 to a line after their offset,
 * with `indent` spaces before each line. */
void report_add_dump(struct buf *out, struct tls_span bytes, int indent);

#endif
