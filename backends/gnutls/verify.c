/* verify.c - a client's chain, judged step by step
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 5280, section 6; error numbers of openssl-verify(1)
 *
 * The library judges a chain as a whole and stops at its first fault, so each
 * certificate is given to it together with only its issuer.  What only a
 * whole chain shows (name constraints) is asked for once more at the end.
 */
#include "gnutls.h"

#include <stdlib.h>
#include <string.h>

#include "common/verify.h"

/* Longer chains are cut, as facts are. */
#define MAX_PATH	(TLS_FACTS_MAX_CHAIN + 1)
/* Errors of one certificate. */
#define MAX_ERRORS	8

struct path {
	struct tls_session *session;
	gnutls_x509_crt_t sent[TLS_FACTS_MAX_CHAIN];
	size_t num_sent;
	/* The leaf first; borrowed from `sent`, or an own copy. */
	gnutls_x509_crt_t path[MAX_PATH];
	bool own[MAX_PATH];
	size_t num;
	bool trusted;			/* the last one is a root */
};

struct errors {
	int list[MAX_ERRORS];
	size_t num;
};

static void
found(struct errors *errors, int error)
{
	for (size_t i = 0; i < errors->num; i++)
		if (errors->list[i] == error)
			return;
	if (errors->num < MAX_ERRORS)
		errors->list[errors->num++] = error;
}

/* ---- the path --------------------------------------------------------- */

/* As to the reference, nobody issued what is signed in an unknown way. */
static bool
issued(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer)
{
	return gnutls_x509_crt_get_signature_algorithm(crt) > 0 &&
	    gnutls_x509_crt_check_issuer(crt, issuer) != 0;
}

static bool
in_path(const struct path *p, gnutls_x509_crt_t crt)
{
	for (size_t i = 0; i < p->num; i++)
		if (gnutls_x509_crt_equals(p->path[i], crt))
			return true;
	return false;
}

static gnutls_x509_crt_t
root_above(const struct path *p, gnutls_x509_crt_t crt)
{
	gnutls_x509_trust_list_t roots = p->session->server->roots;
	gnutls_x509_crt_t issuer;

	if (!roots || gnutls_x509_trust_list_get_issuer(roots, crt, &issuer,
	    GNUTLS_TL_GET_COPY) < 0)
		return NULL;
	return issuer;
}

/* Whether `crt` is among the roots itself. */
static bool
is_root(const struct path *p, gnutls_x509_crt_t crt)
{
	gnutls_x509_crt_t issuer = root_above(p, crt);
	bool same = issuer && gnutls_x509_crt_equals(issuer, crt);

	if (issuer)
		gnutls_x509_crt_deinit(issuer);
	return same;
}

static gnutls_x509_crt_t
sent_above(const struct path *p, gnutls_x509_crt_t crt)
{
	for (size_t i = 0; i < p->num_sent; i++)
		if (!in_path(p, p->sent[i]) && issued(crt, p->sent[i]))
			return p->sent[i];
	return NULL;
}

/* Roots are looked for first, as the reference does. */
static void
build(struct path *p)
{
	gnutls_x509_crt_t crt = p->sent[0];

	p->path[p->num++] = crt;
	p->trusted = issued(crt, crt) && is_root(p, crt);
	while (p->num < MAX_PATH && !issued(crt, crt)) {
		gnutls_x509_crt_t above = root_above(p, crt);
		bool own = above != NULL;

		if (own && !issued(crt, above)) {
			gnutls_x509_crt_deinit(above);
			break;
		}
		if (own && in_path(p, above)) {
			gnutls_x509_crt_deinit(above);
			break;
		}
		if (!own)
			above = sent_above(p, crt);
		if (!above)
			break;
		p->own[p->num] = own;
		p->path[p->num++] = above;
		p->trusted = own || is_root(p, above);
		crt = above;
	}
}

/* ---- what is wrong with one ------------------------------------------- */

static void
check_time(struct path *p, gnutls_x509_crt_t crt, struct errors *errors)
{
	int64_t now = p->session->host->ops->now_ms(p->session->host) /
	    1000;

	if (now < gnutls_x509_crt_get_activation_time(crt))
		found(errors, X509_NOT_YET_VALID);
	if (now > gnutls_x509_crt_get_expiration_time(crt))
		found(errors, X509_EXPIRED);
}

static unsigned
flags_of(const struct tls_config *config)
{
	unsigned flags = GNUTLS_VERIFY_DISABLE_TIME_CHECKS |
	    GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS |
	    GNUTLS_VERIFY_DISABLE_CRL_CHECKS |
	    GNUTLS_VERIFY_DO_NOT_ALLOW_SAME;
	int profile = gnu_priority_security_profile(config);

	if (config->security_level == 0)
		return flags | GNUTLS_VERIFY_ALLOW_BROKEN;
	return profile == GNUTLS_PROFILE_UNKNOWN ? flags :
	    flags | GNUTLS_PROFILE_TO_VFLAGS((unsigned)profile);
}

