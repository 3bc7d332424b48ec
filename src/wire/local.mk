# src/wire/local.mk
# SPDX-License-Identifier: Apache-2.0
src_libcore_la_SOURCES += \
	%D%/answer.c %D%/answer.h \
	%D%/crl.c \
	%D%/der.c \
	%D%/der.h \
	%D%/der_out.c %D%/der_out.h \
	%D%/extensions.c \
	%D%/fingerprint.c %D%/fingerprint.h \
	%D%/flight.c %D%/flight.h \
	%D%/hello.c \
	%D%/hello.h \
	%D%/http.c \
	%D%/http.h \
	%D%/issuer.c \
	%D%/ocsp.c \
	%D%/ocsp.h \
	%D%/ocsp_request.c \
	%D%/ocsp_request.h \
	%D%/ocsp_text.c \
	%D%/opening.c \
	%D%/partial.c %D%/partial.h \
	%D%/record.c \
	%D%/record.h \
	%D%/name.c \
	%D%/url.c \
	%D%/url.h \
	%D%/usage.c \
	%D%/x509.c \
	%D%/x509.h
