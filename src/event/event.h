/* event/event.h - what happened, as data
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct event event = {
 *		.kind = EVENT_ALERT, .from = conn->origin,
 *		.alert = { TLS_SENT, 2, 40 },
 *	};
 *
 *	bus_post(bus, &event);
 *
 * Rules.  An event lives for the call that posts it; a sink copies what it
 * keeps.  `at_us` and `since_us` are set by bus_post.  A new kind needs a line
 * in EVENTS, a member of the union and a row of fields in event.c, but no
 * change in any sink.
 */
#ifndef EVENT_EVENT_H
#define EVENT_EVENT_H

#include "tls_backend.h"

struct compare_table;
struct plug;
struct plugs;

/* E(identifier, name in JSON, meaning) */
#define EVENTS(E) \
E(START,	"start",	"the program begins") \
E(LISTENING,	"listening",	"clients may come") \
E(ACCEPTED,	"accepted",	"a client has connected") \
E(OPENING,	"opening",	"the first bytes were no ClientHello") \
E(HELLO,	"client_hello",	"a ClientHello, whole") \
E(CHOICE,	"choice",	"what the core decided from it") \
E(SHADOW,	"shadow",	"what every backend answers to it") \
E(OCSP,	"status",	"an OCSP response is sought, had or sent") \
E(WIRE,		"wire",		"bytes on the transport") \
E(SHUT,		"shut",		"one direction of the transport was ended") \
E(RECORD,	"record",	"the header of a record") \
E(MESSAGE,	"message",	"a protocol message in clear") \
E(ALERT,	"alert",	"an alert") \
E(STATE,	"state",	"a state of the handshake") \
E(SECRET,	"secret",	"a line of the key log") \
E(VERIFY,	"verify",	"one step of a verification") \
E(PSK,		"psk",		"a client's identity that has no key here") \
E(HANDSHAKE,	"handshake",	"a handshake is complete") \
E(FAILED,	"failed",	"a handshake or a connection failed") \
E(COMMAND,	"command",	"a command letter was carried out") \
E(DATA,		"data",		"application data") \
E(REQUEST,	"request",	"an HTTP request was answered") \
E(FAULT,	"fault",	"a fault of -fault happened") \
E(BLOCKED,	"blocked",	"a step had to wait") \
E(ENDING,	"ending",	"the end of a connection begins") \
E(CLOSED,	"closed",	"a connection is gone") \
E(MISMATCH,	"mismatch",	"something is not as -expect says") \
E(RELOADED,	"reloaded",	"the files were read again, or could not be") \
E(LOST,		"lost",		"events that could not be written") \
E(NOTE,		"note",		"something the user should know") \
E(STATISTICS,	"statistics",	"the counters") \
E(STOP,		"stop",		"the program ends")

/* The version of the format that doc/events.md describes: raised when a member
 * goes or changes its meaning.  That of its schema: raised in the first change
 * after a release that adds something. */
#define EVENTS_VERSION	1
#define EVENTS_SCHEMA	1

enum event_kind {
#define E(id, name, meaning) EVENT_##id,
	EVENTS(E)
#undef E
	EVENT_COUNT
};

/* How a connection ended. */
enum outcome {
	OUTCOME_CLEAN,		/* close_notify came */
	OUTCOME_TRUNCATED,	/* the stream ended without close_notify */
	OUTCOME_RESET,		/* the transport broke */
	OUTCOME_CLOSED_HERE,	/* we closed; the peer's close_notify did not
				 * come in time */
	OUTCOME_FAILED,		/* handshake or protocol failure */
	OUTCOME_TIMEOUT,	/* the handshake or idle time limit was
				 * reached */
	OUTCOME_COUNT
};

/* S(identifier, name in JSON): the steps of OCSP stapling for a client. */
#define OCSP_STEPS(S) \
S(ASKED,	"asked")	/* the client wants one */ \
S(AIA,		"aia")		/* the certificate names its responder */ \
S(DEFAULT,	"default")	/* the one of -status_url is used */ \
S(BAD_URL,	"bad_url")	/* a URL that cannot be used */ \
S(NO_RESPONDER,	"no_responder") \
S(NO_ISSUER,	"no_issuer") \
S(FAILED,	"failed")	/* no response from the responder */ \
S(FILE_FAILED,	"file_failed")	/* none in the file of -status_file */ \
S(CACHED,	"cached")	/* the last one is still valid */ \
S(OBTAINED,	"had")		/* a response has come */ \
S(SENT,		"sent")		/* it was sent with the certificate */

