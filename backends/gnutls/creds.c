/* creds.c - certificates, private keys and roots
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

#include <stdlib.h>
#include <string.h>

static bool
is_pem(struct tls_span key)
{
	return key.len > 11 && memcmp(key.data, "-----BEGIN ", 11) == 0;
}

/* Whether the key is encrypted, as far as its own words say. */
static bool
says_encrypted(struct tls_span key)
{
	const char *text = (const char *)key.data;

	return is_pem(key) && (strstr(text, "ENCRYPTED") != NULL);
}

static bool
blame_key(const struct tls_identity *identity, int code,
    struct tls_error *err)
{
	if (!identity->pass && (says_encrypted(identity->key) ||
	    code == GNUTLS_E_DECRYPTION_FAILED))
		return gnu_error_code(err, TLS_BLAME_CONFIG, 0, "%s: the "
		    "private key is encrypted and there is no pass phrase; "
		    "give one", identity->key_origin);
	if (code == GNUTLS_E_DECRYPTION_FAILED)
		return gnu_error_code(err, TLS_BLAME_CONFIG, code, "%s: the "
		    "pass phrase does not open the private key",
		    identity->key_origin);
	if (code == GNUTLS_E_UNKNOWN_CIPHER_TYPE)
		return gnu_error_code(err, TLS_BLAME_FEATURE, code, "%s: "
		    "GnuTLS cannot open private keys that are encrypted this "
		    "way", identity->key_origin);
	return gnu_error_code(err, TLS_BLAME_CONFIG, code, "%s: not a private "
	    "key that GnuTLS reads", identity->key_origin);
}

static bool
load_key(const struct tls_identity *identity, gnutls_privkey_t *out,
    struct tls_error *err)
{
	gnutls_x509_crt_fmt_t format = is_pem(identity->key) ?
	    GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER;
	gnutls_datum_t data = gnu_datum_of(identity->key);
	int code;

	if (identity->key_uri)
		return gnu_token_key(identity, out, err);
	code = gnutls_privkey_init(out);
	if (code < 0) {
		*out = NULL;
		return gnu_error_code(err, TLS_BLAME_LIBRARY, code, "%s",
		    identity->key_origin);
	}
	/* With a pass phrase the library takes no plain key. */
	code = gnutls_privkey_import_x509_raw(*out, &data, format, NULL, 0);
	if (code < 0 && identity->pass)
		code = gnutls_privkey_import_x509_raw(*out, &data, format,
		    identity->pass, 0);
	if (code >= 0)
		return true;
	gnutls_privkey_deinit(*out);
	*out = NULL;
	return blame_key(identity, code, err);
}

/* Fills `list`, which is all zero, with the chain. */
static bool
load_chain(const struct tls_identity *identity, gnutls_pcert_st *list,
    struct tls_error *err)
{
	for (size_t i = 0; i < identity->num_chain; i++) {
		gnutls_datum_t der = gnu_datum_of(identity->chain[i]);
		int code = gnutls_pcert_import_x509_raw(&list[i], &der,
		    GNUTLS_X509_FMT_DER, 0);

		if (code < 0)
			return gnu_error_code(err, TLS_BLAME_CONFIG, code,
			    "%s: not a certificate that GnuTLS reads",
			    identity->cert_origin);
	}
	return true;
}

/* The bits of an identity; GnuTLS has one curve per size. */
static unsigned
bits_of(gnutls_privkey_t key, gnutls_pubkey_t leaf)
{
	static const struct {
		unsigned bits;
		uint16_t group;
	} curves[] = {
		{ 192, 19 }, { 224, 21 }, { 256, 23 }, { 384, 24 },
		{ 521, 25 },
	};
	unsigned bits = 0, usage, found = 0;

	if (gnutls_privkey_get_pk_algorithm(key, &bits) != GNUTLS_PK_ECDSA)
		return 0;
	for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
		if (curves[i].bits == bits)
			found = CURVE_BIT(curves[i].group);
	if (gnutls_pubkey_get_key_usage(leaf, &usage) == 0 && usage &&
	    !(usage & GNUTLS_KEY_DIGITAL_SIGNATURE))
		found |= UNSIGNING_BIT;
	return found;
}

/* No key of 1040 bits or more is too short for a signature. */
#define LONG_ENOUGH	1040

