/* compare/rows.c - the facts of an answer, as rows of a table
 * SPDX-License-Identifier: Apache-2.0
 */
#include "compare/compare.h"

#include "names/names.h"
#include "wire/x509.h"

#define AUTHORITIES_ROOM	20

/* ---- helpers ------------------------------------------------------------ */

/* What is not there: not known if it would come in a message that is not
 * seen, be it that the backend does not tell it or that it follows a second
 * hello. */
static enum compare_state
absence(const struct compare_answer *answer, bool encrypted)
{
	return answer->outcome == COMPARE_RETRY ||
	    (encrypted && answer->outcome == COMPARE_ANSWERED &&
	    !answer->knows_encrypted) ? COMPARE_UNKNOWN : COMPARE_NONE;
}

static void
put_number(struct compare_value *out, uint16_t number)
{
	out->state = COMPARE_KNOWN;
	out->numbers[0] = number;
	out->num = 1;
}

static void
put_if(struct compare_value *out, uint16_t number,
    const struct compare_answer *answer, bool encrypted)
{
	if (number)
		put_number(out, number);
	else
		out->state = absence(answer, encrypted);
}

/* ---- one function a row ------------------------------------------------- */

static void
get_result(const struct compare_answer *answer, struct compare_value *out)
{
	static const char *const words[] = {
		[COMPARE_ANSWERED] = "answers",
		[COMPARE_RETRY] = "asks again",
		[COMPARE_REFUSED] = "refuses",
		[COMPARE_REFUSED_HERE] = "polytls refuses",
		[COMPARE_CANNOT] = "cannot",
		[COMPARE_SILENT] = "waits",
	};

	out->state = COMPARE_KNOWN;
	out->word = words[answer->outcome];
}

static void
get_version(const struct compare_answer *answer, struct compare_value *out)
{
	if (answer->version)
		put_number(out, answer->version);
}

static void
get_suite(const struct compare_answer *answer, struct compare_value *out)
{
	/* Suite 0 is a suite, of an answer that has one. */
	if (answer->flight.hello.message.len ||
	    answer->flight.retry.message.len)
		put_number(out, answer->suite);
}

static void
get_group(const struct compare_answer *answer, struct compare_value *out)
{
	put_if(out, answer->group, answer, false);
}

static void
get_dh_bits(const struct compare_answer *answer, struct compare_value *out)
{
	if (answer->flight.key_exchange.dh_bits)
		put_number(out,
		    (uint16_t)answer->flight.key_exchange.dh_bits);
}

static void
get_retry(const struct compare_answer *answer, struct compare_value *out)
{
	if (answer->outcome == COMPARE_RETRY)
		put_number(out, answer->flight.retry.group);
}

static void
get_signature(const struct compare_answer *answer, struct compare_value *out)
{
	put_if(out, answer->signature, answer, true);
}

static void
get_certificate(const struct compare_answer *answer,
    struct compare_value *out)
{
	struct x509 cert;

	if (!x509_parse(buf_span(&answer->certificate), &cert)) {
		out->state = absence(answer, true);
		return;
	}
	out->state = COMPARE_KNOWN;
	x509_add_short_name(&out->text, cert.subject);
}

static void
get_key(const struct compare_answer *answer, struct compare_value *out)
{
	struct x509 cert;

	if (!x509_parse(buf_span(&answer->certificate), &cert)) {
		out->state = absence(answer, true);
		return;
	}
	out->state = COMPARE_KNOWN;
	buf_add_string(&out->text, cert.key);
	if (cert.key_bits)
		buf_printf(&out->text, ", %u bits", cert.key_bits);
}

static void
get_chain(const struct compare_answer *answer, struct compare_value *out)
{
	put_if(out, (uint16_t)answer->num_chain, answer, true);
}

static void
get_alpn(const struct compare_answer *answer, struct compare_value *out)
{
	out->state = answer->alpn.len ? COMPARE_KNOWN : absence(answer, true);
	buf_add_span(&out->text, answer->alpn);
}

static void
put_extensions(struct compare_value *out, struct tls_span list)
{
	struct tls_extension extension;

	out->state = COMPARE_KNOWN;
	while (out->num < COMPARE_MAX_NUMBERS &&
	    answer_next_extension(&list, &extension))
		out->numbers[out->num++] = extension.type;
}

