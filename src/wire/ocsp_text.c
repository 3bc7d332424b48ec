/* wire/ocsp_text.c - an OCSP response in words
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-ocsp(1), -resp_text; RFC 6960, 4.4
 */
#include <string.h>

#include "base/text.h"
#include "wire/der.h"
#include "wire/ocsp.h"
#include "wire/x509.h"

/* Bytes of a signature in a line. */
#define SIGNATURE_WIDTH	18

static const struct der_oid_name oids[] = {
	{ "1.3.14.3.2.26", "sha1" },
	{ "2.16.840.1.101.3.4.2.1", "sha256" },
	{ "2.16.840.1.101.3.4.2.2", "sha384" },
	{ "2.16.840.1.101.3.4.2.3", "sha512" },
	{ "1.2.840.113549.1.1.5", "sha1WithRSAEncryption" },
	{ "1.2.840.113549.1.1.10", "rsassaPss" },
	{ "1.2.840.113549.1.1.11", "sha256WithRSAEncryption" },
	{ "1.2.840.113549.1.1.12", "sha384WithRSAEncryption" },
	{ "1.2.840.113549.1.1.13", "sha512WithRSAEncryption" },
	{ "1.2.840.10045.4.1", "ecdsa-with-SHA1" },
	{ "1.2.840.10045.4.3.2", "ecdsa-with-SHA256" },
	{ "1.2.840.10045.4.3.3", "ecdsa-with-SHA384" },
	{ "1.2.840.10045.4.3.4", "ecdsa-with-SHA512" },
	{ "1.3.101.112", "ED25519" },
	{ "1.3.101.113", "ED448" },
	{ "1.3.6.1.5.5.7.48.1.2", "OCSP Nonce" },
	{ "1.3.6.1.5.5.7.48.1.3", "OCSP CRL ID" },
	{ "1.3.6.1.5.5.7.48.1.6", "OCSP Archive Cutoff" },
	{ "1.3.6.1.5.5.7.48.1.9", "Extended OCSP Status" },
	{ "1.3.6.1.4.1.11129.2.4.5", "CT Certificate SCTs" },
	{ "2.5.29.21", "X509v3 CRL Reason Code" },
	{ "2.5.29.24", "Invalidity Date" },
	{ "2.5.29.29", "X509v3 Certificate Issuer" },
};

static void
add_oid(struct buf *out, struct tls_span oid)
{
	char room[DER_OID_ROOM];

	buf_add_string(out, der_oid_word(oid, oids,
	    sizeof oids / sizeof *oids, room));
}

const char *
ocsp_verdict_name(enum ocsp_verdict verdict)
{
	return verdict == OCSP_GOOD ? "good" :
	    verdict == OCSP_REVOKED ? "revoked" : "unknown";
}

const char *
ocsp_status_name(unsigned status)
{
	static const char *const names[] = {
		"successful", "malformedrequest", "internalerror", "trylater",
		"?", "sigrequired", "unauthorized",
	};

	return status < sizeof names / sizeof *names ? names[status] : "?";
}

/* CRLReason (RFC 5280, 5.3.1). */
static const char *
reason_name(int reason)
{
	static const char *const names[] = {
		"unspecified", "keyCompromise", "cACompromise",
		"affiliationChanged", "superseded", "cessationOfOperation",
		"certificateHold", "?", "removeFromCRL",
		"privilegeWithdrawn", "aACompromise",
	};

	return reason < (int)(sizeof names / sizeof *names) ?
	    names[reason] : "?";
}

static void
add_time(struct buf *out, const char *label, int64_t seconds)
{
	buf_add_string(out, label);
	x509_add_time(out, seconds);
	buf_add_u8(out, '\n');
}

static void
add_hex_line(struct buf *out, const char *label, struct tls_span bytes)
{
	buf_add_string(out, label);
	text_add_hex_upper(out, bytes);
	buf_add_u8(out, '\n');
}

/* Adds "1f:31:89", without the zero that keeps a number positive. */
static void
add_colons(struct buf *out, struct tls_span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		buf_printf(out, i ? ":%02x" : "%02x", bytes.data[i]);
}

static struct tls_span
unpadded(struct tls_span number)
{
	if (number.len > 1 && *number.data == 0) {
		number.data++;
		number.len--;
	}
	return number;
}

