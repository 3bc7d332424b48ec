"""test_refusals.py - one refusal has one wording, whatever library refuses

SPDX-License-Identifier: Apache-2.0

What a line says before the library's own words is held against one text, so
that all backends say the same.
"""
import re

import pytest

from clients import call, connect, need
from pki import openssl
from servers import run


def s_client(server, *args, text=b""):
    return call(need("openssl"), "s_client", "-connect",
        "127.0.0.1:%d" % server.port, *args, text=text, status=None)


def reason(server):
    """The line of a failure, without the library's words and the alert."""
    failed = server.wait("failed")
    server.wait("closed")
    server.stop()
    line = re.search("^conn 1: handshake failed: (.*) [(]alert sent: ",
        server.err.text(), re.M).group(1)
    assert line == "peer: " + failed["reason"]
    return failed["reason"]


VERIFY = "the client sent no certificate, which -Verify demands " \
    "(-verify only asks)"
PSK = "the client's pre-shared key is not ours: wrong key? (see -psk)"


def test_misses_a_certificate(server, pki, backend, version):
    there = server("-Verify", "1", "-CAfile", pki.ca.cert)
    s_client(there, "-" + version)
    assert reason(there) == VERIFY


@pytest.mark.parametrize("client,offers", [
    ("-tls1_1", "TLSv1, TLSv1.1"), ("-tls1_3", "TLSv1.3")])
def test_has_no_version_in_common(server, pki, backend, client, offers):
    there = server("-tls1_2")
    s_client(there, client, "-cipher", "ALL:@SECLEVEL=0")
    said = reason(there)
    first = "no protocol version in common: the client offers "
    assert said.startswith(first)
    # What -tls1_1 offers depends on the client's release.
    assert said.endswith("%s, the server TLSv1.2" % offers.split(", ")[-1])


def test_has_another_key(server, pki, backend, version):
    there = server("-psk", "1234", "-nocert", certs=False)
    s_client(there, "-" + version, "-psk", "4321", "-cipher",
        "PSK:@SECLEVEL=0")
    assert reason(there) == PSK


@pytest.mark.parametrize("name", ["ecdsa", "rsa"])
def test_has_the_key_of_another(pki, backend, name):
    other = {"ecdsa": pki.deep, "rsa": pki.rsa}[name]
    done = run("s_server", "-accept", "127.0.0.1:0", "-backend", backend,
        "-cert", pki.ecdsa.cert, "-key", other.key)
    assert done.returncode == 2
    assert done.stderr == ("polytls s_server: -key %s does not match the "
        "certificate in -cert %s: give the key that it was made for\n" %
        (other.key, pki.ecdsa.cert))


@pytest.mark.parametrize("letter,words", [
    ("k", "only TLS 1.3 has KeyUpdate: 'r' renegotiates, for new keys"),
    ("K", "only TLS 1.3 has KeyUpdate: 'r' renegotiates, for new keys"),
    ("c", "only TLS 1.3 asks for a certificate after the handshake: 'R' does "
        "by renegotiating")])
def test_letters_come_too_early(server, pki, backend, letter, words):
    there = server("-tls1_2", stdin="pipe")
    with connect(there, pki, version="tls1_2"):
        there.wait("handshake")
        there.type(letter.encode() + b"\n")
        told = there.wait("command", letter=letter)
        assert told["status"] == "unsupported"
        assert told["error"]["text"] == words
        there.until(lambda: "command '%s': %s\n" % (letter, words) in
            there.err.text(), "its words")


# ---- what is weak -----------------------------------------------------------


@pytest.fixture(scope="session")
def weak(tmp_path_factory):
    here = tmp_path_factory.mktemp("weak")
    openssl("req", "-x509", "-newkey", "rsa:1024", "-sha1", "-nodes",
        "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost",
        cwd=here)
    openssl("dhparam", "-out", "dh.pem", "512", cwd=here)
    return here


def start(backend, weak, *args):
    return run("s_server", "-accept", "127.0.0.1:0", "-backend", backend,
        "-cert", weak / "cert.pem", "-key", weak / "key.pem", *args)


def test_takes_a_weak_key_with_a_remark(server, backend, weak):
    there = server("-cert", weak / "cert.pem", "-key", weak / "key.pem",
        "-www", certs=False)
    said = s_client(there, "-tls1_2", "-cipher", "ALL:@SECLEVEL=0",
        text=b"GET / HTTP/1.0\r\n\r\n")
    assert "Cipher is ECDHE-RSA" in said
    there.stop()
    assert "-cert %s: an RSA key of 1024 bits: weak: the security level is " \
        "lowered to 1 for it, as @SECLEVEL=1 in -cipher does\n" % (
            weak / "cert.pem") in there.err.text()


@pytest.mark.parametrize("args,status", [
    (["-cipher", "DEFAULT:@SECLEVEL=2"], 2), (["-strict_s_server"], 1),
    (["-native", "-cipher", "DEFAULT:@SECLEVEL=2"], 2)])
def test_keeps_to_a_level(backend, weak, args, status):
    done = start(backend, weak, *args)
    assert done.returncode == status
    assert done.stderr == "polytls s_server: -cert %s: an RSA key of 1024 " \
        "bits: too weak for security level 2: @SECLEVEL=1 in -cipher " \
        "allows it\n" % (weak / "cert.pem")


def test_keeps_to_a_level_for_parameters(backend, weak, pki):
    done = run("s_server", "-accept", "127.0.0.1:0", "-backend", backend,
        "-cert", pki.rsa.cert, "-key", pki.rsa.key, "-dhparam",
        weak / "dh.pem", "-cipher", "DEFAULT:@SECLEVEL=1")
    assert done.returncode == 2
    assert done.stderr == "polytls s_server: -dhparam: parameters of 512 " \
        "bits: too weak for security level 1: @SECLEVEL=0 in -cipher " \
        "allows it\n"
