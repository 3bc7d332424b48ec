"""test_explain.py - one sentence on why a handshake failed

SPDX-License-Identifier: Apache-2.0

Each row of explain_cases.py is a failure made on purpose with a real client:
the sentence is the same on every backend, in the text and in JSON.
"""
import os
import re

import pytest

from clients import call, connect, need
from conftest import BACKENDS, reason_against
from explain_cases import CASES, DIFFER
from explain_clients import Wrong


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


OTHERS = re.compile("; (?:(?P<good>[a-z0-9_, ]+) would have agreed"
    "(?:, (?P<bad>[a-z0-9_, ]+) not)?|"
    "(?P<none>[a-z0-9_, ]+) would not have agreed either)$")


CHAIN = re.compile("; it sent .*?(?=$|; a TLS 1.3 client )")


def sentence_of(failed):
    """Without its parts on other backends and on the client's chain."""
    return CHAIN.sub("", OTHERS.sub("", failed["explanation"]))


def names(words):
    return set(re.split(", | and ", words)) if words else set()


def said_of_others(sentence):
    """Who would agree, and who would not."""
    found = OTHERS.search(sentence)
    if not found:
        return set(), set()
    return names(found["good"]), names(found["bad"]) | names(found["none"])


def start_for(start, wrong, case, **options):
    return start(*fill(case.server, wrong), certs=not
        {"-cert", "-nocert"} & set(case.server), **options)


def fail(start, wrong, case):
    """The server, after its client has failed."""
    there = start_for(start, wrong, case)
    join(there, wrong, case)
    return there


def join(there, wrong, case):
    """Runs the client against the server."""
    if callable(case.client):
        case.client(there, wrong.pki)
    else:
        need(case.client[0])
        call(*fill(case.client, wrong, port=there.port), text=b"",
            status=None)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_says_why(server, wrong, backend, case):
    skip_without(backend, case.needs)
    there = fail(server, wrong, case)
    failed = there.wait("failed")
    there.wait("closed", conn=1)
    there.stop()
    assert sentence_of(failed) in expected(case, backend)
    lines = there.err.text().splitlines()
    at = lines.index("conn 1: why: " + failed["explanation"])
    assert lines[at - 1].startswith("conn 1: ")


@pytest.mark.parametrize("name, sent", [
    ("client_wrong_root", "O=Elsewhere, CN=foreign"),
    ("client_wrong_root_chain", "O=Elsewhere, CN=foreign and CN=Other CA"),
    ("client_too_long", "CN=below and CN=Intermediate")])
def test_tells_the_chain_that_it_got(server, wrong, backend, version, name,
    sent):
    [case] = [one for one in CASES if one.name == name]
    words = [word for word in fill(case.server, wrong) if word != "-tls1_2"]
    there = server(*words, "-" + version)
    join(there, wrong, case)
    said = there.wait("failed")["explanation"]
    late = "; a TLS 1.3 client " if version == "tls1_3" else ""
    assert CHAIN.search(said).group() == "; it sent " + sent
    assert late in said[CHAIN.search(said).end():]


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


# ---- what is said of other backends ------------------------------------------

LISTS = [case for case in CASES
    if case.name.startswith(("only_", "suite", "key_", "group", "sigalgs",
        "alpn"))]


def agrees(there, wrong, case):
    """Whether the client gets through, with a server that may not start."""
    try:
        event = there.wait("listening")
    except AssertionError:
        return False
    there.host, there.port = event["host"], event["port"]
    join(there, wrong, case)
    there.wait("closed", conn=1)
    return bool(there.events("handshake", conn=1))


@pytest.mark.parametrize("case", LISTS, ids=[case.name for case in LISTS])
def test_knows_what_others_would_do(server, wrong, backend, case):
    skip_without(backend, case.needs)
    there = fail(server, wrong, case)
    failed = there.wait("failed")
    good, bad = said_of_others(failed["explanation"])
    assert good | bad == set(BACKENDS) - {backend}
    for other in sorted(good | bad):
        real = start_for(server, wrong, case, backend=other, ready=False)
        assert agrees(real, wrong, case) == (other in good), other
        real.kill()


@pytest.mark.parametrize("case", DIFFER, ids=[case.name for case in DIFFER])
def test_knows_where_stacks_differ(server, wrong, case):
    done, said = {}, {}
    for backend in BACKENDS:
        there = start_for(server, wrong, case, backend=backend, ready=False)
        done[backend] = agrees(there, wrong, case)
        said[backend] = [failed["explanation"]
            for failed in there.events("failed", handshaking=True)]
        there.kill()
    if len(set(done.values())) == 1:
        pytest.skip("all backends here do the same")
    good = {backend for backend in done if done[backend]}
    for backend in set(done) - good:
        for sentence in said[backend]:
            would, would_not = said_of_others(sentence)
            assert would <= good
            assert not would_not & good
            # Whether a library uses these by itself is not known.
            if case.name != "brainpool" and " in common" in sentence:
                assert would | would_not == set(done) - {backend}


def test_what_was_accepted_all_the_same_is_no_reason(server, wrong, backend):
    """A wrong certificate that was let through, and then a failure."""
    there = server("-tls1_2", "-verify", "3", "-CAfile", wrong.pki.ca.cert,
        stdin="pipe")
    with connect(there, wrong.pki, version="tls1_2",
        cert=wrong.pki.stranger) as peer:
        there.wait("handshake")
        peer.sendall(b"x")
        there.wait("data")
        plain = peer.detach()
    # The stream ends without close_notify.
    os.close(plain)
    failed = there.wait("failed")
    assert failed["verify_error"] and failed["refused"] is None
    assert failed["explanation"] is None
