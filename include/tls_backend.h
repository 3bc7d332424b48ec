/* tls_backend.h - the contract between the server and one TLS library
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	const struct tls_backend tls_backend_null = {
 *		TLS_BACKEND_HEAD("null"),
 *		.about = about,
 *		.start = start,
 *		.probe_open = probe_open,
 *		.probe_close = probe_close,
 *		.answer = answer,
 *		.suites = suites,
 *		.groups = groups,
 *		.signatures = signatures,
 *		.server_open = server_open,
 *		.server_close = server_close,
 *		.session_open = session_open,
 *		.session_close = session_close,
 *		.handshake = handshake,
 *		.read = read_plain,
 *		.write = write_plain,
 *		.goodbye = goodbye,
 *		.facts = facts,
 *	};
 *
 * That is a whole backend: backends/null/null.c fills it in, and a new one
 * starts as a copy of that.
 *
 * Rules.
 *
 * - A module is called polytls-NAME.so and exports one symbol, the constant
 *   `tls_backend_NAME`, besides functions of its library that it interposes on
 *   purpose.  NAME consists of a-z, 0-9 and "_".
 * - The first four members never move.  They are checked before anything else
 *   is used; a module built for another contract is refused with a message.
 * - Everything else is only ever appended, while TLS_BACKEND_ABI stays: members
 *   here, in the primitives, in the structs that the core fills, and features.
 *   A module built with fewer of them is accepted: what it lacks is NONE.  One
 *   built with more of them than the core has is refused.
 * - A backend opens no file and no socket, prints nothing, never exits,
 *   sleeps, reads the environment or installs a signal handler, and keeps no
 *   mutable state outside the two structs that it completes: `tls_server` and
 *   `tls_session`.  `engine` and `key_uri` of a config are the exception: what
 *   they name is opened by the library.  What a library does by itself is
 *   allowed if it cannot be switched off, or if every server with it does so:
 *   OpenSSL reads its openssl.cnf, and `about` says so.
 * - Lifetimes nest: backend > config > server > session, and io and host >
 *   session.  What is passed to an opening call outlives what it opens.
 * - A server and its sessions are used by one thread.  Different servers may
 *   be used by different threads at the same time.
 * - Members are mandatory unless they are marked with a feature; those are
 *   null exactly when that feature's answer is NONE.
 * - A member that cannot do for one session what it can for others (an old
 *   version, say) returns TLS_UNSUPPORTED with the reason, having touched
 *   nothing.
 * - Nothing blocks.  TLS_WANT_READ and TLS_WANT_WRITE come from the io, which
 *   knows what to wait for; the same call is then made again with the same
 *   arguments (for `write`: the same bytes).
 */
#ifndef TLS_BACKEND_H
#define TLS_BACKEND_H

#include "tls_config.h"
#include "tls_facts.h"
#include "tls_feature.h"
#include "tls_hello.h"
#include "tls_host.h"
#include "tls_primitives.h"
#include "tls_types.h"

/* Raised when the layout or the meaning of something existing changes, not when
 * something is appended. */
#define TLS_BACKEND_ABI		3u

/* The first four members, for an initialiser. */
#define TLS_BACKEND_HEAD(n) \
	.abi = TLS_BACKEND_ABI, .size = sizeof(struct tls_backend), \
	.name = (n), .num_features = TLS_FEATURE_COUNT

struct tls_probe;		/* to try features in; each backend's own */
struct tls_server;		/* one library context; each backend's own */
struct tls_session;		/* one connection; each backend's own */

/* Which library this is, as built against and as loaded.  All strings live as
 * long as the process; none is null. */
struct tls_about {
	const char *library;	/* "OpenSSL" */
	const char *built;	/* version of the headers, "3.0.22" */
	const char *running;	/* version that the loaded library reports */
	const char *file;	/* where the loaded library came from, as
				 * dladdr(3) names it; "" where unknown */
	/* The file of settings that the library reads by itself, as every
	 * program with it does; "" if it reads none. */
	char settings[256];
};

/* What the core decided after reading the ClientHello.  Lives as long as
 * the hello does. */
struct tls_choice {
	/* The highest version that both sides have (RFC 8446, 4.2.1); 0 if
	 * there is none or no hello, and the library then refuses in its own
	 * way. */
	uint16_t version;

	/* The suites that the config and the client have in common, best first,
	 * whichever side's order decides; only those of `version` if that is
	 * known.  A library that makes the same choice from the config need not
	 * look at them.  Binding: the first one that the library can use with
	 * this client and these identities is the one to use. */
	const uint16_t *suites;
	size_t num_suites;

	/* The application protocol to select by ALPN, or empty: none. */
	struct tls_span alpn;
	/* No protocol in common: refuse with no_application_protocol. */
	bool alpn_refused;

