/* support.c - what this library, as loaded, can do: tried when asked
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <stdlib.h>

#define CANNOT(feature, note) \
	{ TLS_FEATURE_##feature, NULL, NONE(note), NULL }
#define NOT_YET		"this backend does not do it yet"

/* What cannot be tried. */
static const struct common_row declared[] = {
	CANNOT(SSL2, "GnuTLS has never spoken SSL 2.0"),
	CANNOT(NPN, "GnuTLS never had NPN"),
	CANNOT(RANDOM_SEED, "GnuTLS seeds itself from the system and takes "
	    "nothing from outside"),
	/* Its generator notices a fork and seeds itself anew (the manual,
	 * "Random number generation"). */
	{ TLS_FEATURE_SURVIVES_FORK, NULL, FULL, NULL },
	CANNOT(DATAGRAMS, NOT_YET),
	CANNOT(EARLY_DATA, NOT_YET),
	CANNOT(ECH, NOT_YET),
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

	if (probe)
		probe->answer = gnu_answer;
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
	static const struct row *const lists[] = { gnu_try_handshakes,
	    gnu_try_sessions, gnu_try_keys };
	struct common_table table = { declared,
	    sizeof declared / sizeof *declared, FAILED };

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		for (const struct row *row = lists[i]; row->works; row++)
			if (row->common.feature == feature) {
				probe->row = row;
				table.rows = &row->common;
				table.num = 1;
			}
	return common_probe_answer(probe, &table, feature);
}
