# tests/fuzz/local.mk - the parsers under broken input: fuzzers with
# --enable-fuzzing (tests/fuzz/NAME.fuzz), else a replay of their corpus
# SPDX-License-Identifier: Apache-2.0
FUZZ_CPPFLAGS = $(CORE_CPPFLAGS) -I$(top_srcdir)/tests/fuzz

if FUZZING
check_PROGRAMS += tests/fuzz/cipherlist.fuzz
tests_fuzz_cipherlist_fuzz_SOURCES = %D%/cipherlist.c %D%/fuzz.h
tests_fuzz_cipherlist_fuzz_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_cipherlist_fuzz_LDFLAGS = $(FUZZING_LDFLAGS)
tests_fuzz_cipherlist_fuzz_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/flight.fuzz
tests_fuzz_flight_fuzz_SOURCES = %D%/flight.c %D%/fuzz.h
tests_fuzz_flight_fuzz_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_flight_fuzz_LDFLAGS = $(FUZZING_LDFLAGS)
tests_fuzz_flight_fuzz_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/hello.fuzz
tests_fuzz_hello_fuzz_SOURCES = %D%/hello.c %D%/fuzz.h
tests_fuzz_hello_fuzz_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_hello_fuzz_LDFLAGS = $(FUZZING_LDFLAGS)
tests_fuzz_hello_fuzz_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/http.fuzz
tests_fuzz_http_fuzz_SOURCES = %D%/http.c %D%/fuzz.h
tests_fuzz_http_fuzz_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_http_fuzz_LDFLAGS = $(FUZZING_LDFLAGS)
tests_fuzz_http_fuzz_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/ocsp.fuzz
tests_fuzz_ocsp_fuzz_SOURCES = %D%/ocsp.c %D%/fuzz.h
tests_fuzz_ocsp_fuzz_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_ocsp_fuzz_LDFLAGS = $(FUZZING_LDFLAGS)
tests_fuzz_ocsp_fuzz_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/record.fuzz
tests_fuzz_record_fuzz_SOURCES = %D%/record.c %D%/fuzz.h
tests_fuzz_record_fuzz_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_record_fuzz_LDFLAGS = $(FUZZING_LDFLAGS)
tests_fuzz_record_fuzz_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/x509.fuzz
tests_fuzz_x509_fuzz_SOURCES = %D%/x509.c %D%/fuzz.h
tests_fuzz_x509_fuzz_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_x509_fuzz_LDFLAGS = $(FUZZING_LDFLAGS)
tests_fuzz_x509_fuzz_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/body.fuzz
tests_fuzz_body_fuzz_SOURCES = %D%/body.c %D%/fuzz.h
tests_fuzz_body_fuzz_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_body_fuzz_LDFLAGS = $(FUZZING_LDFLAGS)
tests_fuzz_body_fuzz_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/crl.fuzz
tests_fuzz_crl_fuzz_SOURCES = %D%/crl.c %D%/fuzz.h
tests_fuzz_crl_fuzz_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_crl_fuzz_LDFLAGS = $(FUZZING_LDFLAGS)
tests_fuzz_crl_fuzz_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/pem.fuzz
tests_fuzz_pem_fuzz_SOURCES = %D%/pem.c %D%/fuzz.h
tests_fuzz_pem_fuzz_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_pem_fuzz_LDFLAGS = $(FUZZING_LDFLAGS)
tests_fuzz_pem_fuzz_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/terminal.fuzz
tests_fuzz_terminal_fuzz_SOURCES = %D%/terminal.c %D%/fuzz.h
tests_fuzz_terminal_fuzz_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_terminal_fuzz_LDFLAGS = $(FUZZING_LDFLAGS)
tests_fuzz_terminal_fuzz_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/fault.fuzz
tests_fuzz_fault_fuzz_SOURCES = %D%/fault.c %D%/fuzz.h
tests_fuzz_fault_fuzz_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fault_fuzz_LDFLAGS = $(FUZZING_LDFLAGS)
tests_fuzz_fault_fuzz_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/recorded.fuzz
tests_fuzz_recorded_fuzz_SOURCES = %D%/recorded.c %D%/fuzz.h
tests_fuzz_recorded_fuzz_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_recorded_fuzz_LDFLAGS = $(FUZZING_LDFLAGS)
tests_fuzz_recorded_fuzz_LDADD = $(CORE_LIBS)
if PCAP
tests_fuzz_recorded_fuzz_SOURCES += capture/pcap.c
tests_fuzz_recorded_fuzz_CPPFLAGS += -DWITH_PCAP $(PCAP_CFLAGS)
tests_fuzz_recorded_fuzz_LDADD += $(PCAP_LIBS)
endif

