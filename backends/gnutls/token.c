/* token.c - keys in PKCS#11 tokens, keys and certificates in PKCS#12
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 7512; RFC 7292
 */
#include "gnutls.h"

#include <string.h>

#include <gnutls/pkcs11.h>
#include <gnutls/pkcs12.h>

/* ---- PKCS#11 ---------------------------------------------------------- */

#define ENGINE		"pkcs11"

bool
gnu_token_open(const struct tls_config *config, struct tls_error *err)
{
	const char *engine = config->engine, *module;
	const size_t len = sizeof ENGINE - 1;
	int code;

	if (!engine)
		return true;
	module = engine + len;
	if (strncmp(engine, ENGINE, len) != 0 ||
	    (*module != '\0' && *module != ':'))
		return gnu_error_code(err, TLS_BLAME_CONFIG, 0, "-engine "
		    "%.100s: GnuTLS has no engines; it knows \"pkcs11\", the "
		    "tokens of the system, and \"pkcs11:FILE\", a module",
		    engine);
	code = gnutls_pkcs11_init(GNUTLS_PKCS11_FLAG_AUTO, NULL);
	if (code >= 0 && *module == ':')
		code = gnutls_pkcs11_add_provider(module + 1, NULL);
	/* Another server may have added it already. */
	if (code >= 0 || code == GNUTLS_E_INT_RET_0)
		return true;
	return gnu_error_code(err, TLS_BLAME_CONFIG, code, "-engine %.100s",
	    engine);
}

static int
give_pin(void *ptr, int attempt, const char *url, const char *label,
    unsigned flags, char *pin, size_t room)
{
	const struct tls_identity *identity = ptr;

	(void)attempt;
	(void)url;
	(void)label;
	/* A wrong one, said again, would lock the token. */
	if (!identity->pass || flags & GNUTLS_PIN_WRONG ||
	    strlen(identity->pass) >= room)
		return -1;
	memcpy(pin, identity->pass, strlen(identity->pass) + 1);
	return 0;
}

static bool
blame_token(const struct tls_identity *identity, int code,
    struct tls_error *err)
{
	if (code == GNUTLS_E_PKCS11_PIN_ERROR && !identity->pass)
		return gnu_error_code(err, TLS_BLAME_CONFIG, 0, "%s: the "
		    "token wants a PIN; give it as the pass phrase",
		    identity->key_origin);
	if (code == GNUTLS_E_PKCS11_PIN_ERROR)
		return gnu_error_code(err, TLS_BLAME_CONFIG, code, "%s: the "
		    "token does not take the pass phrase as its PIN",
		    identity->key_origin);
	if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return gnu_error_code(err, TLS_BLAME_CONFIG, 0, "%s: no "
		    "token has a private key of that name",
		    identity->key_origin);
	return gnu_error_code(err, TLS_BLAME_CONFIG, code, "%s: not a "
	    "private key that GnuTLS finds", identity->key_origin);
}

bool
gnu_token_key(const struct tls_identity *identity, gnutls_privkey_t *out,
    struct tls_error *err)
{
	union {
		const struct tls_identity *in;
		void *out;
	} ptr = { .in = identity };
	int code = gnutls_privkey_init(out);

	if (code < 0) {
		*out = NULL;
		return gnu_error_code(err, TLS_BLAME_LIBRARY, code, "%s",
		    identity->key_origin);
	}
	gnutls_privkey_set_pin_function(*out, give_pin, ptr.out);
	code = gnutls_url_is_supported(identity->key_uri) ?
	    gnutls_privkey_import_url(*out, identity->key_uri, 0) :
	    GNUTLS_E_UNIMPLEMENTED_FEATURE;
	if (code >= 0)
		return true;
	gnutls_privkey_deinit(*out);
	*out = NULL;
	if (code == GNUTLS_E_UNIMPLEMENTED_FEATURE)
		return gnu_error_code(err, TLS_BLAME_CONFIG, 0, "%s: not a "
		    "URI that GnuTLS knows; it reads pkcs11:...",
		    identity->key_origin);
	return blame_token(identity, code, err);
}

/* ---- PKCS#12 ---------------------------------------------------------- */

struct contents {
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t *chain, *others;
	unsigned num_chain, num_others;
};

