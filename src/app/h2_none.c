/* h2_none.c - in the place of h2.c where polytls is built without nghttp2
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/h2.h"

const char *
h2_version(void)
{
	return NULL;
}

struct h2 *
h2_new(struct conn *conn, h2_answer_fn *answer)
{
	(void)conn;
	(void)answer;
	return NULL;
}

void
h2_free(struct h2 *h2)
{
	(void)h2;
}

void
h2_received(struct h2 *h2, struct tls_span data)
{
	(void)h2;
	(void)data;
}

void
h2_drained(struct h2 *h2)
{
	(void)h2;
}

void
h2_ended(struct h2 *h2)
{
	(void)h2;
}

void
h2_leave(struct h2 *h2)
{
	(void)h2;
}

void
h2_reply(struct h2 *h2, uint32_t stream, const struct h2_answer *answer)
{
	(void)h2;
	(void)stream;
	(void)answer;
}
