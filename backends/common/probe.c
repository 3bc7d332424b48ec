/* common/probe.c - answers that are tried when somebody asks, and kept
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "common/probe.h"

static struct common_probe *
of(struct tls_probe *probe)
{
	return (struct common_probe *)probe;
}

void
common_probe_found(struct tls_probe *probe, enum tls_feature feature,
    bool works)
{
	of(probe)->found[feature] = true;
	of(probe)->works[feature] = works;
}

void
common_probe_set(struct tls_probe *probe, enum tls_feature feature,
    enum tls_support support, const char *note)
{
	common_probe_found(probe, feature, support > TLS_SUPPORT_NONE);
	of(probe)->answers[feature] = (struct tls_answer){ support, note };
}

void
common_probe_member(struct tls_probe *probe, enum tls_feature feature,
    bool works, const char *failed)
{
	if (works)
		common_probe_found(probe, feature, true);
	else
		common_probe_set(probe, feature, TLS_SUPPORT_PART, failed);
}

static const struct common_row *
find(const struct common_table *table, enum tls_feature feature)
{
	for (; table; table = table->rest)
		for (size_t i = 0; i < table->num; i++)
			if (table->rows[i].feature == feature)
				return &table->rows[i];
	return NULL;
}

struct tls_answer
common_probe_answer(struct tls_probe *probe, const struct common_table *table,
    enum tls_feature feature)
{
	const struct common_row *row = find(table, feature);
	struct tls_answer *answer = &of(probe)->answers[feature];

	if (!row)
		return (struct tls_answer){ TLS_SUPPORT_UNANSWERED, NULL };
	if (!row->experiment)
		return row->answer;
	if (!of(probe)->found[feature]) {
		of(probe)->asked = feature;
		row->experiment(probe);
	}
	if (answer->support == TLS_SUPPORT_UNANSWERED)
		*answer = of(probe)->works[feature] ? row->answer :
		    (struct tls_answer){ TLS_SUPPORT_NONE,
		    row->failed ? row->failed : table->failed };
	return *answer;
}
