/* verify.c - whether to accept a step of a client's verification
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-verify(1), openssl-s_server(1)
 */
#include "policy/verify.h"

#include "base/buf.h"
#include "wire/x509.h"

/* X509_V_ERR numbers. */
#define NO_CRL			3
#define CHAIN_TOO_LONG		22

/* The errors of CRLs and of the search for them. */
static const int crl_errors[] = {
	NO_CRL, 5, 8, 11, 12, 15, 16, 23, 33, 35, 36, 44, 54,
};

static bool
is_crl_error(int error)
{
	for (size_t i = 0; i < sizeof crl_errors / sizeof *crl_errors; i++)
		if (crl_errors[i] == error)
			return true;
	return false;
}

static bool
has_crl(const struct tls_config *config, struct tls_span der)
{
	struct x509_crl crl;
	struct x509 cert;

	if (!x509_parse(der, &cert))
		return true;		/* Not for us to judge. */
	for (size_t i = 0; i < config->num_crls; i++)
		if (x509_parse_crl(config->crls[i], &crl) &&
		    span_equal(crl.issuer, cert.issuer))
			return true;
	return false;
}

/* The error after -crl_check and -crl_check_all are taken into account. */
static int
revocation(const struct tls_config *config, const struct tls_verify_step *step)
{
	bool checked = config->crl_check == TLS_CRL_CHAIN ||
	    (config->crl_check == TLS_CRL_LEAF && step->depth == 0);

	if (!checked)
		return is_crl_error(step->error) ? 0 : step->error;
	if (step->error == 0 && step->der.len && !has_crl(config, step->der))
		return NO_CRL;
	return step->error;
}

/* The library's own depth limit does not count the root. */
static bool
is_too_long(const struct verify_rules *rules,
    const struct tls_verify_step *step)
{
	int most = rules->most;

	if (!rules->strict && rules->depth >= 0 &&
	    (most < 0 || rules->depth < most))
		most = rules->depth;
	if (most < 0 || step->depth <= most)
		return false;
	return !rules->strict || step->depth > most + 1 ||
	    !x509_is_self_issued(step->der);
}

int
verify_error(const struct verify_rules *rules,
    const struct tls_config *config, const struct tls_verify_step *step)
{
	return is_too_long(rules, step) ? CHAIN_TOO_LONG :
	    revocation(config, step);
}

bool
verify_accepts(const struct verify_rules *rules, int depth, int error)
{
	if (error == 0)
		return true;
	if (rules->refuse)
		return false;
	return rules->strict ? rules->depth < 0 || depth <= rules->depth :
	    error != CHAIN_TOO_LONG;
}
