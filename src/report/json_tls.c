/* report/json_tls.c - hellos, choices, facts and reasons as JSON values
 * SPDX-License-Identifier: Apache-2.0
 * Reference: doc/events.md
 */
#include <inttypes.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/reader.h"
#include "base/text.h"
#include "names/names.h"
#include "report/json.h"
#include "report/lists.h"
#include "wire/fingerprint.h"
#include "wire/hello.h"
#include "wire/x509.h"

#define KEY_SHARE	51

/* An object of "number", "name" and "grease". */
static json_t *
json_of_named(uint16_t number, const char *name)
{
	return json_pack("{s:i,s:o,s:b}", "number", number,
	    "name", json_of_words(name), "grease", is_grease(number));
}

json_t *
json_of_version(uint16_t number)
{
	char room[8];

	if (number == TLS_VERSION_UNKNOWN)
		return json_null();
	return json_of_named(number, version_label(number, room));
}

json_t *
json_of_suite(uint16_t number)
{
	const struct suite *suite = suite_find(number);
	json_t *value;

	if (number == 0)
		return json_null();
	value = json_of_named(number, suite ? suite->iana :
	    is_grease(number) ? "GREASE" : NULL);
	json_object_set_new(value, "openssl",
	    json_of_words(suite ? suite->openssl : NULL));
	json_object_set_new(value, "weak",
	    suite ? json_boolean(suite->weak) : json_null());
	return value;
}

json_t *
json_of_group(uint16_t number)
{
	return number ? json_of_named(number, name_of_group(number)) :
	    json_null();
}

json_t *
json_of_signature(uint16_t number)
{
	return number ? json_of_named(number, name_of_signature(number)) :
	    json_null();
}

json_t *
json_of_alert(int number)
{
	if (number < 0)
		return json_null();
	return json_pack("{s:i,s:o}", "number", number,
	    "name", json_of_words(name_of_alert((uint8_t)number)));
}

static json_t *
json_of_list(const uint16_t *numbers, size_t num,
    json_t *(*value_of)(uint16_t number))
{
	json_t *list = json_array();

	for (size_t i = 0; i < num; i++)
		json_array_append_new(list, value_of(numbers[i]));
	return list;
}

/* Suite 0 (TLS_NULL_WITH_NULL_NULL) is a real suite if a client offers it. */
static json_t *
json_of_offered(uint16_t number)
{
	const struct suite *suite = suite_find(number);

	if (number)
		return json_of_suite(number);
	return json_pack("{s:i,s:o,s:b,s:o,s:b}", "number", 0,
	    "name", json_of_words(suite ? suite->iana : NULL), "grease", 0,
	    "openssl", json_of_words(suite ? suite->openssl : NULL),
	    "weak", 1);
}

static json_t *
json_of_extensions(const struct tls_hello *hello)
{
	json_t *list = json_array();

	for (size_t i = 0; i < hello->num_extensions; i++) {
		const struct tls_extension *extension = &hello->extensions[i];
		json_t *value = json_of_named(extension->type,
		    name_of_extension(extension->type));

		json_object_set_new(value, "len",
		    json_integer((json_int_t)extension->body.len));
		json_object_set_new(value, "body",
		    json_of_hex(extension->body));
		json_array_append_new(list, value);
	}
	return list;
}

static json_t *
json_of_protocols(struct tls_span left)
{
	json_t *list = json_array();
	struct tls_span name;

	while (left.len && hello_next_protocol(&left, &name))
		json_array_append_new(list, json_of_span(name));
	return list;
}

static json_t *
json_of_key_shares(const struct tls_hello *hello)
{
	const struct tls_extension *extension =
	    hello_extension(hello, KEY_SHARE);
	json_t *list = json_array();
	struct reader r;

	if (!extension)
		return list;
	r = reader_of(extension->body);
	r = reader_of(read_vec16(&r));
	while (r.left) {
		uint16_t group = read_u16(&r);
		struct tls_span key = read_vec16(&r);

		if (!r.broken)
			json_array_append_new(list, json_pack("{s:o,s:I}",
			    "group", json_of_named(group,
			    name_of_group(group)),
			    "len", (json_int_t)key.len));
	}
	return list;
}

