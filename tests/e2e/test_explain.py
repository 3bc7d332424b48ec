"""test_explain.py - one sentence on why a handshake failed

SPDX-License-Identifier: Apache-2.0

Each row of explain_cases.py is a failure made on purpose with a real client:
the sentence is the same on every backend, in the text and in JSON.
"""
import pytest

from clients import call, need
from conftest import reason_against
from explain_cases import CASES


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_says_why(server, pki, backend, case):
    for feature in case.needs:
        reason = reason_against(backend, feature)
        if reason:
            pytest.skip(reason)
    sentence = case.sentence
    for feature, other in case.lacking.items():
        if reason_against(backend, feature):
            sentence = other
    sentence = sentence.format(backend=backend)
    there = server(*case.server)
    call(need(case.client[0]), *[str(word).format(port=there.port)
        for word in case.client[1:]], text=b"", status=None)
    failed = there.wait("failed")
    there.wait("closed", conn=1)
    there.stop()
    assert failed["explanation"] == sentence
    lines = there.err.text().splitlines()
    at = lines.index("conn 1: why: " + failed["explanation"])
    assert lines[at - 1].startswith("conn 1: ")
