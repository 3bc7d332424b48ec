# src/policy/local.mk - decisions
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/choose.c \
	%D%/corrections.c %D%/corrections.def %D%/corrections.h \
	%D%/policy.h \
	%D%/psk.c %D%/psk.h \
	%D%/store.c %D%/store.h \
	%D%/verify.c %D%/verify.h
