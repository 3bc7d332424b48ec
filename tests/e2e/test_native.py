"""test_native.py - -native answers as the library's own server does

SPDX-License-Identifier: Apache-2.0

The hellos of the clients that are installed, and variations of them, are sent
to the program with -native and to a server of the library's own; what
tests/native/compare reads of the two answers must be the same in 999 of
1,000.  "make native" takes 1,000 of them.
"""
import json
import os
import re
import subprocess
import sys

import pytest

from clients import call, need
from servers import run

BUILD = os.path.join(os.environ["top_builddir"], "tests", "native")
sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests", "native"))

import hellos

NUMBER = int(os.environ.get("POLYTLS_NATIVE_HELLOS", "150"))
PROTOCOLS = ["h2", "http/1.1"]


@pytest.fixture(scope="module")
def corpus():
    lines = ["%s %s\n" % (name, records.hex())
        for name, records in hellos.corpus(NUMBER)]
    assert len(lines) == NUMBER
    return "".join(lines)


class Own:
    """The library's own server; `port` is where it listens."""

    def __init__(self, backend, pair, protocols):
        if backend == "openssl":
            command = ["openssl", "s_server", "-www", "-accept",
                "127.0.0.1:0", "-cert", pair.cert, "-key", pair.key]
            if protocols:
                command += ["-alpn", ",".join(protocols)]
        else:
            command = [os.path.join(BUILD, "server-" + backend), pair.cert,
                pair.key] + protocols
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            found = re.search(r"^(?:ACCEPT .*:)?(\d+)$", line)
            if found:
                break
        else:
            raise RuntimeError("%s does not start" % command)
        self.port = found.group(1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


def compare(own, there, corpus):
    """How many are equal, and what differs."""
    done = subprocess.run([os.path.join(BUILD, "compare"), str(own.port),
        str(there.port)], input=corpus, stdout=subprocess.PIPE, text=True,
        check=True)
    lines = done.stdout.splitlines()
    return int(re.match(r"equal (\d+) of %d$" % NUMBER,
        lines[-1]).group(1)), "\n".join(lines[:60])


@pytest.mark.needs("native")
@pytest.mark.parametrize("protocols", [[], PROTOCOLS],
    ids=["", "with_alpn"])
@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_answers_as_the_librarys_own_server(server, pki, backend, corpus,
        kind, protocols):
    pair = getattr(pki, kind)
    words = ["-alpn", ",".join(protocols)] if protocols else []
    there = server("-native", "-www", "-quiet", *words, certs=pair)
    with Own(backend, pair, protocols) as own:
        equal, differences = compare(own, there, corpus)
    assert equal * 1000 >= NUMBER * 999, "%u of %u are equal:\n%s" % (
        equal, NUMBER, differences)


def test_sees_what_an_option_changes(server, pki, corpus):
    there = server("-native", "-no_tls1_3", "-www", "-quiet",
        backend="openssl", certs=pki.rsa)
    with Own("openssl", pki.rsa, []) as own:
        equal, differences = compare(own, there, corpus)
    assert equal < NUMBER * 3 / 4
    assert "version 0304" in differences


# ---- an option beside it changes that one thing -----------------------------


def offer(there, *words):
    """What openssl s_client says; the name of the suite, or None."""
    said = call(need("openssl"), "s_client", "-connect", "127.0.0.1:%d"
        % there.port, "-tls1_2", *words, text=b"", status=None)
    found = re.search(r"^New, \S+, Cipher is (\S+)$", said, re.M)
    return said, None if found.group(1) == "(NONE)" else found.group(1)


@pytest.mark.needs("native")
@pytest.mark.parametrize("word, exchange", [("-no_dhe", "DHE-RSA"),
    ("-no_ecdhe", "ECDHE-RSA")])
def test_an_exchange_can_be_left_out(server, pki, backend, word, exchange):
    suite = exchange + "-AES128-GCM-SHA256"
    other = "AES128-GCM-SHA256"
    there = server("-native", "-www", certs=pki.rsa, backend=backend)
    assert offer(there, "-cipher", suite)[1] == suite
    there = server("-native", word, "-www", certs=pki.rsa, backend=backend)
    assert offer(there, "-cipher", suite)[1] is None
    assert offer(there, "-cipher", suite + ":" + other)[1] == other


@pytest.mark.needs("native")
def test_two_certificates_serve_two_kinds_of_client(server, pki, backend):
    there = server("-native", "-www", "-dcert", pki.ecdsa.cert, "-dkey",
        pki.ecdsa.key, certs=pki.rsa, backend=backend)
    for suite in "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256":
        assert offer(there, "-cipher", suite)[1] == suite


@pytest.mark.needs("native")
def test_reports_suites_of_the_librarys_own_list(server, pki, backend):
    there = server("-native", certs=pki.rsa, backend=backend)
    suite = offer(there, "-cipher", "ECDHE-RSA-AES128-GCM-SHA256:"
        "ECDHE-ECDSA-AES128-GCM-SHA256")[1]
    there.wait("closed")
    said = there.out.text()
    assert "\nShared ciphers:%s:ECDHE-ECDSA-AES128-GCM-SHA256\n" % suite in said
    assert "\nUsable ciphers:%s\n" % suite in said


# ---- settings that a library reads by itself --------------------------------


SETTINGS = """openssl_conf = all
[all]
ssl_conf = modules
[modules]
system_default = system
[system]
%s
"""


@pytest.fixture
def settings(tmp_path):
    def write(line):
        path = tmp_path / "openssl.cnf"
        path.write_text(SETTINGS % line)
        return {"OPENSSL_CONF": str(path)}
    return write


@pytest.mark.parametrize("line, group", [("", "X25519"),
    ("Groups = secp384r1", "secp384r1")])
def test_openssl_cnf_applies(server, pki, settings, line, group):
    there = server("-www", backend="openssl", env=settings(line))
    said = call(need("openssl"), "s_client", "-connect", "127.0.0.1:%d"
        % there.port, "-groups", "X25519:secp384r1", text=b"", status=None)
    # "Server" up to OpenSSL 3.4, "Peer" after that
    assert re.search(" Temp Key: .*%s" % group, said)


@pytest.mark.parametrize("words", [(), ("-native",)], ids=["", "native"])
@pytest.mark.parametrize("level", [2, 0])
def test_openssl_cnf_sets_the_security_level(server, pki, settings, words,
        level):
    """Above level 0 there are no signatures with SHA-1."""
    there = server("-www", *words, backend="openssl", certs=pki.rsa,
        env=settings("CipherString = DEFAULT:@SECLEVEL=%d" % level))
    said, suite = offer(there, "-cipher", "DEFAULT:@SECLEVEL=0", "-sigalgs",
        "RSA+SHA1")
    assert (suite is not None) == (level == 0)
    assert ("Peer signing digest: SHA1" in said) == (level == 0)


@pytest.mark.parametrize("words, version", [((), "TLSv1.3"),
    (("-native",), "TLSv1.2")])
def test_openssl_cnf_is_all_there_is_with_native(server, pki, settings,
        words, version):
    there = server("-www", *words, backend="openssl",
        env=settings("MaxProtocol = TLSv1.2"))
    said = call(need("openssl"), "s_client", "-connect", "127.0.0.1:%d"
        % there.port, text=b"", status=None)
    assert "New, %s, " % version in said


SETTINGS_OF = {"openssl": "OPENSSL_CONF",
    "gnutls": "GNUTLS_SYSTEM_PRIORITY_FILE"}


@pytest.mark.parametrize("exists", [True, False])
def test_version_says_which_settings(backend, tmp_path, exists):
    path = tmp_path / "settings"
    if exists:
        path.write_text("")
    env = {SETTINGS_OF[backend]: str(path)} if backend in SETTINGS_OF else {}
    expected = str(path) if exists and env else None
    assert ("\n  settings: %s\n" % path in run("version", env=env).stdout) \
        == (expected is not None)
    found = json.loads(run("version", "-json", env=env).stdout)["backends"]
    assert [one["settings"] for one in found if one["name"] == backend] == \
        [expected]
