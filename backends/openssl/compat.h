/* compat.h - one face for all versions of the library
 * SPDX-License-Identifier: Apache-2.0
 *
 *	if (nid & OPENSSL_GROUP_NAMELESS)
 *		return (uint16_t)nid;
 *
 * Rules.  Every question of a version is asked here, and nowhere else in this
 * backend.
 */
#ifndef OPENSSL_COMPAT_H
#define OPENSSL_COMPAT_H

#include <openssl/opensslv.h>
#include <openssl/obj_mac.h>
#include <openssl/ssl.h>
#include <openssl/ui.h>
#include <stdbool.h>

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "OpenSSL 3.0 or later is needed"
#endif

struct openssl_password;

/* The mark on what SSL_get_negotiated_group gives for a group that libcrypto
 * has no NID for; the rest is then its IANA number. */
#ifdef TLSEXT_nid_unknown
#define OPENSSL_GROUP_NAMELESS	TLSEXT_nid_unknown
#else
#define OPENSSL_GROUP_NAMELESS	0x1000000
#endif

/* Since 3.5 the library's own groups come in ranks, and a group of a higher one
 * goes before what a client likes best. */
#if OPENSSL_VERSION_NUMBER >= 0x30500000L
#define OPENSSL_HAS_RANKS	1
#else
#define OPENSSL_HAS_RANKS	0
#endif

/* NPN is a choice of whoever builds the library. */
#ifdef OPENSSL_NO_NEXTPROTONEG
#define OPENSSL_HAS_NPN		0
#else
#define OPENSSL_HAS_NPN		1
#endif

/* Signature algorithms that came with 3.5: S(NID, SignatureScheme). */
#ifdef NID_ML_DSA_44
#define OPENSSL_LATER_SIGNATURES(S) \
	S(NID_ML_DSA_44, 0x0904) \
	S(NID_ML_DSA_65, 0x0905) \
	S(NID_ML_DSA_87, 0x0906)
#else
#define OPENSSL_LATER_SIGNATURES(S)
#endif

/* Engines are on their way out, and every use of them is warned of.
 *
 * `compat_engine_open` makes the engine called `name` the default for all it
 * can do; `*started` tells whether it is of use by itself too.  Null if there
 * is none, or, with `*words` set, if it cannot be used.  `compat_engine_key`
 * loads a private key that a started one knows by `name`; `ui` gets `arg`. */
#if defined(OPENSSL_NO_ENGINE) || OPENSSL_VERSION_NUMBER >= 0x40000000L
#define OPENSSL_HAS_ENGINES	0
#else
#define OPENSSL_HAS_ENGINES	1
#endif

#if OPENSSL_HAS_ENGINES
#include <openssl/engine.h>
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static inline struct engine_st *
compat_engine_open(const char *name, bool *started, const char **words)
{
	ENGINE *engine;

	*words = NULL;
	OPENSSL_init_crypto(OPENSSL_INIT_ENGINE_ALL_BUILTIN, NULL);
	engine = ENGINE_by_id(name);
	if (!engine)
		return NULL;
	if (ENGINE_set_default(engine, ENGINE_METHOD_ALL)) {
		*started = ENGINE_init(engine);
		return engine;
	}
	*words = "this engine cannot be used here";
	ENGINE_free(engine);
	return NULL;
}

/* It is not stopped: it stays in charge, and some do not survive it. */
static inline void
compat_engine_close(struct engine_st *engine)
{
	ENGINE_free(engine);
}

static inline EVP_PKEY *
compat_engine_key(struct engine_st *engine, const char *name, UI_METHOD *ui,
    struct openssl_password *arg)
{
	return ENGINE_load_private_key(engine, name, ui, arg);
}

#pragma GCC diagnostic pop
#else
static inline struct engine_st *
compat_engine_open(const char *name, bool *started, const char **words)
{
	(void)name;
	(void)started;
	*words = NULL;
	return NULL;
}

static inline void
compat_engine_close(struct engine_st *engine)
{
	(void)engine;
}

static inline EVP_PKEY *
compat_engine_key(struct engine_st *engine, const char *name, UI_METHOD *ui,
    struct openssl_password *arg)
{
	(void)engine;
	(void)name;
	(void)ui;
	(void)arg;
	return NULL;
}
#endif

#endif