	/* STATUS, STATUS_TLS1_3.  The OCSP response (DER) to staple with each
	 * of the config's identities, in their order; an empty span: none for
	 * that one.  Null: none for any.  If the client asked, the one for the
	 * identity that is used is stapled unchanged. */
	const struct tls_span *status;

	/* NATIVE.  As in the config: the library decides.  `version` is 0 and
	 * `alpn` empty then, which says nothing, and `suites` has only those
	 * that an option named and the client offers: if it is empty, the
	 * library chooses by what the config says. */
	bool native;
};

/* One thing that is done other than the library does it by itself: a defect
 * that is made good, or something that is made the same on all backends.  This
 * struct does not grow. */
struct tls_correction {
	const char *name;	/* a-z, 0-9 and "_" */
	enum tls_feature feature;	/* where it shows; TLS_FEATURE_NATIVE:
					 * in no particular one */
	const char *what;	/* what is done and why: one clause without a
				 * full stop, in the user's words */
};

/* Where `unpack` puts what it finds; implemented by the caller. */
struct tls_bag {
	/* A DER certificate: the one that belongs to the key first. */
	void (*certificate)(struct tls_bag *bag, struct tls_span der);
	/* The private key, as DER that `server_open` reads without a pass
	 * phrase; once. */
	void (*key)(struct tls_bag *bag, struct tls_span der);
};

struct tls_backend {
	uint32_t abi;			/* TLS_BACKEND_ABI */
	uint32_t size;			/* sizeof(struct tls_backend) */
	const char *name;		/* NAME, as in the file's name */
	uint32_t num_features;		/* TLS_FEATURE_COUNT */

	/* ---- the library ---------------------------------------------- */

	/* `about` names the library.  May be called at any time. */
	void (*about)(struct tls_about *out);

	/* `start` initialises the library and does nothing else: a server that
	 * asks for nothing else should not have to wait.  Called once per
	 * process, before all members but `about`, from one thread.  Returns
	 * false with `err` filled if the library cannot be used at all; then
	 * nothing else is called. */
	bool (*start)(struct tls_error *err);

	/* `probe_open` prepares to try features, cheaply: what a feature needs
	 * to be tried (keys, servers) is made when it is asked for, and kept.
	 * A probe is used by one thread at a time, and may exist beside
	 * servers.  Returns null with `err` filled if nothing can be tried.
	 * `probe_close` frees `probe`; null is allowed. */
	struct tls_probe *(*probe_open)(struct tls_error *err);
	void (*probe_close)(struct tls_probe *probe);

	/* `answer` says whether the library, as loaded, supports `feature`,
	 * which is less than `num_features`, by trying it in memory if that is
	 * possible.  The core asks only for what it needs, and each feature
	 * once. */
	struct tls_answer (*answer)(struct tls_probe *probe,
	    enum tls_feature feature);

	/* `suites` writes at most `room` IANA numbers of the suites that this
	 * library, as loaded, can negotiate as a server, in no promised order,
	 * and returns how many there are.  Suites that need a configuration
	 * which the contract cannot express (SRP) are left out. */
	size_t (*suites)(uint16_t *out, size_t room);

	/* `groups` writes at most `room` IANA numbers of the supported groups
	 * that this library can use as a server, in its own order of
	 * preference, and returns how many there are. */
	size_t (*groups)(uint16_t *out, size_t room);

	/* `signatures` does the same with SignatureSchemes, as they stand in
	 * signature_algorithms (RFC 8446, 4.2.3; RFC 5246, 7.4.1.4.1). */
	size_t (*signatures)(uint16_t *out, size_t room);

	/* ---- a server: what is done once ------------------------------ */

	/* `server_open` makes a library context from `config`.  Returns null
	 * with `err` filled if it cannot: blame CONFIG for a key that
	 * does not parse, does not match or lacks its pass phrase (the text
	 * names the origin), FEATURE for what the library cannot do. */
	struct tls_server *(*server_open)(const struct tls_config *config,
	    struct tls_error *err);

	/* `server_close` frees `server`; null is allowed. */
	void (*server_close)(struct tls_server *server);

	/* ---- a session: one connection -------------------------------- */

	/* `session_open` makes a session that will read the very bytes of the
	 * hello from `io` again.  `hello` is null when the peer's first bytes
	 * are no ClientHello; the library then handles them in its way.
	 * No byte is read or written yet.  Returns null with `err` filled. */
	struct tls_session *(*session_open)(struct tls_server *server,
	    const struct tls_hello *hello, const struct tls_choice *choice,
	    struct tls_io *io, struct tls_host *host, struct tls_error *err);

	/* `session_close` frees `session` without a word to the peer; null is
	 * allowed. */
	void (*session_close)(struct tls_session *session);

