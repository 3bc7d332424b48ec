/* oracle.c - what OpenSSL itself makes of a config and a hello
 * SPDX-License-Identifier: Apache-2.0
 */
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/reader.h"

static void
must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "the oracle cannot: %s\n", what);
	ERR_print_errors_fp(stderr);
	abort();
}

#define MAX_KNOWN	8

/* An identity as read.  Reading keys is what takes most of the time. */
struct known {
	const uint8_t *key;		/* where it was read from */
	X509 *x509;
	EVP_PKEY *pkey;
};

struct oracle {
	SSL_CTX *ctx;		/* to ask questions, not to connect */
	SSL *ssl;
	struct known known[MAX_KNOWN];
	size_t num_known;
};

struct oracle *
oracle_new(void)
{
	struct oracle *oracle = mem_zero(1, sizeof *oracle);

	oracle->ctx = SSL_CTX_new(TLS_client_method());
	must(oracle->ctx != NULL, "SSL_CTX_new");
	oracle->ssl = SSL_new(oracle->ctx);
	must(oracle->ssl != NULL, "SSL_new");
	return oracle;
}

void
oracle_free(struct oracle *oracle)
{
	if (!oracle)
		return;
	for (size_t i = 0; i < oracle->num_known; i++) {
		X509_free(oracle->known[i].x509);
		EVP_PKEY_free(oracle->known[i].pkey);
	}
	SSL_free(oracle->ssl);
	SSL_CTX_free(oracle->ctx);
	free(oracle);
}

void
oracle_names(const struct oracle *oracle, struct buf *out,
    const uint16_t *suites, size_t num, bool of_tls1_3)
{
	size_t start = out->len;

	for (size_t i = 0; i < num; i++) {
		uint8_t bytes[2] = { (uint8_t)(suites[i] >> 8),
		    (uint8_t)suites[i] };
		const SSL_CIPHER *cipher = SSL_CIPHER_find(oracle->ssl,
		    bytes);

		if (cipher && of_tls1_3 ==
		    (SSL_CIPHER_get_kx_nid(cipher) == NID_kx_any))
			buf_printf(out, "%s%s", out->len > start ? ":" : "",
			    SSL_CIPHER_get_name(cipher));
	}
	buf_add(out, "", 0);
}

bool
oracle_offers(const struct oracle *oracle, uint16_t suite, bool of_tls1_3)
{
	struct buf name = BUF_INIT;
	bool offers;

	oracle_names(oracle, &name, &suite, 1, of_tls1_3);
	offers = name.len > 0;
	if (offers && !of_tls1_3) {
		buf_add_string(&name, ":@SECLEVEL=0");
		offers = SSL_CTX_set_cipher_list(oracle->ctx,
		    buf_string(&name)) == 1;
	}
	buf_clear(&name);
	ERR_clear_error();
	return offers;
}

uint16_t
oracle_server_hello(struct tls_span flight)
{
	struct reader r = reader_of(flight);
	uint16_t suite;

	if (read_u8(&r) != 22)
		return 0;
	read_bytes(&r, 4);		/* version and length */
	if (read_u8(&r) != 2)
		return 0;
	read_bytes(&r, 3 + 2 + 32);	/* length, version, random */
	read_vec8(&r);			/* session ID */
	suite = read_u16(&r);
	return r.broken ? 0 : suite;
}

static uint16_t
highest(unsigned versions)
{
	uint16_t version = TLS1_3_VERSION;

	while (version > TLS1_VERSION && !(versions & TLS_VERSION_BIT(version)))
		version--;
	return version;
}

static const struct known *
read_identity(struct oracle *oracle, const struct tls_identity *identity)
{
	const unsigned char *der = identity->chain[0].data;
	const unsigned char *key = identity->key.data;
	struct known *known = oracle->known;

	for (size_t i = 0; i < oracle->num_known; i++, known++)
		if (known->key == key)
			return known;
	must(oracle->num_known++ < MAX_KNOWN, "that many identities");
	known->key = key;
	known->x509 = d2i_X509(NULL, &der, (long)identity->chain[0].len);
	known->pkey = d2i_AutoPrivateKey(NULL, &key, (long)identity->key.len);
	must(known->x509 && known->pkey, "identity");
	return known;
}

static SSL_CTX *
make_ctx(struct oracle *oracle, const struct tls_config *config)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	struct buf old = BUF_INIT, new = BUF_INIT;

	must(ctx != NULL, "SSL_CTX_new");
	SSL_CTX_set_max_proto_version(ctx, highest(config->versions));
	SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
	oracle_names(oracle, &old, config->suites, config->num_suites, false);
	oracle_names(oracle, &new, config->suites, config->num_suites, true);
	buf_printf(&old, "%s@SECLEVEL=0", old.len ? ":" : "");
	SSL_CTX_set_cipher_list(ctx, buf_string(&old));
	must(SSL_CTX_set_ciphersuites(ctx, buf_string(&new)), "ciphersuites");
	SSL_CTX_set_dh_auto(ctx, 1);
	if (config->server_preference)
		SSL_CTX_set_options(ctx, SSL_OP_CIPHER_SERVER_PREFERENCE);
	for (size_t i = 0; i < config->num_identities; i++) {
		const struct known *known = read_identity(oracle,
		    &config->identities[i]);

		must(SSL_CTX_use_cert_and_key(ctx, known->x509, known->pkey,
		    NULL, 1), "certificate");
	}
	buf_clear(&old);
	buf_clear(&new);
	ERR_clear_error();
	return ctx;
}

uint16_t
oracle_suite(struct oracle *oracle, const struct tls_config *config,
    struct tls_span hello)
{
	SSL_CTX *ctx = make_ctx(oracle, config);
	SSL *ssl = SSL_new(ctx);
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	uint16_t suite = 0;
	char *data;
	long len;

	must(ssl && in && out, "SSL_new");
	BIO_set_mem_eof_return(in, -1);
	BIO_write(in, hello.data, (int)hello.len);
	SSL_set_bio(ssl, in, out);
	SSL_set_accept_state(ssl);
	SSL_do_handshake(ssl);
	len = BIO_get_mem_data(out, &data);
	if (len > 0)
		suite = oracle_server_hello((struct tls_span){
		    (const uint8_t *)data, (size_t)len });
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	ERR_clear_error();
	return suite;
}
