# tests/e2e/local.mk - the program as a whole: one entry a file, so that make
# runs them side by side
# SPDX-License-Identifier: Apache-2.0
E2E_TESTS = \
	%D%/test_backends.py \
	%D%/test_bad_input.py \
	%D%/test_clients.py \
	%D%/test_command_line.py \
	%D%/test_every_option.py \
	%D%/test_explain.py \
	%D%/test_injection.py \
	%D%/test_expect.py \
	%D%/test_fault.py \
	%D%/test_faults.py \
	%D%/test_golden.py \
	%D%/test_hello.py \
	%D%/test_hello_capture.py \
	%D%/test_hello_command.py \
	%D%/test_hello_corpus.py \
	%D%/test_hello_diff.py \
	%D%/test_hello_listen.py \
	%D%/test_help.py \
	%D%/test_h2.py \
	%D%/test_hostile.py \
	%D%/test_http.py \
	%D%/test_identity.py \
	%D%/test_interactive.py \
	%D%/test_json.py \
	%D%/test_keylog.py \
	%D%/test_keys.py \
	%D%/test_leaks.py \
	%D%/test_listen.py \
	%D%/test_lists.py \
	%D%/test_modules.py \
	%D%/test_mutated.py \
	%D%/test_names.py \
	%D%/test_native.py \
	%D%/test_nbio.py \
	%D%/test_negotiation.py \
	%D%/test_output.py \
	%D%/test_pcapng.py \
	%D%/test_protocols.py \
	%D%/test_run.py \
	%D%/test_pytest.py \
	%D%/test_rev.py \
	%D%/test_secrets.py \
	%D%/test_selection.py \
	%D%/test_refused.py \
	%D%/test_reneg_page.py \
	%D%/test_refusals.py \
	%D%/test_reload.py \
	%D%/test_report.py \
	%D%/test_sessions.py \
	%D%/test_shadow.py \
	%D%/test_signals.py \
	%D%/test_stalls.py \
	%D%/test_stand_in.py \
	%D%/test_start.py \
	%D%/test_statistics.py \
	%D%/test_status.py \
	%D%/test_strict_web.py \
	%D%/test_suite.py \
	%D%/test_trust.py
TESTS += $(E2E_TESTS)
PY_LOG_COMPILER = $(PYTHON3) $(srcdir)/%D%/run.py
EXTRA_DIST += $(E2E_TESTS) \
	tests/modules/fourth.c \
	%D%/captures.py \
	%D%/clients.py \
	%D%/conftest.py \
	%D%/every.py \
	%D%/every_more.py \
	%D%/explain_cases.py \
	%D%/explain_clients.py \
	%D%/explain_more.py \
	%D%/flights.py \
	%D%/pki.py \
	%D%/race.py \
	%D%/renew_golden.py \
	%D%/valgrind.supp \
	%D%/responders.py \
	%D%/run.py \
	%D%/schema.py \
	%D%/servers.py \
	%D%/suite.sh

# The transcripts of test_golden.py, anew; look at what git diff says of them.
golden: all
	@$(AM_TESTS_ENVIRONMENT) \
	$(PYTHON3) -B $(srcdir)/%D%/renew_golden.py
.PHONY: golden
EXTRA_DIST += tests/golden
