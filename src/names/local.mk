# src/names/local.mk
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/cipherlist.c \
	%D%/cipherlist.h \
	%D%/describe.c \
	%D%/kinds.c \
	%D%/names.c \
	%D%/names.h \
	%D%/search.c \
	%D%/suites.c \
	%D%/traits.c \
	%D%/traits.h \
	%D%/alerts.def \
	%D%/aliases.def \
	%D%/extensions.def \
	%D%/groups.def \
	%D%/messages.def \
	%D%/signatures.def \
	%D%/states.def \
	%D%/suites.def \
	%D%/traits.def \
	%D%/values.c %D%/values.def %D%/values.h \
	%D%/verify.def