static void
note_length(struct tls_server *server, gnutls_privkey_t key)
{
	unsigned bits = 0;

	if (gnu_corrects(server, GNU_SHORT_KEYS) &&
	    gnutls_privkey_get_pk_algorithm(key, &bits) == GNUTLS_PK_RSA &&
	    bits < LONG_ENOUGH && (!server->rsa_bits ||
	    bits < server->rsa_bits))
		server->rsa_bits = bits;
}

/* The response to staple with an identity that a session uses. */
static int
staple(gnutls_session_t tls, void *ptr, gnutls_datum_t *response)
{
	struct tls_session *session = gnutls_session_get_ptr(tls);
	const struct tls_choice *choice = session->choice;
	const struct tls_identity *identity = ptr;
	struct tls_span status = { NULL, 0 };

	if (choice && choice->status)
		status = choice->status[identity -
		    session->server->config->identities];
	if (status.len == 0)
		return GNUTLS_E_NO_CERTIFICATE_STATUS;
	response->data = gnutls_malloc(status.len);
	if (!response->data)
		return GNUTLS_E_MEMORY_ERROR;
	memcpy(response->data, status.data, status.len);
	response->size = (unsigned)status.len;
	session->status_sent = true;
	return 0;
}

static void
set_staple(gnutls_certificate_credentials_t credentials, unsigned index,
    const struct tls_identity *identity)
{
	union {
		const struct tls_identity *in;
		void *out;
	} ptr = { .in = identity };

	gnutls_certificate_set_ocsp_status_request_function2(credentials,
	    index, staple, ptr.out);
}

/* The library takes the key and what is in the list, if it succeeds. */
static bool
add_pair(gnutls_certificate_credentials_t credentials,
    const struct tls_identity *identity, gnutls_pcert_st *list,
    gnutls_privkey_t key, struct tls_error *err)
{
	/* No name at all: identities are tried in order, whatever name the
	 * client asks for. */
	const char *no_names[1] = { NULL };
	int code = gnutls_certificate_set_key(credentials, no_names, 0, list,
	    (int)identity->num_chain, key);

	if (code == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
		return common_refuse_pair(identity, err);
	if (code < 0)
		return gnu_error_code(err, TLS_BLAME_CONFIG, code,
		    "%s: the private key and the certificate of %s",
		    identity->key_origin, identity->cert_origin);
	set_staple(credentials, (unsigned)code, identity);
	return true;
}

/* An identity, as read. */
struct read {
	gnutls_pcert_st *list;		/* as many as in its chain, or null */
	gnutls_privkey_t key;		/* or null */
};

static bool
read_identity(const struct tls_identity *identity, struct read *out,
    struct tls_error *err)
{
	if (identity->num_chain == 0)
		return gnu_error_code(err, TLS_BLAME_CONFIG, 0,
		    "%s: there is no certificate", identity->cert_origin);
	out->list = calloc(identity->num_chain, sizeof *out->list);
	if (!out->list)
		return common_refuse_memory(err);
	return load_key(identity, &out->key, err) &&
	    load_chain(identity, out->list, err);
}

static bool
add_identity(struct tls_server *server,
    gnutls_certificate_credentials_t credentials,
    const struct tls_identity *identity, unsigned without,
    struct tls_error *err)
{
	struct read read = { NULL, NULL };
	bool good = read_identity(identity, &read, err), taken = false;
	unsigned bits = good ? bits_of(read.key, read.list[0].pubkey) : 0;

	server->bits |= bits;
	if (good && !(bits & without)) {
		note_length(server, read.key);
		if (gnu_corrects(server, GNU_KEY_USAGE))
			gnutls_pubkey_set_key_usage(read.list[0].pubkey, 0);
		good = taken = add_pair(credentials, identity, read.list,
		    read.key, err);
	}
	for (size_t i = 0; read.list && !taken && i < identity->num_chain; i++)
		gnutls_pcert_deinit(&read.list[i]);
	if (!taken)
		gnutls_privkey_deinit(read.key);
	free(read.list);
	return good;
}

static bool
add_root(gnutls_x509_trust_list_t roots, struct tls_span root, bool named)
{
	gnutls_datum_t der = gnu_datum_of(root);
	gnutls_x509_crt_t crt;
	int code = gnutls_x509_crt_init(&crt);

	if (code < 0)
		return false;
	code = gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER);
	/* The list takes it; and for the CertificateRequest its name. */
	if (code >= 0)
		code = gnutls_x509_trust_list_add_cas(roots, &crt, 1,
		    named ? GNUTLS_TL_USE_IN_TLS : 0);
	if (code < 0)
		gnutls_x509_crt_deinit(crt);
	return code >= 0;
}

