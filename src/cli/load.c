/* load.c - all that the files of a server say
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/loaded.h"

#define DEFAULT_CERT	"server.pem"

/* ---- identities ------------------------------------------------------- */

static bool
same_source(const char *first, const char *second)
{
	return first && second && !strncmp(first, "file:", 5) &&
	    !strcmp(first, second);
}

static bool
load_identities(struct loaded *loaded, const struct settings_tls *tls,
    const struct plug *plug, struct tls_error *err)
{
	const struct pair first = {
		.words = &tls->first, .cert_option = "-cert",
		.key_option = "-key", .pass_option = "-pass",
		.default_cert = DEFAULT_CERT,
	};
	const struct pair second = {
		.words = &tls->second, .cert_option = "-dcert",
		.key_option = "-dkey", .pass_option = "-dpass",
		.pass_line = same_source(tls->first.pass, tls->second.pass) ?
		    2 : 1,
	};

	return identity_add(&loaded->own, &first, plug, err) &&
	    (!tls->second.cert ||
	    identity_add(&loaded->own, &second, plug, err));
}

/* One for everybody; and an RSA one for who asks for old suites. */
static bool
make_identities(struct loaded *loaded, const struct settings_tls *tls,
    const struct plug *plug, struct buf *notes, struct tls_error *err)
{
	const unsigned old = TLS_VERSION_BIT(TLS_VERSION_1_0) |
	    TLS_VERSION_BIT(TLS_VERSION_1_1);
	const struct tls_answer *answer = &plug->answers[TLS_FEATURE_MAKE_KEY];

	if (tls->first.key)
		return err_set(err, TLS_BLAME_CONFIG, "-key %.120s without "
		    "-cert, and there is no " DEFAULT_CERT ": name its "
		    "certificate with -cert", tls->first.key);
	if (answer->support <= TLS_SUPPORT_NONE)
		return err_set(err, TLS_BLAME_FEATURE, "no -cert, no "
		    DEFAULT_CERT ", and the %s backend makes none (%s): name "
		    "a certificate with -cert", plug->backend->name,
		    answer->note ? answer->note : "it did not say why");
	if (!identity_make(&loaded->own, TLS_KEY_P256, plug, notes, err))
		return false;
	if ((tls->cipher || tls->only & old) &&
	    plug->answers[TLS_FEATURE_IDENTITIES].support > TLS_SUPPORT_NONE)
		return identity_make(&loaded->own, TLS_KEY_RSA2048, plug,
		    notes, err);
	return true;
}

/* ---- the whole -------------------------------------------------------- */

static bool
load_roots(struct loaded *loaded, const char *name, struct tls_error *err)
{
	struct named_file file = { "-CAfile", name, BUF_INIT };
	bool good;

	if (!name)
		return true;
	good = file_read(&file, err) &&
	    certs_read(&loaded->roots, &file, err);
	file_clear(&file);
	return good;
}

static bool
make_ticket_key(struct loaded *loaded, struct tls_error *err)
{
	ssize_t len = getrandom(loaded->ticket_key,
	    sizeof loaded->ticket_key, 0);

	return len == (ssize_t)sizeof loaded->ticket_key ||
	    err_set(err, TLS_BLAME_US, "no random bytes: %s",
	    strerror(errno));
}

struct loaded *
loaded_new(const struct settings *settings, const struct plug *plug,
    struct buf *notes, struct tls_error *err)
{
	const struct settings_tls *tls = &settings->tls;
	struct loaded *loaded = mem_zero(1, sizeof *loaded);
	bool files = tls->first.cert || access(DEFAULT_CERT, F_OK) == 0;

	if (files ? load_identities(loaded, tls, plug, err) :
	    make_identities(loaded, tls, plug, notes, err))
		if (load_names(loaded, tls, plug, err) &&
		    load_roots(loaded, tls->ca_file, err) &&
		    load_psk(&loaded->psk, tls, err) &&
		    make_ticket_key(loaded, err))
			return loaded;
	loaded_free(loaded);
	return NULL;
}

const struct psk_table *
loaded_psk(const struct loaded *loaded)
{
	return loaded->psk.num ? &loaded->psk : NULL;
}

void
loaded_free(struct loaded *loaded)
{
	if (!loaded)
		return;
	identity_list_clear(&loaded->own);
	clear_names(loaded);
	der_list_clear(&loaded->roots);
	psk_clear(&loaded->psk);
	for (size_t i = 0; i < loaded->num_numbers; i++)
		free(loaded->numbers[i]);
	free(loaded->numbers);
	mem_wipe(loaded->ticket_key, sizeof loaded->ticket_key);
	free(loaded);
}
