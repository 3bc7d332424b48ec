# backends/openssl/local.mk - the sources of the openssl backend
# SPDX-License-Identifier: Apache-2.0
openssl_sources = \
	%D%/backend.c \
	%D%/client.c \
	%D%/compat.h \
	%D%/corrections.def \
	%D%/creds.c \
	%D%/engine.c \
	%D%/error.c \
	%D%/extensions.c \
	%D%/facts.c \
	%D%/io.c \
	%D%/keys.c \
	%D%/lists.c \
	%D%/observe.c \
	%D%/openssl.h \
	%D%/pkcs12.c \
	%D%/primitives.c \
	%D%/psk.c \
	%D%/resume.c \
	%D%/server.c \
	%D%/session.c \
	%D%/support.c \
	%D%/verify.c
