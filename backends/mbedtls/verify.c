/* verify.c - a client's chain, told to the host from its root to its leaf
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The library judges, the host decides: flags are cleared here, and a no is
 * kept for the handshake to end with, since its own way would choose the
 * alert by what it found and not by what was refused.
 */
#include "mbedtls.h"

#include <string.h>

#include "common/verify.h"

/* What a flag means on a leaf and above. */
static const struct {
	uint32_t flag;
	uint8_t leaf, above;
} errors[] = {
#define BOTH(flag, error)	{ MBEDTLS_X509_##flag, error, error },
#define EITHER(flag, leaf, above) { MBEDTLS_X509_##flag, leaf, above },
	BOTH(BADCERT_EXPIRED, X509_EXPIRED)
	BOTH(BADCERT_FUTURE, X509_NOT_YET_VALID)
	BOTH(BADCERT_REVOKED, X509_REVOKED)
	BOTH(BADCRL_NOT_TRUSTED, X509_CRL_BAD_SIGNATURE)
	BOTH(BADCRL_EXPIRED, X509_CRL_EXPIRED)
	BOTH(BADCRL_FUTURE, X509_CRL_NOT_YET_VALID)
	BOTH(BADCERT_CN_MISMATCH, X509_HOSTNAME)
	EITHER(BADCERT_KEY_USAGE, X509_WRONG_PURPOSE, X509_NO_SIGNING_USAGE)
	BOTH(BADCERT_EXT_KEY_USAGE, X509_WRONG_PURPOSE)
	BOTH(BADCERT_NS_CERT_TYPE, X509_WRONG_PURPOSE)
	BOTH(BADCERT_BAD_MD, X509_DIGEST_TOO_WEAK)
	BOTH(BADCRL_BAD_MD, X509_DIGEST_TOO_WEAK)
	EITHER(BADCERT_BAD_PK, X509_LEAF_KEY_TOO_SMALL, X509_CA_KEY_TOO_SMALL)
	BOTH(BADCRL_BAD_PK, X509_CA_KEY_TOO_SMALL)
	EITHER(BADCERT_BAD_KEY, X509_LEAF_KEY_TOO_SMALL, X509_CA_KEY_TOO_SMALL)
	BOTH(BADCRL_BAD_KEY, X509_CA_KEY_TOO_SMALL)
	BOTH(BADCERT_OTHER, X509_APPLICATION)
#undef BOTH
#undef EITHER
};

static void
tell(struct tls_session *session, struct tls_verify_step *step,
    uint32_t flag)
{
	struct tls_host *host = session->host;
	char text[128] = "";

	if (flag && mbedtls_x509_crt_verify_info(text, sizeof text, "",
	    flag) > 0) {
		text[strcspn(text, "\n")] = '\0';
		step->text = text;
	}
	/* Whoever has refused is told no more: its last word is the reason. */
	if (!session->refused && !host->ops->verify(host, step)) {
		session->refused = true;
		session->refusal = step->error;
	}
	step->text = NULL;
}

static bool
is_self_issued(const mbedtls_x509_crt *cert)
{
	return cert->subject_raw.len == cert->issuer_raw.len &&
	    memcmp(cert->subject_raw.p, cert->issuer_raw.p,
	    cert->issuer_raw.len) == 0;
}

/* The root that has the name of the issuer of `cert`, or null. */
static const mbedtls_x509_crt *
namesake(const struct tls_session *session, const mbedtls_x509_crt *cert)
{
	const mbedtls_x509_crt *root = session->server->has_roots ?
	    &session->server->roots : NULL;

	while (root && (root->subject_raw.len != cert->issuer_raw.len ||
	    memcmp(root->subject_raw.p, cert->issuer_raw.p,
	    cert->issuer_raw.len)))
		root = root->next;
	return root;
}

/* The end of a chain that leads to none of the roots, or seems to lead to one
 * that did not sign it.  A lone leaf is told twice, as the reference does. */
