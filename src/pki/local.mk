# src/pki/local.mk - certificates, CRLs and OCSP responses made on the spot
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/cert.c \
	%D%/crl.c \
	%D%/internal.h \
	%D%/ocsp.c \
	%D%/pki.h \
	%D%/self_signed.c \
	%D%/sign.c
