/* dissect/walk.c - reads an extension by its grammar
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 3; RFC 9000, 16
 */
#include "base/reader.h"
#include "dissect/grammar.h"
#include "dissect/teller.h"
#include "base/buf.h"
#include "wire/x509.h"

/* Where a list of parts is being read. */
struct walk {
	struct teller *teller;
	struct reader r;
	uint64_t last;		/* number */
	bool chosen;		/* a PART_WHEN held */
};

/* A QUIC integer; the two high bits say how long it is. */
static uint64_t
read_varint(struct reader *r)
{
	uint64_t value = read_u8(r);
	unsigned more = (1u << (value >> 6)) - 1;

	value &= 0x3f;
	while (more-- > 0)
		value = value << 8 | read_u8(r);
	return value;
}

static uint64_t
read_size(struct reader *r, unsigned size)
{
	if (size == SIZE_VARINT)
		return read_varint(r);
	return size == SIZE_REST ? r->left : read_number(r, size);
}

static struct tls_span
read_vector(struct reader *r, unsigned size)
{
	uint64_t len = read_size(r, size);

	if (len > r->left)
		r->broken = true;
	return read_bytes(r, r->broken ? 0 : (size_t)len);
}

static void
tell_number(struct walk *walk, const struct part *part)
{
	unsigned size = part->size == SIZE_VARINT ? 0 : part->size;

	walk->last = part->size == SIZE_VARINT ? read_varint(&walk->r) :
	    read_number(&walk->r, part->size);
	if (!walk->r.broken)
		walk->teller->number(walk->teller, part->name, walk->last,
		    size, part->registry);
}

static void
tell_name(struct teller *teller, const char *name, struct tls_span der)
{
	struct buf words = BUF_INIT;

	x509_add_name(&words, der);
	if (words.len)
		teller->words(teller, name, buf_string(&words));
	else
		teller->bytes(teller, name, der, false);
	buf_clear(&words);
}

static void
tell_numbers(struct teller *teller, const struct part *part,
    struct tls_span body)
{
	struct reader r = reader_of(body);

	teller->list(teller, part->name, body.len, false);
	while (r.left >= part->unit)
		teller->number(teller, NULL, read_number(&r, part->unit),
		    part->unit, part->registry);
	teller->list_end(teller);
	if (r.left)
		teller->broken(teller, part->name,
		    (struct tls_span){ r.at, r.left });
}

static void
tell_zeros(struct teller *teller, const char *name, struct tls_span body)
{
	struct buf words = BUF_INIT;

	for (size_t i = 0; i < body.len; i++)
		if (body.data[i]) {
			teller->bytes(teller, name, body, false);
			return;
		}
	buf_printf(&words, "%zu zeros", body.len);
	teller->words(teller, name, buf_string(&words));
	buf_clear(&words);
}

static void
tell_vector(struct teller *teller, const struct part *part,
    struct tls_span body)
{
	switch (part->shape) {
	case PART_TEXT:
		teller->text(teller, part->name, body);
		break;
	case PART_NAME:
		tell_name(teller, part->name, body);
		break;
	case PART_NUMBERS:
		tell_numbers(teller, part, body);
		break;
	case PART_ZEROS:
		tell_zeros(teller, part->name, body);
		break;
	default:
		teller->bytes(teller, part->name, body,
		    part->shape == PART_RANDOM);
	}
}

static void walk_parts(struct walk *walk, const struct part *parts);

/* Elements until the end of the list, or the first that is broken. */
static void
walk_list(struct teller *teller, const struct part *part,
    struct tls_span body)
{
	struct walk inner = { .teller = teller, .r = reader_of(body) };

	teller->list(teller, part->name, body.len, true);
	while (inner.r.left > 0) {
		teller->element(teller);
		inner.chosen = false;
		walk_parts(&inner, part->inner);
		teller->element_end(teller);
	}
	teller->list_end(teller);
}

/* Reads one part; false where it is broken, after telling that. */
static bool
walk_part(struct walk *walk, const struct part *part)
{
	struct reader before = walk->r;
	struct tls_span body;

	switch (part->shape) {
	case PART_WHEN:
	case PART_OTHER:
		if (part->shape == PART_WHEN ? walk->last != part->unit :
		    walk->chosen)
			return true;
		walk->chosen = true;
		walk_parts(walk, part->inner);
		return !walk->r.broken;
	case PART_NUMBER:
		tell_number(walk, part);
		break;
	default:
		body = part->shape == PART_FIXED ?
		    read_bytes(&walk->r, part->size) :
		    read_vector(&walk->r, part->size);
		if (walk->r.broken)
			break;
		if (part->shape == PART_LIST)
			walk_list(walk->teller, part, body);
		else
			tell_vector(walk->teller, part, body);
	}
	if (walk->r.broken)
		walk->teller->broken(walk->teller, part->name,
		    (struct tls_span){ before.at, before.left });
	return !walk->r.broken;
}

static void
walk_parts(struct walk *walk, const struct part *parts)
{
	while (parts->shape != PART_END && walk_part(walk, parts))
		parts++;
}

void
walk_extension(struct teller *teller, uint16_t type, struct tls_span body)
{
	struct walk walk = { .teller = teller, .r = reader_of(body) };
	const struct part *parts = grammar_of(type);

	if (!parts) {
		if (body.len)
			teller->bytes(teller, "data", body, false);
		return;
	}
	/* Some extensions may be empty where their list has no element. */
	if (body.len == 0 && parts->shape != PART_END &&
	    parts->size == SIZE_REST)
		return;
	walk_parts(&walk, parts);
	if (!walk.r.broken && walk.r.left > 0)
		teller->broken(teller, "what follows",
		    (struct tls_span){ walk.r.at, walk.r.left });
}
