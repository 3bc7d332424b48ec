/* verify.c - what is made of the steps of a client's verification
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sample_staple.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "policy/verify.h"

#define TOO_LONG	22	/* X509_V_ERR numbers */
#define NO_CRL		3
#define EXPIRED		10
#define CRL_EXPIRED	12

/* Certificates in the name of "CA": the second one signs itself. */
struct certs {
	struct buf leaf, root;
};

static void
make_certs(struct certs *certs)
{
	*certs = (struct certs){ BUF_INIT, BUF_INIT };
	make_cert(&certs->leaf, "leaf", 1, NULL);
	make_cert(&certs->root, "CA", 2, NULL);
}

static void
clear_certs(struct certs *certs)
{
	buf_clear(&certs->leaf);
	buf_clear(&certs->root);
}

static int
error_of(const struct verify_rules *rules, const struct tls_config *config,
    int depth, struct tls_span der, int error)
{
	const struct tls_verify_step step = {
		.depth = depth, .der = der, .error = error,
	};

	return verify_error(rules, config, &step);
}

/* A root above the last issuer is not counted by the reference. */
static void
counts_the_issuers_of_a_chain(void **state)
{
	const struct verify_rules rules = { .depth = -1, .most = 1 };
	const struct verify_rules strict = {
		.depth = -1, .most = 1, .strict = true,
	};
	const struct verify_rules both = { .depth = 0, .most = 1 };
	const struct tls_config config = { .num_crls = 0 };
	struct certs certs;

	(void)state;
	make_certs(&certs);
	for (int depth = 0; depth < 5; depth++) {
		struct tls_span leaf = buf_span(&certs.leaf);
		struct tls_span root = buf_span(&certs.root);

		assert_int_equal(error_of(&rules, &config, depth, root, 0),
		    depth > 1 ? TOO_LONG : 0);
		assert_int_equal(error_of(&both, &config, depth, root, 0),
		    depth > 0 ? TOO_LONG : 0);
		assert_int_equal(error_of(&strict, &config, depth, leaf, 0),
		    depth > 1 ? TOO_LONG : 0);
		assert_int_equal(error_of(&strict, &config, depth, root, 0),
		    depth > 2 ? TOO_LONG : 0);
	}
	clear_certs(&certs);
}

static void
checks_revocation_where_it_is_asked_to(void **state)
{
	const struct verify_rules rules = { .depth = -1, .most = -1 };
	struct tls_config config = { .crl_check = TLS_CRL_NONE };
	struct certs certs;
	struct tls_span leaf;

	(void)state;
	make_certs(&certs);
	leaf = buf_span(&certs.leaf);
	assert_int_equal(error_of(&rules, &config, 0, leaf, 0), 0);
	assert_int_equal(error_of(&rules, &config, 0, leaf, CRL_EXPIRED), 0);
	assert_int_equal(error_of(&rules, &config, 0, leaf, EXPIRED), EXPIRED);
	config.crl_check = TLS_CRL_LEAF;
	assert_int_equal(error_of(&rules, &config, 0, leaf, 0), NO_CRL);
	assert_int_equal(error_of(&rules, &config, 1, leaf, 0), 0);
	assert_int_equal(error_of(&rules, &config, 0, leaf, CRL_EXPIRED),
	    CRL_EXPIRED);
	config.crl_check = TLS_CRL_CHAIN;
	assert_int_equal(error_of(&rules, &config, 1, leaf, 0), NO_CRL);
	clear_certs(&certs);
}

static void
accepts_errors_as_the_rules_say(void **state)
{
	struct verify_rules rules = { .depth = 1, .most = -1 };

	(void)state;
	assert_true(verify_accepts(&rules, 0, 0));
	assert_true(verify_accepts(&rules, 0, EXPIRED));
	assert_false(verify_accepts(&rules, 0, TOO_LONG));
	rules.strict = true;
	assert_true(verify_accepts(&rules, 1, EXPIRED));
	assert_false(verify_accepts(&rules, 2, EXPIRED));
	rules.refuse = true;
	assert_false(verify_accepts(&rules, 0, EXPIRED));
	assert_true(verify_accepts(&rules, 0, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_the_issuers_of_a_chain),
		cmocka_unit_test(checks_revocation_where_it_is_asked_to),
		cmocka_unit_test(accepts_errors_as_the_rules_say),
	};

	return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
