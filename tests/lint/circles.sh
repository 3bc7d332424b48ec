#!/bin/sh
# circles.sh - no file uses one that uses it: see uses.py
# SPDX-License-Identifier: Apache-2.0
[ -n "${PYTHON3:-}" ] ||
    { echo "1..0 # SKIP there is no python3"; exit 0; }
exec "$PYTHON3" "$top_srcdir/tests/lint/uses.py"
