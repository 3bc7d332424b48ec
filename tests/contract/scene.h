/* contract/scene.h - how scenes are listed
 * SPDX-License-Identifier: Apache-2.0
 *
 *	static void
 *	agrees_to_alpn(const struct scene *scene)
 *	{
 *		...
 *	}
 *
 *	const struct scene_row scenes_of_alpn[] = {
 *		{ "agrees_to_alpn", agrees_to_alpn, EACH_VERSION,
 *		  NEEDS(ALPN) },
 *		{ NULL, NULL, 0, 0 },
 *	};
 *
 * Rules.  A scene whose needs are not all met, or whose version the backend
 * does not speak, is not run, and the backend's own note says why.  No scene
 * asks which backend it is: where they may differ there is a feature.
 */
#ifndef CONTRACT_SCENE_H
#define CONTRACT_SCENE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "pair.h"

/* What a scene is repeated for. */
#define ONCE		0u
#define EACH_VERSION	0x0fu		/* bits of TLS_VERSION_BIT, shifted */
#define UP_TO_TLS1_2	0x07u
#define IN_TLS1_2	0x04u
#define IN_TLS1_3	0x08u
#define FROM_TLS1_2	0x0cu
#define EACH_KEY	0x100u

#define NEEDS(feature)	(UINT64_C(1) << TLS_FEATURE_##feature)

struct scene_row;

struct scene {
	const struct scene_row *row;
	const struct lab *lab;
	uint16_t version;	/* 0: all of them */
	enum cert_name key;	/* CERT_SERVERS: all of them */
};

struct scene_row {
	const char *name;	/* null ends a list */
	void (*run)(const struct scene *scene);
	unsigned repeat;
	uint64_t needs;		/* features */
};

extern const struct scene_row scenes_of_the_table[];
extern const struct scene_row scenes_of_handshakes[];
extern const struct scene_row scenes_of_negotiation[];
extern const struct scene_row scenes_of_telling[];
extern const struct scene_row scenes_of_resumption[];
extern const struct scene_row scenes_of_tickets[];
extern const struct scene_row scenes_of_status[];
extern const struct scene_row scenes_of_npn[];
extern const struct scene_row scenes_of_client_certificates[];
extern const struct scene_row scenes_of_crls[];
extern const struct scene_row scenes_of_change[];
extern const struct scene_row scenes_of_keys[];
extern const struct scene_row scenes_of_pkcs12[];
extern const struct scene_row scenes_of_wishes[];
extern const struct scene_row scenes_of_trouble[];
extern const struct scene_row scenes_of_storms[];
extern const struct scene_row scenes_of_threads[];
extern const struct scene_row scenes_of_choice[];
extern const struct scene_row scenes_of_lists[];
extern const struct scene_row scenes_without_certificates[];
extern const struct scene_row scenes_of_shared_keys[];

/* A stage of the scene's version and key, and a pair on it. */
void scene_stage(const struct scene *scene, struct stage *stage);
void scene_pair(const struct scene *scene, const struct stage *stage,
    struct pair *pair);

#endif
