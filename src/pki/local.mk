# src/pki/local.mk - certificates made on the spot
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/pki.c %D%/pki.h
