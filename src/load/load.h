/* load/load.h - what the files of a server say: the door of this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct service service = { .bus = bus, .clock = &clock_system };
 *	struct loaded *loaded = loaded_new(&options, &choice, &notes, &err);
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

/* Files and words about identity, as given; identity.c reads them. */
struct load_identity {
	const char *cert, *key;		/* file names */
	/* "PEM", "DER", "P12", or null: look; "ENGINE": the key's name is
	 * for the library (a pkcs11: URI says so by itself) */
	const char *cert_form, *key_form;
	const char *pass;		/* source: pass: env: file: fd: stdin */
	const char *chain;		/* file: what is sent behind cert */
};

/* All that decides what a server is, as the command line says it; strings are
 * borrowed. */
struct load_options {
	struct load_identity first, second;
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
	bool quiet;		/* -quiet: no remarks on what is set */
	struct staple_options staple;
};

/* What the files say; owns all that a service points to of it. */
struct loaded;

/* Reads keys, certificates and trust as `options` names them, asks for pass
 * phrases, and makes a certificate for localhost through the first backend of
 * `choice` when none is given and there is no server.pem; `notes` then says so
 * with its fingerprint, one line each.  Null with blame CONFIG and file, option
 * and remedy.  `options` and the plugs outlive it. */
struct loaded *loaded_new(const struct load_options *options,
    const struct plugs_choice *choice, struct buf *notes,
    struct tls_error *err);
void loaded_free(struct loaded *loaded);

/* Fills in what the files and options decide of `service`: the backends with
 * a config for each server, and the rules for clients.  False with blame
 * CONFIG or FEATURE. */
bool loaded_service(struct loaded *loaded, struct service *service,
    struct tls_error *err);

#endif
