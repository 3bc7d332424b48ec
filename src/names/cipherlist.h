/* names/cipherlist.h - the OpenSSL cipher-string language -> numbers
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-ciphers(1)
 *
 *	struct cipherlist list;
 *
 *	if (!cipherlist_eval(&list, "HIGH:!aNULL", have, num_have, &err))
 *		return false;
 *	for (size_t i = 0; i < list.num; i++)
 *		printf("%04x\n", list.suites[i]);
 *	cipherlist_clear(&list);
 *
 * The result is exactly what OpenSSL 3 makes of the string, cut down to the
 * suites in `have`: what a backend says it can.  Beyond that, a suite may be
 * called by its IANA name, as OpenSSL allows since 3.2; one that OpenSSL does
 * not know has no other.
 */
#ifndef NAMES_CIPHERLIST_H
#define NAMES_CIPHERLIST_H

#include "base/buf.h"
#include "tls_types.h"

struct cipherlist {
	uint16_t *suites;	/* owned; best first; TLS 1.2 and before */
	size_t num;
	int security_level;	/* of the last @SECLEVEL=n, or -1 */
	struct buf lacking;	/* owned: the suites that the string names and
				 * that are not in `have`, with ", " between */
	struct buf ignored;	/* owned: the words that mean nothing, which
				 * OpenSSL skips; in the same way */
};

/* Evaluates `string` ("DEFAULT" for the default list) over `have`.  False
 * with blame CONFIG, naming the word that is wrong, for a string that OpenSSL
 * refuses; one that names suites but leaves none is refused too, with blame
 * FEATURE if what it names is in no suite of `have`. */
bool cipherlist_eval(struct cipherlist *list, const char *string,
    const uint16_t *have, size_t num_have, struct tls_error *err);

/* The same for `-ciphersuites`: TLS 1.3 names between colons, IANA or OpenSSL
 * spelling; null: TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256,
 * TLS_AES_128_GCM_SHA256.  An empty string leaves none, and is allowed; any
 * other that leaves none is refused, with blame FEATURE if its suites exist. */
bool cipherlist_eval_tls1_3(struct cipherlist *list, const char *string,
    const uint16_t *have, size_t num_have, struct tls_error *err);

/* The word of the language, or name of a suite, most similar to `word`; null:
 * none is similar. */
const char *cipherlist_nearest(struct tls_span word);

/* Frees what `list` owns. */
void cipherlist_clear(struct cipherlist *list);

#endif