check_PROGRAMS += tests/fuzz/output.fuzz
tests_fuzz_output_fuzz_SOURCES = %D%/output.c %D%/fuzz.h
tests_fuzz_output_fuzz_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_output_fuzz_LDFLAGS = $(FUZZING_LDFLAGS)
tests_fuzz_output_fuzz_LDADD = $(CORE_LIBS)
else !FUZZING
check_PROGRAMS += tests/fuzz/cipherlist.t
TESTS += tests/fuzz/cipherlist.t
tests_fuzz_cipherlist_t_SOURCES = %D%/cipherlist.c %D%/replay.c %D%/fuzz.h
tests_fuzz_cipherlist_t_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"cipherlist"'
tests_fuzz_cipherlist_t_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/flight.t
TESTS += tests/fuzz/flight.t
tests_fuzz_flight_t_SOURCES = %D%/flight.c %D%/replay.c %D%/fuzz.h
tests_fuzz_flight_t_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"flight"'
tests_fuzz_flight_t_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/hello.t
TESTS += tests/fuzz/hello.t
tests_fuzz_hello_t_SOURCES = %D%/hello.c %D%/replay.c %D%/fuzz.h
tests_fuzz_hello_t_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"hello"'
tests_fuzz_hello_t_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/http.t
TESTS += tests/fuzz/http.t
tests_fuzz_http_t_SOURCES = %D%/http.c %D%/replay.c %D%/fuzz.h
tests_fuzz_http_t_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"http"'
tests_fuzz_http_t_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/ocsp.t
TESTS += tests/fuzz/ocsp.t
tests_fuzz_ocsp_t_SOURCES = %D%/ocsp.c %D%/replay.c %D%/fuzz.h
tests_fuzz_ocsp_t_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"ocsp"'
tests_fuzz_ocsp_t_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/record.t
TESTS += tests/fuzz/record.t
tests_fuzz_record_t_SOURCES = %D%/record.c %D%/replay.c %D%/fuzz.h
tests_fuzz_record_t_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"record"'
tests_fuzz_record_t_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/x509.t
TESTS += tests/fuzz/x509.t
tests_fuzz_x509_t_SOURCES = %D%/x509.c %D%/replay.c %D%/fuzz.h
tests_fuzz_x509_t_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"x509"'
tests_fuzz_x509_t_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/body.t
TESTS += tests/fuzz/body.t
tests_fuzz_body_t_SOURCES = %D%/body.c %D%/replay.c %D%/fuzz.h
tests_fuzz_body_t_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"body"'
tests_fuzz_body_t_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/crl.t
TESTS += tests/fuzz/crl.t
tests_fuzz_crl_t_SOURCES = %D%/crl.c %D%/replay.c %D%/fuzz.h
tests_fuzz_crl_t_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"crl"'
tests_fuzz_crl_t_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/pem.t
TESTS += tests/fuzz/pem.t
tests_fuzz_pem_t_SOURCES = %D%/pem.c %D%/replay.c %D%/fuzz.h
tests_fuzz_pem_t_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"pem"'
tests_fuzz_pem_t_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/terminal.t
TESTS += tests/fuzz/terminal.t
tests_fuzz_terminal_t_SOURCES = %D%/terminal.c %D%/replay.c %D%/fuzz.h
tests_fuzz_terminal_t_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"terminal"'
tests_fuzz_terminal_t_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/fault.t
TESTS += tests/fuzz/fault.t
tests_fuzz_fault_t_SOURCES = %D%/fault.c %D%/replay.c %D%/fuzz.h
tests_fuzz_fault_t_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"fault"'
tests_fuzz_fault_t_LDADD = $(CORE_LIBS)

check_PROGRAMS += tests/fuzz/recorded.t
TESTS += tests/fuzz/recorded.t
tests_fuzz_recorded_t_SOURCES = %D%/recorded.c %D%/replay.c %D%/fuzz.h
tests_fuzz_recorded_t_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"recorded"'
tests_fuzz_recorded_t_LDADD = $(CORE_LIBS)
if PCAP
tests_fuzz_recorded_t_SOURCES += capture/pcap.c
tests_fuzz_recorded_t_CPPFLAGS += -DWITH_PCAP $(PCAP_CFLAGS)
tests_fuzz_recorded_t_LDADD += $(PCAP_LIBS)
endif

check_PROGRAMS += tests/fuzz/output.t
TESTS += tests/fuzz/output.t
tests_fuzz_output_t_SOURCES = %D%/output.c %D%/replay.c %D%/fuzz.h
tests_fuzz_output_t_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_NAME='"output"'
tests_fuzz_output_t_LDADD = $(CORE_LIBS)
endif !FUZZING

