#!/bin/sh
# modules.sh - makes local.mk from the BACKEND lines in configure.ac
# SPDX-License-Identifier: Apache-2.0
#
#	backends/modules.sh configure.ac >backends/local.mk
#
# automake reads each file by its name and knows no loops, so this is written
# out: how a backend is compiled, linked and tested, once for each.  bootstrap
# runs it, and make does when configure.ac is newer.
set -eu

cat <<'END'
# backends/local.mk - how backends are compiled, linked and tested
# SPDX-License-Identifier: Apache-2.0
#
# Made by backends/modules.sh from the BACKEND lines in configure.ac: edit
# those.  backends/NAME/local.mk lists the sources.
END

sed -n 's/^BACKEND(\[\([a-z0-9_]*\)\], *\[\([A-Z0-9_]*\)\].*/\1 \2/p' "$1" |
while read -r name var; do
	sed -e "s/NAME/$name/g" -e "s/VAR/$var/g" <<'END'

include backends/NAME/local.mk

if MODULE_VAR
backend_LTLIBRARIES += backends/NAME/polytls-NAME.la
endif
backends_NAME_polytls_NAME_la_SOURCES = $(NAME_sources)
backends_NAME_polytls_NAME_la_CPPFLAGS = $(MODULE_CPPFLAGS) \
	-iquote $(srcdir)/backends/NAME $(VAR_CFLAGS)
backends_NAME_polytls_NAME_la_LIBADD = $(MODULE_LIBS) $(VAR_LIBS)
backends_NAME_polytls_NAME_la_LDFLAGS = $(MODULE_LDFLAGS) \
	-export-symbols backends/NAME/exported.sym
EXTRA_backends_NAME_polytls_NAME_la_DEPENDENCIES = backends/NAME/exported.sym
backends/NAME/exported.sym: $(srcdir)/backends/NAME/local.mk
	$(AM_V_GEN)$(MKDIR_P) backends/NAME && { echo tls_backend_NAME; \
	  cat $(srcdir)/backends/NAME/interposed.txt 2>/dev/null; :; } >$@
CLEANFILES += backends/NAME/exported.sym

if BUILTIN_VAR
noinst_LTLIBRARIES += backends/NAME/libbackend.la
BUILTIN_LIBS += backends/NAME/libbackend.la
backends_NAME_libbackend_la_SOURCES = $(NAME_sources)
backends_NAME_libbackend_la_CPPFLAGS = $(MODULE_CPPFLAGS) \
	-iquote $(srcdir)/backends/NAME $(VAR_CFLAGS) -DBACKEND_BUILTIN
backends_NAME_libbackend_la_LIBADD = $(MODULE_LIBS) $(VAR_LIBS)
endif

if BACKEND_VAR
if HAVE_TEST_CLIENT
check_PROGRAMS += backends/NAME/contract.t
TESTS += backends/NAME/contract.t
backends_NAME_contract_t_SOURCES = $(CONTRACT_SOURCES)
backends_NAME_contract_t_CPPFLAGS = $(CONTRACT_CPPFLAGS) \
	-DBACKEND=\"NAME\"
backends_NAME_contract_t_LDADD = $(CONTRACT_LDADD)
endif
endif
END
done
