# tests/unit/local.mk
# SPDX-License-Identifier: Apache-2.0

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/buf.t
TESTS += tests/unit/buf.t
tests_unit_buf_t_SOURCES = %D%/buf.c
tests_unit_buf_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_buf_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/pcapng.t
TESTS += tests/unit/pcapng.t
tests_unit_pcapng_t_SOURCES = %D%/pcapng.c
tests_unit_pcapng_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_pcapng_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/bounded.t
TESTS += tests/unit/bounded.t
tests_unit_bounded_t_SOURCES = %D%/bounded.c
tests_unit_bounded_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_bounded_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/text.t
TESTS += tests/unit/text.t
tests_unit_text_t_SOURCES = %D%/text.c
tests_unit_text_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_text_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/common.t
TESTS += tests/unit/common.t
tests_unit_common_t_SOURCES = %D%/common.c
tests_unit_common_t_CPPFLAGS = $(UNIT_CPPFLAGS) \
	-iquote $(srcdir)/backends
tests_unit_common_t_LDADD = backends/common/libcommon.la $(UNIT_LDADD)

check_PROGRAMS += tests/unit/compare.t
TESTS += tests/unit/compare.t
tests_unit_compare_t_SOURCES = %D%/compare.c %D%/sample.c %D%/sample.h \
	%D%/sample_flight.c %D%/sample_flight.h
tests_unit_compare_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_compare_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/policy.t
TESTS += tests/unit/policy.t
tests_unit_policy_t_SOURCES = %D%/policy.c
tests_unit_policy_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_policy_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/explain.t
TESTS += tests/unit/explain.t
tests_unit_explain_t_SOURCES = %D%/explain.c
tests_unit_explain_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_explain_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/expect.t
TESTS += tests/unit/expect.t
tests_unit_expect_t_SOURCES = %D%/expect.c
tests_unit_expect_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_expect_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/places.t
TESTS += tests/unit/places.t
tests_unit_places_t_SOURCES = %D%/places.c
tests_unit_places_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_places_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/store.t
TESTS += tests/unit/store.t
tests_unit_store_t_SOURCES = %D%/store.c
tests_unit_store_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_store_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/hello.t
TESTS += tests/unit/hello.t
tests_unit_hello_t_SOURCES = %D%/hello.c
tests_unit_hello_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_hello_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/verify.t
TESTS += tests/unit/verify.t
tests_unit_verify_t_SOURCES = %D%/verify.c %D%/sample_staple.c \
	%D%/sample_staple.h
tests_unit_verify_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_verify_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/hello_refused.t
TESTS += tests/unit/hello_refused.t
tests_unit_hello_refused_t_SOURCES = %D%/hello_refused.c
tests_unit_hello_refused_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_hello_refused_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/cipherlist.t
TESTS += tests/unit/cipherlist.t
tests_unit_cipherlist_t_SOURCES = %D%/cipherlist.c
tests_unit_cipherlist_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_cipherlist_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/http.t
TESTS += tests/unit/http.t
tests_unit_http_t_SOURCES = %D%/http.c
tests_unit_http_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_http_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/record.t
TESTS += tests/unit/record.t
tests_unit_record_t_SOURCES = %D%/record.c
tests_unit_record_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_record_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/answer.t
TESTS += tests/unit/answer.t
tests_unit_answer_t_SOURCES = %D%/answer.c %D%/sample_flight.c \
	%D%/sample_flight.h
tests_unit_answer_t_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/%D%
tests_unit_answer_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/flight.t
TESTS += tests/unit/flight.t
tests_unit_flight_t_SOURCES = %D%/flight.c %D%/sample_flight.c \
	%D%/sample_flight.h
tests_unit_flight_t_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/%D%
tests_unit_flight_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/flight_recorded.t
TESTS += tests/unit/flight_recorded.t
tests_unit_flight_recorded_t_SOURCES = %D%/flight_recorded.c %D%/sample_flight.c \
	%D%/sample_flight.h
tests_unit_flight_recorded_t_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/%D%
tests_unit_flight_recorded_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/flight_refused.t
TESTS += tests/unit/flight_refused.t
tests_unit_flight_refused_t_SOURCES = %D%/flight_refused.c %D%/sample_flight.c \
	%D%/sample_flight.h
