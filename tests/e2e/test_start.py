"""test_start.py - how much is done before the first client is let in

SPDX-License-Identifier: Apache-2.0

Counted in instructions, which no noise touches, over the bare start: a program
that makes one server of the same library (bench/start.c).
"""
import os
import sys

import pytest

from servers import PROGRAM, is_instrumented

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "bench"))

import start  # noqa: E402


@pytest.mark.parametrize("mode", sorted(start.MODES))
def test_starts_fast(pki, backend, mode):
    if not start.has_valgrind():
        pytest.skip("valgrind is not installed")
    if is_instrumented():
        pytest.skip("the program is instrumented: sanitizers and "
            "valgrind do not go together")
    pair = pki.ecdsa.cert, pki.ecdsa.key
    bare = start.bare(os.environ["top_builddir"], backend, *pair)
    if not bare:
        pytest.skip("there is no bench/start-%s" % backend)
    least = start.instructions(bare)
    used = start.instructions(start.polytls(PROGRAM, backend, mode, *pair))
    print("%s %s: %d, bare %d" % (backend, mode, used, least))
    assert used - least <= start.MOST_INSTRUCTIONS