enum ocsp_step {
#define S(id, name) OCSP_##id,
	OCSP_STEPS(S)
#undef S
};

/* Which operation would have blocked. */
enum step_blocked {
	BLOCKED_HANDSHAKE,
	BLOCKED_READ,
	BLOCKED_WRITE,
};

/* The parameters of ephemeral DH up to TLS 1.2. */
enum dh_parameters {
	DH_OFF,			/* -no_dhe */
	DH_DEFAULT,		/* the library's own */
	DH_GIVEN,		/* those of a file */
};

/* The twelve counters of `S`, in the reference's order; the core counts, so
 * they are the same for every backend. */
struct statistics {
	uint64_t cached;		/* items in the session cache */
	uint64_t connects, connect_renegotiates, connects_good; /* always 0 */
	uint64_t accepts, renegotiates, accepts_good;
	uint64_t hits, misses, timeouts, callback_hits, overflows;
	uint64_t room;			/* "128 allowed" */
};

/* Where an event comes from: a connection or, if all is zero, the program
 * itself. */
struct origin {
	uint64_t conn;			/* 1, 2, ... */
	uint64_t begun_us;		/* of the monotonic clock, when the
					 * connection was accepted */
	const char *backend;		/* its name, borrowed; null: not chosen
					 * yet */
};

struct event {
	enum event_kind kind;
	struct origin from;
	int64_t at_us;			/* since the epoch */
	uint64_t since_us;		/* since the connection was accepted */

	union {
		struct {
			const char *version;
			const char *command_line;
			unsigned schema;	/* EVENTS_SCHEMA */
		} start;
		struct {
			const char *host;	/* numeric */
			unsigned port;
			bool any_port;		/* port 0 was asked for */
			enum dh_parameters dh;
		} listening;
		struct {
			const char *host;
			unsigned port;
			/* Our own address; only while EVENT_WIRE is wanted,
			 * null: not known. */
			const char *local_host;
			unsigned local_port;
		} accepted;
		struct {
			const char *name;	/* opening_name() */
			struct tls_span bytes;	/* the first bytes, up to a
						 * limit */
		} opening;
		struct {
			const struct tls_hello *hello;
		} hello;
		struct {
			const struct tls_choice *choice;
			const struct tls_hello *hello;	/* or null */
			const char *server;	/* the name whose server was
						 * chosen; null: the default
						 * server */
			bool names;		/* there are names to choose
						 * by */
			bool coalesced;		/* passed to the library as one
						 * record */
		} choice;
		struct {
			const struct compare_table *table;
			uint64_t dropped;	/* hellos before this one that
						 * were left out */
		} shadow;
		struct {
			enum ocsp_step step;
			bool in_text;		/* also printed in the text
						 * output */
			int identity;		/* index in the config; -1:
						 * all */
			struct tls_span url;	/* of the responder, or empty */
			const struct tls_error *error; /* or null */
			struct tls_span response; /* DER, or empty */
			const char *verdict;	/* the certificate's status in
						 * it, or null */
		} ocsp;
		struct {
			enum tls_direction direction;
			size_t asked;		/* bytes asked for */
			enum tls_status status;
			struct tls_span bytes;
		} wire;
		struct {
			enum tls_direction direction;
			bool reset;		/* both, by RST; else FIN */
		} shut;
		struct {
			enum tls_direction direction;
			uint8_t type;
			uint16_t version;
			uint16_t len;
			struct tls_span header;
		} record;
		struct {
			enum tls_direction direction;
			uint16_t version;
			uint8_t content_type;
			struct tls_span body;
		} message;
		struct {
			enum tls_direction direction;
			uint8_t level;
			uint8_t description;
		} alert;
		struct {
			const char *name;
		} state;
		struct {
			const char *label;
			struct tls_span client_random;
			struct tls_span secret;
		} secret;
		struct {
			const struct tls_verify_step *step;
			bool accepted;
		} verify;
		struct {
			struct tls_span identity;
			struct tls_span expected; /* the first identity that has
						   * a key */
			bool accepted;		/* the client uses that one's
						 * key */
		} psk;
		struct {
			const struct tls_facts *facts;
			/* Null after the first handshake. */
			const struct tls_hello *hello;
			const struct tls_config *config;
			const struct plug *plug; /* the one that serves */
			/* All backends, for the report on the client's offer;
			 * null: no such report. */
			struct plugs *plugs;
			int verify_error;	/* the last one, or 0 */
			bool npn_by_alpn;	/* ALPN is used in place of
						 * NPN */
			bool again;		/* renegotiation, or
						 * post-handshake
						 * authentication */
		} handshake;
		struct {
			const struct tls_error *error;
			bool handshaking;
			int verify_error;	/* last one, or 0 */
			const char *reason;	/* in the core's words, or
						 * null */
			const char *explanation; /* what lacked and what would
						 * have agreed, a sentence
						 * without its full stop, or
						 * null */
			const char *peer;	/* its address, or null */
			bool left;		/* it closed or reset the
						 * connection, without an
						 * alert */
			/* Why its certificate was refused, or null. */
			const struct tls_verify_step *refused;
			struct tls_span leaf;	/* the client's certificate, or
						 * empty */
			const struct tls_config *config; /* or null */
		} failed;
		struct {
			char letter;
			enum tls_status status;
			const struct tls_error *error;	/* or null */
		} command;
		struct {
			enum tls_direction direction;
			struct tls_span bytes;
		} data;
		struct {
			struct tls_span method, target;
			int status;
			uint64_t len;		/* bytes of the body */
			const char *file;	/* served, or null */
		} request;
		struct {
			const char *text;	/* the statement */
			const char *action;	/* its word */
			enum tls_direction direction; /* whose bytes */
			uint64_t bytes;		/* that had passed, as they
						 * would be without faults */
			uint64_t records;	/* that had begun; 0 if they are
						 * not counted */
			uint64_t times;		/* that it has happened on this
						 * connection */
		} fault;
		struct {
			enum step_blocked step;
		} blocked;
		struct {
			bool by_peer;		/* the peer ended the connection
						 * first */
		} ending;
		struct {
			enum outcome outcome;
			uint64_t received, sent; /* bytes on the transport */
		} closed;
		struct {
			const char *key;	/* of -expect */
			const char *expected;	/* in the user's words */
			const char *seen;	/* escaped */
		} mismatch;
		struct {
			const char *text;
		} note;
		struct {
			const struct tls_error *error;	/* or null: new
							 * connections get what
							 * was read */
		} reloaded;
		struct {
			uint64_t count;	/* of events */
		} lost;
		struct statistics statistics;
		struct {
			int status;
		} stop;
	};
};

