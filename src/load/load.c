/* load.c - everything that a server reads from files
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/load.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "load/dh.h"
#include "load/loaded.h"

#define DEFAULT_CERT	"server.pem"

/* ---- identities ------------------------------------------------------- */

/* -cert and -dcert.  If both pass phrases come from the same source, the second
 * is its second line; a descriptor is at that line already. */
static bool
load_identities(struct loaded *loaded, const struct load_options *tls,
    const struct plug *plug, struct tls_error *err)
{
	struct pair pair = {
		.words = &tls->first, .cert_option = "-cert",
		.key_option = "-key", .pass_option = "-pass",
		.chain_option = "-cert_chain", .default_cert = DEFAULT_CERT,
		.engine = tls->engine, .issuers = loaded_issuers(loaded),
		.strict = tls->strict, .again = loaded->before != NULL,
	};
	const struct identity_list *before = loaded->before ?
	    &loaded->before->own : NULL;
	const char *source = tls->first.pass, *other = tls->second.pass;

	pair.pass = loaded_pass(loaded, before, 0, source);
	if (!identity_add(&loaded->own, &pair, plug, err))
		return false;
	if (!tls->second.cert)
		return true;
	pair.pass = loaded_pass(loaded, before, 1, other);
	pair.words = &tls->second;
	pair.cert_option = "-dcert";
	pair.key_option = "-dkey";
	pair.pass_option = "-dpass";
	pair.chain_option = "-dcert_chain";
	if (source && other && !strncmp(source, "file:", 5) &&
	    !strcmp(source, other))
		pair.pass_line = 2;
	return identity_add(&loaded->own, &pair, plug, err);
}

/* One for all clients, and an RSA one if suites are enabled that need it. */
static bool
make_identities(struct loaded *loaded, const struct load_options *tls,
    const struct plug *plug, struct buf *notes, struct tls_error *err)
{
	const unsigned old = TLS_VERSION_BIT(TLS_VERSION_1_0) |
	    TLS_VERSION_BIT(TLS_VERSION_1_1);
	struct tls_answer answer;

	if (tls->first.key)
		return err_set(err, TLS_BLAME_CONFIG, "-key %.120s without "
		    "-cert, and there is no " DEFAULT_CERT ": name its "
		    "certificate with -cert", tls->first.key);
	answer = plug_answer(plug, TLS_FEATURE_MAKE_KEY);
	if (answer.support <= TLS_SUPPORT_NONE)
		return err_set(err, TLS_BLAME_FEATURE, "no -cert, no "
		    DEFAULT_CERT ", and the %s backend makes none (%s): name "
		    "a certificate with -cert", plug->backend->name,
		    answer.note);
	if (!identity_make(&loaded->own, TLS_KEY_P256, plug, notes, err))
		return false;
	if ((tls->cipher || tls->only & old) &&
	    plug_can(plug, TLS_FEATURE_IDENTITIES))
		return identity_make(&loaded->own, TLS_KEY_RSA, plug,
		    notes, err);
	return true;
}

/* ---- the whole -------------------------------------------------------- */

static bool
load_own(struct loaded *loaded, const struct load_options *tls,
    const struct plug *plug, struct buf *notes, struct tls_error *err)
{
	if (tls->no_cert)
		return true;
	if (tls->first.cert ||
	    (!tls->made && access(DEFAULT_CERT, F_OK) == 0))
		return load_identities(loaded, tls, plug, err);
	loaded->made = true;
	if (loaded->before && loaded->before->made) {
		identity_copy(&loaded->own, &loaded->before->own);
		return true;
	}
	return make_identities(loaded, tls, plug, notes, err);
}

/* A file that cannot be read is only reported, as by the reference; one that
 * holds something else is an error, where the reference only reports it too. */
static bool
load_dh(struct loaded *loaded, const struct load_options *tls,
    struct buf *notes, struct tls_error *err)
{
	struct named_file file = { "-dhparam", tls->dh_param, BUF_INIT };
	bool had, good;

	if (!tls->dh_param)
		return true;
	had = file_read(&file, err);
	good = had && dh_read(&loaded->dh, &file, err);
	file_clear(&file);
	if (good || (had && !tls->strict))
		return good;
	buf_printf(notes, "%s; the library's own parameters are used\n",
	    err->text);
	return true;
}

/* What the reference prints at its start. */
static void
note_wishes(const struct load_options *tls, struct buf *notes)
{
	if (tls->verify.depth >= 0 && !tls->quiet)
		buf_printf(notes, "verify depth is %d%s\n",
		    tls->verify.depth, tls->verify.demand ?
		    ", must return a certificate" : "");
	if (tls->engine)
		buf_printf(notes, "Engine \"%s\" set.\n", tls->engine);
	if (!tls->id_prefix)
		return;
	buf_printf(notes, "id_prefix '%s' set.\n", tls->id_prefix);
	if (strlen(tls->id_prefix) >= 32)
		buf_add_string(notes, "warning: id_prefix is too long, "
		    "only one new session will be possible\n");
}

struct loaded *
loaded_new(const struct load_from *from, struct buf *notes,
    struct tls_error *err)
{
	const struct load_options *options = from->options;
	const struct plug *plug = from->choice->list[0];
	struct loaded *loaded = mem_zero(1, sizeof *loaded);

	loaded->options = options;
	loaded->choice = from->choice;
	loaded->before = from->before;
	loaded->notes = notes;
	if (trust_load(&loaded->trust, options, notes, err) &&
	    load_own(loaded, options, plug, notes, err) &&
	    load_names(loaded, plug, err) &&
	    load_dh(loaded, options, notes, err) &&
	    load_protocols(loaded, err) &&
	    load_psk(&loaded->psk, options, err) &&
	    load_faults(&loaded->faults, options, err) &&
	    (from->before ||
	    load_seed(&loaded->seed, options->rand, notes, err)) &&
	    make_ticket_key(loaded->ticket_key, err)) {
		if (!from->before)
			note_wishes(options, notes);
		loaded->before = NULL;
		return loaded;
	}
	loaded_free(loaded);
	return NULL;
}

void
loaded_free(struct loaded *loaded)
{
	if (!loaded)
		return;
	identity_list_clear(&loaded->own);
	clear_names(loaded);
	buf_clear(&loaded->alpn);
	buf_clear(&loaded->npn);
	trust_clear(&loaded->trust);
	buf_clear(&loaded->dh);
	psk_clear(&loaded->psk);
	fault_script_free(loaded->faults);
	buf_wipe(&loaded->seed);
	for (size_t i = 0; i < loaded->num_numbers; i++)
		free(loaded->numbers[i]);
	free(loaded->numbers);
	free(loaded->backends);
	free(loaded->servers);
	mem_wipe(loaded->ticket_key, sizeof loaded->ticket_key);
	free(loaded);
}
