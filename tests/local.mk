# tests/local.mk - everything under make check
# SPDX-License-Identifier: Apache-2.0
TEST_EXTENSIONS = .t .py .sh
T_LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) \
	$(top_srcdir)/build-aux/tap-driver.sh
PY_LOG_DRIVER = $(T_LOG_DRIVER)
SH_LOG_DRIVER = $(T_LOG_DRIVER)

# Unit tests: cmocka over libcore.la, memory only.
UNIT_CPPFLAGS = $(CORE_CPPFLAGS) -I$(top_srcdir)/tests/lib $(CMOCKA_CFLAGS)
UNIT_LDADD = $(CORE_LIBS) $(CMOCKA_LIBS)

# The contract: the same scenes, one program per backend, with a client of its
# own over memory.
CONTRACT_CPPFLAGS = $(UNIT_CPPFLAGS) $(TEST_CLIENT_CFLAGS)
CONTRACT_LDADD = $(UNIT_LDADD) $(TEST_CLIENT_LIBS)

# AddressSanitizer takes what loaded modules keep for each thread for blocks of
# its own malloc, and may fail at the end for it: intercept_tls_get_addr.
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	POLYTLS_BACKEND_PATH='$(abs_top_builddir)/backends/null/.libs'; \
	for name in $(BACKENDS); do \
	  POLYTLS_BACKEND_PATH="$(abs_top_builddir)/backends/$$name/.libs:$$POLYTLS_BACKEND_PATH"; \
	done; \
	POLYTLS_BACKEND_PATH="$(abs_top_builddir)/capture/.libs:$$POLYTLS_BACKEND_PATH"; \
	POLYTLS_BACKEND_LIBS='$(BACKEND_LIBS)'; export POLYTLS_BACKEND_LIBS; \
	POLYTLS_BACKEND_CFLAGS='$(BACKEND_CFLAGS)'; \
	export POLYTLS_BACKEND_CFLAGS; \
	POLYTLS_CORE_CFLAGS='$(LIBEVENT_CFLAGS) $(JANSSON_CFLAGS)'; \
	export POLYTLS_CORE_CFLAGS; \
	POLYTLS_TEST_CFLAGS='$(CMOCKA_CFLAGS) $(TEST_CLIENT_CFLAGS)'; \
	export POLYTLS_TEST_CFLAGS; \
	CC='$(CC)'; export CC; \
	export POLYTLS_BACKEND_PATH; \
	POLYTLS='$(abs_top_builddir)/polytls$(EXEEXT)'; export POLYTLS; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	PYTHON3='$(PYTHON3)'; export PYTHON3; \
	POLYTLS_ANSWERS='$(abs_top_srcdir)/tests/answers'; export POLYTLS_ANSWERS; \
	ASAN_OPTIONS='intercept_tls_get_addr=0'; export ASAN_OPTIONS; \
	LSAN_OPTIONS='suppressions=$(abs_top_srcdir)/tests/leaks.txt:print_suppressions=0'; \
	export LSAN_OPTIONS;
EXTRA_DIST += %D%/hellos/corpus.py %D%/hellos/debian-12.txt \
	%D%/hellos/debian-13.txt %D%/hellos/made.txt %D%/hellos/make.py \
	%D%/hellos/record.py \
	%D%/race %D%/leaks.txt %D%/mutate %D%/mutations.py

include tests/answers/local.mk
include tests/contract/local.mk
include tests/unit/local.mk
include tests/native/local.mk
include tests/e2e/local.mk
include tests/lint/local.mk
include tests/fault/local.mk
include tests/fuzz/local.mk
