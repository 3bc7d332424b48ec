# src/shadow/local.mk - what every other backend answers to a hello
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/cast.c \
	%D%/internal.h \
	%D%/shadow.c %D%/shadow.h
