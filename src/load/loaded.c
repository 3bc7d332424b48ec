/* loaded.c - functions that several files here need
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/loaded.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/err.h"
#include "load/pass.h"

const struct der_list *
loaded_issuers(const struct loaded *loaded)
{
	return loaded->trust.system ? NULL : &loaded->trust.roots;
}

char *
identity_ask(const struct pair *pair, const struct named_file *file,
    struct tls_error *err)
{
	if (!pair->again)
		return pass_ask(pair->pass_option, file, err);
	err_set(err, TLS_BLAME_CONFIG, "%s %.120s: the key is encrypted, and "
	    "its pass phrase is not known: start with %s file:NAME, which is "
	    "read again", file->option, file->name, pair->pass_option);
	return NULL;
}

const char *
loaded_pass(const struct loaded *loaded, const struct identity_list *before,
    size_t at, const char *source)
{
	if (!loaded->before || at >= before->num ||
	    (source && !strncmp(source, "file:", 5)))
		return NULL;
	return before->list[at].pass;
}

bool
make_ticket_key(uint8_t key[TLS_TICKET_KEY_LEN], struct tls_error *err)
{
	return getrandom(key, TLS_TICKET_KEY_LEN, 0) == TLS_TICKET_KEY_LEN ||
	    err_set(err, TLS_BLAME_US, "no random bytes: %s",
	    strerror(errno));
}
