# src/dissect/local.mk
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/diff.c \
	%D%/dissect.h \
	%D%/grammar.c \
	%D%/grammar.h \
	%D%/items.c \
	%D%/items.h \
	%D%/json.c \
	%D%/teller.h \
	%D%/text.c \
	%D%/walk.c \
	%D%/words.c \
	%D%/words.h
