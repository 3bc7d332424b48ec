# src/cmd/local.mk - the commands, one file each
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/able_table.c \
	%D%/backends.c %D%/cmd.h \
	%D%/found.h
