/* s_server_options.c - the table of the options of s_server
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/s_server.h"

#include "cli/option.h"

/* G(group, name after -help, title) */
#define GROUPS(G) \
G(SERVER,	"server",	"The server") \
G(CERTIFICATE,	"certificate",	"Certificates and keys") \
G(CLIENT,	"client",	"Client certificates") \
G(PROTOCOL,	"protocol",	"The protocol") \
G(SESSION,	"session",	"Sessions and pre-shared keys") \
G(STATUS,	"status",	"Stapled OCSP responses") \
G(WEB,		"web",		"A web server") \
G(OUTPUT,	"output",	"Input and output")

enum {
#define G(group, name, title) GROUP_##group,
	GROUPS(G)
#undef G
};

static const struct option_group groups[] = {
#define G(group, name, title) { name, title },
	GROUPS(G)
#undef G
};

/* The command's own come first: its rows have group 0, and s_server's one more
 * than in its own table. */
static const struct option_group run_groups[] = {
	{ "command", "The command" },
#define G(group, name, title) { name, title },
	GROUPS(G)
#undef G
};

#define TLS_FEATURE_NOTHING	OPTION_NEEDS_NOTHING

static const struct option rows[] = {
#define O(option, how, place, low, high, feature, part, argument, words) \
	{ .name = (option), .kind = OPTION_##how, \
	  .field = offsetof(struct s_server_options, place), \
	  .least = (low), .most = (high), .needs = TLS_FEATURE_##feature, \
	  .group = GROUP_##part, .value = (argument), .help = (words) },
#include "cmd/s_server.def"
#undef O
};

static const struct option run_rows[] = {
#define O(option, how, place, low, high, feature, part, argument, words) \
	{ .name = (option), .kind = OPTION_##how, \
	  .field = offsetof(struct run_options, place), \
	  .least = (low), .most = (high), .needs = TLS_FEATURE_##feature, \
	  .group = 0, .value = (argument), .help = (words) },
#include "cmd/run.def"
#undef O
#define O(option, how, place, low, high, feature, part, argument, words) \
	{ .name = (option), .kind = OPTION_##how, \
	  .field = offsetof(struct run_options, server.place), \
	  .least = (low), .most = (high), .needs = TLS_FEATURE_##feature, \
	  .group = GROUP_##part + 1, .value = (argument), .help = (words) },
#include "cmd/s_server.def"
#undef O
};

#define DEFAULTS(service_mode) { \
	.listen = { .workers = 1 }, \
	.app = { .mode = (service_mode) }, \
	.tls = { \
		.verify = { .depth = -1 }, \
		.verify_max = -1, \
		.num_tickets = 2, \
		.staple = { .timeout_ms = 5000 }, \
	}, \
	.limits = { .handshake_ms = 30 * 1000, .close_ms = 500 }, \
}

static const struct s_server_options defaults = DEFAULTS(MODE_TERMINAL);

static const struct run_options run_defaults = {
	.server = DEFAULTS(MODE_WWW),
};

static const struct option_rivals rivals[] = {
	{ "4", "6", "leave both out to listen on both" },
	{ "unix", "accept", "a server has one place to listen" },
	{ "unix", "port", "a server has one place to listen" },
	{ "unix", "4", "a socket file has no address" },
	{ "unix", "6", "a socket file has no address" },
};

static const struct option_companions companions[] = {
	{ "unlink", { "unix" }, true },
	{ "dkey", { "dcert" }, true },
	{ "dkeyform", { "dcert" }, true },
	{ "dcertform", { "dcert" }, true },
	{ "dpass", { "dcert" }, true },
	{ "dcert_chain", { "dcert" }, true },
	{ "cert2", { "servername" }, false },
	{ "key2", { "servername" }, false },
	{ "servername_fatal", { "servername" }, false },
	{ "verify_depth", { "verify", "Verify" }, false },
	{ "verify_quiet", { "verify", "Verify" }, false },
	{ "crl_check", { "verify", "Verify" }, false },
	{ "crl_check_all", { "verify", "Verify" }, false },
	{ "CRL", { "crl_check", "crl_check_all" }, false },
	{ "client_sigalgs", { "verify", "Verify" }, false },
	{ "alpn_mismatch", { "alpn" }, false },
	{ "psk_identity", { "psk" }, false },
	{ "psk_hint", { "psk" }, false },
	{ "psk_mismatch", { "psk" }, false },
	{ "verify_return_error", { "verify", "Verify" }, false },
	{ "root", { "WWW", "HTTP" }, false },
	{ "index", { "WWW" }, false },
	{ "json_append", { "json" }, false },
	{ "view", { "shadow" }, false },
	{ "keep_alive", { "www", "WWW", "HTTP" }, false },
};

static const struct option_rule rules[] = {
	{ "no_ssl2", OPTION_NO_EFFECT, TLS_FEATURE_NOTHING,
	  "SSL 2.0 is never spoken" },
	{ "no_ssl3", OPTION_NO_EFFECT, TLS_FEATURE_NOTHING,
	  "SSL 3.0 is never spoken" },
	{ "no_tls1", OPTION_NO_EFFECT, TLS_FEATURE_NOTHING,
	  "TLS 1.0 is spoken only with -tls1 or -native" },
	{ "no_tls1", OPTION_UNLESS, TLS_FEATURE_NOTHING, "native" },
	{ "no_tls1_1", OPTION_NO_EFFECT, TLS_FEATURE_NOTHING,
	  "TLS 1.1 is spoken only with -tls1_1 or -native" },
	{ "no_tls1_1", OPTION_UNLESS, TLS_FEATURE_NOTHING, "native" },
	{ "no_tmp_rsa", OPTION_NO_EFFECT, TLS_FEATURE_NOTHING,
	  "no library makes temporary RSA keys any more" },
	{ "hack", OPTION_NO_EFFECT, TLS_FEATURE_NOTHING,
	  "it was for Netscape clients, and no library has it any more" },
	{ "ciphersuites", OPTION_WITHOUT, TLS_FEATURE_CIPHER_LIST, NULL },
	{ "nextprotoneg", OPTION_INSTEAD, TLS_FEATURE_ALPN, "offered by ALPN" },
	{ "psk", OPTION_INSTEAD, TLS_FEATURE_PSK_TLS1_3, "in TLS 1.3 alone" },
	{ "psk", OPTION_WITHOUT, TLS_FEATURE_PSK_TLS1_3, "in TLS 1.3" },
	{ "status", OPTION_WITHOUT, TLS_FEATURE_STATUS_TLS1_3, "in TLS 1.3" },
	{ "status_verbose", OPTION_WITHOUT, TLS_FEATURE_STATUS_TLS1_3,
	  "in TLS 1.3" },
	{ "status_timeout", OPTION_WITHOUT, TLS_FEATURE_STATUS_TLS1_3,
	  "in TLS 1.3" },
	{ "status_url", OPTION_WITHOUT, TLS_FEATURE_STATUS_TLS1_3,
	  "in TLS 1.3" },
	{ "status_file", OPTION_WITHOUT, TLS_FEATURE_STATUS_TLS1_3,
	  "in TLS 1.3" },
	{ "no_status_cache", OPTION_WITHOUT, TLS_FEATURE_STATUS_TLS1_3,
	  "in TLS 1.3" },
	{ "status_required", OPTION_WITHOUT, TLS_FEATURE_STATUS_TLS1_3,
	  "in TLS 1.3" },
	{ "certform", OPTION_WITHOUT, TLS_FEATURE_KEY_PKCS12, "P12" },
	{ "dcertform", OPTION_WITHOUT, TLS_FEATURE_KEY_PKCS12, "P12" },
	{ "keyform", OPTION_WITHOUT, TLS_FEATURE_KEY_PKCS12, "P12" },
	{ "dkeyform", OPTION_WITHOUT, TLS_FEATURE_KEY_PKCS12, "P12" },
	{ "keyform", OPTION_WITHOUT, TLS_FEATURE_KEY_URI, "ENGINE" },
	{ "dkeyform", OPTION_WITHOUT, TLS_FEATURE_KEY_URI, "ENGINE" },
	{ "key", OPTION_WITHOUT, TLS_FEATURE_KEY_URI, "pkcs11: URIs" },
	{ "dkey", OPTION_WITHOUT, TLS_FEATURE_KEY_URI, "pkcs11: URIs" },
	{ "nocert", OPTION_WITHOUT, TLS_FEATURE_ANONYMOUS, "without -psk" },
};

static const struct option_absent absent[] = {
#define A(names, instead) { names, instead },
#include "cmd/s_server_absent.def"
#undef A
};

#define LENGTH(list)	(sizeof (list) / sizeof *(list))

const struct option_table s_server_table = {
	.command = "s_server",
	.about = "Serves TLS on a port, for testing clients.  An option "
	    "has one dash or two;\nits value is the next word, or follows "
	    "\"=\".",
	.notes = "A letter at the beginning of what is typed is a command:\n"
	    "  q  end the connection          Q  end it and the server\n"
	    "  r  renegotiate                 R  and ask for a certificate\n"
	    "  k  update our keys             K  and ask for the client's\n"
	    "  c  ask for a certificate       S  print the statistics\n"
	    "  P  send a line in clear        B  no heartbeat any more\n",
	.list = rows, .num = LENGTH(rows),
	.groups = groups, .num_groups = LENGTH(groups),
	.defaults = &defaults, .size = sizeof defaults,
	.rivals = rivals, .num_rivals = LENGTH(rivals),
	.companions = companions, .num_companions = LENGTH(companions),
	.rules = rules, .num_rules = LENGTH(rules),
	.absent = absent, .num_absent = LENGTH(absent),
};

const struct option_table run_table = {
	.command = "run",
	.about = "Runs a command beside a TLS server that is there for it "
	    "only:\n  polytls run [OPTIONS] -- COMMAND {url} {ca} ...\n"
	    "The options are those of s_server, and these.",
	.notes = "In the words of COMMAND these stand for what the server has "
	    "(\"{{\" for a brace):\n  {url} {host} {address} {port} {ca} "
	    "{cert} {client_cert} {client_key}\n  {backend} {dir}\n",
	.list = run_rows, .num = LENGTH(run_rows),
	.groups = run_groups, .num_groups = LENGTH(run_groups),
	.defaults = &run_defaults, .size = sizeof run_defaults,
	.rivals = rivals, .num_rivals = LENGTH(rivals),
	.companions = companions, .num_companions = LENGTH(companions),
	.rules = rules, .num_rules = LENGTH(rules),
	.absent = absent, .num_absent = LENGTH(absent),
};