static void
add_offers(json_t *value, const struct tls_hello *hello)
{
	const struct {
		const char *name;
		bool offered;
	} offers[] = {
		{ "offers_ticket", hello->offers_ticket },
		{ "offers_status", hello->offers_status },
		{ "offers_psk", hello->offers_psk },
		{ "offers_early_data", hello->offers_early_data },
		{ "offers_post_handshake_auth",
		    hello->offers_post_handshake_auth },
		{ "offers_secure_renegotiation",
		    hello->offers_secure_renegotiation },
		{ "offers_extended_master", hello->offers_extended_master },
	};

	for (size_t i = 0; i < sizeof offers / sizeof *offers; i++)
		json_object_set_new(value, offers[i].name,
		    json_boolean(offers[i].offered));
}

static void
add_fingerprint(json_t *value, const struct tls_hello *hello)
{
	struct fingerprint f;

	fingerprint_of(hello, &f);
	json_object_set_new(value, "ja3_hash", json_string(f.ja3_hash));
	json_object_set_new(value, "ja4", json_string(f.ja4));
	fingerprint_clear(&f);
}

json_t *
json_of_hello(const struct tls_hello *hello)
{
	json_t *value;

	if (!hello)
		return json_null();
	value = json_pack("{s:I,s:b,s:o,s:o,s:o,s:o,s:o}",
	    "records", (json_int_t)hello->num_records,
	    "sslv2", hello->sslv2,
	    "record_version", json_of_version(hello->record_version),
	    "legacy_version", json_of_version(hello->legacy_version),
	    "random", json_of_hex(hello->random),
	    "session_id", json_of_hex(hello->session_id),
	    "compression", json_of_hex(hello->compression));
	json_object_set_new(value, "suites", json_of_list(hello->suites,
	    hello->num_suites, json_of_offered));
	json_object_set_new(value, "extensions", json_of_extensions(hello));
	json_object_set_new(value, "server_name",
	    json_of_span(hello->server_name));
	json_object_set_new(value, "alpn", json_of_protocols(hello->alpn));
	json_object_set_new(value, "versions", json_of_list(hello->versions,
	    hello->num_versions, json_of_version));
	json_object_set_new(value, "groups", json_of_list(hello->groups,
	    hello->num_groups, json_of_group));
	json_object_set_new(value, "signatures", json_of_list(
	    hello->signatures, hello->num_signatures, json_of_signature));
	json_object_set_new(value, "key_shares", json_of_key_shares(hello));
	add_offers(value, hello);
	add_fingerprint(value, hello);
	return value;
}

json_t *
json_of_choice(const struct tls_choice *choice)
{
	if (!choice)
		return json_null();
	return json_pack("{s:b,s:o,s:o,s:o,s:b}",
	    "native", choice->native,
	    "version", choice->native ? json_null() :
	    json_of_version(choice->version),
	    "suites", json_of_list(choice->suites, choice->num_suites,
	    json_of_suite),
	    "alpn", json_of_span(choice->alpn),
	    "alpn_refused", choice->alpn_refused);
}

json_t *
json_of_unknown(const struct event *event)
{
	const struct tls_hello *hello = event->handshake.hello;
	struct plugs *plugs = event->handshake.plugs;
	const struct plug *serving = plugs ? event->handshake.plug : NULL;
	json_t *list = serving && hello ? json_array() : json_null();

	for (size_t i = 0; serving && hello && i < hello->num_suites; i++) {
		uint16_t id = hello->suites[i];
		const struct plug *const *all;
		json_t *value, *known;
		size_t num;

		if (lists_kind(id) != LISTS_SUITE || lists_knows(serving, id))
			continue;
		value = json_of_offered(id);
		known = json_array();
		all = plugs_all(plugs, &num);
		for (size_t j = 0; j < num; j++)
			json_array_append_new(known, json_pack("{s:s,s:b}",
			    "backend", all[j]->backend->name, "knows",
			    lists_knows(all[j], id)));
		json_object_set_new(value, "known_to", known);
		json_array_append_new(list, value);
	}
	return list;
}

