/* settings.h - all that the command line can say, in drawers
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct settings settings = { .listen = { .workers = 1 } };
 *
 *	settings.listen.accept = "localhost:0";
 *	listener_open(&listener, &settings.listen, &err);
 *
 * Rules.  cli/ fills it, main.c hands each room its own drawer, nobody else
 * sees the chest.  It does not change once serving has begun.  Strings are
 * borrowed from argv or owned by cli/; null means "not given".
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/value.h"
#include "tls_config.h"

/* What a connection is for. */
enum settings_mode {
	MODE_TERMINAL,		/* standard input to the peer, letters */
	MODE_REVERSE,		/* -rev: each line back, reversed */
	MODE_STATUS,		/* -www */
	MODE_FILES,		/* -WWW */
	MODE_RESPONSES,		/* -HTTP: files that are whole responses */
};

enum settings_family {
	FAMILY_ANY,
	FAMILY_IPV4,		/* -4 */
	FAMILY_IPV6,		/* -6 */
};

struct settings_listen {
	const char *accept;	/* [host:]port or fd:N as given, or null:
				 * 4433 */
	const char *unix_path;	/* -unix: a socket file instead */
	bool unlink;		/* -unlink: remove that file first */
	enum settings_family family;
	unsigned workers;	/* threads, at least 1 */
	unsigned num_accept;	/* connections to serve, 0: no end */
	const char *ready_file;	/* written when clients may come */
};

/* Files and words about identity, as given; cli/load.c reads them. */
struct settings_identity {
	const char *cert, *key;		/* file names */
	/* "PEM", "DER", "P12", or null: look; "ENGINE": the key's name is
	 * for the library (a pkcs11: URI says so by itself) */
	const char *cert_form, *key_form;
	const char *pass;		/* source: pass: env: file: fd: stdin */
	const char *chain;		/* file: what is sent behind cert */
};

struct settings_status {
	bool on;		/* -status */
	bool wanted;		/* that or any of the others was given */
	bool verbose;
	unsigned timeout_ms;	/* of each fetch; 0: none */
	const char *url;	/* fallback responder, or null */
	const char *file;	/* a response, or null */
	bool no_cache;		/* -no_status_cache: ask for each client */
	bool required;		/* -status_required: refuse clients that ask
				 * and cannot be given one */
};

struct settings_tls {
	const char *backend;	/* NAME, or "sni"; null: the default one */
	struct settings_identity first, second;
	bool no_cert;		/* -nocert */
	/* -servername, -cert2, -key2: the first ones belong together, and so
	 * on. */
	struct option_words names, name_certs, name_keys;
	bool name_fatal;	/* -servername_fatal */
	const char *engine;
	const char *rand;	/* files and EGD sockets, with colons between */
	const char *ca_file, *ca_path;
	const char *crl;	/* -CRL */
	enum tls_crl_check crl_check;
	const char *cipher;	/* OpenSSL cipher string, or null */
	const char *ciphersuites; /* TLS 1.3 list, or null */
	bool server_preference;
	bool no_dhe, no_ecdhe, no_tmp_rsa;
	const char *dh_param;	/* file, or null */
	const char *groups;	/* colon lists, or null */
	const char *signatures, *client_signatures;
	bool workarounds, hack;
	const char *alpn;	/* comma list, or null */
	bool alpn_lenient;	/* -alpn_mismatch ignore */
	const char *npn;	/* comma list, or null */
	struct option_keys psk;
	const char *psk_identity; /* of those without one */
	const char *psk_hint;
	bool psk_lenient;	/* -psk_mismatch accept */
	const char *context;	/* or null: the reference's default */
	const char *id_prefix;
	unsigned num_tickets;
	bool no_cache;
	unsigned only;		/* versions named by -tls1 and the like */
	unsigned without;	/* versions named by -no_tls1 and the like */
	bool no_ticket;
	bool client_renegotiation;
	struct option_depth verify; /* -verify; -Verify demands */
	bool verify_return_error;
	int verify_max;		/* -verify_depth; -1: none */
	bool strict;		/* -strict_s_server: the reference's own
				 * literal behaviour */
	struct settings_status status;
};

struct settings_output {
	bool quiet;
	bool brief;		/* -brief */
	bool message;		/* -msg */
	bool state;		/* -state */
	bool debug;		/* -debug */
	bool extensions;	/* -tlsextdebug */
	bool verify_quiet;	/* of verifications what is wrong alone */
	bool blocks;		/* -nbio: tell where it would have blocked */
	bool secrets;		/* -show_secrets: not redacted */
	bool strict;		/* as in settings_tls */
	const char *json;	/* FILE, "-" or "fd:N", or null */
	const char *keylog;	/* FILE, or null */
};

struct settings_app {
	enum settings_mode mode;
	bool commands;		/* the letters are obeyed: not with -quiet */
	bool strict;		/* as in settings_tls */
	bool crlf;		/* -crlf */
	bool keep_alive;	/* -keep_alive: more than one request */
	bool secrets;		/* as in settings_output */
	bool nbio_test;		/* -nbio_test: block often, for no reason;
				 * that is then told as well */
	const char *root;	/* -root: for -WWW and -HTTP; null: . */
	const char *command_line; /* as typed, secrets left out; for the page */
};

/* Limits in milliseconds, 0: none. */
struct settings_limits {
	unsigned handshake_ms;	/* from accept to the end of the handshake */
	unsigned idle_ms;	/* without a byte from the peer */
	unsigned close_ms;	/* from our close to the end of draining */
};

struct settings {
	struct settings_listen listen;
	struct settings_tls tls;
	struct settings_output output;
	struct settings_app app;
	struct settings_limits limits;
};

#endif
