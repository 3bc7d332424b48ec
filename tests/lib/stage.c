/* stage.c - configs to test with
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the lab --------------------------------------------------------- */

/* The list of the test client's library is as good as any, and longer than
 * the other libraries' own. */
static void
list_suites(struct lab *lab)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_method());
	STACK_OF(SSL_CIPHER) *ciphers;

	if (!ctx || !SSL_CTX_set_cipher_list(ctx, "DEFAULT:@SECLEVEL=0"))
		abort();
	ciphers = SSL_CTX_get_ciphers(ctx);
	for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); i++)
		if (lab->num_suites < STAGE_MAX_SUITES)
			lab->suites[lab->num_suites++] =
			    SSL_CIPHER_get_protocol_id(
			    sk_SSL_CIPHER_value(ciphers, i));
	SSL_CTX_free(ctx);
}

void
lab_init(struct lab *lab, const char *backend)
{
	struct tls_error err = TLS_ERROR_INIT;

	memset(lab, 0, sizeof *lab);
	lab->plug = plug_load(backend, &err);
	if (!lab->plug) {
		printf("Bail out! %s\n", err.text);
		exit(1);
	}
	lab->certs = certs_new();
	list_suites(lab);
}

void
lab_clear(struct lab *lab)
{
	certs_free(lab->certs);
	plug_free(lab->plug);
}

enum tls_support
lab_support(const struct lab *lab, enum tls_feature feature)
{
	return plug_answer(lab->plug, feature).support;
}

/* ---- the stage ------------------------------------------------------- */

static unsigned
versions_of(const struct lab *lab)
{
	static const struct {
		uint16_t version;
		enum tls_feature feature;
	} all[] = {
		{ TLS_VERSION_1_0, TLS_FEATURE_TLS1 },
		{ TLS_VERSION_1_1, TLS_FEATURE_TLS1_1 },
		{ TLS_VERSION_1_2, TLS_FEATURE_TLS1_2 },
		{ TLS_VERSION_1_3, TLS_FEATURE_TLS1_3 },
	};
	unsigned versions = 0;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (lab_support(lab, all[i].feature) > TLS_SUPPORT_NOOP)
			versions |= TLS_VERSION_BIT(all[i].version);
	return versions;
}

static void
add_identity(struct stage *stage, const struct lab *lab,
    enum tls_feature feature, enum cert_name name)
{
	if (lab_support(lab, feature) > TLS_SUPPORT_NOOP)
		certs_identity(lab->certs, name,
		    &stage->identities[stage->config.num_identities++]);
}

static bool
has_suite(const struct plug *plug, uint16_t suite)
{
	for (size_t i = 0; i < plug_suites(plug).num; i++)
		if (plug_suites(plug).list[i] == suite)
			return true;
	return false;
}

void
stage_init(struct stage *stage, const struct lab *lab, unsigned versions)
{
	struct tls_config *config = &stage->config;

	memset(stage, 0, sizeof *stage);
	config->versions = versions_of(lab);
	if (versions)
		config->versions &= versions;
	for (size_t i = 0; i < lab->num_suites; i++)
		if (has_suite(lab->plug, lab->suites[i]))
			stage->suites[config->num_suites++] = lab->suites[i];
	config->suites = stage->suites;
	config->security_level = 0;
	config->num_tickets = 2;
	config->identities = stage->identities;
	add_identity(stage, lab, TLS_FEATURE_KEY_RSA, CERT_RSA);
	add_identity(stage, lab, TLS_FEATURE_KEY_ECDSA, CERT_P256);
	add_identity(stage, lab, TLS_FEATURE_KEY_EDDSA, CERT_ED25519);
}

void
stage_identity(struct stage *stage, const struct lab *lab,
    enum cert_name name)
{
	certs_identity(lab->certs, name, &stage->identities[0]);
	stage->config.num_identities = 1;
}

void
stage_tickets(struct stage *stage, uint8_t seed)
{
	memset(stage->ticket_key, seed, sizeof stage->ticket_key);
	stage->config.ticket_key = (struct tls_span){
	    stage->ticket_key, sizeof stage->ticket_key };
}

void
stage_roots(struct stage *stage, const struct lab *lab,
    enum tls_peer_certificate how)
{
	stage->config.peer_certificate = how;
	stage->config.roots = &lab->certs->list[CERT_CA].span;
	stage->config.num_roots = stage->config.num_named_roots = 1;
}