static json_t *
json_of_known(enum tls_known known)
{
	return known == TLS_UNKNOWN ? json_null() :
	    json_boolean(known == TLS_YES);
}

static json_t *
json_of_name(struct tls_span der)
{
	struct buf name = BUF_INIT;
	json_t *value;

	/* It is escaped already and must not be escaped twice. */
	x509_add_name(&name, der);
	value = json_string(buf_string(&name));
	buf_clear(&name);
	return value ? value : json_null();
}

static json_t *
json_of_time(int64_t seconds)
{
	char out[48];

	/* clock_format knows years of four digits, as RFC 5280 does. */
	return json_string(clock_format(seconds * 1000000, out));
}

json_t *
json_of_certificate(struct tls_span der)
{
	struct buf pem = BUF_INIT;
	struct x509 cert;
	json_t *value = json_object();

	if (der.len && x509_parse(der, &cert)) {
		json_object_set_new(value, "subject",
		    json_of_name(cert.subject));
		json_object_set_new(value, "issuer", json_of_name(cert.issuer));
		json_object_set_new(value, "serial", json_of_hex(cert.serial));
		json_object_set_new(value, "not_before",
		    json_of_time(cert.not_before));
		json_object_set_new(value, "not_after",
		    json_of_time(cert.not_after));
		json_object_set_new(value, "key", json_of_words(cert.key));
		json_object_set_new(value, "key_bits",
		    json_integer(cert.key_bits));
		json_object_set_new(value, "is_ca", json_boolean(cert.is_ca));
	}
	text_add_pem(&pem, "CERTIFICATE", der);
	json_object_set_new(value, "pem", json_string(buf_string(&pem)));
	buf_clear(&pem);
	return value;
}

json_t *
json_of_facts(const struct tls_facts *facts)
{
	json_t *chain, *value;

	if (!facts)
		return json_null();
	chain = json_array();
	for (size_t i = 0; i < facts->num_peer_chain; i++)
		json_array_append_new(chain,
		    json_of_certificate(facts->peer_chain[i]));
	value = json_pack("{s:o,s:o,s:o,s:o,s:o}",
	    "version", json_of_version(facts->version),
	    "suite", json_of_suite(facts->suite),
	    "group", json_of_group(facts->group),
	    "signature", json_of_signature(facts->signature),
	    "peer_signature", json_of_signature(facts->peer_signature));
	json_object_set_new(value, "resumed", json_of_known(facts->resumed));
	json_object_set_new(value, "extended_master",
	    json_of_known(facts->extended_master));
	json_object_set_new(value, "secure_renegotiation",
	    json_of_known(facts->secure_renegotiation));
	json_object_set_new(value, "identity", facts->identity < 0 ?
	    json_null() : json_integer(facts->identity));
	json_object_set_new(value, "alpn", json_of_span(facts->alpn));
	json_object_set_new(value, "npn", json_of_span(facts->npn));
	json_object_set_new(value, "psk_identity",
	    json_of_span(facts->psk_identity));
	json_object_set_new(value, "status_sent",
	    json_of_known(facts->status_sent));
	json_object_set_new(value, "session_id",
	    json_of_hex(facts->session_id));
	json_object_set_new(value, "peer_chain", chain);
	return value;
}

json_t *
json_of_step(const struct tls_verify_step *step)
{
	if (!step)
		return json_null();
	return json_pack("{s:i,s:i,s:o,s:o,s:o}",
	    "depth", step->depth, "error", step->error,
	    "error_name", step->error ?
	    json_of_words(text_of_verify(step->error)) : json_null(),
	    "text", json_of_words(step->text),
	    "certificate", step->der.len ? json_of_certificate(step->der) :
	    json_null());
}

json_t *
json_of_error(const struct tls_error *error)
{
	if (!error)
		return json_null();
	return json_pack("{s:s,s:o,s:o,s:o,s:I}",
	    "blame", err_blame_name(error->blame),
	    "text", json_of_words(error->text),
	    "alert_sent", json_of_alert(error->alert_sent),
	    "alert_received", json_of_alert(error->alert_received),
	    "native", (json_int_t)error->native);
}
