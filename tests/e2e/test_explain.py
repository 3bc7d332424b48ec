"""test_explain.py - one sentence on why a handshake failed

SPDX-License-Identifier: Apache-2.0

Each row of explain_cases.py is a failure made on purpose with a real client:
the sentence is the same on every backend, in the text and in JSON.
"""
import pytest

from clients import call, need
from conftest import reason_against
from explain_cases import CASES, Wrong


@pytest.fixture(scope="session")
def wrong(pki):
    return Wrong(pki)


class Words(dict):
    """What stands for a name in braces: a certificate, unless given."""

    def __init__(self, wrong, **given):
        super().__init__(given)
        self.wrong = wrong

    def __missing__(self, name):
        return getattr(self.wrong, name)


def fill(words, wrong, **given):
    given = Words(wrong, **given)
    return [str(word).format_map(given) for word in words]


def skip_without(backend, features):
    for feature in features:
        reason = reason_against(backend, feature)
        if reason:
            pytest.skip(reason)


def expected(case, backend):
    """The sentences that may be said."""
    for feature, other in case.lacking.items():
        if reason_against(backend, feature):
            return [other.format(backend=backend)]
    return [one.format(backend=backend)
        for one in (case.sentence, *case.also)]


def fail(start, wrong, case):
    """The server, after its client has failed."""
    there = start(*fill(case.server, wrong), certs=not
        {"-cert", "-nocert"} & set(case.server))
    if callable(case.client):
        case.client(there, wrong.pki)
    else:
        need(case.client[0])
        call(*fill(case.client, wrong, port=there.port), text=b"",
            status=None)
    return there


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_says_why(server, wrong, backend, case):
    skip_without(backend, case.needs)
    there = fail(server, wrong, case)
    failed = there.wait("failed")
    there.wait("closed", conn=1)
    there.stop()
    assert failed["explanation"] in expected(case, backend)
    lines = there.err.text().splitlines()
    at = lines.index("conn 1: why: " + failed["explanation"])
    assert lines[at - 1].startswith("conn 1: ")


def test_enough_of_them():
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("option", ["-quiet", "-brief",
    "-strict_s_server -www"])
def test_leaves_the_text_as_it_was(server, wrong, option):
    """Where scripts look for the reference's words, or for few."""
    [case] = [one for one in CASES if one.name == "only_tls1_2"]
    there = server("-tls1_3", *option.split())
    call(need("openssl"), *fill(case.client[1:], wrong, port=there.port),
        text=b"", status=None)
    assert there.wait("failed")["explanation"]
    there.wait("closed", conn=1)
    there.stop()
    assert "why:" not in there.err.text() + there.out.text()
