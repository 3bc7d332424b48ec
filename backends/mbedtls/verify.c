/* verify.c - a client's chain, told to the host from its root to its leaf
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The library judges, the host decides: flags are cleared here, and a no is
 * kept for the handshake to end with, since its own way would choose the
 * alert by what it found and not by what was refused.
 */
#include "mbedtls.h"

#include <string.h>

/* X509_V_ERR numbers, as openssl-verify(1) lists them. */
enum x509_error {
	X509_BAD_SIGNATURE = 7,
	X509_CRL_SIGNATURE = 8,
	X509_NOT_YET_VALID = 9,
	X509_EXPIRED = 10,
	X509_CRL_NOT_YET_VALID = 11,
	X509_CRL_EXPIRED = 12,
	X509_SELF_SIGNED_LEAF = 18,
	X509_SELF_SIGNED_IN_CHAIN = 19,
	X509_NO_ISSUER_LOCALLY = 20,
	X509_LEAF_UNVERIFIED = 21,
	X509_REVOKED = 23,
	X509_INVALID_PURPOSE = 26,
	X509_NO_CERTSIGN = 32,
	X509_APPLICATION = 50,
	X509_HOSTNAME = 62,
	X509_LEAF_KEY_SMALL = 66,
	X509_CA_KEY_SMALL = 67,
	X509_CA_DIGEST_WEAK = 68,
};

/* What a flag means on a leaf and above. */
static const struct {
	uint32_t flag;
	uint8_t leaf, above;
} errors[] = {
	{ MBEDTLS_X509_BADCERT_EXPIRED, X509_EXPIRED, X509_EXPIRED },
	{ MBEDTLS_X509_BADCERT_FUTURE, X509_NOT_YET_VALID,
	    X509_NOT_YET_VALID },
	{ MBEDTLS_X509_BADCERT_REVOKED, X509_REVOKED, X509_REVOKED },
	{ MBEDTLS_X509_BADCRL_NOT_TRUSTED, X509_CRL_SIGNATURE,
	    X509_CRL_SIGNATURE },
	{ MBEDTLS_X509_BADCRL_EXPIRED, X509_CRL_EXPIRED, X509_CRL_EXPIRED },
	{ MBEDTLS_X509_BADCRL_FUTURE, X509_CRL_NOT_YET_VALID,
	    X509_CRL_NOT_YET_VALID },
	{ MBEDTLS_X509_BADCERT_CN_MISMATCH, X509_HOSTNAME, X509_HOSTNAME },
	{ MBEDTLS_X509_BADCERT_KEY_USAGE, X509_INVALID_PURPOSE,
	    X509_NO_CERTSIGN },
	{ MBEDTLS_X509_BADCERT_EXT_KEY_USAGE, X509_INVALID_PURPOSE,
	    X509_INVALID_PURPOSE },
	{ MBEDTLS_X509_BADCERT_NS_CERT_TYPE, X509_INVALID_PURPOSE,
	    X509_INVALID_PURPOSE },
	{ MBEDTLS_X509_BADCERT_BAD_MD, X509_CA_DIGEST_WEAK,
	    X509_CA_DIGEST_WEAK },
	{ MBEDTLS_X509_BADCRL_BAD_MD, X509_CA_DIGEST_WEAK,
	    X509_CA_DIGEST_WEAK },
	{ MBEDTLS_X509_BADCERT_BAD_PK, X509_LEAF_KEY_SMALL,
	    X509_CA_KEY_SMALL },
	{ MBEDTLS_X509_BADCRL_BAD_PK, X509_CA_KEY_SMALL, X509_CA_KEY_SMALL },
	{ MBEDTLS_X509_BADCERT_BAD_KEY, X509_LEAF_KEY_SMALL,
	    X509_CA_KEY_SMALL },
	{ MBEDTLS_X509_BADCRL_BAD_KEY, X509_CA_KEY_SMALL,
	    X509_CA_KEY_SMALL },
	{ MBEDTLS_X509_BADCERT_OTHER, X509_APPLICATION, X509_APPLICATION },
};

static const struct {
	int error;
	uint8_t alert;
} alerts[] = {
	{ X509_EXPIRED, MBEDTLS_SSL_ALERT_MSG_CERT_EXPIRED },
	{ X509_CRL_EXPIRED, MBEDTLS_SSL_ALERT_MSG_CERT_EXPIRED },
	{ X509_NOT_YET_VALID, MBEDTLS_SSL_ALERT_MSG_BAD_CERT },
	{ X509_CRL_NOT_YET_VALID, MBEDTLS_SSL_ALERT_MSG_BAD_CERT },
	{ X509_REVOKED, MBEDTLS_SSL_ALERT_MSG_CERT_REVOKED },
	{ X509_BAD_SIGNATURE, MBEDTLS_SSL_ALERT_MSG_DECRYPT_ERROR },
	{ X509_CRL_SIGNATURE, MBEDTLS_SSL_ALERT_MSG_DECRYPT_ERROR },
	{ X509_SELF_SIGNED_LEAF, MBEDTLS_SSL_ALERT_MSG_UNKNOWN_CA },
	{ X509_SELF_SIGNED_IN_CHAIN, MBEDTLS_SSL_ALERT_MSG_UNKNOWN_CA },
	{ X509_NO_ISSUER_LOCALLY, MBEDTLS_SSL_ALERT_MSG_UNKNOWN_CA },
	{ X509_LEAF_UNVERIFIED, MBEDTLS_SSL_ALERT_MSG_UNKNOWN_CA },
	{ X509_INVALID_PURPOSE, MBEDTLS_SSL_ALERT_MSG_UNSUPPORTED_CERT },
	{ X509_LEAF_KEY_SMALL, MBEDTLS_SSL_ALERT_MSG_BAD_CERT },
	{ X509_CA_KEY_SMALL, MBEDTLS_SSL_ALERT_MSG_BAD_CERT },
	{ X509_CA_DIGEST_WEAK, MBEDTLS_SSL_ALERT_MSG_BAD_CERT },
	{ X509_APPLICATION, MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE },
};

uint8_t
mbed_verify_alert(int error)
{
	for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++)
		if (alerts[i].error == error)
			return alerts[i].alert;
	return MBEDTLS_SSL_ALERT_MSG_CERT_UNKNOWN;
}

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
		    X509_SELF_SIGNED_IN_CHAIN;
		tell(session, step, flag);
		return;
	}
	step->error = X509_NO_ISSUER_LOCALLY;
	tell(session, step, flag);
	if (step->depth == 0) {
		step->error = X509_LEAF_UNVERIFIED;
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

	step.error = X509_NO_ISSUER_LOCALLY;
	tell(session, &step, MBEDTLS_X509_BADCERT_BAD_PK);
	step.error = X509_LEAF_UNVERIFIED;
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
