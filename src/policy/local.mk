# src/policy/local.mk - decisions
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/choose.c \
	%D%/policy.h \
	%D%/psk.c %D%/psk.h \
	%D%/store.c %D%/store.h \
	%D%/verify.c %D%/verify.h
