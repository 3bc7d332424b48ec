# src/run/local.mk
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/child.c %D%/child.h \
	%D%/each.c \
	%D%/runner.c \
	%D%/files.c %D%/files.h \
	%D%/places.c %D%/places.def %D%/places.h \
	%D%/run.h
