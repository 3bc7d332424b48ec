# src/explain/local.mk - why a handshake failed
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/agree.c %D%/agree.h \
	%D%/explain.c %D%/explain.h \
	%D%/words.c %D%/words.h
