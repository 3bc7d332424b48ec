# src/fault/local.mk - transport faults, by a script
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/actions.def %D%/marks.def \
	%D%/check.c \
	%D%/fault.h \
	%D%/faults.c %D%/flow.c %D%/happen.c \
	%D%/internal.h \
	%D%/lane.c %D%/lane.h \
	%D%/parse.c %D%/parser.c %D%/parser.h \
	%D%/script.c %D%/script.h \
	%D%/token.c %D%/token.h \
	%D%/what.c \
	%D%/when.c
