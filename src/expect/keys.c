/* keys.c - the table of the keys of -expect
 * SPDX-License-Identifier: Apache-2.0
 */
#include "expect/internal.h"

#define TLS_FEATURE_NOTHING	KEY_NEEDS_NOTHING

const struct key expect_keys[KEY_COUNT] = {
#define K(id, name, kind, feature, events, about) \
	{ name, KEY_##id, VALUE_##kind, TLS_FEATURE_##feature, events, about },
#include "expect/keys.def"
#undef K
};

const char *
expect_key_name(size_t i)
{
	return i < KEY_COUNT ? expect_keys[i].name : NULL;
}

const char *
expect_key_about(size_t i)
{
	return i < KEY_COUNT ? expect_keys[i].about : NULL;
}

const char *
expect_key_values(size_t i)
{
	return i < KEY_COUNT ? value_words(expect_keys[i].kind) : NULL;
}