static void
add_extensions(struct buf *out, const char *title, struct tls_span rest,
    int indent)
{
	struct tls_span extension, oid, value, critical;

	if (rest.len)
		buf_printf(out, "%*s%s:\n", indent, "", title);
	while (der_take(&rest, DER_SEQUENCE, &extension)) {
		bool is_critical;

		if (!der_take(&extension, DER_OID, &oid))
			return;
		is_critical = der_take(&extension, DER_BOOLEAN, &critical) &&
		    critical.len && *critical.data;
		if (!der_take(&extension, DER_OCTET_STRING, &value))
			return;
		buf_printf(out, "%*s", indent + 4, "");
		add_oid(out, oid);
		buf_printf(out, ": %s\n%*s", is_critical ? "critical" : "",
		    indent + 8, "");
		text_add_hex_upper(out, value);
		buf_add_u8(out, '\n');
	}
}

static void
add_single(struct buf *out, const struct ocsp_single *single)
{
	buf_add_string(out, "    Certificate ID:\n      Hash Algorithm: ");
	add_oid(out, single->hash);
	add_hex_line(out, "\n      Issuer Name Hash: ", single->name_hash);
	add_hex_line(out, "      Issuer Key Hash: ", single->key_hash);
	add_hex_line(out, "      Serial Number: ", unpadded(single->serial));
	buf_printf(out, "    Cert Status: %s\n",
	    ocsp_verdict_name(single->verdict));
	if (single->verdict == OCSP_REVOKED)
		add_time(out, "    Revocation Time: ", single->revoked_at);
	if (single->reason >= 0)
		buf_printf(out, "    Revocation Reason: %s (0x%x)\n",
		    reason_name(single->reason), (unsigned)single->reason);
	add_time(out, "    This Update: ", single->this_update);
	if (single->has_next)
		add_time(out, "    Next Update: ", single->next_update);
	add_extensions(out, "Response Single Extensions", single->extensions,
	    8);
	buf_add_u8(out, '\n');
}

static void
add_signature(struct buf *out, const struct ocsp *response)
{
	struct tls_span rest = response->signature;

	buf_add_string(out, "    Signature Algorithm: ");
	add_oid(out, response->algorithm);
	buf_add_string(out, "\n    Signature Value:\n");
	while (rest.len) {
		struct tls_span line = { rest.data,
		    rest.len < SIGNATURE_WIDTH ? rest.len : SIGNATURE_WIDTH };

		rest.data += line.len;
		rest.len -= line.len;
		buf_add_string(out, "        ");
		add_colons(out, line);
		buf_add_string(out, rest.len ? ":\n" : "\n");
	}
}

static void
add_certificate(struct buf *out, struct tls_span der)
{
	struct x509 cert;

	if (x509_parse(der, &cert)) {
		buf_add_string(out, "Certificate:\n    Data:\n"
		    "        Serial Number:\n            ");
		add_colons(out, unpadded(cert.serial));
		buf_add_string(out, "\n        Issuer: ");
		x509_add_name(out, cert.issuer);
		add_time(out, "\n        Validity\n            Not Before: ",
		    cert.not_before);
		add_time(out, "            Not After : ", cert.not_after);
		buf_add_string(out, "        Subject: ");
		x509_add_name(out, cert.subject);
		buf_printf(out, "\n        Subject Public Key Info:\n"
		    "            Public Key Algorithm: %s\n"
		    "                Public-Key: (%u bit)\n", cert.key,
		    cert.key_bits);
	}
	text_add_pem(out, "CERTIFICATE", der);
}

void
ocsp_add_text(struct buf *out, const struct ocsp *response)
{
	struct tls_span rest = response->singles;
	struct ocsp_single single;
	struct der_element element;

	buf_printf(out, "OCSP Response Data:\n    OCSP Response Status: %s "
	    "(0x%x)\n", ocsp_status_name(response->status), response->status);
	if (!response->basic) {
		if (response->status == OCSP_SUCCESSFUL)
			buf_add_string(out, "    Response Type: unknown\n");
		return;
	}
	buf_printf(out, "    Response Type: Basic OCSP Response\n"
	    "    Version: %u (0x%x)\n    Responder Id: ",
	    response->version + 1, response->version);
	if (response->by_key)
		text_add_hex_upper(out, response->responder);
	else
		x509_add_name(out, response->responder);
	add_time(out, "\n    Produced At: ", response->produced_at);
	buf_add_string(out, "    Responses:\n");
	while (ocsp_next(&rest, &single))
		add_single(out, &single);
	add_extensions(out, "Response Extensions", response->extensions, 4);
	add_signature(out, response);
	rest = response->certificates;
	while (der_next(&rest, &element))
		add_certificate(out, element.whole);
}
