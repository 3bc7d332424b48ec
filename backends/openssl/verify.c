/* verify.c - a client's chain, told certificate by certificate
 * SPDX-License-Identifier: Apache-2.0
 *
 * The library reports errors in the order of its checks, some of them before
 * it knows the chain's end.  So they are collected first, with every
 * certificate accepted for the time being, and told from the top down after.
 */
#include "openssl.h"

#include <openssl/x509_vfy.h>

#define FINDINGS_MAX	64

struct openssl_findings {
	size_t num;
	struct {
		int depth, error;
	} list[FINDINGS_MAX];
};

static struct tls_session *
session_of(X509_STORE_CTX *ctx)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(ctx,
	    SSL_get_ex_data_X509_STORE_CTX_idx());

	return SSL_get_app_data(ssl);
}

/* Returns false only where an error could not be kept: the verification then
 * fails, since nothing that was found may be lost. */
static bool
find(struct openssl_findings *findings, int depth, int error)
{
	for (size_t i = 0; i < findings->num; i++)
		if (findings->list[i].depth == depth &&
		    findings->list[i].error == error)
			return true;
	if (findings->num == FINDINGS_MAX)
		return false;
	findings->list[findings->num].depth = depth;
	findings->list[findings->num].error = error;
	findings->num++;
	return true;
}

static int
collect(int ok, X509_STORE_CTX *ctx)
{
	if (ok)
		return 1;
	return find(session_of(ctx)->findings,
	    X509_STORE_CTX_get_error_depth(ctx),
	    X509_STORE_CTX_get_error(ctx));
}

static bool
tell(struct tls_host *host, int depth, int error, X509 *cert)
{
	unsigned char *der = NULL;
	int len = cert ? i2d_X509(cert, &der) : 0;
	const struct tls_verify_step step = {
		.depth = depth,
		.der = { der, len > 0 ? (size_t)len : 0 },
		.error = error,
		.text = X509_verify_cert_error_string(error),
	};
	bool accept = host->ops->verify(host, &step);

	OPENSSL_free(der);
	return accept;
}

/* Tells all that was found about `depth`, or that nothing was.  Returns
 * X509_V_OK, or the error for which the host refused. */
static int
tell_depth(struct tls_host *host, const struct openssl_findings *findings,
    int depth, X509 *cert)
{
	bool flawless = true;
	int error;

	for (size_t i = 0; i < findings->num; i++) {
		if (findings->list[i].depth != depth)
			continue;
		flawless = false;
		error = findings->list[i].error;
		if (!tell(host, depth, error, cert))
			return error;
	}
	if (flawless && cert && !tell(host, depth, X509_V_OK, cert))
		return X509_V_ERR_APPLICATION_VERIFICATION;
	return X509_V_OK;
}

int
openssl_verify(X509_STORE_CTX *ctx, void *arg)
{
	struct tls_session *session = session_of(ctx);
	struct openssl_findings findings = { .num = 0 };
	STACK_OF(X509) *chain;
	int verified, refused = X509_V_OK, depth;

	(void)arg;
	session->findings = &findings;
	X509_STORE_CTX_set_verify_cb(ctx, collect);
	X509_STORE_CTX_set_time(ctx, 0,
	    (time_t)session->host->ops->now_ms(session->host) / 1000);
	verified = X509_verify_cert(ctx);
	session->findings = NULL;
	/* Not all that stops it is told to the callback. */
	if (verified <= 0 && X509_STORE_CTX_get_error(ctx) == X509_V_OK)
		X509_STORE_CTX_set_error(ctx, X509_V_ERR_UNSPECIFIED);
	if (verified <= 0)
		find(&findings, X509_STORE_CTX_get_error_depth(ctx),
		    X509_STORE_CTX_get_error(ctx));

	chain = X509_STORE_CTX_get0_chain(ctx);
	depth = chain ? sk_X509_num(chain) - 1 : -1;
	for (size_t i = 0; i < findings.num; i++)
		if (findings.list[i].depth > depth)
			depth = findings.list[i].depth;
	for (; depth >= 0 && refused == X509_V_OK; depth--)
		refused = tell_depth(session->host, &findings, depth,
		    chain ? sk_X509_value(chain, depth) : NULL);
	if (refused == X509_V_OK)
		return verified > 0;
	X509_STORE_CTX_set_error(ctx, refused);
	return 0;
}
