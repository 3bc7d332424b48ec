/* cmd/defaults.h - what a server has that is given no list
 * SPDX-License-Identifier: Apache-2.0
 *
 *	const struct defaults_request request = {
 *		.kind = MEANING_GROUPS, .plugs = plugs, .plug = plug,
 *	};
 *	struct defaults defaults;
 *
 *	if (defaults_find(&defaults, &request, &err))
 *		printf("%zu\n", defaults.meaning.num);
 *	defaults_clear(&defaults);
 *
 * Rules.  No library tells its default lists, so it is asked in memory: groups
 * by hellos that offer some of them, signature algorithms by its request for a
 * client certificate in TLS 1.2.  For this room only.
 */
#ifndef CMD_DEFAULTS_H
#define CMD_DEFAULTS_H

#include "load/meaning.h"
#include "plug/plugs.h"

struct defaults_request {
	enum meaning_kind kind;
	struct plugs *plugs;
	const struct plug *plug;	/* of that set */
	bool native;			/* as with -native */
	/* For suites: the options of the server, and whether it has a
	 * pre-shared key. */
	const struct load_options *options;
	bool psk;
};

/* Whose order of groups decides. */
enum defaults_order {
	DEFAULTS_SERVER,
	DEFAULTS_CLIENT,
	DEFAULTS_MIXED,		/* neither of them alone */
};

struct defaults {
	struct meaning meaning;		/* owned; if the client's order decides
					 * in that of the backend's `groups` */
	enum defaults_order order;	/* of groups */
};

/* Asks the backend for groups or signature algorithms; false with blame FEATURE
 * if it cannot be asked.  defaults_clear is called in every outcome. */
bool defaults_find(struct defaults *defaults,
    const struct defaults_request *request, struct tls_error *err);
void defaults_clear(struct defaults *defaults);

/* Removes the suites that the library refuses to every client since it thinks
 * them too weak.  Those for DSS keys, which cannot be made, stay.  False if the
 * backend cannot be asked; all then stay. */
bool defaults_drop_refused(struct meaning *meaning,
    const struct defaults_request *request, struct tls_error *err);

#endif
