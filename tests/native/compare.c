/* compare.c - how two servers answer the same ClientHellos
 * SPDX-License-Identifier: Apache-2.0
 *
 *	compare PORT PORT <corpus
 *
 * Each line of the corpus is a name and the records of a hello as hexadecimal
 * digits.  Both servers, on the loopback address, get each of them, with key
 * shares of which we have the private keys; so what a server encrypts in TLS
 * 1.3 is read too, and the handshake completed, for its tickets.  Prints both
 * answers where they differ, and at the end how many are equal.  What a server
 * draws (random numbers, keys, signatures, tickets, session IDs) does not
 * count.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "secrets.h"
#include "wire/answer.h"
#include "wire/hello.h"

#define WAIT_SECONDS	10

enum { ALERT = 21, HANDSHAKE = 22, DATA = 23 };

/* One connection. */
struct visit {
	const struct shares *shares;
	const struct tls_hello *sent;
	int fd;
	struct buf in;			/* records */
	struct buf transcript;		/* messages, the client's first */
	struct buf messages;		/* that are not read yet */
	struct server_hello hello;	/* points into `first` */
	struct buf first;
	struct schedule schedule;
	bool sealed, open, over;
	unsigned tickets;
	struct buf *text;
};

/* ---- what is said of a message ------------------------------------------ */

static void
tell_extensions(struct buf *text, struct tls_span list, uint16_t group)
{
	struct tls_extension extension;

	while (answer_next_extension(&list, &extension)) {
		buf_printf(text, " %u", extension.type);
		if (extension.type == 51)
			buf_printf(text, "=group %u", group);
		else if (extension.type != 44)
			for (size_t i = 0; i < extension.body.len; i++)
				buf_printf(text, "%s%02x", i ? "" : "=",
				    extension.body.data[i]);
	}
}

static void
tell_hello(struct visit *visit, struct tls_span message)
{
	struct server_hello *hello = &visit->hello;

	buf_add_span(&visit->first, message);
	if (!answer_hello(buf_span(&visit->first), hello)) {
		buf_add_string(visit->text, "a broken ServerHello\n");
		visit->over = true;
		return;
	}
	buf_printf(visit->text, "%s legacy %04x version %04x suite %04x "
	    "session ID %s%zu compression %u downgrade %d extensions",
	    hello->retry ? "HelloRetryRequest" : "ServerHello",
	    hello->legacy_version, hello->version, hello->suite,
	    span_equal(hello->session_id, visit->sent->session_id) ?
	    "echoed " : "", hello->session_id.len, hello->compression,
	    (int)hello->downgrade);
	tell_extensions(visit->text, hello->extensions, hello->group);
	buf_add_string(visit->text, "\n");
	if (hello->retry)
		visit->over = true;
}

static void
tell_certificate(struct visit *visit, struct tls_span message)
{
	struct server_certificate found;

	if (!answer_certificate(message, &visit->hello, &found)) {
		buf_add_string(visit->text, "a broken Certificate\n");
		return;
	}
	buf_printf(visit->text, "Certificate %zu, leaf of %zu bytes, "
	    "extensions", found.num_sent, found.num_sent ?
	    found.chain[0].len : 0);
	tell_extensions(visit->text, found.extensions, 0);
	buf_add_string(visit->text, "\n");
}

static void
tell_exchange(struct visit *visit, struct tls_span message)
{
	struct server_key_exchange found;

	if (!answer_key_exchange(message, &visit->hello, &found)) {
		buf_add_string(visit->text, "a broken ServerKeyExchange\n");
		return;
	}
	buf_printf(visit->text, "ServerKeyExchange group %u dh %u bits ",
	    found.group, found.dh_bits);
	for (size_t i = 0; i < found.dh_prime.len && i < 16; i++)
		buf_printf(visit->text, "%02x", found.dh_prime.data[i]);
	buf_printf(visit->text, " signature %04x\n", found.signature);
}

