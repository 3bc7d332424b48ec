/* native/secrets.h - the client's part of TLS 1.3, as far as a reader needs it
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 7.1, 7.3 and 5.2
 *
 *	shares_put(shares, record, len);
 *	...
 *	if (schedule_start(&schedule, suite, shared, transcript))
 *		box_open(&schedule.server, sealed, &plain);
 */
#ifndef NATIVE_SECRETS_H
#define NATIVE_SECRETS_H

#include <openssl/evp.h>

#include "base/buf.h"

/* One key pair for each group that can be read. */
struct shares;
struct shares *shares_new(void);
void shares_free(struct shares *shares);

/* Puts our public key in the place of the client's in `body`, the key_share
 * extension of a hello, wherever it has the length of ours. */
void shares_put(const struct shares *shares, uint8_t *body, size_t len);

/* The secret shared with the server's share; false where the group is none of
 * ours. */
bool shares_derive(const struct shares *shares, uint16_t group,
    struct tls_span theirs, struct buf *secret);

/* The records of one direction. */
struct box {
	const EVP_CIPHER *cipher;
	size_t tag;
	bool ccm;
	uint8_t key[32], iv[12];
	uint64_t number;
};

struct schedule {
	const EVP_MD *md;
	const EVP_CIPHER *cipher;
	size_t tag;
	uint8_t handshake[EVP_MAX_MD_SIZE];	/* its secret */
	uint8_t theirs[EVP_MAX_MD_SIZE], ours[EVP_MAX_MD_SIZE];
	struct box server, client;
};

/* The keys of the handshake, from a transcript that ends with the ServerHello;
 * and those of the data, from one that ends with the server's Finished.  False
 * for a suite that is not of TLS 1.3. */
bool schedule_start(struct schedule *schedule, uint16_t suite,
    struct tls_span shared, struct tls_span transcript);
void schedule_go_on(struct schedule *schedule, struct tls_span transcript);

/* Adds the client's Finished. */
void schedule_finished(const struct schedule *schedule,
    struct tls_span transcript, struct buf *message);

/* Opens a record of type 23, header included: its content, without padding,
 * with its type at the end.  Seals `content` as a record. */
bool box_open(struct box *box, struct tls_span record, struct buf *content);
void box_seal(struct box *box, uint8_t type, struct tls_span content,
    struct buf *record);

#endif
