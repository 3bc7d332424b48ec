/* client.c - what is wrong with a client's certificate, and what would pass
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-verify(1), "DIAGNOSTICS"; RFC 5280, 4.2.1 and 6.1
 */
#include <string.h>

#include "base/text.h"
#include "explain/internal.h"
#include "names/names.h"
#include "wire/record.h"
#include "wire/x509.h"

/* Names of roots before "and 12 more". */
#define MOST_ROOTS	3

/* Certificates of a chain before "and 2 more". */
#define MOST_SENT	3

/* The step that failed. */
struct step {
	const struct explain_case *failed;
	int depth;			/* 0: the client's own certificate */
	struct x509 found;		/* the certificate in question */
	struct x509 leaf;
	struct tls_span der;		/* of the one in question */
};

/* Adds "CN=Test CA, O=B" for the roots that the config has; false if there are
 * none. */
static bool
add_roots(struct buf *out, const struct tls_config *config, size_t num_roots)
{
	struct x509 root;
	size_t num = 0;

	for (size_t i = 0; i < num_roots; i++) {
		if (!x509_parse(config->roots[i], &root) ||
		    num++ >= MOST_ROOTS)
			continue;
		buf_add_string(out, num > 1 ? "; " : "");
		x509_add_short_name(out, root.subject);
	}
	if (num > MOST_ROOTS)
		buf_printf(out, " and %zu more", num - MOST_ROOTS);
	return num > 0;
}

/* Adds ", which is not among the roots accepted (CN=Test CA)". */
static void
add_accepted(struct buf *out, const struct step *step)
{
	const struct tls_config *config = step->failed->config;
	size_t len = out->len;

	buf_add_string(out, "not among the roots accepted (");
	if (add_roots(out, config, config->num_roots)) {
		buf_add_u8(out, ')');
		return;
	}
	out->len = len;
	buf_add_string(out, "not accepted, for there are no roots");
}

/* ---- one function for each kind of error -------------------------------- */

static void
add_not_yet(struct buf *out, const struct step *step)
{
	buf_add_string(out, " is not valid before ");
	x509_add_date(out, step->found.not_before);
	buf_add_string(out, ": one that is valid now would pass, or set this "
	    "machine's clock");
}

static void
add_expired(struct buf *out, const struct step *step)
{
	buf_add_string(out, " expired on ");
	x509_add_date(out, step->found.not_after);
	buf_add_string(out, ": a renewed one would pass");
}

static void
add_self_signed(struct buf *out, const struct step *step)
{
	buf_add_string(out, " is self-signed, and ");
	add_accepted(out, step);
	buf_add_string(out, ": that certificate in -CAfile would pass, or one "
	    "that a root issued");
}

static void
add_wrong_root(struct buf *out, const struct step *step)
{
	buf_add_string(out, step->depth ? " is the root, and " :
	    " has a root that is ");
	add_accepted(out, step);
	buf_add_string(out, ": that root in -CAfile would pass, or a "
	    "certificate that one of those issued");
}

/* The issuer was sent, but may not be one. */
static bool
add_false_issuer(struct buf *out, const struct step *step)
{
	const struct tls_facts *facts = step->failed->facts;
	struct x509 other;

	for (size_t i = 0; i < facts->num_peer_chain; i++) {
		if (!x509_parse(facts->peer_chain[i], &other) || other.is_ca ||
		    span_equal(facts->peer_chain[i], step->der) ||
		    !x509_may_issue(&other, &step->found))
			continue;
		buf_add_string(out, " was issued by ");
		x509_add_short_name(out, other.subject);
		buf_add_string(out, ", which is not a certificate authority: "
		    "one that a root issued would pass");
		return true;
	}
	return false;
}

/* The certificate itself says who issued its issuer. */
static bool
add_known_issuer(struct buf *out, const struct step *step)
{
	const struct tls_config *config = step->failed->config;
	struct tls_span above = x509_issuer_of_issuer(&step->found);
	struct x509 root;

	if (!above.len)
		return false;
	if (span_equal(above, step->found.issuer)) {
		buf_add_string(out, " was issued by the root ");
		x509_add_short_name(out, step->found.issuer);
		buf_add_string(out, ", which is ");
		add_accepted(out, step);
		buf_add_string(out, ": that root in -CAfile would pass, or a "
		    "certificate that one of those issued");
		return true;
	}
	buf_add_string(out, " was issued by the intermediate ");
	x509_add_short_name(out, step->found.issuer);
	buf_add_string(out, ", which the client did not send");
	for (size_t i = 0; i < config->num_roots; i++)
		if (x509_parse(config->roots[i], &root) &&
		    span_equal(root.subject, above)) {
			buf_add_string(out, ": the client would pass by "
			    "sending it too, for it is of the root ");
			x509_add_short_name(out, above);
			return true;
		}
	buf_add_string(out, ", and its issuer ");
	x509_add_short_name(out, above);
	buf_add_string(out, " is ");
	add_accepted(out, step);
	buf_add_string(out, ": both the intermediate and that root in -CAfile "
	    "would pass");
	return true;
}