static void
tell_message(struct visit *visit, uint8_t type, struct tls_span message)
{
	struct server_extensions extensions;
	uint16_t signature = 0;

	switch (type) {
	case MESSAGE_SERVER_HELLO:
		tell_hello(visit, message);
		break;
	case MESSAGE_ENCRYPTED_EXTENSIONS:
		buf_add_string(visit->text, "EncryptedExtensions");
		if (answer_extensions(message, &extensions))
			tell_extensions(visit->text, extensions.extensions, 0);
		buf_add_string(visit->text, "\n");
		break;
	case MESSAGE_CERTIFICATE:
		tell_certificate(visit, message);
		break;
	case MESSAGE_SERVER_KEY_EXCHANGE:
		tell_exchange(visit, message);
		break;
	case MESSAGE_CERTIFICATE_VERIFY:
		answer_verify(message, &signature);
		buf_printf(visit->text, "CertificateVerify %04x\n", signature);
		break;
	case MESSAGE_NEW_SESSION_TICKET:
		visit->tickets++;
		break;
	default:
		buf_printf(visit->text, "message %u\n", type);
	}
	if (type == MESSAGE_SERVER_HELLO_DONE)
		visit->over = true;
}

/* ---- a visit ------------------------------------------------------------ */

static void
say(struct visit *visit, struct tls_span bytes)
{
	(void)!send(visit->fd, bytes.data, bytes.len, MSG_NOSIGNAL);
}

/* After the server's Finished: ours, and close_notify, so that the server comes
 * to its end too. */
static void
finish(struct visit *visit)
{
	static const uint8_t goodbye[] = { 1, 0 };
	struct buf message = BUF_INIT, records = BUF_INIT;

	schedule_finished(&visit->schedule, buf_span(&visit->transcript),
	    &message);
	box_seal(&visit->schedule.client, HANDSHAKE, buf_span(&message),
	    &records);
	schedule_go_on(&visit->schedule, buf_span(&visit->transcript));
	box_seal(&visit->schedule.client, ALERT, (struct tls_span){ goodbye,
	    sizeof goodbye }, &records);
	say(visit, buf_span(&records));
	visit->open = true;
	buf_clear(&message);
	buf_clear(&records);
}

/* From here on records are encrypted. */
static void
seal(struct visit *visit)
{
	struct buf shared = BUF_INIT;

	if (shares_derive(visit->shares, visit->hello.group,
	    visit->hello.key_share, &shared) &&
	    schedule_start(&visit->schedule, visit->hello.suite,
	    buf_span(&shared), buf_span(&visit->transcript)))
		visit->sealed = true;
	else
		visit->over = true;	/* the rest is not for us */
	buf_clear(&shared);
}

static void
read_messages(struct visit *visit)
{
	struct tls_span message;
	uint8_t type;

	while (!visit->over && answer_message(buf_span(&visit->messages),
	    &type, &message)) {
		buf_add_span(&visit->transcript, message);
		tell_message(visit, type, message);
		if (type == MESSAGE_SERVER_HELLO && !visit->over &&
		    visit->hello.version == 0x0304)
			seal(visit);
		if (type == MESSAGE_FINISHED && visit->sealed && !visit->open)
			finish(visit);
		buf_drop(&visit->messages, message.len);
	}
}

static void
tell_alert(struct visit *visit, struct tls_span body)
{
	if (body.len != 2) {
		buf_add_string(visit->text, "a broken alert\n");
	} else if (!visit->open || body.data[1] != 0) {
		buf_printf(visit->text, "alert %u %u\n", body.data[0],
		    body.data[1]);
		visit->over = !visit->open && body.data[0] == 2;
	}
}

static void
read_record(struct visit *visit, struct tls_span record)
{
	struct buf content = BUF_INIT;
	uint8_t type = record.data[0];

	if (type == DATA && visit->sealed) {
		if (box_open(&visit->schedule.server, record, &content)) {
			type = content.data[--content.len];
		} else {
			buf_add_string(visit->text, "does not decrypt\n");
			visit->over = true;
		}
	} else {
		buf_add(&content, record.data + 5, record.len - 5);
	}
	if (type == HANDSHAKE)
		buf_add_span(&visit->messages, buf_span(&content));
	else if (type == ALERT)
		tell_alert(visit, buf_span(&content));
	buf_clear(&content);
	read_messages(visit);
}