/* A weak signature and a small key are one to the library. */
static int
which_weakness(gnutls_x509_crt_t crt, bool leaf)
{
	int signature = gnutls_x509_crt_get_signature_algorithm(crt);

	if (signature < 0 ||
	    !gnutls_sign_is_secure2((gnutls_sign_algorithm_t)signature,
	    GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS))
		return X509_DIGEST_TOO_WEAK;
	return leaf ? X509_LEAF_KEY_TOO_SMALL : X509_CA_KEY_TOO_SMALL;
}

/* Where there is no such extension, it forbids nothing. */
static bool
has_usage(gnutls_x509_crt_t crt, unsigned any)
{
	unsigned critical, usage;
	int code = gnutls_x509_crt_get_key_usage(crt, &usage, &critical);

	return code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ||
	    (code >= 0 && usage & any);
}

static bool
may_sign(const struct path *p, size_t depth)
{
	gnutls_x509_crt_t crt = p->path[depth];
	unsigned critical, is_ca = 0;
	int code = gnutls_x509_crt_get_basic_constraints(crt, &critical,
	    &is_ca, NULL);

	/* Roots of version 1 have no extensions to say it with. */
	if (p->own[depth] && gnutls_x509_crt_get_version(crt) == 1)
		return true;
	return code >= 0 && is_ca && has_usage(crt, GNUTLS_KEY_KEY_CERT_SIGN);
}

/* By the one above it. */
static void
check_signature(struct path *p, size_t depth, struct errors *errors)
{
	static const struct {
		unsigned bit;
		int error;
	} bits[] = {
		{ GNUTLS_CERT_SIGNATURE_FAILURE, X509_BAD_SIGNATURE },
		{ GNUTLS_CERT_SIGNER_NOT_FOUND, X509_NO_ISSUER_HERE },
		{ GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE,
		  X509_NAME_NOT_PERMITTED },
		{ GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS, X509_UNKNOWN_EXTENSION },
	};
	gnutls_x509_crt_t crt = p->path[depth];
	unsigned status = 0;
	int code = gnutls_x509_crt_verify(crt, &p->path[depth + 1], 1,
	    flags_of(p->session->server->config), &status);

	if (code < 0) {
		found(errors, X509_UNSPECIFIED);
		return;
	}
	/* That the signer may not sign is told at the signer itself. */
	if (!may_sign(p, depth + 1))
		status &= ~(unsigned)(GNUTLS_CERT_SIGNER_NOT_CA |
		    GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE |
		    GNUTLS_CERT_INVALID);
	for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
		if (status & bits[i].bit)
			found(errors, bits[i].error);
	if (status & GNUTLS_CERT_INSECURE_ALGORITHM)
		found(errors, which_weakness(crt, depth == 0));
	/* Invalid, and the library does not say why. */
	if (status != 0 && errors->num == 0)
		found(errors, X509_UNSPECIFIED);
}

/* Certificates between this one and the leaf that do not sign themselves. */
static int
length_below(const struct path *p, size_t depth)
{
	int length = 0;

	for (size_t i = 1; i < depth; i++)
		if (!issued(p->path[i], p->path[i]))
			length++;
	return length;
}

static void
check_signer(struct path *p, size_t depth, struct errors *errors)
{
	unsigned critical, is_ca;
	int limit = -1;
	int code = gnutls_x509_crt_get_basic_constraints(p->path[depth],
	    &critical, &is_ca, &limit);

	/* The reference finds up to three words for it. */
	if (!may_sign(p, depth)) {
		found(errors, X509_NOT_A_CA);
		found(errors, X509_WRONG_PURPOSE);
	}
	if (!has_usage(p->path[depth], GNUTLS_KEY_KEY_CERT_SIGN))
		found(errors, X509_NO_SIGNING_USAGE);
	if (code >= 0 && limit >= 0 && length_below(p, depth) > limit)
		found(errors, X509_PATH_TOO_LONG);
}

static void
check_purpose(struct path *p, size_t depth, struct errors *errors)
{
	gnutls_x509_crt_t crt = p->path[depth];

	/* True without the extension, too. */
	if (!gnutls_x509_crt_check_key_purpose(crt, GNUTLS_KP_TLS_WWW_CLIENT,
	    0))
		found(errors, X509_WRONG_PURPOSE);
	if (depth == 0 && !has_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE |
	    GNUTLS_KEY_KEY_AGREEMENT))
		found(errors, X509_WRONG_PURPOSE);
}

