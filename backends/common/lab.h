/* common/lab.h - a backend that is tried, and what its trials share
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	static const struct common_library library = {
 *		.backend = &tls_backend_NAME,
 *		.client = &name_client,
 *		.table = &name_table,
 *	};
 *
 *	static struct tls_probe *
 *	probe_open(struct tls_error *err)
 *	{
 *		return common_lab_open(&library, err);
 *	}
 *
 * Rules.  A lab is the tls_probe of a backend; common_lab_close and
 * common_lab_answer are its `probe_close` and `answer`.  What trials need is
 * made when the first of them asks for it, and kept.
 */
#ifndef COMMON_LAB_H
#define COMMON_LAB_H

#include "common/probe.h"
#include "tls_backend.h"

struct common_client_ops;	/* common/trial.h */
struct common_sample;		/* common/sample.h */

/* What the clients of a library share, if anything; the library's own. */
struct common_shared;

/* Who is tried, by whose clients, and what the answers are. */
struct common_library {
	const struct tls_backend *backend;
	const struct common_client_ops *client;
	const struct common_table *table;
};

/* Certificates and their keys, made on the spot with the primitives of the
 * backend, and valid from 1970 to 2049. */
enum common_sample_kind {
	COMMON_P256,		/* issued by itself */
	COMMON_CLIENT,		/* on P-256 too; this and the others are issued
				 * by the one above, which is in the chain */
	COMMON_RSA,
	COMMON_ED25519,
	COMMON_PACKED,		/* the one of the PFX (common/sample.h) */
	COMMON_SAMPLES
};

struct common_lab {
	struct common_probe base;	/* first: a lab is a probe */
	const struct common_library *library;
	struct common_shared *shared;	/* null until a client sets it */
	struct common_sample *samples[COMMON_SAMPLES];	/* owned, or null */
	struct tls_config cheap_config;
	struct tls_server *cheap;	/* owned, or null: see
					 * common_lab_cheap */
};

struct common_lab *common_lab_of(struct tls_probe *probe);

struct tls_probe *common_lab_open(const struct common_library *library,
    struct tls_error *err);
void common_lab_close(struct tls_probe *probe);
struct tls_answer common_lab_answer(struct tls_probe *probe,
    enum tls_feature feature);

/* A server of TLS 1.2 and 1.3 with pre-shared keys only, kept by the lab; null:
 * there can be none. */
struct tls_server *common_lab_cheap(struct common_lab *lab);

#endif
