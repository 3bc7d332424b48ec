#!/bin/sh
# examples.sh - every example in a header compiles: see snippets.py
# SPDX-License-Identifier: Apache-2.0
[ -n "${PYTHON3:-}" ] ||
    { echo "1..0 # SKIP there is no python3"; exit 0; }
exec "$PYTHON3" "$top_srcdir/tests/lint/snippets.py" "$@"
