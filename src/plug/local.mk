# src/plug/local.mk - finding a backend, and questioning it
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/answers.c \
	%D%/bounded.c %D%/bounded.h \
	%D%/internal.h \
	%D%/plug.c %D%/plug.h \
	%D%/plugs.c %D%/plugs.h \
	%D%/quiet.c %D%/quiet.h \
	%D%/require.c
