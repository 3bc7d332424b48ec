"""test_report.py - what is told of a connection: sessions, suites, -brief

SPDX-License-Identifier: Apache-2.0
"""
import re
import subprocess
import time

import pytest

from clients import call, connect, need
from conftest import BACKENDS
from servers import DEADLINE

LEFT_OUT = "Master key left out: -show_secrets puts it in\n"


def visit(there, pki, number=1, **options):
    """Comes and goes; what standard output says then."""
    options.setdefault("name", "localhost")
    with connect(there, pki, **options):
        pass
    there.wait("closed", conn=number)
    return there.out.text()


def parameters(said):
    """The last session told, as openssl(1) reads it."""
    pems = re.findall(r"-----BEGIN SSL SESSION PARAMETERS-----\n.*?"
        r"-----END SSL SESSION PARAMETERS-----\n", said, re.S)
    return call(need("openssl"), "sess_id", "-text", "-noout",
        text=pems[-1].encode())


def value(text, label):
    return re.search(r"^ *%s *: (.*)$" % re.escape(label), text,
        re.M).group(1)


# ---- what is loaded -------------------------------------------------------

def modules(there):
    """The backends whose modules the program has loaded."""
    with open("/proc/%d/maps" % there.process.pid) as maps:
        return set(re.findall(r"/polytls-(\w+)\.so", maps.read()))


@pytest.mark.parametrize("mode", [["-www"], ["-WWW"], ["-rev"], ["-brief"],
    []], ids=["www", "WWW", "rev", "brief", "terminal"])
def test_loads_only_what_serves_before_a_client_comes(server, pki, backend,
        mode):
    there = server(*mode)
    assert modules(there) in ({backend}, set())


def test_loads_the_others_for_the_first_client(server, pki, backend):
    there = server("-rev")
    before = modules(there)
    with connect(there, pki, name="localhost"):
        there.until(lambda: not before or modules(there) >= set(BACKENDS),
            "the other backends were loaded")
    there.stop()


def test_loads_no_others_where_nothing_is_told_of_them(server, pki, backend):
    there = server("-WWW")
    before = modules(there)
    visit(there, pki)
    assert modules(there) == before


# ---- session parameters ---------------------------------------------------


def test_tells_a_session_that_others_read(server, pki, backend, version):
    there = server("-no_ticket", "-context", "polytls")
    said = visit(there, pki, version=version)
    text = parameters(said)
    facts = there.wait("handshake")["facts"]
    assert value(text, "Protocol") == facts["version"]["name"]
    assert value(text, "Cipher") == facts["suite"]["openssl"]
    assert value(text, "Session-ID").lower() == facts["session_id"]
    assert value(text, "Session-ID-ctx") == b"polytls".hex().upper()
    assert value(text, "Timeout") == "7200 (sec)"
    assert value(text, "Verify return code") == "0 (ok)"
    assert int(value(text, "Start Time")) > 1700000000
    if version == "tls1_2":
        assert value(text, "Extended master secret") == "yes"
    # No secret unasked, and the words stand before the block.
    assert re.fullmatch("0+", value(text, "Resumption PSK"
        if version == "tls1_3" else "Master-Key"))
    assert LEFT_OUT + "-----BEGIN SSL SESSION" in said


def test_tells_the_secret_if_asked_to(server, pki, backend):
    """The master secret is the one that the client has."""
    openssl = need("openssl")
    there = server("-show_secrets")
    said = call(openssl, "s_client", "-connect", "127.0.0.1:%d" %
        there.port, "-tls1_2", text=b"")
    there.wait("closed")
    told = there.out.text()
    assert LEFT_OUT not in told
    assert value(parameters(told), "Master-Key") == \
        value(said, "Master-Key")


def test_tells_the_client_in_a_session(server, pki, backend, version):
    there = server("-Verify", "3", "-CAfile", pki.ca.cert)
    said = visit(there, pki, version=version, cert=pki.client)
    pem = said[said.index("-----BEGIN SSL"):said.index("-----END SSL") + 43]
    cert = call(need("openssl"), "sess_id", "-cert", text=pem.encode())
    with open(pki.client.cert) as file:
        same = file.read().strip() in cert
    assert same


# ---- suites ---------------------------------------------------------------


