"""test_start.py - how much is done before the first client is let in

SPDX-License-Identifier: Apache-2.0

Counted in instructions, which no noise touches, over the bare start: a program
that makes one server of the same library (bench/start.c).
"""
import os
import subprocess
import sys

import pytest

from servers import PROGRAM

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "bench"))

import start  # noqa: E402


def is_instrumented():
    """Sanitizers and valgrind do not go together."""
    symbols = subprocess.run(["nm", start.program(PROGRAM)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return any(mark in symbols
        for mark in ("__asan_", "__tsan_", "__ubsan_", "__gcov_"))


@pytest.mark.parametrize("mode", sorted(start.MODES))
def test_starts_fast(pki, backend, mode):
    if not start.has_valgrind():
        pytest.skip("valgrind is not installed")
    if is_instrumented():
        pytest.skip("the program is instrumented")
    pair = pki.ecdsa.cert, pki.ecdsa.key
    bare = start.bare(os.environ["top_builddir"], backend, *pair)
    if not bare:
        pytest.skip("there is no bench/start-%s" % backend)
    least = start.instructions(bare)
    used = start.instructions(start.polytls(PROGRAM, backend, mode, *pair))
    print("%s %s: %d, bare %d" % (backend, mode, used, least))
    assert used - least <= start.MOST_INSTRUCTIONS
