/* own.c - what a client may have against the server's certificate
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 5280; openssl-verify(1)
 */
#include <stdio.h>
#include <string.h>

#include "explain/internal.h"
#include "explain/words.h"
#include "wire/x509.h"

/* The certificate in question, and the chain that was sent with it. */
struct own {
	const struct explain_case *failed;
	const struct tls_identity *identity;
	struct x509 cert;
};

static bool
find_own(struct own *own, const struct explain_case *failed)
{
	const struct tls_config *config = failed->config;
	int at = failed->facts->identity;

	if (!config || config->num_identities == 0)
		return false;
	if (at < 0 && config->num_identities > 1)
		return false;
	own->failed = failed;
	own->identity = &config->identities[at < 0 ? 0 : at];
	return x509_parse(own->identity->chain[0], &own->cert);
}

void
own_add(struct buf *out, const struct explain_case *failed)
{
	struct own own;

	buf_add_string(out, "the server's certificate");
	if (!find_own(&own, failed))
		return;
	buf_add_u8(out, ' ');
	x509_add_short_name(out, own.cert.subject);
}

/* ---- faults ------------------------------------------------------------- */

static bool
is_expired(struct buf *out, const struct own *own)
{
	struct x509 cert;

	for (size_t i = 0; i < own->identity->num_chain; i++) {
		if (!x509_parse(own->identity->chain[i], &cert) ||
		    cert.not_after >= own->failed->now)
			continue;
		if (i == 0) {
			buf_add_string(out, "it expired on ");
		} else {
			x509_add_short_name(out, cert.subject);
			buf_add_string(out, " in its chain expired on ");
		}
		x509_add_date(out, cert.not_after);
		buf_add_string(out, ": a new one in -cert would pass");
		return true;
	}
	return false;
}

static bool
is_not_yet(struct buf *out, const struct own *own)
{
	if (own->cert.not_before <= own->failed->now)
		return false;
	buf_add_string(out, "it is not valid before ");
	x509_add_date(out, own->cert.not_before);
	buf_add_string(out, ": another one in -cert would pass");
	return true;
}

static bool
is_for_others(struct buf *out, const struct own *own)
{
	const struct tls_hello *hello = own->failed->hello;
	size_t len;

	if (!hello || !hello->server_name.len ||
	    x509_is_for_host(&own->cert, hello->server_name))
		return false;
	buf_add_string(out, "it is not for ");
	words_add_quoted(out, hello->server_name);
	buf_add_string(out, ", the name that the client asks for, but for ");
	len = out->len;
	x509_add_hosts(out, &own->cert);
	if (out->len == len)
		buf_add_string(out, "no name in its subjectAltName");
	buf_add_string(out, ": one for that name in -cert would pass");
	return true;
}

static bool
is_not_for_servers(struct buf *out, const struct own *own)
{
	if (!x509_has_purpose(&own->cert, X509_SERVER_PURPOSE))
		buf_add_string(out, "its extended key usage is not for "
		    "servers: one with serverAuth would pass");
	else if (!x509_may_sign(&own->cert))
		buf_add_string(out, "its key usage lacks digitalSignature: one "
		    "with it would pass");
	else
		return false;
	return true;
}

static bool
is_weak(struct buf *out, const struct own *own)
{
	const char *digest = NULL;

	for (size_t i = 0; i < own->identity->num_chain && !digest; i++)
		digest = x509_weak_digest(own->identity->chain[i]);
	if (digest) {
		buf_printf(out, "its chain is signed under %s: one under "
		    "SHA-256 would pass", digest);
		return true;
	}
	if (strcmp(own->cert.key, "RSA") != 0 || own->cert.key_bits >= 2048)
		return false;
	buf_printf(out, "its RSA key has only %u bits: one of 2048 would pass",
	    own->cert.key_bits);
	return true;
}

static bool
is_self_signed(struct buf *out, const struct own *own)
{
	if (!x509_is_self_issued(own->identity->chain[0]))
		return false;
	buf_add_string(out, "it is self-signed and the client does not trust "
	    "it: give it to the client as a root (openssl s_client -CAfile, "
	    "curl --cacert)");
	return true;
}

static bool
has_an_issuer(struct buf *out, const struct own *own)
{
	const struct tls_identity *identity = own->identity;
	struct x509 last;

	if (!x509_parse(identity->chain[identity->num_chain - 1], &last))
		return false;
	buf_add_string(out, "the client does not know its issuer ");
	x509_add_short_name(out, last.issuer);
	buf_add_string(out, ": give the client that root (openssl s_client "
	    "-CAfile, curl --cacert)");
	if (identity->num_chain == 1)
		buf_add_string(out, ", or send it with -cert_chain if it is "
		    "an intermediate");
	return true;
}

bool
fault_add(struct buf *out, const struct explain_case *failed, unsigned set)
{
	static bool (*const faults[FAULT_COUNT])(struct buf *out,
	    const struct own *own) = {
		[FAULT_EXPIRED] = is_expired,
		[FAULT_NOT_YET] = is_not_yet,
		[FAULT_HOST] = is_for_others,
		[FAULT_PURPOSE] = is_not_for_servers,
		[FAULT_WEAK] = is_weak,
		[FAULT_SELF_SIGNED] = is_self_signed,
		[FAULT_ISSUER] = has_an_issuer,
	};
	struct own own;

	if (!find_own(&own, failed))
		return false;
	for (int i = 0; i < FAULT_COUNT; i++)
		if (set & FAULT_BIT(i) && faults[i](out, &own))
			return true;
	return false;
}