tests_unit_flight_refused_t_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/%D%
tests_unit_flight_refused_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/memory.t
TESTS += tests/unit/memory.t
tests_unit_memory_t_SOURCES = %D%/memory.c
tests_unit_memory_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_memory_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/quiet.t
TESTS += tests/unit/quiet.t
tests_unit_quiet_t_SOURCES = %D%/quiet.c
tests_unit_quiet_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_quiet_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/stutter.t
TESTS += tests/unit/stutter.t
tests_unit_stutter_t_SOURCES = %D%/stutter.c
tests_unit_stutter_t_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(srcdir)/tests/lib
tests_unit_stutter_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/x509.t
TESTS += tests/unit/x509.t
tests_unit_x509_t_SOURCES = %D%/x509.c %D%/sample.c %D%/sample.h
tests_unit_x509_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_x509_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/names.t
TESTS += tests/unit/names.t
tests_unit_names_t_SOURCES = %D%/names.c
tests_unit_names_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_names_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/beneath.t
TESTS += tests/unit/beneath.t
tests_unit_beneath_t_SOURCES = %D%/beneath.c
tests_unit_beneath_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_beneath_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/body.t
TESTS += tests/unit/body.t
tests_unit_body_t_SOURCES = %D%/body.c
tests_unit_body_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_body_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/options.t
TESTS += tests/unit/options.t
tests_unit_options_t_SOURCES = %D%/options.c
tests_unit_options_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_options_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/pem.t
TESTS += tests/unit/pem.t
tests_unit_pem_t_SOURCES = %D%/pem.c
tests_unit_pem_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_pem_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/trust.t
TESTS += tests/unit/trust.t
tests_unit_trust_t_SOURCES = %D%/trust.c
tests_unit_trust_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_trust_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/plugs.t
TESTS += tests/unit/plugs.t
tests_unit_plugs_t_SOURCES = %D%/plugs.c
tests_unit_plugs_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_plugs_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/pki.t
TESTS += tests/unit/pki.t
tests_unit_pki_t_SOURCES = %D%/pki.c
tests_unit_pki_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_pki_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/bus.t
TESTS += tests/unit/bus.t
tests_unit_bus_t_SOURCES = %D%/bus.c %D%/sample.c %D%/sample.h
tests_unit_bus_t_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/%D%
tests_unit_bus_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/sink_text.t
TESTS += tests/unit/sink_text.t
tests_unit_sink_text_t_SOURCES = %D%/sink_text.c %D%/sample.c \
	%D%/sample.h %D%/sink_stage.h
tests_unit_sink_text_t_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/%D%
tests_unit_sink_text_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/sink_trace.t
TESTS += tests/unit/sink_trace.t
tests_unit_sink_trace_t_SOURCES = %D%/sink_trace.c %D%/sample.c \
	%D%/sample.h %D%/sink_stage.h
tests_unit_sink_trace_t_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/%D%
tests_unit_sink_trace_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/sink_json.t
TESTS += tests/unit/sink_json.t
tests_unit_sink_json_t_SOURCES = %D%/sink_json.c %D%/sample.c %D%/sample.h
tests_unit_sink_json_t_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/%D%
tests_unit_sink_json_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/report.t
TESTS += tests/unit/report.t
tests_unit_report_t_SOURCES = %D%/report.c %D%/sample.c %D%/sample.h
tests_unit_report_t_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/%D%
tests_unit_report_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/sinks.t
TESTS += tests/unit/sinks.t
tests_unit_sinks_t_SOURCES = %D%/sinks.c %D%/sample.c %D%/sample.h
tests_unit_sinks_t_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/%D%
tests_unit_sinks_t_LDADD = $(UNIT_LDADD)
check_PROGRAMS += tests/unit/http_app.t
TESTS += tests/unit/http_app.t
tests_unit_http_app_t_SOURCES = %D%/http_app.c
tests_unit_http_app_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_http_app_t_LDADD = $(UNIT_LDADD)
# The JSON Schema of the events, as doc/ has it, and lines to hold against it.
check_PROGRAMS += tests/unit/print_schema
tests_unit_print_schema_SOURCES = %D%/print_schema.c %D%/sample.c \
	%D%/sample.h
tests_unit_print_schema_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/%D%
tests_unit_print_schema_LDADD = $(UNIT_LDADD)
TESTS += %D%/test_schema.py
endif

