# src/load/local.mk - files to a config
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/chain.c \
	%D%/config.c \
	%D%/dh.c %D%/dh.h \
	%D%/faults.c \
	%D%/identity.c %D%/identity.h \
	%D%/keyfile.c \
	%D%/lists.c \
	%D%/load.c %D%/load.h \
	%D%/loaded.c %D%/loaded.h \
	%D%/made.c \
	%D%/meaning.c %D%/meaning.h \
	%D%/named.c \
	%D%/pass.c %D%/pass.h \
	%D%/pem.c %D%/pem.h \
	%D%/protocols.c \
	%D%/psk.c \
	%D%/seed.c \
	%D%/select.h \
	%D%/service.c \
	%D%/strength.c \
	%D%/suites.c \
	%D%/trust.c %D%/trust.h