EXTRA_DIST += \
	%D%/corpus/body/bare_lf \
	%D%/corpus/body/chunks \
	%D%/corpus/body/two_sizes \
	%D%/corpus/crl/ca_and_crl \
	%D%/corpus/crl/revoked \
	%D%/corpus/crl/trusted \
	%D%/corpus/fault/bytes \
	%D%/corpus/fault/ends \
	%D%/corpus/fault/injections \
	%D%/corpus/fault/rates \
	%D%/corpus/fault/records \
	%D%/corpus/fault/wrong \
	%D%/corpus/output/certificate \
	%D%/corpus/output/curl \
	%D%/corpus/output/grease_and_everything \
	%D%/corpus/output/request \
	%D%/corpus/pem/cert_and_key \
	%D%/corpus/pem/crl \
	%D%/corpus/pem/dh \
	%D%/corpus/pem/dh_der \
	%D%/corpus/pem/pkcs12 \
	%D%/corpus/terminal/mixed \
	%D%/corpus/terminal/not_utf8 \
	%D%/corpus/cipherlist/default \
	%D%/corpus/cipherlist/groups \
	%D%/corpus/cipherlist/level \
	%D%/corpus/cipherlist/modern \
	%D%/corpus/cipherlist/names \
	%D%/corpus/cipherlist/order \
	%D%/corpus/cipherlist/suite_b \
	%D%/corpus/cipherlist/tls1_3 \
	%D%/corpus/flight/gnutls_1_0 \
	%D%/corpus/flight/gnutls_1_2 \
	%D%/corpus/flight/gnutls_1_2_ffdhe \
	%D%/corpus/flight/gnutls_1_2_resumed \
	%D%/corpus/flight/gnutls_1_3_retry \
	%D%/corpus/flight/nginx_1_2 \
	%D%/corpus/flight/nginx_1_3 \
	%D%/corpus/flight/nginx_old \
	%D%/corpus/flight/openssl_1_0_dhe \
	%D%/corpus/flight/openssl_1_1_ecdhe \
	%D%/corpus/flight/openssl_1_2_adh \
	%D%/corpus/flight/openssl_1_2_aecdh \
	%D%/corpus/flight/openssl_1_2_dhe \
	%D%/corpus/flight/openssl_1_2_dhe_psk \
	%D%/corpus/flight/openssl_1_2_ecdhe_psk \
	%D%/corpus/flight/openssl_1_2_psk \
	%D%/corpus/flight/openssl_1_2_rsa \
	%D%/corpus/flight/openssl_1_2_rsa_psk \
	%D%/corpus/flight/openssl_1_2_status \
	%D%/corpus/flight/openssl_1_2_warning \
	%D%/corpus/flight/openssl_1_3_mlkem \
	%D%/corpus/flight/openssl_1_3_psk \
	%D%/corpus/flight/openssl_1_3_retry \
	%D%/corpus/flight/openssl_1_3_told \
	%D%/corpus/flight/polytls_gnutls_1_0 \
	%D%/corpus/flight/polytls_gnutls_1_3 \
	%D%/corpus/flight/polytls_mbedtls_1_2 \
	%D%/corpus/flight/polytls_mbedtls_alpn \
	%D%/corpus/flight/polytls_mbedtls_resumed \
	%D%/corpus/flight/polytls_openssl_1_2 \
	%D%/corpus/flight/polytls_openssl_1_3 \
	%D%/corpus/hello/curl \
	%D%/corpus/hello/fragments_of_1 \
	%D%/corpus/hello/fragments_of_50 \
	%D%/corpus/hello/gnutls \
	%D%/corpus/hello/grease_and_everything \
	%D%/corpus/hello/openssl_1_0 \
	%D%/corpus/hello/openssl_1_2 \
	%D%/corpus/hello/openssl_1_3 \
	%D%/corpus/hello/plain_http \
	%D%/corpus/hello/sslv2 \
	%D%/corpus/hello/sslv2_alone \
	%D%/corpus/http/browser \
	%D%/corpus/http/chunked \
	%D%/corpus/http/curl \
	%D%/corpus/http/old \
	%D%/corpus/http/options \
	%D%/corpus/http/post \
	%D%/corpus/http/proxy \
	%D%/corpus/ocsp/by_key_nonce \
	%D%/corpus/ocsp/revoked \
	%D%/corpus/ocsp/try_later \
	%D%/corpus/ocsp/two_singles \
	%D%/corpus/ocsp/url \
	%D%/corpus/record/client \
	%D%/corpus/record/empty_records \
	%D%/corpus/record/no_tls \
	%D%/corpus/record/sslv2_first \
	%D%/corpus/recorded/c_array \
	%D%/corpus/recorded/colons \
	%D%/corpus/recorded/everything \
	%D%/corpus/recorded/everything_bare \
	%D%/corpus/recorded/hexdump \
	%D%/corpus/recorded/list_headers \
	%D%/corpus/recorded/list_no_syn \
	%D%/corpus/recorded/list_raw \
	%D%/corpus/recorded/list_starttls \
	%D%/corpus/recorded/msg \
	%D%/corpus/recorded/pcap \
	%D%/corpus/recorded/pcap_big_nano_cooked \
	%D%/corpus/recorded/pcap_vlan \
	%D%/corpus/recorded/pcapng \
	%D%/corpus/recorded/pem \
	%D%/corpus/recorded/sslv2 \
	%D%/corpus/recorded/xxd \
	%D%/corpus/x509/bmp_string \
	%D%/corpus/x509/ec \
	%D%/corpus/x509/ed25519 \
	%D%/corpus/x509/rsa