static void
tell_untrusted(struct tls_session *session, struct tls_verify_step *step,
    const mbedtls_x509_crt *cert)
{
	uint32_t flag = MBEDTLS_X509_BADCERT_NOT_TRUSTED;
	bool self = is_self_issued(cert);
	const mbedtls_x509_crt *root = self && step->depth == 0 ? NULL :
	    namesake(session, cert);
	struct tls_verify_step above = { .depth = step->depth + !self };

	if (root) {
		above.der = (struct tls_span){ root->raw.p, root->raw.len };
		tell(session, &above, 0);
		session->forged = self;
		step->error = X509_BAD_SIGNATURE;
		if (!self)
			tell(session, step, flag);
		return;
	}
	if (self) {
		step->error = step->depth == 0 ? X509_SELF_SIGNED_LEAF :
		    X509_SELF_SIGNED_ABOVE;
		tell(session, step, flag);
		return;
	}
	step->error = X509_NO_ISSUER_HERE;
	tell(session, step, flag);
	if (step->depth == 0) {
		step->error = X509_NO_ISSUER_OF_LEAF;
		tell(session, step, flag);
	}
}

static struct tls_span
sent_leaf(const struct tls_session *session)
{
	return mbed_flight_leaf(mbed_observe_held(session, COMMON_CERTIFICATE),
	    compat_version(&session->ssl));
}

/* As the reference does, which finds no issuer for such a one. */
static void
tell_unread(struct tls_session *session, struct tls_span leaf)
{
	struct tls_verify_step step = { .der = leaf };

	step.error = X509_NO_ISSUER_HERE;
	tell(session, &step, MBEDTLS_X509_BADCERT_BAD_PK);
	step.error = X509_NO_ISSUER_OF_LEAF;
	tell(session, &step, MBEDTLS_X509_BADCERT_BAD_PK);
}

/* Up to TLS 1.2 the library passes over a certificate under a signature
 * algorithm that it does not know, and judges what is left: another one, or
 * none at all. */
static bool
passed_over(struct tls_session *session, const mbedtls_x509_crt *cert)
{
	struct tls_span leaf = sent_leaf(session);

	session->unreadable = leaf.len != cert->raw.len ||
	    (leaf.len && memcmp(leaf.data, cert->raw.p, leaf.len));
	if (session->unreadable)
		tell_unread(session, leaf);
	return session->unreadable;
}

/* The one that it does not know may also be an issuer. */
void
mbed_verify_unread(struct tls_session *session)
{
	struct tls_span leaf = sent_leaf(session);
	mbedtls_x509_crt cert;

	mbedtls_x509_crt_init(&cert);
	if (leaf.len && mbedtls_x509_crt_parse_der(&cert, leaf.data, leaf.len))
		tell_unread(session, leaf);
	mbedtls_x509_crt_free(&cert);
}

/* What the library checks after this callback, and would not tell. */
static uint32_t
check_purpose(mbedtls_x509_crt *cert)
{
	const char *oid = MBEDTLS_OID_CLIENT_AUTH;
	uint32_t flags = 0;

	if (mbedtls_x509_crt_check_key_usage(cert,
	    MBEDTLS_X509_KU_DIGITAL_SIGNATURE) != 0)
		flags |= MBEDTLS_X509_BADCERT_KEY_USAGE;
	if (mbedtls_x509_crt_check_extended_key_usage(cert, oid,
	    MBEDTLS_OID_SIZE(MBEDTLS_OID_CLIENT_AUTH)) != 0)
		flags |= MBEDTLS_X509_BADCERT_EXT_KEY_USAGE;
	return flags;
}

int
mbed_verify_step(void *context, mbedtls_x509_crt *cert, int depth,
    uint32_t *flags)
{
	struct tls_session *session = context;
	struct tls_verify_step step = {
		.depth = depth, .der = { cert->raw.p, cert->raw.len },
	};
	uint32_t found = *flags & ~(uint32_t)MBEDTLS_X509_BADCERT_NOT_TRUSTED;
	int told = 0;

	if (depth == 0 && passed_over(session, cert)) {
		*flags = 0;
		return 0;
	}
	if (depth == 0)
		found |= check_purpose(cert);
	if (session->forged) {
		session->forged = false;
		step.error = told = X509_BAD_SIGNATURE;
		tell(session, &step, MBEDTLS_X509_BADCERT_NOT_TRUSTED);
	}
	if (*flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) {
		tell_untrusted(session, &step, cert);
		told = step.error;
	}
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
		if (!(found & errors[i].flag))
			continue;
		step.error = depth ? errors[i].above : errors[i].leaf;
		if (step.error == told)
			continue;
		told = step.error;
		tell(session, &step, errors[i].flag);
	}
	if (!told)
		tell(session, &step, 0);
	*flags = 0;
	return 0;
}