def test_tells_three_lists(server, pki, backend):
    there = server("-cipher", "ECDHE+AESGCM", "-tls1_2")
    said = visit(there, pki, version="tls1_2", ciphers="ECDHE+AESGCM:"
        "AES128-SHA:@SECLEVEL=0")
    client = re.search("^Client ciphers:(.*)$", said, re.M).group(1)
    shared = re.search("^Shared ciphers:(.*)$", said, re.M).group(1)
    usable = re.search("^Usable ciphers:(.*)$", said, re.M).group(1)
    assert "AES128-SHA" in client.split(":")
    assert "AES128-SHA" not in shared.split(":")
    assert "ECDHE-RSA-AES128-GCM-SHA256" in shared.split(":")
    # The certificate is of ECDSA.
    assert "ECDHE-RSA-AES128-GCM-SHA256" not in usable.split(":")
    assert "ECDHE-ECDSA-AES128-GCM-SHA256" in usable.split(":")


def test_tells_who_knows_a_suite(server, pki, backend):
    """ARIA in CBC mode is known to few, Camellia in GCM mode to others."""
    there = server("-tls1_2")
    openssl = need("openssl")
    call(openssl, "s_client", "-connect", "127.0.0.1:%d" % there.port,
        "-tls1_2", "-cipher", "ALL:@SECLEVEL=0", "-fallback_scsv", text=b"")
    there.wait("closed")
    event = there.wait("handshake")
    said = there.out.text()
    for suite in event["unknown_suites"]:
        known = {one["backend"]: one["knows"]
            for one in suite["known_to"]}
        assert sorted(known) == sorted(BACKENDS)
        assert known[backend] is False
        line = "Unknown ciphers: 0x%04X %s (%s)\n" % (suite["number"],
            suite["name"], ", ".join("%s %s" % (name,
            "yes" if known[name] else "no") for name in sorted(known)))
        assert line in said
    assert said.count("Unknown ciphers: ") == len(event["unknown_suites"])
    # Clients of OpenSSL 3.5 say the other signal by an extension.
    sent = [suite["number"] for suite in
        there.wait("client_hello")["hello"]["suites"]]
    for number, name in ((0x00FF, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"),
        (0x5600, "TLS_FALLBACK_SCSV")):
        assert said.count("Signalling ciphers: 0x%04X %s\n" % (number,
            name)) == sent.count(number)
    assert 0x5600 in sent
    # Of one that the client offers, at least one backend knows nothing.
    if backend == "gnutls":
        assert "0xC05D TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384 " \
            "(gnutls no" in said


# ---- -brief ---------------------------------------------------------------


def test_is_brief(server, pki, backend, version):
    there = server("-brief", "-verify", "3", "-CAfile", pki.ca.cert)
    out = visit(there, pki, version=version, cert=pki.client)
    # As the reference; -ready_file and -json tell that it is ready.
    assert out == ""
    there.stop()
    assert there.out.text() == out
    said = there.err.text()
    facts = there.wait("handshake")["facts"]
    labels = ["Protocol version: " + facts["version"]["name"],
        "Client cipher list: ", "Ciphersuite: " +
        facts["suite"]["openssl"], "Signature Algorithms: ",
        "Peer certificate: O = Clients, CN = client", "Hash used: ",
        "Signature type: ", "Verification: OK", "Supported groups: "]
    at = 0
    for label in labels:
        at = said.index(label, at)


def test_is_brief_about_who_shows_nothing(server, pki, backend, version):
    there = server("-brief", "-strict_s_server")
    assert visit(there, pki, version=version) == ""
    assert "No peer certificate\n" in there.err.text()


def reference(pki, cwd, offer):
    """What openssl s_server -brief says of one client; it cannot have a
    socket with a long name."""
    openssl = need("openssl")
    there = subprocess.Popen([openssl, "s_server", "-brief", "-unix", "s",
        "-tls1_2", "-naccept", "1", "-cert", pki.ecdsa.cert, "-key",
        pki.ecdsa.key], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, cwd=cwd)
    end = time.monotonic() + DEADLINE
    # It is ready without a word, and ends after one client.
    while there.poll() is None:
        assert time.monotonic() < end
        subprocess.run([openssl, "s_client", "-unix", "s"] + offer,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd=cwd)
    return there.communicate(timeout=DEADLINE)[1]


def test_says_the_same_as_the_reference(server, pki, backend, tmp_path):
    """The lines of -brief, beside those of openssl s_server."""
    offer = ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"]
    theirs = reference(pki, tmp_path, offer)
    there = server("-brief", "-tls1_2")
    call(need("openssl"), "s_client", "-connect", "127.0.0.1:%d" %
        there.port, *offer, text=b"")
    there.wait("closed")
    ours = there.err.text().splitlines()
    # what it says since it has raw public keys
    lines = [line.replace(" or raw public key", "")
        for line in theirs.splitlines()
        if not line.startswith("ERROR") and ":error:" not in line]
    assert len(lines) > 5, theirs
    assert [line for line in ours if line in lines] == lines