/* The issuer is not there: an intermediate that was not sent, or a root that
 * is not accepted. */
static void
add_no_issuer(struct buf *out, const struct step *step)
{
	if (add_false_issuer(out, step) || add_known_issuer(out, step))
		return;
	buf_add_string(out, " was issued by ");
	x509_add_short_name(out, step->found.issuer);
	buf_add_string(out, step->failed->facts->num_peer_chain ?
	    ", which the client did not send and is " : ", which is ");
	add_accepted(out, step);
	buf_add_string(out, ": the client would pass by sending it too if it "
	    "is an intermediate, or with it in -CAfile if it is a root");
}

static void
add_too_long(struct buf *out, const struct step *step)
{
	const struct verify_rules *rules = step->failed->rules;
	int most = rules ? rules->most : -1;
	const char *option = "-verify_depth";

	if (rules && !rules->strict && rules->depth >= 0 &&
	    (most < 0 || rules->depth < most)) {
		most = rules->depth;
		option = step->failed->config->peer_certificate ==
		    TLS_PEER_DEMAND ? "-Verify" : "-verify";
	}
	buf_add_string(out, " is too far above the client's certificate");
	if (most < 0)
		return;
	buf_printf(out, ": %s %d allows %d issuer%s, and %s %d would pass",
	    option, most, most, most == 1 ? "" : "s", option, step->depth);
}

static void
add_revoked(struct buf *out, const struct step *step)
{
	buf_add_string(out, " is revoked by the CRL of ");
	x509_add_short_name(out, step->found.issuer);
	buf_add_string(out, ": a new certificate would pass");
}

static void
add_no_crl(struct buf *out, const struct step *step)
{
	buf_add_string(out, " cannot be looked up, for there is no CRL of ");
	x509_add_short_name(out, step->found.issuer);
	buf_add_string(out, step->failed->config->crl_check == TLS_CRL_CHAIN ?
	    ": -CRL with one would pass, or no -crl_check_all" :
	    ": -CRL with one would pass, or no -crl_check");
}

static void
add_crl_early(struct buf *out, const struct step *step)
{
	buf_add_string(out, " cannot be looked up, for the CRL of ");
	x509_add_short_name(out, step->found.issuer);
	buf_add_string(out, " is not valid yet: one that is, by -CRL, would "
	    "pass");
}

static void
add_crl_expired(struct buf *out, const struct step *step)
{
	buf_add_string(out, " cannot be looked up, for the CRL of ");
	x509_add_short_name(out, step->found.issuer);
	buf_add_string(out, " has expired: a newer one by -CRL would pass");
}

static void
add_signature(struct buf *out, const struct step *step)
{
	buf_add_string(out, " has a signature that is wrong: it was altered, "
	    "or its issuer is not the ");
	x509_add_short_name(out, step->found.issuer);
	buf_add_string(out, " that is known here but another of that name");
}

static void
add_purpose(struct buf *out, const struct step *step)
{
	if (step->depth)
		buf_add_string(out, " is not a CA that may issue certificates "
		    "for TLS clients: another issuer would pass");
	else if (!x509_has_purpose(&step->found, X509_CLIENT_PURPOSE))
		buf_add_string(out, " is not made for TLS clients by its "
		    "extended key usage: one with clientAuth would pass");
	else
		buf_add_string(out, " is not made for TLS clients by its key "
		    "usage: one with digitalSignature would pass");
}

static void
add_no_ca(struct buf *out, const struct step *step)
{
	(void)step;
	buf_add_string(out, " is not a certificate authority: a certificate "
	    "that one issued would pass");
}

static void
add_weak(struct buf *out, const struct step *step)
{
	const char *digest = x509_weak_digest(step->der);

	if (digest)
		buf_printf(out, " is signed under %s, which is too weak for "
		    "the security level here: one under SHA-256 would pass, "
		    "or @SECLEVEL=0 in -cipher", digest);
	else
		buf_printf(out, " has a key of %u bits, which is too weak for "
		    "the security level here: a longer one would pass, or "
		    "@SECLEVEL=0 in -cipher", step->found.key_bits);
}

/* ---- the table ---------------------------------------------------------- */

