# src/cli/local.mk - argv to the options of a command
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/able.c \
	%D%/addresses.c \
	%D%/cli.h \
	%D%/help.c \
	%D%/option.c %D%/option.h \
	%D%/parse.c \
	%D%/value.h \
	%D%/values.c %D%/values.h