/* "client_hello" and so on, and its meaning from the list above. */
const char *event_name(enum event_kind kind);
const char *event_meaning(enum event_kind kind);

/* "clean", "truncated", "reset", "closed_here", "failed", "timeout". */
const char *outcome_name(enum outcome outcome);

/* "asked", "aia", ... */
const char *ocsp_step_name(enum ocsp_step step);
/* "handshake", "read", "write". */
const char *step_blocked_name(enum step_blocked step);

/* The fields of an event besides its kind, as rows that a sink walks. */
enum field_type {
	FIELD_END,
	FIELD_BOOL,		/* bool */
	FIELD_U8, FIELD_U16, FIELD_UINT, FIELD_INT, FIELD_U64, FIELD_SIZE,
	FIELD_STRING,		/* const char *, null: left out */
	FIELD_ESCAPED,		/* the same, escaped already */
	FIELD_LETTER,		/* char */
	FIELD_TEXT,		/* struct tls_span: escaped text */
	FIELD_HEX,		/* struct tls_span: hex */
	FIELD_SECRET,		/* struct tls_span: hex, if secrets are shown */
	FIELD_DIRECTION,	/* enum tls_direction: "received", "sent" */
	FIELD_STATUS,		/* enum tls_status */
	FIELD_VERSION,		/* uint16_t: number and name */
	FIELD_ALERT,		/* uint8_t: number and name */
	FIELD_CONTENT,		/* uint8_t content type: number and name */
	FIELD_OUTCOME,		/* enum outcome */
	FIELD_OCSP_STEP,	/* enum ocsp_step */
	FIELD_STEP_BLOCKED,	/* enum step_blocked */
	FIELD_ERROR,		/* const struct tls_error * */
	FIELD_HELLO,		/* const struct tls_hello * */
	FIELD_CHOICE,		/* const struct tls_choice * */
	FIELD_FACTS,		/* const struct tls_facts * */
	FIELD_STEP,		/* const struct tls_verify_step * */
	FIELD_TABLE,		/* const struct compare_table *: its columns */
	FIELD_UNKNOWN,		/* struct event: of a handshake, the suites that
				 * the serving library does not know */
};

struct field {
	const char *name;
	enum field_type type;
	size_t offset;		/* in struct event */
};

#define EVENT_MAX_FIELDS	16

/* The fields of `kind`, up to a FIELD_END. */
const struct field *event_fields(enum event_kind kind);

#endif
