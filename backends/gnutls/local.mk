# backends/gnutls/local.mk - the gnutls backend: a module, or linked in
# SPDX-License-Identifier: Apache-2.0
gnutls_sources = \
	%D%/again.c \
	%D%/backend.c \
	%D%/creds.c \
	%D%/crl.c \
	%D%/data.c \
	%D%/dh.c \
	%D%/error.c \
	%D%/facts.c \
	%D%/hello.c \
	%D%/io.c \
	%D%/keys.c \
	%D%/lists.c \
	%D%/observe.c \
	%D%/priority.c \
	%D%/psk.c \
	%D%/recipe.c \
	%D%/resume.c \
	%D%/server.c \
	%D%/session.c \
	%D%/suite.c \
	%D%/support.c \
	%D%/token.c \
	%D%/trial.c \
	%D%/verify.c \
	%D%/gnutls.h \
	%D%/compat.h \
	%D%/trial.h

if MODULE_GNUTLS
backend_LTLIBRARIES += %D%/polytls-gnutls.la
endif
%C%_polytls_gnutls_la_SOURCES = $(gnutls_sources)
%C%_polytls_gnutls_la_CPPFLAGS = $(AM_CPPFLAGS) $(GNUTLS_CFLAGS)
%C%_polytls_gnutls_la_LIBADD = $(GNUTLS_LIBS)
%C%_polytls_gnutls_la_LDFLAGS = $(MODULE_LDFLAGS) \
	-export-symbols-regex '^tls_backend_gnutls$$'

if BUILTIN_GNUTLS
noinst_LTLIBRARIES += %D%/libbackend.la
BUILTIN_LIBS += %D%/libbackend.la
%C%_libbackend_la_SOURCES = $(gnutls_sources)
%C%_libbackend_la_CPPFLAGS = $(AM_CPPFLAGS) $(GNUTLS_CFLAGS)
%C%_libbackend_la_LIBADD = $(GNUTLS_LIBS)
endif

if BACKEND_GNUTLS
if HAVE_TEST_CLIENT
check_PROGRAMS += %D%/contract.t
TESTS += %D%/contract.t
%C%_contract_t_SOURCES = $(CONTRACT_SOURCES)
%C%_contract_t_CPPFLAGS = $(CONTRACT_CPPFLAGS) -DBACKEND=\"gnutls\"
%C%_contract_t_LDADD = $(CONTRACT_LDADD)
endif
endif