static bool
is_locked(int code)
{
	return code == GNUTLS_E_MAC_VERIFY_FAILED ||
	    code == GNUTLS_E_DECRYPTION_FAILED;
}

/* It need not have any.  Without a pass phrase is under an empty one, or under
 * none at all. */
static int
check_mac(gnutls_pkcs12_t pkcs12, const char *pass)
{
	int code = gnutls_pkcs12_verify_mac(pkcs12, pass);

	if (is_locked(code) && pass[0] == '\0')
		code = gnutls_pkcs12_verify_mac(pkcs12, NULL);
	return code == GNUTLS_E_ASN1_ELEMENT_NOT_FOUND ? 0 : code;
}

static int
parse(struct tls_span pfx, const char *pass, struct contents *out)
{
	gnutls_datum_t der = gnu_datum_of(pfx);
	gnutls_pkcs12_t pkcs12;
	int code = gnutls_pkcs12_init(&pkcs12);

	if (code < 0)
		return code;
	code = gnutls_pkcs12_import(pkcs12, &der, GNUTLS_X509_FMT_DER, 0);
	if (code >= 0)
		code = check_mac(pkcs12, pass);
	if (code >= 0)
		code = gnutls_pkcs12_simple_parse(pkcs12, pass, &out->key,
		    &out->chain, &out->num_chain, &out->others,
		    &out->num_others, NULL, 0);
	gnutls_pkcs12_deinit(pkcs12);
	return code;
}

static int
put_certificates(const gnutls_x509_crt_t *list, unsigned num,
    struct tls_bag *bag)
{
	for (unsigned i = 0; i < num; i++) {
		gnutls_datum_t der = { NULL, 0 };
		int code = gnutls_x509_crt_export2(list[i],
		    GNUTLS_X509_FMT_DER, &der);

		if (code < 0)
			return code;
		bag->certificate(bag,
		    (struct tls_span){ der.data, der.size });
		gnutls_free(der.data);
	}
	return 0;
}

static int
put_key(gnutls_x509_privkey_t key, struct tls_bag *bag)
{
	gnutls_datum_t der = { NULL, 0 };
	int code = gnutls_x509_privkey_export2_pkcs8(key,
	    GNUTLS_X509_FMT_DER, NULL, GNUTLS_PKCS_PLAIN, &der);

	if (code < 0)
		return code;
	bag->key(bag, (struct tls_span){ der.data, der.size });
	gnutls_memset(der.data, 0, der.size);
	gnutls_free(der.data);
	return 0;
}

static void
discard(struct contents *contents)
{
	for (unsigned i = 0; i < contents->num_chain; i++)
		gnutls_x509_crt_deinit(contents->chain[i]);
	for (unsigned i = 0; i < contents->num_others; i++)
		gnutls_x509_crt_deinit(contents->others[i]);
	gnutls_free(contents->chain);
	gnutls_free(contents->others);
	if (contents->key)
		gnutls_x509_privkey_deinit(contents->key);
}

bool
gnu_unpack(struct tls_span pfx, const char *pass, struct tls_bag *bag,
    bool *wants_pass, struct tls_error *err)
{
	struct contents contents = { .key = NULL };
	int code = parse(pfx, pass ? pass : "", &contents);
	bool locked = is_locked(code);

	if (locked)
		*wants_pass = true;
	if (code >= 0 && (!contents.key || contents.num_chain == 0)) {
		discard(&contents);
		return gnu_error_code(err, TLS_BLAME_CONFIG, 0, "PKCS#12 "
		    "without a private key or its certificate");
	}
	if (code >= 0)
		code = put_certificates(contents.chain, contents.num_chain,
		    bag);
	if (code >= 0)
		code = put_certificates(contents.others, contents.num_others,
		    bag);
	if (code >= 0)
		code = put_key(contents.key, bag);
	discard(&contents);
	if (code >= 0)
		return true;
	return gnu_error_code(err, TLS_BLAME_CONFIG, code, !locked ?
	    "not PKCS#12 that GnuTLS reads" : pass ? "the pass phrase does "
	    "not open the PKCS#12" : "the PKCS#12 is under a pass phrase; "
	    "give one");
}
