/* explain.c - why a handshake failed, in one sentence
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 6; RFC 5246, 7.2
 */
#include "explain/explain.h"

#include "base/numbers.h"
#include "base/text.h"
#include "explain/internal.h"
#include "explain/words.h"
#include "names/names.h"
#include "wire/record.h"
#include "wire/x509.h"

#define X509_V_PURPOSE	26
#define FALLBACK_SCSV	0x5600

/* ---- alerts that we sent ------------------------------------------------ */

/* Alerts that mean that the two sides do not agree. */
static bool
is_disagreement(int alert)
{
	return alert == ALERT_HANDSHAKE_FAILURE ||
	    alert == ALERT_PROTOCOL_VERSION || alert == ALERT_INTERNAL_ERROR ||
	    alert == ALERT_ILLEGAL_PARAMETER ||
	    alert == ALERT_INSUFFICIENT_SECURITY ||
	    alert == ALERT_MISSING_EXTENSION ||
	    alert == ALERT_NO_APPLICATION_PROTOCOL || alert < 0;
}

static bool
overlap_add(struct buf *out, const struct explain_case *failed)
{
	const struct side side = {
		failed->config, failed->alpn, failed->plug,
	};
	struct agreement agreement;

	if (!failed->hello || !failed->config || failed->opened ||
	    failed->left || failed->limit_ms ||
	    !is_disagreement(failed->error->alert_sent))
		return false;
	agreement = agree(&side, failed->hello);
	if (!lack_add(out, failed, &agreement))
		return false;
	others_add(out, failed);
	return true;
}

static bool
name_add(struct buf *out, const struct explain_case *failed)
{
	if (failed->error->alert_sent != ALERT_UNRECOGNIZED_NAME ||
	    !failed->hello || !failed->num_names)
		return false;
	buf_add_string(out, "the client asks for the server name ");
	words_add_quoted(out, failed->hello->server_name);
	buf_add_string(out, ", and this server has only ");
	for (size_t i = 0; i < failed->num_names && i < WORDS_MOST; i++) {
		buf_add_string(out, i ? ", " : "");
		words_add_quoted(out, span_of(failed->names[i]));
	}
	if (failed->num_names > WORDS_MOST)
		buf_printf(out, " and %zu more",
		    failed->num_names - WORDS_MOST);
	buf_add_string(out, ": -servername with that name would agree, or no "
	    "-servername_fatal");
	return true;
}

static bool
key_add(struct buf *out, const struct explain_case *failed)
{
	const int alert = failed->error->alert_sent;

	if (failed->opened || !failed->psk || failed->psk->num == 0 ||
	    (failed->gave_psk && alert != ALERT_BAD_RECORD_MAC &&
	    alert != ALERT_ILLEGAL_PARAMETER && alert != ALERT_DECRYPT_ERROR))
		return false;
	if (failed->gave_psk) {
		buf_add_string(out, "the client's pre-shared key differs from "
		    "the one here for the same identity: the right -psk would "
		    "agree");
		return true;
	}
	if (!failed->unknown_identity.len)
		return false;
	buf_add_string(out, "the client's pre-shared key has the identity ");
	words_add_quoted(out, failed->unknown_identity);
	buf_add_string(out, ", and this server has a key only for ");
	words_add_quoted(out, failed->psk->list[0].identity);
	buf_add_string(out, ": -psk_identity with that identity would "
	    "agree");
	return true;
}

/* What is said of an alert that we sent if nothing else explains it. */
static const struct {
	int alert;
	const char *words;
} sent[] = {
	{ 10, "the client sent a message out of turn" },
	{ 20, "a record of the client does not decrypt: bytes were changed on "
	    "the way, or the two sides have different keys" },
	{ 22, "a record of the client is longer than TLS allows" },
	{ 50, "a message of the client cannot be decoded" },
	{ 51, "a signature or Finished of the client is wrong: bytes were "
	    "changed on the way, or the client signs with the key of another "
	    "certificate" },
};

/* The server notices it, or the client by what an older server says (RFC 7507,
 * 3; RFC 8446, 4.1.3). */
static bool
fallback_add(struct buf *out, const struct explain_case *failed)
{
	const struct tls_error *error = failed->error;
	const struct tls_hello *hello = failed->hello;

	if (error->alert_sent != ALERT_INAPPROPRIATE_FALLBACK &&
	    error->alert_received != ALERT_INAPPROPRIATE_FALLBACK &&
	    error->alert_received != ALERT_ILLEGAL_PARAMETER)
		return false;
	if (!hello || !numbers_have(hello->suites, hello->num_suites,
	    FALLBACK_SCSV))
		return false;
	buf_add_string(out, "the client repeats its attempt with a lower "
	    "version although both sides have a higher one "
	    "(TLS_FALLBACK_SCSV): it would agree at its first attempt");
	return true;
}

static bool
sent_add(struct buf *out, const struct explain_case *failed)
{
	for (size_t i = 0; i < sizeof sent / sizeof *sent; i++)
		if (sent[i].alert == failed->error->alert_sent) {
			buf_add_string(out, sent[i].words);
			return true;
		}
	return false;
}

/* The client's certificate was refused by the library before it verified
 * the chain. */
static bool
early_add(struct buf *out, const struct explain_case *failed)
{
	const struct tls_facts *facts = failed->facts;
	struct tls_verify_step step = { .error = X509_V_PURPOSE };
	struct explain_case found = *failed;
	struct x509 cert;

	if (!facts->num_peer_chain || failed->error->alert_sent < 0 ||
	    !x509_parse(facts->peer_chain[0], &cert) ||
	    x509_may_sign(&cert))
		return false;
	step.der = facts->peer_chain[0];
	found.refused = &step;
	return client_add(out, &found);
}

/* All lists overlap, and the library refuses all the same. */
static bool
own_way_add(struct buf *out, const struct explain_case *failed)
{
	const char *name = name_of_alert((uint8_t)failed->error->alert_sent);
	size_t len = out->len;

	if (failed->error->alert_sent < 0 || failed->opened || !failed->hello)
		return false;
	buf_printf(out, "the %s backend does not use ", failed->plug ?
	    failed->plug->backend->name : "chosen");
	own_add(out, failed);
	buf_add_string(out, ": ");
	if (failed->error->alert_sent == ALERT_HANDSHAKE_FAILURE &&
	    fault_add(out, failed, FAULT_BIT(FAULT_PURPOSE)))
		return true;
	out->len = len;
	buf_printf(out, "the client was refused (%s) although versions, "
	    "suites, groups and signature schemes overlap",
	    name ? name : "an unassigned alert");
	if (*failed->error->text) {
		buf_add_string(out, "; the library says: ");
		text_add_escaped(out, span_of(failed->error->text));
	}
	return true;
}

static bool
late_add(struct buf *out, const struct explain_case *failed)
{
	if (!failed->limit_ms)
		return false;
	buf_printf(out, "the client sent a hello and did not finish the "
	    "handshake within %u ms (-handshake_timeout): probably it hangs, "
	    "or waits for a user to accept ", failed->limit_ms);
	own_add(out, failed);
	return true;
}

/* ---- the whole ---------------------------------------------------------- */

/* The first that applies says it. */
static bool (*const parts[])(struct buf *out,
    const struct explain_case *failed) = {
	opening_add,
	fallback_add,
	refusal_add,
	client_add,
	late_add,
	leaving_add,
	key_add,
	no_client_add,
	name_add,
	overlap_add,
	early_add,
	sent_add,
	own_way_add,
};

bool
explain_failure(struct buf *out, const struct explain_case *failed)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i](out, failed))
			return true;
	return false;
}
