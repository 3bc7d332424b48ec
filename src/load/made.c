/* made.c - certificates made on the spot
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/identity.h"

#include "base/clock.h"
#include "pki/pki.h"

static const char *
name_of(enum tls_key_kind kind)
{
	return kind == TLS_KEY_P256 ? "ECDSA P-256" : "RSA 2048";
}

static void
add_note(struct buf *notes, const struct tls_backend *backend,
    enum tls_key_kind kind, struct tls_span der)
{
	uint8_t hash[TLS_DIGEST_MAX_LEN];
	size_t len = backend->primitives->digest(TLS_DIGEST_SHA256,
	    der, hash);

	buf_printf(notes, "made a certificate for localhost (%s, valid 30 "
	    "days)", name_of(kind));
	for (size_t i = 0; i < len; i++)
		buf_printf(notes, "%s%02X", i ? ":" :
		    ", SHA-256 fingerprint ", hash[i]);
	buf_add_string(notes, "\n");
}

bool
identity_make(struct identity_list *list, enum tls_key_kind kind,
    const struct plug *plug, struct buf *notes, struct tls_error *err)
{
	int64_t now = clock_system.wall_us(&clock_system) / 1000000;
	struct tls_identity *identity;
	struct der_list *chain;
	struct pki_cert cert;

	if (!pki_self_signed(&cert, plug->backend, kind, now, err))
		return false;
	identity = identity_new(list);
	chain = &list->chains[list->num - 1];
	der_list_add(chain, cert.der);
	add_note(notes, plug->backend, kind, cert.der);
	/* The key is taken over and wiped with the others. */
	identity->key = cert.key;
	cert.key = (struct tls_span){ NULL, 0 };
	pki_cert_clear(&cert);
	identity->chain = chain->spans;
	identity->num_chain = chain->num;
	identity->cert_origin = mem_string("the certificate made");
	identity->key_origin = mem_string("the key made");
	return true;
}
