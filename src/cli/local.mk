# src/cli/local.mk - argv to settings
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/able.c \
	%D%/cli.h \
	%D%/help.c \
	%D%/options.c %D%/options.def %D%/options.h \
	%D%/parse.c \
	%D%/remarks.c \
	%D%/values.c
