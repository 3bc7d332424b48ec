# src/app/local.mk - what a connection is for
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/app.h \
	%D%/body.c %D%/body.h \
	%D%/terminal.c %D%/terminal.h