/* By the lists of the one above it. */
static void
check_revocation(struct path *p, size_t depth, struct errors *errors)
{
	const struct tls_server *server = p->session->server;
	enum tls_crl_check how = server->config->crl_check;
	struct tls_host *host = p->session->host;
	gnutls_x509_crt_t crt = p->path[depth], issuer = crt;
	int list[GNU_CRL_ERRORS];
	size_t num;

	if (how == TLS_CRL_NONE || (how == TLS_CRL_LEAF && depth > 0))
		return;
	if (depth + 1 < p->num)
		issuer = p->path[depth + 1];
	else if (!issued(crt, crt))
		return;
	num = gnu_crl_check(server, crt, issuer, host->ops->now_ms(host) / 1000,
	    list);
	for (size_t i = 0; i < num; i++)
		found(errors, list[i]);
}

static void
check_top(struct path *p, size_t depth, struct errors *errors)
{
	gnutls_x509_crt_t crt = p->path[depth];

	if (issued(crt, crt)) {
		if (!p->trusted)
			found(errors, depth == 0 ? X509_SELF_SIGNED_LEAF :
			    X509_SELF_SIGNED_ABOVE);
		return;
	}
	found(errors, p->trusted ? X509_NO_ISSUER_ABOVE : X509_NO_ISSUER_HERE);
	if (depth == 0)
		found(errors, X509_NO_ISSUER_OF_LEAF);
}

static bool
has_name_constraints(const struct path *p)
{
	for (size_t i = 1; i < p->num; i++) {
		unsigned critical;
		size_t len = 0;

		if (gnutls_x509_crt_get_extension_by_oid(p->path[i],
		    "2.5.29.30", 0, NULL, &len, &critical) !=
		    GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			return true;
	}
	return false;
}

static void
check_names(struct path *p, struct errors *errors)
{
	unsigned status = 0;

	if (!p->trusted || !has_name_constraints(p))
		return;
	if (gnutls_x509_trust_list_verify_crt2(p->session->server->roots,
	    p->sent, (unsigned)p->num_sent, NULL, 0,
	    flags_of(p->session->server->config), &status, NULL) >= 0 &&
	    status & GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE)
		found(errors, X509_NAME_NOT_PERMITTED);
}

/* ---- telling ---------------------------------------------------------- */

static int
tell(struct path *p, size_t depth, const struct errors *errors)
{
	struct tls_host *host = p->session->host;
	struct tls_verify_step step = { .depth = (int)depth };
	gnutls_datum_t der = { NULL, 0 };
	size_t i = 0;
	int code = gnutls_x509_crt_export2(p->path[depth],
	    GNUTLS_X509_FMT_DER, &der);

	if (code < 0)
		return code;
	step.der = (struct tls_span){ der.data, der.size };
	code = 0;
	do {
		step.error = errors->num > 0 ? errors->list[i] : 0;
		if (!host->ops->verify(host, &step))
			code = GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR;
	} while (code == 0 && ++i < errors->num);
	if (code != 0)
		p->session->verify_alert = common_verify_alert(step.error);
	gnutls_free(der.data);
	return code;
}

static int
judge(struct path *p)
{
	int code = 0;

	build(p);
	for (size_t depth = p->num; depth-- > 0 && code == 0;) {
		struct errors errors = { .num = 0 };

		if (depth + 1 == p->num)
			check_top(p, depth, &errors);
		else
			check_signature(p, depth, &errors);
		if (depth > 0)
			check_signer(p, depth, &errors);
		else
			check_names(p, &errors);
		check_purpose(p, depth, &errors);
		check_time(p, p->path[depth], &errors);
		check_revocation(p, depth, &errors);
		code = tell(p, depth, &errors);
	}
	return code;
}

static int
import(struct path *p, const gnutls_datum_t *list, unsigned num)
{
	for (unsigned i = 0; i < num && i < TLS_FACTS_MAX_CHAIN; i++) {
		int code = gnutls_x509_crt_init(&p->sent[i]);

		if (code < 0)
			return code;
		p->num_sent++;
		code = gnutls_x509_crt_import(p->sent[i], &list[i],
		    GNUTLS_X509_FMT_DER);
		if (code < 0)
			return code;
	}
	return 0;
}

int
gnu_verify_peer(gnutls_session_t tls)
{
	struct tls_session *session = gnutls_session_get_ptr(tls);
	struct path p = { .session = session };
	unsigned num = 0;
	const gnutls_datum_t *list = gnutls_certificate_get_peers(tls, &num);
	int code;

	/* Where one is demanded, the library has seen to it. */
	if (!list || num == 0)
		return 0;
	session->verify_alert = -1;
	code = import(&p, list, num);
	if (code == 0)
		code = judge(&p);
	for (size_t i = 0; i < p.num; i++)
		if (p.own[i])
			gnutls_x509_crt_deinit(p.path[i]);
	for (size_t i = 0; i < p.num_sent; i++)
		gnutls_x509_crt_deinit(p.sent[i]);
	return code;
}