static bool
add_roots(gnutls_certificate_credentials_t credentials,
    const struct tls_config *config, struct tls_error *err)
{
	gnutls_x509_trust_list_t roots;
	int code;

	if (config->num_roots == 0)
		return true;
	code = gnutls_x509_trust_list_init(&roots, 0);
	if (code < 0)
		return gnu_error_code(err, TLS_BLAME_LIBRARY, code,
		    "root certificates");
	/* The credentials own it from now on. */
	gnutls_certificate_set_trust_list(credentials, roots, 0);
	for (size_t i = 0; i < config->num_roots; i++)
		if (!add_root(roots, config->roots[i],
		    i < config->num_named_roots))
			return gnu_error_code(err, TLS_BLAME_CONFIG, 0,
			    "root certificate %zu of %zu is none that GnuTLS "
			    "reads", i + 1, config->num_roots);
	return true;
}

/* Everything but the identities that have one of the bits `without`. */
static bool
fill(struct tls_server *server, gnutls_certificate_credentials_t credentials,
    unsigned without, struct tls_error *err)
{
	const struct tls_config *config = server->config;
	int code;

	gnutls_certificate_set_flags(credentials, GNUTLS_CERTIFICATE_API_V2);
	/* For clients that offer no FFDHE group (RFC 7919). */
	code = gnutls_certificate_set_known_dh_params(credentials,
	    GNUTLS_SEC_PARAM_MEDIUM);
	if (server->dh_params)
		gnutls_certificate_set_dh_params(credentials,
		    server->dh_params);
	if (code < 0)
		return gnu_error_code(err, TLS_BLAME_LIBRARY, code,
		    "Diffie-Hellman parameters");
	for (size_t i = 0; i < config->num_identities; i++)
		if (!add_identity(server, credentials, &config->identities[i],
		    without, err))
			return false;
	return add_roots(credentials, config, err);
}

bool
gnu_creds_open(struct tls_server *server, struct tls_error *err)
{
	int code = gnutls_certificate_allocate_credentials(
	    &server->credentials);

	if (code < 0)
		return gnu_error_code(err, TLS_BLAME_LIBRARY, code,
		    "certificate credentials");
	if (!fill(server, server->credentials, 0, err))
		return false;
	gnutls_certificate_get_trust_list(server->credentials,
	    &server->roots);
	return true;
}

void
gnu_creds_close(struct tls_server *server)
{
	if (server->credentials)
		gnutls_certificate_free_credentials(server->credentials);
	for (size_t i = 0; i < server->num_parts; i++)
		gnutls_certificate_free_credentials(
		    server->parts[i].credentials);
	free(server->parts);
}

/* ---- what fits a client ----------------------------------------------- */

static gnutls_certificate_credentials_t
part_without(struct tls_server *server, unsigned without)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct part *parts;
	struct part part = { .without = without };

	for (size_t i = 0; i < server->num_parts; i++)
		if (server->parts[i].without == without)
			return server->parts[i].credentials;
	parts = realloc(server->parts,
	    (server->num_parts + 1) * sizeof *parts);
	if (!parts)
		return NULL;
	server->parts = parts;
	if (gnutls_certificate_allocate_credentials(&part.credentials) < 0)
		return NULL;
	if (!fill(server, part.credentials, without, &err)) {
		gnutls_certificate_free_credentials(part.credentials);
		return NULL;
	}
	parts[server->num_parts++] = part;
	return part.credentials;
}

/* Up to TLS 1.2 a certificate's curve has to be one of the client's groups
 * (RFC 8422, 5.1), and for signatures; the library does not look at the one,
 * and is kept from looking at the other. */
gnutls_certificate_credentials_t
gnu_creds_for(struct tls_server *server, const struct tls_hello *hello,
    uint16_t version)
{
	unsigned curves = 0, unsigning = 0;

	if (version >= TLS_VERSION_1_3)
		return server->credentials;
	if (gnu_corrects(server, GNU_KEY_USAGE))
		unsigning = server->bits & UNSIGNING_BIT;
	if (gnu_corrects(server, GNU_CERTIFICATE_CURVE) && hello &&
	    hello->num_groups > 0)
		curves = server->bits & ~UNSIGNING_BIT;
	for (size_t i = 0; curves && i < hello->num_groups; i++)
		curves &= ~CURVE_BIT(hello->groups[i]);
	return curves | unsigning ? part_without(server, curves | unsigning) :
	    server->credentials;
}
