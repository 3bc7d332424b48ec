# tests/lint/local.mk - checks of the tree and of what is built
# SPDX-License-Identifier: Apache-2.0
LINT_TESTS = \
	%D%/circles.sh \
	%D%/examples.sh \
	%D%/exports.sh \
	%D%/layers.sh \
	%D%/manual.sh \
	%D%/needed.sh \
	%D%/style.sh
TESTS += $(LINT_TESTS)
EXTRA_DIST += $(LINT_TESTS) \
	%D%/examples.txt \
	%D%/snippets.py \
	%D%/uses.py
