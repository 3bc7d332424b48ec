/* client.h - a client of the library, for trials
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	if (common_trial_meet(&trial))
 *		status = mbedtls_ssl_write(&trial.client->ssl, &byte, 1);
 *
 * Rules.  It is opened and moved by the functions in `mbed_client`, and is open
 * to the experiments that only this backend has.
 */
#ifndef BACKEND_MBEDTLS_CLIENT_H
#define BACKEND_MBEDTLS_CLIENT_H

#include "common/try.h"
#include "mbedtls.h"

struct common_client {
	struct compat_hooked hooked;	/* first */
	struct compat_exporter exporter;
	mbedtls_ssl_context ssl;
	mbedtls_ssl_config conf;
	mbedtls_x509_crt chain;
	mbedtls_pk_context key;
	struct mbed_traffic to_client, to_server;
	bool open;		/* the first handshake is complete */
	int status;		/* of the last call */
	int suites[COMMON_TRIAL_NUMBERS + 1];
	compat_group groups[COMMON_TRIAL_NUMBERS + 1];
};

/* ---- experiments.c ------------------------------------------------------ */

/* Each says what it found of the features whose rows name it (support.c). */
void mbed_try_fragments(struct tls_probe *probe);
void mbed_try_client_certificate(struct tls_probe *probe);
void mbed_try_editing(struct tls_probe *probe);
void mbed_try_messages(struct tls_probe *probe);
void mbed_try_tls1_3_status(struct tls_probe *probe);
void mbed_try_key_update(struct tls_probe *probe);
void mbed_try_exporter(struct tls_probe *probe);

#endif