# The cipher-string language, beside openssl(1).
check_PROGRAMS += tests/unit/eval_ciphers
tests_unit_eval_ciphers_SOURCES = %D%/eval_ciphers.c
tests_unit_eval_ciphers_CPPFLAGS = $(CORE_CPPFLAGS)
tests_unit_eval_ciphers_LDADD = $(CORE_LIBS)
EXTRA_DIST += %D%/test_ciphers.py %D%/test_schema.py
TESTS += %D%/test_ciphers.py

# What certificates say, beside openssl(1).
check_PROGRAMS += tests/unit/show_certificates
tests_unit_show_certificates_SOURCES = %D%/show_certificates.c
tests_unit_show_certificates_CPPFLAGS = $(CORE_CPPFLAGS)
tests_unit_show_certificates_LDADD = $(CORE_LIBS)
EXTRA_DIST += %D%/test_x509.py
TESTS += %D%/test_x509.py

# What OCSP responses say, and how they are asked for, beside openssl(1).
check_PROGRAMS += tests/unit/show_cert_status
tests_unit_show_cert_status_SOURCES = %D%/show_cert_status.c
tests_unit_show_cert_status_CPPFLAGS = $(CORE_CPPFLAGS)
tests_unit_show_cert_status_LDADD = $(CORE_LIBS)
EXTRA_DIST += %D%/test_ocsp.py
TESTS += %D%/test_ocsp.py

check_PROGRAMS += tests/unit/make_pki
tests_unit_make_pki_SOURCES = %D%/make_pki.c
tests_unit_make_pki_CPPFLAGS = $(CORE_CPPFLAGS)
tests_unit_make_pki_LDADD = $(CORE_LIBS)
EXTRA_DIST += %D%/test_pki.py
TESTS += %D%/test_pki.py

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/resolve.t
TESTS += tests/unit/resolve.t
tests_unit_resolve_t_SOURCES = %D%/resolve.c
tests_unit_resolve_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_resolve_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/ocsp.t
TESTS += tests/unit/ocsp.t
tests_unit_ocsp_t_SOURCES = %D%/ocsp.c %D%/sample_staple.c \
	%D%/sample_staple.h
tests_unit_ocsp_t_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/%D%
tests_unit_ocsp_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/staple.t
TESTS += tests/unit/staple.t
tests_unit_staple_t_SOURCES = %D%/staple.c %D%/sample_staple.c \
	%D%/sample_staple.h
tests_unit_staple_t_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/%D%
tests_unit_staple_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/gather.t
TESTS += tests/unit/gather.t
tests_unit_gather_t_SOURCES = %D%/gather.c tests/lib/fake.c tests/lib/fake.h
tests_unit_gather_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_gather_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/channel.t
TESTS += tests/unit/channel.t
tests_unit_channel_t_SOURCES = %D%/channel.c tests/lib/slow.c tests/lib/slow.h
tests_unit_channel_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_channel_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/fault.t
TESTS += tests/unit/fault.t
tests_unit_fault_t_SOURCES = %D%/fault.c %D%/fault_stage.h \
	tests/lib/fake.c tests/lib/fake.h
tests_unit_fault_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_fault_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/fault_records.t
TESTS += tests/unit/fault_records.t
tests_unit_fault_records_t_SOURCES = %D%/fault_records.c %D%/fault_stage.h \
	tests/lib/fake.c tests/lib/fake.h
tests_unit_fault_records_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_fault_records_t_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/conn.t
TESTS += tests/unit/conn.t
tests_unit_conn_t_SOURCES = %D%/conn.c %D%/conn_scene.h tests/lib/fake.c \
	tests/lib/fake.h
tests_unit_conn_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_conn_t_LDADD = backends/null/libnull.la $(UNIT_LDADD)

check_PROGRAMS += tests/unit/conn_time.t
TESTS += tests/unit/conn_time.t
tests_unit_conn_time_t_SOURCES = %D%/conn_time.c %D%/conn_scene.h \
	tests/lib/fake.c tests/lib/fake.h tests/lib/slow.c tests/lib/slow.h
tests_unit_conn_time_t_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_conn_time_t_LDADD = backends/null/libnull.la $(UNIT_LDADD)
endif
