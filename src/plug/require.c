/* require.c - checks that a backend supports what is asked for
 * SPDX-License-Identifier: Apache-2.0
 */
#include "plug/plug.h"

#include "base/err.h"

const char *
plug_support_name(enum tls_support support)
{
	static const char *const names[] = {
		[TLS_SUPPORT_UNANSWERED] = "unanswered",
		[TLS_SUPPORT_NONE] = "none",
		[TLS_SUPPORT_NOOP] = "noop",
		[TLS_SUPPORT_PART] = "part",
		[TLS_SUPPORT_FULL] = "full",
	};

	return names[support];
}

static const struct {
	const char *name, *meaning;
} features[] = {
#define F(id, name, meaning) { name, meaning },
	TLS_FEATURES(F)
#undef F
};

const char *
plug_feature_name(enum tls_feature feature)
{
	return features[feature].name;
}

const char *
plug_feature_meaning(enum tls_feature feature)
{
	return features[feature].meaning;
}

bool
plug_require(const struct plug *plug, enum tls_feature feature,
    const char *option, struct tls_error *err)
{
	struct tls_answer answer = plug_answer(plug, feature);

	return answer.support > TLS_SUPPORT_NONE ||
	    err_set(err, TLS_BLAME_FEATURE, "the %s backend cannot do %s: %s",
	    plug->backend->name, option, answer.note);
}