/* Of the HelloRetryRequest, if it is all that came. */
static void
get_extensions(const struct compare_answer *answer, struct compare_value *out)
{
	const struct server_hello *hello = answer->flight.hello.message.len ?
	    &answer->flight.hello : &answer->flight.retry;

	if (hello->message.len)
		put_extensions(out, hello->extensions);
}

static void
get_encrypted(const struct compare_answer *answer, struct compare_value *out)
{
	if (answer->flight.extensions.message.len)
		put_extensions(out, answer->flight.extensions.extensions);
	else
		out->state = absence(answer, true);
}

static void
get_request(const struct compare_answer *answer, struct compare_value *out)
{
	out->state = absence(answer, true);
	if (out->state == COMPARE_UNKNOWN ||
	    answer->outcome != COMPARE_ANSWERED)
		return;
	out->state = COMPARE_KNOWN;
	out->word = answer->flight.request.message.len ? "yes" : "no";
}

static void
get_request_signatures(const struct compare_answer *answer,
    struct compare_value *out)
{
	struct tls_span list = answer->flight.request.signatures;

	out->state = list.len ? COMPARE_KNOWN : absence(answer, true);
	for (size_t i = 0; i < list.len / 2 && i < COMPARE_MAX_NUMBERS; i++)
		out->numbers[out->num++] = answer_number(list, i);
}

/* The names of the authorities; of many only the first ones. */
static void
get_request_names(const struct compare_answer *answer,
    struct compare_value *out)
{
	const struct certificate_request *request = &answer->flight.request;
	struct tls_span rest = request->authorities, name;

	if (request->num_authorities == 0)
		return;
	out->state = COMPARE_KNOWN;
	for (size_t i = 0; i < AUTHORITIES_ROOM &&
	    answer_next_name(&rest, &name); i++) {
		if (i > 0)
			buf_add_string(&out->text, "; ");
		x509_add_short_name(&out->text, name);
	}
	if (rest.len)
		buf_printf(&out->text, "; %zu in all",
		    request->num_authorities);
}

static void
get_alert(const struct compare_answer *answer, struct compare_value *out)
{
	if (answer->alert >= 0)
		put_number(out, (uint16_t)answer->alert);
}

static void
get_words(const struct compare_answer *answer, struct compare_value *out)
{
	if (answer->outcome == COMPARE_ANSWERED || !answer->err.text[0])
		return;
	out->state = COMPARE_KNOWN;
	buf_add_string(&out->text, answer->err.text);
}

/* ---- the rows ----------------------------------------------------------- */

const struct compare_row compare_rows[] = {
	{ "result", "result", COMPARE_WORD, true, get_result },
	{ "version", "version", COMPARE_VERSION, true, get_version },
	{ "suite", "cipher suite", COMPARE_SUITE, true, get_suite },
	{ "retry", "asks for group", COMPARE_GROUP, true, get_retry },
	{ "group", "group", COMPARE_GROUP, true, get_group },
	{ "dh_bits", "DH bits", COMPARE_COUNT, true, get_dh_bits },
	{ "signature", "signature", COMPARE_SIGNATURE, true, get_signature },
	{ "certificate", "certificate", COMPARE_TEXT, true, get_certificate },
	{ "key", "its key", COMPARE_TEXT, true, get_key },
	{ "chain", "certificates", COMPARE_COUNT, true, get_chain },
	{ "alpn", "ALPN", COMPARE_TEXT, true, get_alpn },
	{ "extensions", "extensions", COMPARE_EXTENSIONS, true,
	  get_extensions },
	{ "encrypted_extensions", "encrypted", COMPARE_EXTENSIONS, true,
	  get_encrypted },
	{ "request", "asks for cert.", COMPARE_WORD, true, get_request },
	{ "request_signatures", "signed by", COMPARE_SIGNATURES, true,
	  get_request_signatures },
	{ "request_names", "issued by", COMPARE_TEXT, true,
	  get_request_names },
	{ "alert", "alert", COMPARE_ALERT, true, get_alert },
	{ "words", "in its words", COMPARE_TEXT, false, get_words },
};

const size_t compare_num_rows = sizeof compare_rows / sizeof *compare_rows;
