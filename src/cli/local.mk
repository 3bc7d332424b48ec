# src/cli/local.mk - argv to settings, files to a config
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/able.c \
	%D%/able_table.c \
	%D%/chain.c \
	%D%/cli.h \
	%D%/commands.c %D%/commands.h \
	%D%/config.c \
	%D%/dh.c %D%/dh.h \
	%D%/found.h \
	%D%/help.c \
	%D%/identity.c %D%/identity.h \
	%D%/keyfile.c \
	%D%/lists.c \
	%D%/load.c %D%/loaded.h \
	%D%/made.c \
	%D%/named.c \
	%D%/options.c %D%/options.def %D%/options.h \
	%D%/parse.c \
	%D%/pass.c %D%/pass.h \
	%D%/pem.c %D%/pem.h \
	%D%/protocols.c \
	%D%/psk.c \
	%D%/remarks.c \
	%D%/seed.c \
	%D%/select.h \
	%D%/suites.c \
	%D%/trust.c %D%/trust.h \
	%D%/values.c
