/* trial.h - a client and a server of the library, tied together in memory
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct trial *trial = gnu_trial_new(err);
 *
 *	if (trial && gnu_trial_shakes_hands(trial, "NORMAL", 0))
 *		...
 *	gnu_trial_free(trial);
 */
#ifndef GNUTLS_TRIAL_H
#define GNUTLS_TRIAL_H

#include "gnutls.h"

struct trial;

/* Null with `err` filled, if the library has not even that much. */
struct trial *gnu_trial_new(struct tls_error *err);
void gnu_trial_free(struct trial *trial);

/* Whether both ends come to an agreement under `priority`; the hello comes in
 * records of `pieces` bytes, or 0: in one. */
bool gnu_trial_shakes_hands(struct trial *trial, const char *priority,
    size_t pieces);

/* The same without a certificate at the server's end. */
bool gnu_trial_needs_no_certificate(struct trial *trial,
    const char *priority);

/* Whether a ClientHello in an SSLv2 record is answered. */
bool gnu_trial_answers_sslv2(struct trial *trial);

#endif
