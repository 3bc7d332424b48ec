/* support.c - what this library, as loaded, can do: tried when asked
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include "common/primitives.h"

#include <stdlib.h>

#define CANNOT(feature, note) \
	{ TLS_FEATURE_##feature, NULL, NONE(note), NULL }
#define SHARED(feature, name, answer) \
	{ TLS_FEATURE_##feature, common_try_##name, answer, OFF }
#define NOT_YET		"this backend does not do it yet"

/* What cannot be tried, and what is tried the same way everywhere. */
static const struct common_row rows[] = {
	CANNOT(SSL2, "GnuTLS has never spoken SSL 2.0"),
	CANNOT(NPN, "GnuTLS never had NPN"),
	CANNOT(RANDOM_SEED, "GnuTLS seeds itself from the system and takes "
	    "nothing from outside"),
	/* Its generator notices a fork and seeds itself anew (the manual,
	 * "Random number generation"). */
	{ TLS_FEATURE_SURVIVES_FORK, NULL, FULL, NULL },
	SHARED(MAKE_KEY, keys, PART("keys on curves are read only with their "
	    "public halves")),
	SHARED(CHECK_SIGNATURE, keys, FULL),
	SHARED(MAKE_P256, keys, FULL),
	SHARED(MAKE_P384, keys, FULL),
	SHARED(MAKE_P521, keys, FULL),
	SHARED(MAKE_ED25519, keys, FULL),
	SHARED(MAKE_RSA, rsa, FULL),
	SHARED(SIGN_SHA1, rsa, FULL),
	SHARED(SIGN_RSA_PSS, rsa, FULL),
	SHARED(DIGEST_SHA1, digests, FULL),
	SHARED(DIGEST_SHA2, digests, FULL),
	CANNOT(DATAGRAMS, NOT_YET),
	CANNOT(EARLY_DATA, NOT_YET),
	CANNOT(ECH, NOT_YET),
	CANNOT(NATIVE, NOT_YET),
	CANNOT(KEY_MLDSA, "GnuTLS has no ML-DSA in TLS"),
};

bool
gnu_start(struct tls_error *err)
{
	int code = gnutls_global_init();

	return code >= 0 || gnu_error_code(err, TLS_BLAME_LIBRARY, code,
	    "GnuTLS does not start");
}

struct tls_probe *
gnu_probe_open(struct tls_error *err)
{
	struct tls_probe *probe = calloc(1, sizeof *probe);

	if (!probe) {
		gnu_error_memory(err);
		return NULL;
	}
	probe->answer = gnu_answer;
	probe->base.primitives = &gnu_primitives;
	return probe;
}

void
gnu_probe_close(struct tls_probe *probe)
{
	if (!probe)
		return;
	gnu_trial_keys_clear(probe);
	free(probe);
}

struct tls_answer
gnu_answer(struct tls_probe *probe, enum tls_feature feature)
{
	static const struct row *const lists[] = { gnu_try_handshakes,
	    gnu_try_sessions, gnu_try_keys };
	struct common_table table = { rows,
	    sizeof rows / sizeof *rows, FAILED };

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		for (const struct row *row = lists[i]; row->works; row++)
			if (row->common.feature == feature) {
				probe->row = row;
				table.rows = &row->common;
				table.num = 1;
			}
	return common_probe_answer(probe, &table, feature);
}