	/* `handshake` drives the handshake as far as the bytes at hand allow.
	 *
	 * Returns TLS_OK when it is complete and all of it is written (TLS 1.3
	 * tickets included); TLS_WANT_READ or TLS_WANT_WRITE; TLS_FAILED when
	 * it will never complete, with the alert, if the library sends one,
	 * already written as far as the io took it.  After TLS_FAILED only
	 * `facts`, `goodbye` and `session_close` may be called. */
	enum tls_status (*handshake)(struct tls_session *session,
	    struct tls_error *err);

	/* `read` gives 1 to `len` bytes of application data.
	 *
	 * TLS_CLOSED after close_notify.  TLS_FAILED with blame NETWORK if the
	 * stream ended without one.  Everything else that is received (tickets,
	 * KeyUpdate, the handshake of a renegotiation that was asked for) is
	 * handled in this call.  The core calls it until it returns
	 * TLS_WANT_READ or TLS_WANT_WRITE. */
	enum tls_status (*read)(struct tls_session *session, uint8_t *buf,
	    size_t len, size_t *done, struct tls_error *err);

	/* `write` takes 1 to `len` bytes of application data, at most one
	 * record's worth; `len` is at least 1.  After TLS_WANT_* it is called
	 * again with the same `len` and the same bytes, which may have moved
	 * in between. */
	enum tls_status (*write)(struct tls_session *session,
	    const uint8_t *buf, size_t len, size_t *done,
	    struct tls_error *err);

	/* `goodbye` sends close_notify, once, however often it is called.
	 * TLS_OK, also if there is no peer to receive it; TLS_WANT_WRITE. */
	enum tls_status (*goodbye)(struct tls_session *session,
	    struct tls_error *err);

	/* `facts` says what has been negotiated so far. */
	void (*facts)(struct tls_session *session, struct tls_facts *out);

	/* ---- marked with a feature ------------------------------------ */

	/* RENEGOTIATE.  Asks the client for a new handshake; with
	 * `ask_certificate` (RENEGOTIATE_CERTIFICATE) one in which a
	 * certificate is asked for and which resumes nothing.  TLS_OK when the
	 * request is on its way: reads then carry out the handshake, and
	 * `changed` reports its end.  TLS_UNSUPPORTED in TLS 1.3. */
	enum tls_status (*renegotiate)(struct tls_session *session,
	    bool ask_certificate, struct tls_error *err);

	/* POST_HANDSHAKE_AUTH.  Sends a CertificateRequest (RFC 8446, 4.6.2);
	 * TLS_UNSUPPORTED before TLS 1.3 and for a client that did not offer
	 * it.  `changed` reports the end. */
	enum tls_status (*ask_certificate)(struct tls_session *session,
	    struct tls_error *err);

	/* KEY_UPDATE.  Renews our sending key and with `ask_peer` asks for the
	 * peer's (RFC 8446, 4.6.3).  TLS_UNSUPPORTED before TLS 1.3. */
	enum tls_status (*key_update)(struct tls_session *session,
	    bool ask_peer, struct tls_error *err);

	/* RANDOM_SEED.  Mixes `bytes` into the random number generator that
	 * `server` uses; it has seeded itself before. */
	bool (*seed)(struct tls_server *server, struct tls_span bytes,
	    struct tls_error *err);

	/* KEY_PKCS12.  Opens a PFX (RFC 7292) with `pass` (null: without one)
	 * and puts what is in it into `bag`.  False with blame CONFIG if it
	 * cannot be opened or has no key or certificate; the text names no
	 * file.  `*wants_pass` is set if another pass phrase might help. */
	bool (*unpack)(struct tls_span pfx, const char *pass,
	    struct tls_bag *bag, bool *wants_pass, struct tls_error *err);

	/* MAKE_KEY.  Functions to make certificates with, which need no
	 * server. */
	const struct tls_primitives *primitives;

	/* EXPORTER.  Writes `len` bytes of keying material (RFC 5705; RFC
	 * 8446, 7.5) for `label`, which ends with a NUL, and `context`; one
	 * whose `data` is null is left out, which up to TLS 1.2 is not the same
	 * as an empty one.  After the handshake only.  TLS_OK;
	 * TLS_UNSUPPORTED for a version that has none here; TLS_FAILED. */
	enum tls_status (*export_keys)(struct tls_session *session,
	    const char *label, struct tls_span context, uint8_t *out,
	    size_t len, struct tls_error *err);

	/* EARLY_DATA.  `read_early` gives 1 to `len` bytes of early data; to
	 * be called instead of `handshake` until it returns TLS_CLOSED: there
	 * is no more, and `handshake` goes on. */
	enum tls_status (*read_early)(struct tls_session *session,
	    uint8_t *buf, size_t len, size_t *done, struct tls_error *err);

	/* ---- for everybody -------------------------------------------- */

	/* All that this backend corrects in its library, in the order in which
	 * it is shown; none of it is done where the config is `native`.  May
	 * be null. */
	const struct tls_correction *corrections;
	size_t num_corrections;
};

#endif