/* X509_V_ERR numbers, the same whichever library found them. */
static const struct row {
	int error;
	void (*add)(struct buf *out, const struct step *step);
} rows[] = {
	{ 2, add_no_issuer }, { 3, add_no_crl }, { 7, add_signature },
	{ 9, add_not_yet }, { 10, add_expired }, { 11, add_crl_early },
	{ 12, add_crl_expired }, { 18, add_self_signed },
	{ 19, add_wrong_root }, { 20, add_no_issuer }, { 21, add_no_issuer },
	{ 22, add_too_long }, { 23, add_revoked }, { 24, add_no_ca },
	{ 26, add_purpose }, { 27, add_no_issuer }, { 32, add_no_ca },
	{ 39, add_purpose }, { 66, add_weak }, { 67, add_weak },
	{ 68, add_weak }, { 79, add_no_ca },
};

/* Libraries differ in what they call an issuer that is not there. */
static bool
is_trust_error(int error)
{
	return error == 2 || (error >= 18 && error <= 21) || error == 27;
}

static void
add_other(struct buf *out, int error)
{
	const char *words = text_of_verify(error);

	buf_printf(out, " fails verification: %s",
	    words ? words : "for a reason that is not known here");
}

void
explain_certificate(struct buf *out, const struct explain_case *failed)
{
	const struct tls_verify_step *refused = failed->refused;
	const struct tls_facts *facts = failed->facts;
	struct step step = { .failed = failed, .depth = refused->depth };
	struct tls_span leaf = facts->num_peer_chain ? facts->peer_chain[0] :
	    (struct tls_span){ NULL, 0 };
	bool known;

	step.der = refused->der.len ? refused->der : leaf;
	if (refused->depth == 0)
		leaf = step.der;
	known = x509_parse(step.der, &step.found);
	if (!known) {
		buf_add_string(out, "it");
		add_other(out, refused->error);
		return;
	}
	x509_add_short_name(out, step.found.subject);
	if (step.depth > 0 && x509_parse(leaf, &step.leaf)) {
		buf_add_string(out, " in the chain of ");
		x509_add_short_name(out, step.leaf.subject);
	}
	if (step.depth == 0 && is_trust_error(refused->error) &&
	    x509_is_self_issued(step.der)) {
		add_self_signed(out, &step);
		return;
	}
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].error == refused->error) {
			rows[i].add(out, &step);
			return;
		}
	add_other(out, refused->error);
}

/* Adds "; it sent CN=a, CN=b". */
static void
add_chain(struct buf *out, const struct tls_facts *facts)
{
	const char *sep = "; it sent ";
	struct x509 cert;

	for (size_t i = 0; i < facts->num_peer_chain; i++) {
		if (!x509_parse(facts->peer_chain[i], &cert))
			continue;
		if (i == MOST_SENT) {
			buf_printf(out, " and %zu more",
			    facts->num_peer_chain - i);
			return;
		}
		buf_add_string(out, sep);
		x509_add_short_name(out, cert.subject);
		sep = " and ";
	}
}

/* A TLS 1.3 client has finished its handshake when the server judges its
 * certificate (RFC 8446, 4.4.2). */
static void
add_late(struct buf *out, const struct explain_case *failed)
{
	if (failed->version >= TLS_VERSION_1_3 && !failed->opened)
		buf_add_string(out, "; a TLS 1.3 client learns it only after "
		    "its own handshake");
}

bool
client_add(struct buf *out, const struct explain_case *failed)
{
	if (!failed->refused || !failed->config)
		return false;
	buf_add_string(out, "the client's certificate was refused: ");
	explain_certificate(out, failed);
	add_chain(out, failed->facts);
	add_late(out, failed);
	return true;
}

bool
no_client_add(struct buf *out, const struct explain_case *failed)
{
	const struct tls_config *config = failed->config;
	int alert = failed->error->alert_sent;

	if (!config || config->peer_certificate != TLS_PEER_DEMAND ||
	    failed->facts->num_peer_chain ||
	    (alert != ALERT_CERTIFICATE_REQUIRED &&
	    (alert != ALERT_HANDSHAKE_FAILURE || (!failed->facts->suite &&
	    failed->facts->identity < 0))))
		return false;
	buf_add_string(out, "the client sent no certificate, and -Verify "
	    "demands one: ");
	if (config->num_named_roots) {
		buf_add_string(out, "one issued by ");
		add_roots(out, config, config->num_named_roots);
		buf_add_string(out, ", which the request names, would pass, "
		    "or -verify in place of -Verify");
	} else {
		buf_add_string(out, "-verify in its place only asks");
	}
	add_late(out, failed);
	return true;
}
