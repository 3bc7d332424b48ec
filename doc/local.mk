# doc/local.mk - manual pages, and the events
# SPDX-License-Identifier: Apache-2.0
dist_man_MANS += %D%/polytls-s_server.1
EXTRA_DIST += %D%/options.sh

# For maintainers, after a change of an option; tests/lint/manual.sh notices
# when it was forgotten.
manual: polytls$(EXEEXT)
	$(srcdir)/doc/options.sh ./polytls$(EXEEXT) \
	    $(srcdir)/doc/polytls-s_server.1 >polytls-s_server.1.new
	mv polytls-s_server.1.new $(srcdir)/doc/polytls-s_server.1
.PHONY: manual

dist_doc_DATA = %D%/events.md
