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
 *		  { NEED(ALPN), NEED(KEY_RSA) } },
 *		{ NULL, NULL, 0, { NOTHING } },
 *	};
 *
 * Rules.  A scene whose needs are not all met, or whose version the backend
 * does not speak, is skipped, and the backend's own note is the reason.  What
 * a scene needs is in its row and nowhere else: it never returns early, and
 * what it asserts does not depend on what the backend did or answered.  No
 * scene asks which backend it is: where they may differ there is a feature.
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
#define BEFORE_TLS1_2	0x03u
#define UP_TO_TLS1_2	0x07u
#define IN_TLS1_2	0x04u
#define IN_TLS1_3	0x08u
#define FROM_TLS1_2	0x0cu
#define EACH_KEY	0x100u
#define EACH_OLD_KEY	0x200u		/* RSA and P-256: those of TLS 1.0 */

/* One thing that a scene needs: the answer to `feature` is at least this. */
struct need {
	enum tls_feature feature;
	enum tls_support at_least;	/* UNANSWERED ends a list */
};

#define NEED(id)	{ TLS_FEATURE_##id, TLS_SUPPORT_PART }
#define NEED_ALL_OF(id)	{ TLS_FEATURE_##id, TLS_SUPPORT_FULL }
#define NOTHING		{ TLS_FEATURE_COUNT, TLS_SUPPORT_UNANSWERED }

#define SCENE_MAX_NEEDS	8

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
	struct need needs[SCENE_MAX_NEEDS];
};

extern const struct scene_row scenes_of_the_table[];
extern const struct scene_row scenes_of_handshakes[];
extern const struct scene_row scenes_of_negotiation[];
extern const struct scene_row scenes_of_native_servers[];
extern const struct scene_row scenes_of_telling[];
extern const struct scene_row scenes_of_facts[];
extern const struct scene_row scenes_of_resumption[];
extern const struct scene_row scenes_of_tickets[];
extern const struct scene_row scenes_of_status[];
extern const struct scene_row scenes_of_npn[];
extern const struct scene_row scenes_of_client_certificates[];
extern const struct scene_row scenes_of_mutants[];
extern const struct scene_row scenes_of_crls[];
extern const struct scene_row scenes_of_change[];
extern const struct scene_row scenes_of_keys[];
extern const struct scene_row scenes_of_primitives[];
extern const struct scene_row scenes_of_made_keys[];
extern const struct scene_row scenes_of_exporting[];
extern const struct scene_row scenes_of_pkcs12[];
extern const struct scene_row scenes_of_wishes[];
extern const struct scene_row scenes_of_trouble[];
extern const struct scene_row scenes_of_storms[];
extern const struct scene_row scenes_of_threads[];
extern const struct scene_row scenes_of_choice[];
extern const struct scene_row scenes_of_first_flights[];
extern const struct scene_row scenes_of_comparisons[];
extern const struct scene_row scenes_of_lists[];
extern const struct scene_row scenes_without_certificates[];
extern const struct scene_row scenes_of_shared_keys[];

/* Whether a fact is as expected: told, or 0 (-1 of an identity) where the
 * answer to its feature is less than FULL. */
bool fact_holds(const struct lab *lab, enum tls_feature feature, int told,
    int expected);

/* A stage of the scene's version and key, and a pair on it. */
void scene_stage(const struct scene *scene, struct stage *stage);
void scene_pair(const struct scene *scene, const struct stage *stage,
    struct pair *pair);

/* Completes a handshake without tickets, whose session goes to `store`, which
 * is empty.  Makes the stage, which must outlive the pair, and the pair, which
 * the caller clears.  Returns the session ID that the client has, which lives
 * as long as the pair. */
struct tls_span scene_stored(const struct scene *scene, struct stage *stage,
    struct host_store *store, struct pair *pair);

#endif
