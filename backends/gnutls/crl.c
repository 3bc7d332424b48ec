/* crl.c - a client's certificates held against lists of what is revoked
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 5280, section 5; error numbers of openssl-verify(1)
 */
#include "gnutls.h"

#include <stdlib.h>

#include "common/verify.h"

static int
import(gnutls_x509_crl_t *crl, struct tls_span bytes)
{
	gnutls_datum_t der = gnu_datum_of(bytes);
	int code = gnutls_x509_crl_init(crl);

	if (code < 0)
		return code;
	code = gnutls_x509_crl_import(*crl, &der, GNUTLS_X509_FMT_DER);
	if (code < 0)
		gnutls_x509_crl_deinit(*crl);
	return code;
}

bool
gnu_crl_open(struct tls_server *server, struct tls_error *err)
{
	const struct tls_config *config = server->config;

	if (config->num_crls == 0)
		return true;
	server->crls = calloc(config->num_crls, sizeof *server->crls);
	if (!server->crls)
		return common_refuse_memory(err);
	for (size_t i = 0; i < config->num_crls; i++) {
		int code = import(&server->crls[i], config->crls[i]);

		if (code < 0)
			return gnu_error_code(err, TLS_BLAME_CONFIG, code,
			    "CRL %zu of %zu is none that GnuTLS reads",
			    i + 1, config->num_crls);
		server->num_crls++;
	}
	return true;
}

void
gnu_crl_close(struct tls_server *server)
{
	for (size_t i = 0; i < server->num_crls; i++)
		gnutls_x509_crl_deinit(server->crls[i]);
	free(server->crls);
}

/* 0 or what is wrong with the dates. */
static int
check_dates(gnutls_x509_crl_t crl, int64_t now)
{
	time_t next = gnutls_x509_crl_get_next_update(crl);

	if (gnutls_x509_crl_get_this_update(crl) > now)
		return X509_CRL_NOT_YET_VALID;
	return next != (time_t)-1 && next < now ? X509_CRL_EXPIRED : 0;
}

/* The list to go by: one in its time before others, and then the newest. */
static gnutls_x509_crl_t
best_list(const struct tls_server *server, gnutls_x509_crt_t issuer,
    int64_t now)
{
	gnutls_x509_crl_t best = NULL;

	for (size_t i = 0; i < server->num_crls; i++) {
		gnutls_x509_crl_t crl = server->crls[i];
		bool better;

		if (!gnutls_x509_crl_check_issuer(crl, issuer))
			continue;
		better = !best;
		if (best && (check_dates(best, now) == 0) ==
		    (check_dates(crl, now) == 0))
			better = gnutls_x509_crl_get_this_update(crl) >
			    gnutls_x509_crl_get_this_update(best);
		else if (best)
			better = check_dates(crl, now) == 0;
		if (better)
			best = crl;
	}
	return best;
}

static int
check_signature(gnutls_x509_crl_t crl, gnutls_x509_crt_t issuer)
{
	const unsigned dates = GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED |
	    GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE;
	unsigned usage, critical, status = 0;
	int code = gnutls_x509_crt_get_key_usage(issuer, &usage, &critical);

	if (code >= 0 && !(usage & GNUTLS_KEY_CRL_SIGN))
		return X509_NO_CRL_USAGE;
	/* An old digest is the core's matter. */
	if (gnutls_x509_crl_verify(crl, &issuer, 1,
	    GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1, &status) < 0)
		return X509_CRL_BAD_SIGNATURE;
	/* Its dates are another one, and no flag stops their check. */
	if (status & dates)
		status &= ~(dates | GNUTLS_CERT_INVALID);
	return status & (GNUTLS_CERT_SIGNATURE_FAILURE |
	    GNUTLS_CERT_SIGNER_NOT_FOUND | GNUTLS_CERT_INVALID) ?
	    X509_CRL_BAD_SIGNATURE : 0;
}

size_t
gnu_crl_check(const struct tls_server *server, gnutls_x509_crt_t crt,
    gnutls_x509_crt_t issuer, int64_t now, int errors[GNU_CRL_ERRORS])
{
	gnutls_x509_crl_t crl = best_list(server, issuer, now);
	const int found[] = {
		crl ? check_signature(crl, issuer) : 0,
		crl ? check_dates(crl, now) : 0,
		crl && gnutls_x509_crt_check_revocation(crt, &crl, 1) == 1 ?
		    X509_REVOKED : 0,
	};
	size_t num = 0;

	for (size_t i = 0; i < sizeof found / sizeof *found; i++)
		if (found[i] != 0)
			errors[num++] = found[i];
	return num;
}
