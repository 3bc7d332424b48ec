/* strength.c - keys and parameters that are weak, by one rule on every library
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl SSL_CTX_set_security_level(3)
 *
 * Whatever the user gives is used: where the usual security level would not
 * have it, and no level is named, the level is lowered as far as needed, which
 * a remark says.  A level that is named is kept to.
 */
#include "load/loaded.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "policy/corrections.h"
#include "wire/der.h"
#include "wire/x509.h"

/* That of the reference, as distributions build it. */
#define USUAL_LEVEL	2

/* Bits that the levels from 1 on ask for. */
static const unsigned rsa_bits[] = { 1024, 2048, 3072, 7680, 15360 };
static const unsigned ec_bits[] = { 160, 224, 256, 384, 512 };

/* What has been found so far. */
struct strength {
	int level;		/* the highest that has all of it */
	char weakest[200];
};

static void
weigh(struct strength *strength, unsigned bits, const unsigned limits[5],
    const char *origin, const char *what)
{
	int level = 0;

	while (level < 5 && bits >= limits[level])
		level++;
	if (level >= strength->level)
		return;
	strength->level = level;
	snprintf(strength->weakest, sizeof strength->weakest,
	    "%.120s: %s of %u bits", origin, what, bits);
}

static void
weigh_chain(struct strength *strength, const struct tls_identity *identity)
{
	struct x509 cert;

	for (size_t i = 0; i < identity->num_chain; i++) {
		if (!x509_parse(identity->chain[i], &cert) || !cert.key_bits)
			continue;
		if (!strcmp(cert.key, "RSA"))
			weigh(strength, cert.key_bits, rsa_bits,
			    identity->cert_origin, "an RSA key");
		else if (!strcmp(cert.key, "EC"))
			weigh(strength, cert.key_bits, ec_bits,
			    identity->cert_origin, "an EC key");
		if (strength->level == 0 ||
		    !x509_weak_digest(identity->chain[i]))
			continue;
		strength->level = 0;
		snprintf(strength->weakest, sizeof strength->weakest,
		    "%.120s: a signature under SHA-1 or MD5",
		    identity->cert_origin);
	}
}

static void
weigh_dh(struct strength *strength, struct tls_span params)
{
	struct tls_span rest, p;

	if (der_take(&params, DER_SEQUENCE, &rest) &&
	    der_take(&rest, DER_INTEGER, &p))
		weigh(strength, (unsigned)der_bits(p), rsa_bits, "-dhparam",
		    "parameters");
}

bool
judge_strength(const struct loaded *loaded, struct tls_config *config,
    struct tls_error *err)
{
	const struct load_options *tls = loaded->options;
	struct strength strength = { .level = 5 };
	int level = config->security_level;

	if (level < 0 && !policy_corrects(tls->native, POLICY_WEAK_KEYS))
		return true;
	for (size_t i = 0; i < config->num_identities; i++)
		weigh_chain(&strength, &config->identities[i]);
	weigh_dh(&strength, config->dh_params);
	if (strength.level >= (level < 0 ? USUAL_LEVEL : level))
		return true;
	if (level >= 0 || tls->strict)
		return err_set(err, TLS_BLAME_CONFIG, "%s: too weak for "
		    "security level %d: @SECLEVEL=%d in -cipher allows it",
		    strength.weakest, level < 0 ? USUAL_LEVEL : level,
		    strength.level);
	config->security_level = strength.level;
	if (!tls->quiet)
		buf_printf(loaded->notes, "%s: weak: the security level is "
		    "lowered to %d for it, as @SECLEVEL=%d in -cipher does\n",
		    strength.weakest, strength.level, strength.level);
	return true;
}
