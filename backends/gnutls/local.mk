# backends/gnutls/local.mk - the sources of the gnutls backend
# SPDX-License-Identifier: Apache-2.0
gnutls_sources = \
	%D%/again.c \
	%D%/backend.c \
	%D%/candidates.c \
	%D%/client.c \
	%D%/creds.c \
	%D%/crl.c \
	%D%/data.c \
	%D%/dh.c \
	%D%/edit.c \
	%D%/error.c \
	%D%/facts.c \
	%D%/hook.c \
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
	%D%/verify.c \
	%D%/gnutls.h \
	%D%/compat.h \
	%D%/corrections.def
