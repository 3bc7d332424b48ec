/* compare/compare.h - what backends answer to a ClientHello
 * SPDX-License-Identifier: Apache-2.0
 *
 *	const struct compare_subject subject = {
 *		.plug = plug, .config = config, .alpn = &alpn,
 *	};
 *	struct compare_server *server = compare_open(&subject, &err);
 *	struct compare_answer answer;
 *
 *	if (server)
 *		compare_ask(server, hello, &answer);
 *	else
 *		compare_cannot(&answer, &err);
 *	printf("%04x\n", answer.suite);
 *	compare_answer_clear(&answer);
 *	compare_close(server);
 *
 * Rules.  A backend is asked in memory: it gets the bytes of the hello and the
 * core's decisions as in a connection, and answers with its first flight.
 * Nothing leaves the process, no event is posted, and no secret is asked for.
 * Nothing is resumed or remembered; a pre-shared key is used.  OCSP responses
 * are not stapled.  A HelloRetryRequest ends the answer, since there is no
 * client that would send a second hello.
 *
 * A compare_server belongs to the thread that opened it.
 */
#ifndef COMPARE_COMPARE_H
#define COMPARE_COMPARE_H

#include "base/buf.h"
#include "base/clock.h"
#include "plug/plug.h"
#include "policy/policy.h"
#include "policy/psk.h"
#include "wire/flight.h"

/* What to ask; all is borrowed, and outlives the server. */
struct compare_subject {
	const struct plug *plug;
	const struct tls_config *config;
	const struct policy_alpn *alpn;
	const struct psk_table *psk;	/* or null: no keys */
	const struct clock *clock;	/* null: that of the system */
};

struct compare_server;

/* Opens a server with this configuration, but with a ticket key of its own:
 * no ticket of the real server is accepted.  Null with `err` filled as by
 * `server_open` of struct tls_backend. */
struct compare_server *compare_open(const struct compare_subject *subject,
    struct tls_error *err);
void compare_close(struct compare_server *server);	/* null is allowed */

enum compare_outcome {
	COMPARE_ANSWERED,	/* with a ServerHello and what follows it */
	COMPARE_RETRY,		/* it asks for another hello */
	COMPARE_REFUSED,	/* by the library */
	COMPARE_REFUSED_HERE,	/* by polytls, before a library sees it */
	COMPARE_CANNOT,		/* the backend lacks what is configured */
	COMPARE_SILENT,		/* the library waits for more */
};

/* What came back.  A number is 0, and a span empty, for what is not there or
 * not known.  Spans point into the flight. */
struct compare_answer {
	enum compare_outcome outcome;
	uint16_t version, suite;
	uint16_t group;			/* of the key exchange; after
					 * COMPARE_RETRY the one asked for */
	uint16_t signature;		/* SignatureScheme of the server */
	struct tls_span alpn;
	struct buf certificate;		/* DER, or empty: none */
	size_t num_chain;		/* certificates sent */
	int alert;			/* the fatal one that was sent, or -1 */
	struct tls_error err;		/* unless it answered: why, in the
					 * library's words */
	/* Whether the messages that TLS 1.3 encrypts are known. */
	bool knows_encrypted;
	struct flight flight;		/* all messages */
};

/* Asks `server`; free what is put into `out` with compare_answer_clear. */
void compare_ask(struct compare_server *server, const struct tls_hello *hello,
    struct compare_answer *out);

/* The answers where no library is asked: the backend cannot do what is
 * configured; polytls itself refuses the hello, with `err->alert_sent`. */
void compare_cannot(struct compare_answer *out, const struct tls_error *err);
void compare_refuse(struct compare_answer *out, const struct tls_error *err);

void compare_answer_clear(struct compare_answer *answer);

/* ---- side by side ------------------------------------------------------- */

/* One backend under one view.  All is borrowed. */
struct compare_column {
	const struct plug *plug;
	bool native;			/* what the library does by itself */
	bool serves;			/* it serves this client */
	const struct compare_answer *answer;
	const char *remarks;		/* lines: what of the configuration is
					 * left out; or null */
};

/* Answers side by side.  Differences are those from the column `reference`.
 * Two columns of one backend, its own rules and `native`, stand beside each
 * other. */
struct compare_table {
	const struct compare_column *columns;
	size_t num;
	size_t reference;
};

/* What a row is about, and how it is to be written. */
enum compare_kind {
	COMPARE_WORD,			/* a word of a fixed set */
	COMPARE_TEXT,			/* text: to be escaped */
	COMPARE_COUNT,
	COMPARE_VERSION,
	COMPARE_SUITE,
	COMPARE_GROUP,
	COMPARE_SIGNATURE,
	COMPARE_ALERT,
	COMPARE_EXTENSIONS,		/* a list of these */
	COMPARE_SIGNATURES,
};

/* Numbers of a list that are held; the rest are left out. */
#define COMPARE_MAX_NUMBERS	64

enum compare_state {
	COMPARE_NONE,			/* there is no such thing here */
	COMPARE_UNKNOWN,		/* this backend does not tell */
	COMPARE_KNOWN,
};

struct compare_value {
	enum compare_state state;
	const char *word;
	struct buf text;		/* owned */
	uint16_t numbers[COMPARE_MAX_NUMBERS];
	size_t num;			/* 1 for a row of one number */
};

/* A fact about each answer. */
struct compare_row {
	const char *name;		/* in JSON: "suite" */
	const char *label;		/* for people: "cipher suite" */
	enum compare_kind kind;
	bool compared;			/* differences are marked */
	/* Fills in the value, which is all zero before. */
	void (*get)(const struct compare_answer *answer,
	    struct compare_value *out);
};

extern const struct compare_row compare_rows[];
extern const size_t compare_num_rows;

struct compare_cell {
	struct compare_value value;
	bool differs;			/* from the reference's */
	bool parts;			/* of one backend's two columns: they
					 * are not the same here */
};

/* Fills in a cell of the table; free with compare_cell_clear. */
void compare_cell(const struct compare_table *table,
    const struct compare_row *row, size_t column, struct compare_cell *out);
void compare_cell_clear(struct compare_cell *cell);

/* Whether any column has something in this row. */
bool compare_row_has(const struct compare_table *table,
    const struct compare_row *row);

/* Adds a value as text for people, what a peer or a library chose escaped: "-"
 * for NONE, "?" for UNKNOWN. */
void compare_add_value(struct buf *out, const struct compare_row *row,
    const struct compare_value *value);

/* "openssl", "openssl -native". */
void compare_add_name(struct buf *out, const struct compare_column *column);

/* Adds the table in text, with a "*" before what differs and a "|" before what
 * parts, and `indent` before each line. */
void compare_add_text(struct buf *out, const struct compare_table *table,
    const char *indent);

#endif