/* False at the end. */
static bool
read_more(struct visit *visit)
{
	uint8_t *at = buf_reserve(&visit->in, 16384);
	ssize_t got = recv(visit->fd, at, 16384, 0);
	size_t len;

	if (got <= 0) {
		if (got < 0 && !visit->open)
			buf_add_string(visit->text, "silence or a reset\n");
		return false;
	}
	visit->in.len += (size_t)got;
	while (!visit->over && visit->in.len >= 5) {
		len = 5 + ((size_t)visit->in.data[3] << 8 |
		    visit->in.data[4]);
		if (visit->in.len < len)
			break;
		read_record(visit, (struct tls_span){ visit->in.data, len });
		buf_drop(&visit->in, len);
	}
	return !visit->over;
}

static int
dial(const char *port)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(port)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct timeval wait = { WAIT_SECONDS, 0 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to)) {
		perror(port);
		exit(2);
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	return fd;
}

static void
ask(const char *port, const struct shares *shares,
    const struct tls_hello *hello, struct buf *text)
{
	struct visit visit = { .shares = shares, .sent = hello, .text = text };

	visit.fd = dial(port);
	buf_add_span(&visit.transcript, hello->message);
	say(&visit, hello->wire);
	while (read_more(&visit))
		;
	if (visit.open)
		buf_printf(text, "tickets %u\n", visit.tickets);
	close(visit.fd);
	buf_clear(&visit.in);
	buf_clear(&visit.transcript);
	buf_clear(&visit.messages);
	buf_clear(&visit.first);
}

/* ---- the corpus --------------------------------------------------------- */

static bool
read_hexadecimal(const char *digits, struct buf *out)
{
	unsigned value;

	for (; sscanf(digits, "%2x", &value) == 1; digits += 2)
		buf_add_u8(out, value);
	return out->len > 0;
}

/* The hello of a line, with our keys in it. */
static struct tls_hello *
read_hello(const struct shares *shares, const char *digits)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct buf bytes = BUF_INIT;
	struct tls_hello *hello = NULL, *plain;

	if (read_hexadecimal(digits, &bytes))
		hello = hello_new(buf_span(&bytes), &err);
	for (size_t i = 0; hello && i < hello->num_extensions; i++)
		if (hello->extensions[i].type == 51 && hello->num_records == 1)
			shares_put(shares, bytes.data +
			    (hello->extensions[i].body.data -
			    hello->message.data) + 5,
			    hello->extensions[i].body.len);
	plain = hello;
	if (hello)
		hello = hello_new(buf_span(&bytes), &err);
	hello_free(plain);
	buf_clear(&bytes);
	return hello;
}

static bool
compare(char *const ports[2], const struct shares *shares, char *line)
{
	char *digits = strchr(line, ' ');
	struct tls_hello *hello = digits ? read_hello(shares, digits + 1) :
	    NULL;
	struct buf one = BUF_INIT, other = BUF_INIT;
	bool same;

	if (!hello) {
		fprintf(stderr, "no hello: %s", line);
		exit(2);
	}
	*digits = '\0';
	ask(ports[0], shares, hello, &one);
	ask(ports[1], shares, hello, &other);
	same = !strcmp(buf_string(&one), buf_string(&other));
	if (!same)
		printf("%s differs\n< %s> %s", line, buf_string(&one),
		    buf_string(&other));
	hello_free(hello);
	buf_clear(&one);
	buf_clear(&other);
	return same;
}

int
main(int argc, char **argv)
{
	struct shares *shares = shares_new();
	unsigned equal = 0, all = 0;
	size_t room = 0;
	char *line = NULL;

	if (argc != 3)
		return 2;
	while (getline(&line, &room, stdin) > 0) {
		equal += compare(argv + 1, shares, line);
		all++;
	}
	printf("equal %u of %u\n", equal, all);
	free(line);
	shares_free(shares);
	return 0;
}
