/* load/load.h - what a server reads from files: the door of this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct service service = { .bus = bus, .clock = &clock_system };
 *	const struct load_from from = { &options, &choice, NULL };
 *	struct loaded *loaded = loaded_new(&from, &notes, &err);
 *
 *	if (!loaded || !loaded_service(loaded, &service, &err))
 *		return err_exit_status(&err);
 *	...
 *	loaded_free(loaded);
 */
#ifndef LOAD_LOAD_H
#define LOAD_LOAD_H

#include "base/buf.h"
#include "cli/value.h"
#include "plug/plugs.h"
#include "service/service.h"
#include "staple/stapler.h"

/* File names and the like, as given; identity.c reads them. */
struct load_identity {
	const char *cert, *key;		/* file names */
	/* "PEM", "DER", "P12", or null: any.  "ENGINE": the name of the key is
	 * for the library (a pkcs11: URI needs no such hint). */
	const char *cert_form, *key_form;
	const char *pass;		/* source: pass: env: file: fd: stdin */
	const char *chain;		/* file: what is sent after cert */
};

/* The options that decide what a server is; strings are borrowed. */
struct load_options {
	bool native;		/* -native: each library decides by itself */
	struct load_identity first, second;
	bool no_cert;		/* -nocert */
	bool made;		/* without -cert one is made, even if there is
				 * a server.pem */
	/* -servername, -cert2, -key2: the first ones belong together, the
	 * second ones, and so on. */
	struct option_words names, name_certs, name_keys;
	bool name_fatal;	/* -servername_fatal */
	const char *engine;
	const char *rand;	/* files and EGD sockets, colons between them */
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
	bool alpn_own;		/* -alpn_mismatch is not given */
	const char *npn;	/* comma list, or null */
	struct option_keys psk;
	const char *psk_identity; /* for keys without an identity */
	const char *psk_hint;
	bool psk_lenient;	/* -psk_mismatch accept */
	const char *context;	/* or null: the reference's default */
	const char *id_prefix;
	unsigned num_tickets;
	bool tickets_own;	/* -num_tickets is not given */
	bool no_cache;
	unsigned only;		/* versions enabled by -tls1 and the like */
	unsigned without;	/* versions disabled by -no_tls1 and the like */
	bool no_ticket;
	bool client_renegotiation;
	struct option_depth verify; /* -verify; -Verify demands */
	bool verify_return_error;
	int verify_max;		/* -verify_depth; -1: none */
	bool strict;		/* -strict_s_server: exactly what the reference
				 * does */
	struct option_words faults; /* -fault: scripts, or @FILE */
	bool quiet;		/* -quiet: no remarks on the options */
	struct staple_options staple;
};

/* What was read from files; owns everything that a service points to. */
struct loaded;

/* What to read.  `options` and `choice` outlive what is made of them. */
struct load_from {
	const struct load_options *options;
	const struct plugs_choice *choice;
	/* What was read before, if files are read again; else null.  From there
	 * come a certificate that was made, and pass phrases whose source
	 * cannot be read twice.  Nobody is asked for one. */
	const struct loaded *before;
};

/* Reads the keys, certificates and roots that the options name, and asks for
 * pass phrases.  If no certificate is given and there is no server.pem, makes
 * one for localhost with the first backend of the choice, and adds a line with
 * its fingerprint to `notes`.  Null with blame CONFIG, naming file, option and
 * remedy. */
struct loaded *loaded_new(const struct load_from *from, struct buf *notes,
    struct tls_error *err);
void loaded_free(struct loaded *loaded);

/* Fills in the members of `service` that files and options decide: the backends
 * with a config for each server, and the rules for clients.  Adds a line to the
 * `notes` of loaded_new for what a backend lacks and leaves out.  False with
 * blame CONFIG or FEATURE. */
bool loaded_service(struct loaded *loaded, struct service *service,
    struct tls_error *err);

/* One backend more, with a config for each server, made of what was loaded
 * before. */
struct loaded_other;

/* Makes it for `plug`, which need not be of the choice, with -native or without
 * it whatever the options say.  `loaded` is only read, and outlives it: any
 * thread may call this.  Adds a line to `notes` for what the backend lacks and
 * leaves out.  Null with blame CONFIG or FEATURE. */
struct loaded_other *loaded_other_new(const struct loaded *loaded,
    const struct plug *plug, bool native, struct buf *notes,
    struct tls_error *err);
void loaded_other_free(struct loaded_other *other);	/* null is allowed */

/* The `number` of its servers is their index among them. */
const struct service_backend *loaded_other_backend(
    const struct loaded_other *other);

#endif
