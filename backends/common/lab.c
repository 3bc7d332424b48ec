/* common/lab.c - a backend that is tried, and what its trials share
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "common/lab.h"

#include <stdlib.h>

#include "common/refusal.h"
#include "common/sample.h"
#include "common/trial.h"

struct common_lab *
common_lab_of(struct tls_probe *probe)
{
	return (struct common_lab *)probe;
}

struct tls_probe *
common_lab_open(const struct common_library *library, struct tls_error *err)
{
	struct common_lab *lab = calloc(1, sizeof *lab);

	if (!lab) {
		common_refuse_memory(err);
		return NULL;
	}
	lab->library = library;
	lab->base.primitives = library->backend->primitives;
	return (struct tls_probe *)lab;
}

void
common_lab_close(struct tls_probe *probe)
{
	struct common_lab *lab = common_lab_of(probe);

	if (!lab)
		return;
	lab->library->backend->server_close(lab->cheap);
	if (lab->shared)
		lab->library->client->free_shared(lab->shared);
	for (size_t i = 0; i < COMMON_SAMPLES; i++)
		free(lab->samples[i]);	/* nobody's secrets */
	free(lab);
}

struct tls_answer
common_lab_answer(struct tls_probe *probe, enum tls_feature feature)
{
	return common_probe_answer(probe, common_lab_of(probe)->library->table,
	    feature);
}

struct tls_server *
common_lab_cheap(struct common_lab *lab)
{
	/* AES-128-GCM with SHA-256, which TLS 1.2 and 1.3 begin with. */
	static const uint16_t suites[] = { 0x1301, 0x00a8 };
	/* Not the one that clients send a key of. */
	static const uint16_t group = 23;
	struct tls_error err;

	if (lab->cheap_config.suites)
		return lab->cheap;
	lab->cheap_config = (struct tls_config){
		.versions = TLS_VERSION_BIT(TLS_VERSION_1_2) |
		    TLS_VERSION_BIT(TLS_VERSION_1_3),
		.suites = suites, .num_suites = 2,
		.groups = &group, .num_groups = 1,
		.security_level = -1,
		.psk = true,
	};
	lab->cheap = lab->library->backend->server_open(&lab->cheap_config,
	    &err);
	return lab->cheap;
}
