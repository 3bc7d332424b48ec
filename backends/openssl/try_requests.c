/* try_requests.c - experiments: after a handshake, and without one
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <openssl/pkcs12.h>
#include <string.h>

/* ---- resumption ------------------------------------------------------- */

/* Whether the second of two connections resumes the first. */
static bool
resumes(struct tls_probe *probe, uint16_t version, bool ticket,
    unsigned *num_tickets)
{
	struct trial trial;
	bool works = openssl_trial_init(&trial, probe,
	    openssl_lab_server(probe, LAB_LENIENT), version);

	*num_tickets = 0;
	for (int i = 0; i < 2 && works; i++) {
		if (!ticket)
			SSL_set_options(trial.client, SSL_OP_NO_TICKET);
		works = openssl_trial_shake(&trial) &&
		    openssl_trial_talk(&trial) && trial.facts.resumed ==
		    (i == 0 ? TLS_NO : TLS_YES);
		if (i == 0) {
			*num_tickets = trial.num_sessions;
			works = works && openssl_trial_resume(&trial);
		}
	}
	openssl_trial_clear(&trial);
	return works;
}

void
openssl_try_resumption(struct tls_probe *probe)
{
	unsigned num;
	bool tickets = resumes(probe, TLS_VERSION_1_2, true, &num);
	bool stored = resumes(probe, TLS_VERSION_1_2, false, &num);
	bool later = resumes(probe, TLS_VERSION_1_3, true, &num);

	common_probe_found(probe, TLS_FEATURE_TICKETS, tickets);
	common_probe_found(probe, TLS_FEATURE_TICKETS_TLS1_3, later);
	common_probe_found(probe, TLS_FEATURE_SESSION_STORE, stored);
	common_probe_found(probe, TLS_FEATURE_FACT_RESUMED,
	    tickets || stored || later);
	common_probe_found(probe, TLS_FEATURE_NUM_TICKETS,
	    num == probe->configs[LAB_LENIENT].num_tickets);
}

/* ---- requests --------------------------------------------------------- */

void
openssl_try_renegotiation(struct tls_probe *probe)
{
	struct trial trial;
	bool works, again;

	works = openssl_trial_init(&trial, probe,
	    openssl_lab_server(probe, LAB_LENIENT), TLS_VERSION_1_2) &&
	    openssl_trial_shake(&trial) && openssl_renegotiate(trial.session,
	    false, &trial.err) == TLS_OK && openssl_trial_talk(&trial) &&
	    trial.witness.changed == 1;
	again = works && openssl_trial_certify(&trial) &&
	    openssl_renegotiate(trial.session, true, &trial.err) == TLS_OK &&
	    openssl_trial_talk(&trial) && trial.facts.num_peer_chain == 1;
	common_probe_member(probe, TLS_FEATURE_RENEGOTIATE, works,
	    OPENSSL_TRIAL_FAILED);
	common_probe_found(probe, TLS_FEATURE_RENEGOTIATE_CERTIFICATE, again);
	openssl_trial_clear(&trial);
}

void
openssl_try_requests(struct tls_probe *probe)
{
	struct trial trial;
	bool works;

	works = openssl_trial_init(&trial, probe,
	    openssl_lab_server(probe, LAB_LENIENT), TLS_VERSION_1_3);
	if (works)
		SSL_set_post_handshake_auth(trial.client, 1);
	works = works && openssl_trial_shake(&trial);
	common_probe_member(probe, TLS_FEATURE_KEY_UPDATE, works &&
	    openssl_key_update(trial.session, true, &trial.err) == TLS_OK &&
	    openssl_trial_talk(&trial),
	    OPENSSL_TRIAL_FAILED);
	common_probe_member(probe, TLS_FEATURE_POST_HANDSHAKE_AUTH, works &&
	    openssl_trial_certify(&trial) && openssl_ask_certificate(
	    trial.session, &trial.err) == TLS_OK &&
	    openssl_trial_talk(&trial) && trial.facts.num_peer_chain == 1,
	    OPENSSL_TRIAL_FAILED);
	openssl_trial_clear(&trial);
}

/* ---- without a connection --------------------------------------------- */

struct counting_bag {
	struct tls_bag bag;		/* first */
	unsigned keys, certificates;
};

static void
count_certificate(struct tls_bag *bag, struct tls_span der)
{
	(void)der;
	((struct counting_bag *)bag)->certificates++;
}

static void
count_key(struct tls_bag *bag, struct tls_span der)
{
	(void)der;
	((struct counting_bag *)bag)->keys++;
}

void
openssl_try_pkcs12(struct tls_probe *probe)
{
	const struct lab_identity *own = openssl_lab_identity(probe, LAB_P256);
	struct counting_bag bag = { { count_certificate, count_key }, 0, 0 };
	PKCS12 *p12 = own ? PKCS12_create("secret", NULL, own->pkey,
	    own->cert, NULL, 0, 0, 1, 1, 0) : NULL;
	unsigned char *der = NULL;
	int len = i2d_PKCS12(p12, &der);
	bool wants_pass;
	struct tls_error err;

	common_probe_member(probe, TLS_FEATURE_KEY_PKCS12, len > 0 &&
	    openssl_unpack((struct tls_span){ der, (size_t)len }, "secret",
	    &bag.bag, &wants_pass, &err) && bag.keys == 1 &&
	    bag.certificates == 1,
	    OPENSSL_TRIAL_FAILED);
	OPENSSL_free(der);
	PKCS12_free(p12);
}

void
openssl_try_seed(struct tls_probe *probe)
{
	static const uint8_t bytes[16] = { 1 };
	struct tls_error err;

	common_probe_member(probe, TLS_FEATURE_RANDOM_SEED,
	    openssl_seed(openssl_lab_server(probe, LAB_CHEAP),
	    (struct tls_span){ bytes, sizeof bytes }, &err),
	    OPENSSL_TRIAL_FAILED);
}
