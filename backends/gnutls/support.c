/* support.c - what this library, as loaded, can do: tried when asked
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <stdlib.h>

/* What needs tokens to be tried; the library says whether it can use any. */
static void
try_tokens(struct tls_probe *probe)
{
	bool can = gnutls_url_is_supported("pkcs11:") != 0;

	common_probe_found(probe, TLS_FEATURE_KEY_URI, can);
	common_probe_found(probe, TLS_FEATURE_ENGINE, can);
}

#define NONE(note)	{ TLS_SUPPORT_NONE, (note) }
#define NO_PKCS11	"this GnuTLS was built without PKCS#11"
#define NOT_YET		"this backend does not do it yet"

static const struct common_row rows[] = {
	{ TLS_FEATURE_SSL2, NULL, NONE("GnuTLS has never spoken SSL 2.0"),
	    NULL },
	{ TLS_FEATURE_NPN, NULL, NONE("GnuTLS never had NPN"), NULL },
	{ TLS_FEATURE_RANDOM_SEED, NULL, NONE("GnuTLS seeds itself from the "
	    "system and takes nothing from outside"), NULL },
	{ TLS_FEATURE_KEY_URI, try_tokens, WORKS, NO_PKCS11 },
	{ TLS_FEATURE_ENGINE, try_tokens, PART("\"pkcs11\" for the tokens of "
	    "the system, or \"pkcs11:FILE\" for a module"), NO_PKCS11 },
	/* Its generator notices a fork and seeds itself anew (the manual,
	 * "Random number generation"). */
	{ TLS_FEATURE_SURVIVES_FORK, NULL, WORKS, NULL },
	{ TLS_FEATURE_DATAGRAMS, NULL, NONE(NOT_YET), NULL },
	{ TLS_FEATURE_EARLY_DATA, NULL, NONE(NOT_YET), NULL },
	{ TLS_FEATURE_ECH, NULL, NONE(NOT_YET), NULL },
};

static const struct common_table declared = { ROWS(rows), TRIAL_FAILED };

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

	if (probe)
		probe->versions = &gnu_try_handshakes;
	else
		gnu_error_memory(err);
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
	static const struct common_table *const tables[] = {
		&declared, &gnu_try_handshakes, &gnu_try_sessions,
		&gnu_try_keys,
	};
	struct tls_answer answer = { TLS_SUPPORT_UNANSWERED, NULL };

	for (size_t i = 0; i < sizeof tables / sizeof *tables &&
	    answer.support == TLS_SUPPORT_UNANSWERED; i++)
		answer = common_probe_answer(probe, tables[i], feature);
	return answer;
}
