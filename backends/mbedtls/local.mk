# backends/mbedtls/local.mk - the sources of the mbedtls backend
# SPDX-License-Identifier: Apache-2.0
mbedtls_sources = \
	%D%/backend.c \
	%D%/client.c \
	%D%/client.h \
	%D%/compat.c \
	%D%/compat.h \
	%D%/corrections.def \
	%D%/creds.c \
	%D%/error.c \
	%D%/experiments.c \
	%D%/exporter.c \
	%D%/facts.c \
	%D%/handshake.c \
	%D%/hooks.c \
	%D%/io.c \
	%D%/key.c \
	%D%/lists.c \
	%D%/mbedtls.h \
	%D%/native.c \
	%D%/observe.c \
	%D%/pkcs12.c \
	%D%/psk.c \
	%D%/server.c \
	%D%/session.c \
	%D%/support.c \
	%D%/tell.c \
	%D%/ticket.c \
	%D%/unlock.c \
	%D%/unlock.h \
	%D%/verify.c \
	%D%/private/buffers.c \
	%D%/private/draw.c \
	%D%/private/editor.c \
	%D%/private/flight.c \
	%D%/private/inside.c \
	%D%/private/interpose.c \
	%D%/private/keyupdate.c \
	%D%/private/originals.c \
	%D%/private/private.h \
	%D%/private/reveal.c \
	%D%/private/traffic.c

# Functions of the library that the module stands in front of.
EXTRA_DIST += %D%/interposed.txt %D%/README
backends/mbedtls/exported.sym: $(srcdir)/%D%/interposed.txt
