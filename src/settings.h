/* settings.h - all that the command line can say, in drawers
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct settings settings;
 *
 *	settings_init(&settings);
 *	settings.listen.port = "0";
 *	listen_open(&settings.listen, ...);
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

#include "tls_config.h"

/* What a connection is for. */
enum settings_mode {
	MODE_TERMINAL,		/* standard input to the peer, letters */
	MODE_STATUS,		/* -www */
	MODE_FILES,		/* -WWW */
	MODE_RESPONSES,		/* -HTTP: files that are whole responses */
};

struct settings_listen {
	const char *accept;	/* [host:]port as given, or null: 4433 */
	unsigned workers;	/* threads, at least 1 */
	unsigned num_accept;	/* connections to serve, 0: no end */
	const char *ready_file;	/* written when clients may come */
};

/* Files and words about identity, as given; cli/load.c reads them. */
struct settings_identity {
	const char *cert, *key;		/* file names */
	const char *cert_form, *key_form; /* "PEM", "DER" or null: look */
	const char *pass;		/* source: pass: env: file: fd: stdin */
};

struct settings_tls {
	const char *backend;	/* NAME, or "sni"; null: the default one */
	struct settings_identity first, second;
	const char *ca_file;
	const char *cipher;	/* OpenSSL cipher string, or null */
	const char *ciphersuites; /* TLS 1.3 list, or null */
	bool server_preference;
	const char *alpn;	/* comma list, or null */
	unsigned only;		/* versions named by -tls1 and the like */
	unsigned without;	/* versions named by -no_tls1 and the like */
	bool no_ticket;
	bool client_renegotiation;
	int verify_depth;	/* -verify, -Verify; -1: neither */
	bool verify_demand;	/* -Verify */
	bool verify_return_error;
};

struct settings_output {
	bool quiet;
	bool message;		/* -msg */
	bool state;		/* -state */
	bool debug;		/* -debug */
	bool extensions;	/* -tlsextdebug */
	bool secrets;		/* -show_secrets: not redacted */
	const char *json;	/* FILE, "-" or "fd:N", or null */
	const char *keylog;	/* FILE, or null */
};

struct settings_app {
	enum settings_mode mode;
	bool commands;		/* the letters are obeyed: not with -quiet */
	bool crlf;		/* -crlf */
	bool keep_alive;	/* -keep_alive: more than one request */
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
