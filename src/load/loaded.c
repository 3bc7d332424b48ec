/* loaded.c - functions that several files here need
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/loaded.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/err.h"

const struct der_list *
loaded_issuers(const struct loaded *loaded)
{
	return loaded->trust.system ? NULL : &loaded->trust.roots;
}

bool
make_ticket_key(uint8_t key[TLS_TICKET_KEY_LEN], struct tls_error *err)
{
	return getrandom(key, TLS_TICKET_KEY_LEN, 0) == TLS_TICKET_KEY_LEN ||
	    err_set(err, TLS_BLAME_US, "no random bytes: %s",
	    strerror(errno));
}
