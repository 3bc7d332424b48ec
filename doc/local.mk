# doc/local.mk - manual pages, and the events
# SPDX-License-Identifier: Apache-2.0

# The page that is installed has a table of the backends that were just built;
# the one in the source has the place for it.
EXTRA_DIST += %D%/options.sh %D%/polytls-s_server.1 %D%/table.sh
nodist_man_MANS = %D%/man1/polytls-s_server.1
CLEANFILES += %D%/man1/polytls-s_server.1

%D%/man1/polytls-s_server.1: $(srcdir)/%D%/polytls-s_server.1 \
    $(srcdir)/%D%/table.sh polytls$(EXEEXT) $(backend_LTLIBRARIES)
	$(AM_V_GEN)$(MKDIR_P) %D%/man1
	$(AM_V_at)$(srcdir)/%D%/table.sh ./run \
	    $(srcdir)/%D%/polytls-s_server.1 >$@.new
	$(AM_V_at)mv $@.new $@

# The pages with marks for options.sh.
OPTION_PAGES = polytls-ciphers.1 polytls-hello.1 polytls-s_server.1

# For maintainers, after a change of an option; tests/lint/manual.sh notices
# when it was forgotten.
manual: polytls$(EXEEXT)
	for page in $(OPTION_PAGES); do \
		$(srcdir)/doc/options.sh ./polytls$(EXEEXT) \
		    $(srcdir)/doc/$$page >$$page.new && \
		mv $$page.new $(srcdir)/doc/$$page || exit; \
	done
.PHONY: manual

dist_man_MANS += %D%/polytls-ciphers.1 %D%/polytls-groups.1 \
	%D%/polytls-hello.1 %D%/polytls-run.1 %D%/polytls-sigalgs.1

dist_doc_DATA = %D%/events.md

# The number is EVENTS_SCHEMA.  For maintainers, after a change of an event;
# tests/unit/test_schema.py notices when it was forgotten.
dist_pkgdata_DATA = %D%/events-1.schema.json
schema: tests/unit/print_schema$(EXEEXT)
	tests/unit/print_schema$(EXEEXT) >events.schema.new
	mv events.schema.new $(srcdir)/doc/events-1.schema.json
.PHONY: schema

# Beside them, a program to be put first in PATH.
examplesdir = $(docdir)/examples
dist_examples_SCRIPTS = contrib/openssl
pytestdir = $(examplesdir)/pytest
dist_pytest_DATA = contrib/pytest/README contrib/pytest/polytls.py

# bash-completion(7) looks for the name of the program.
completiondir = $(datadir)/bash-completion/completions
EXTRA_DIST += %D%/polytls.bash
install-data-local:
	$(MKDIR_P) '$(DESTDIR)$(completiondir)'
	$(INSTALL_DATA) '$(srcdir)/doc/polytls.bash' \
	    '$(DESTDIR)$(completiondir)/polytls'
uninstall-local:
	rm -f '$(DESTDIR)$(completiondir)/polytls'
