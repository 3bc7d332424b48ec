"""test_stand_in.py - in the place of openssl s_server, for scripts made for it

SPDX-License-Identifier: Apache-2.0
"""
import os
import shutil
import signal
import socket
import subprocess

import pytest

import servers
from clients import call, connect, need, read_all
from conftest import reason_against
from servers import DEADLINE, PROGRAM


# ---- starts where the reference starts --------------------------------------


@pytest.mark.parametrize("words, remark", [
    (["-dhparam", "nowhere.pem"], "-dhparam nowhere.pem: there is no such"),
    (["-cert2", "nowhere.pem"], "-cert2 has no effect without -servername"),
    (["-key2", "nowhere.pem"], "-key2 has no effect without -servername"),
    (["-servername_fatal"], "-servername_fatal has no effect without"),
    (["-CApath", ".", "-verify", "1"], "-CApath .: no file in it has a hash"),
])
def test_starts_with_a_remark(server, pki, tmp_path, backend, words, remark):
    if "-dhparam" in words and reason_against(backend, "dh_parameters"):
        pytest.skip(reason_against(backend, "dh_parameters"))
    there = server("-www", *words, cwd=tmp_path)
    with connect(there, pki) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert read_all(peer)
    there.stop()
    assert remark in there.err.text()


@pytest.mark.parametrize("words", [["-cipher", "PSK"],
    ["-cipher", "PSK", "-tls1_2"], ["-nocert"], ["-nocert", "-tls1_2"]])
def test_starts_without_a_key_and_refuses(server, pki, backend, words):
    if reason_against(backend, "psk"):
        pytest.skip(reason_against(backend, "psk"))
    there = server(*words, certs="-nocert" not in words)
    said = call(need("openssl"), "s_client", "-connect",
        "127.0.0.1:%d" % there.port, "-tls1_2", text=b"", status=None)
    assert "Cipher is (NONE)" in said
    there.wait("failed", conn=1)
    assert "alert" in there.err.text()
    assert "-psk" in there.err.text()


# ---- one entry of a list that a library lacks --------------------------------


# Facts of the libraries here: no stack signs so, or has that group or suite.
LISTS = [
    ("signatures", ["-sigalgs", "ECDSA+SHA256:eccsi_sha256"],
        ["-sigalgs", "eccsi_sha256"], "eccsi_sha256"),
    ("client_signatures", ["-client_sigalgs", "ECDSA+SHA256:eccsi_sha256"],
        ["-client_sigalgs", "eccsi_sha256"], "eccsi_sha256"),
    ("groups", ["-groups", "P-256:CECPQ2"], ["-groups", "CECPQ2"], "CECPQ2"),
    ("cipher_list", ["-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256:"
        "TLS_RSA_WITH_SEED_CBC_SHA"], ["-cipher",
        "TLS_RSA_WITH_SEED_CBC_SHA"], "TLS_RSA_WITH_SEED_CBC_SHA"),
    ("tls1_3", ["-ciphersuites", "TLS_AES_128_GCM_SHA256:TLS_SM4_GCM_SM3"],
        ["-ciphersuites", "TLS_SM4_GCM_SM3"], "TLS_SM4_GCM_SM3"),
]


@pytest.mark.parametrize("feature, some, none, lacking", LISTS,
    ids=[row[1][0] for row in LISTS])
def test_leaves_out_what_a_library_lacks(server, pki, backend, feature, some,
    none, lacking):
    if reason_against(backend, feature):
        pytest.skip(reason_against(backend, feature))
    verify = ["-verify", "1"] if "client" in feature else []
    there = server("-www", *some, *verify)
    with connect(there, pki) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert read_all(peer)
    there.stop()
    remarks = [line for line in there.err.text().splitlines()
        if line.endswith(": left out")]
    assert len(remarks) == 1 and lacking in remarks[0]
    assert some[0] in remarks[0] and backend in remarks[0]
    done = servers.run("s_server", "-accept", "127.0.0.1:0", "-backend",
        backend, "-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key, *none,
        *verify)
    assert done.returncode == 3, done.stderr
    assert none[0] in done.stderr and "none" in done.stderr or \
        "cannot do" in done.stderr


@pytest.mark.parametrize("word", ["aNULL", "aNULL:@SECLEVEL=0", "kGOST",
    "kSRP"])
def test_a_word_whose_suites_a_library_lacks(server, pki, backend, word):
    """Known to the language: not "means nothing"."""
    if word.startswith("aNULL") and not reason_against(backend, "anonymous"):
        server("-cipher", word, "-www")
        return
    done = servers.run("s_server", "-accept", "127.0.0.1:0", "-backend",
        backend, "-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key, "-cipher",
        word)
    assert (done.returncode, done.stdout) == (3, ""), done.stderr
    assert "the library has none" in done.stderr


# ---- exit statuses -----------------------------------------------------------


def status_of(*words):
    return servers.run("s_server", *words).returncode


@pytest.mark.parametrize("words, ours", [
    (["-nonsense"], 2), (["-naccept", "0"], 2),
    (["-backend", "nonsense"], 2), (["-ssl2"], 3), (["-help"], 0),
])
def test_strict_errors_have_one_status(words, ours):
    assert status_of(*words) == ours
    assert status_of(*words, "-strict_s_server") == (1 if ours else 0)
    assert status_of("--strict_s_server", *words) == (1 if ours else 0)


def test_strict_a_port_that_is_taken(pki):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        words = ["-accept", "127.0.0.1:%d" % taken.getsockname()[1], "-cert",
            pki.ecdsa.cert, "-key", pki.ecdsa.key]
        assert status_of(*words) == 2
        assert status_of(*words, "-strict_s_server") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("words", [[], ["-www", "-workers", "2"]])
def test_strict_a_signal_kills(server, pki, tmp_path, number, words):
    path = tmp_path / "socket"
    there = server("-strict_s_server", "-unix", path, *words, accept=None,
        backend="openssl")
    there.signal(number)
    assert there.process.wait(DEADLINE) == -number
    there.finish()
    assert not path.exists()
    assert "server accepts" not in there.out.text()


def test_strict_a_failed_handshake_is_no_failure(server, pki):
    there = server("-strict_s_server", "-www", "-naccept", "1",
        backend="openssl")
    with socket.create_connection(("127.0.0.1", there.port)) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        peer.recv(100)
    assert there.finish() == 0


# ---- HTTP/1.0 ----------------------------------------------------------------


def ask(there, pki, text):
    with connect(there, pki) as peer:
        peer.sendall(text)
        return read_all(peer)


def test_www_answers_http_1_0_as_the_reference(server, pki, backend):
    there = server("-www")
    old = ask(there, pki, b"GET / HTTP/1.0\r\n\r\n")
    assert old.startswith(b"HTTP/1.0 200 ok\r\nContent-type: text/html\r\n"
        b"\r\n<HTML><BODY BGCOLOR=\"#ffffff\">\n<pre>\n\ns_server ")
    assert old.endswith(b"</pre></BODY></HTML>\r\n\r\n")
    new = ask(there, pki, b"GET / HTTP/1.1\r\nHost: x\r\n"
        b"Connection: close\r\n\r\n")
    assert new.startswith(b"HTTP/1.1 200 OK\r\n")
    json = ask(there, pki, b"GET /json HTTP/1.0\r\n\r\n")
    assert json.startswith(b"HTTP/1.0 200 ok\r\n")
    assert b"\r\nContent-Type: application/json\r\n" in json
    assert ask(there, pki, b"GET /favicon.ico HTTP/1.0\r\n\r\n").startswith(
        b"HTTP/1.1 404 ")


def test_www_keeps_an_old_connection_if_asked_to(server, pki):
    there = server("-www", "-keep_alive", backend="openssl")
    both = ask(there, pki, b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
        b"GET / HTTP/1.0\r\n\r\n")
    assert both.count(b"HTTP/1.0 200 ok\r\n") == 2
    assert both.count(b"\r\nConnection: keep-alive\r\n") == 1


# ---- what is printed ---------------------------------------------------------


@pytest.mark.parametrize("words, first", [
    ([], "Using default temp DH parameters\nACCEPT "),
    (["-www"], "Using default temp DH parameters\nACCEPT "),
    (["-no_dhe"], "ACCEPT "),
    (["-quiet"], None), (["-brief"], None),
    (["-brief", "-strict_s_server"], None),
])
def test_says_which_dh_parameters(server, pki, words, first):
    there = server(*words, backend="openssl")
    there.stop()
    out = there.out.text()
    assert out.startswith(first) if first else "ACCEPT" not in out


def test_says_that_dh_parameters_are_given(server, pki, tmp_path):
    path = tmp_path / "dh.pem"
    # RFC 7919, A.1, by its name: nothing to compute
    call(need("openssl"), "genpkey", "-genparam", "-algorithm", "DH",
        "-pkeyopt", "group:ffdhe2048", "-out", str(path))
    there = server("-dhparam", path, backend="openssl")
    there.stop()
    assert there.out.text().startswith("Setting temp DH parameters\nACCEPT ")


def test_brief_is_ready_by_its_file(server, pki, tmp_path):
    ready = tmp_path / "ready"
    there = server("-brief", "-ready_file", ready, backend="openssl")
    assert ready.read_text() == "127.0.0.1:%d\n" % there.port
    assert "ACCEPT" not in there.out.text()


# ---- contrib/openssl ---------------------------------------------------------


SCRIPT = os.path.join(os.environ["top_srcdir"], "contrib", "openssl")


def run_script(script, *words, **env):
    """The script as it would run with its directory first in PATH."""
    path = "%s:%s" % (os.path.dirname(str(script)), os.environ["PATH"])
    return subprocess.run([str(script)] + list(words),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=DEADLINE, text=True,
        env=dict(os.environ, **dict({"PATH": path, "POLYTLS": PROGRAM},
            **env)))


def test_the_script_starts_polytls_as_s_server():
    for words in ([], ["-backend", "nonsense"]):
        done = run_script(SCRIPT, "s_server", "-nonsense",
            POLYTLS_OPTIONS=" ".join(words))
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("polytls s_server: unknown option")
    strict = run_script(SCRIPT, "s_server", "-nonsense",
        POLYTLS_OPTIONS="-brief -strict_s_server")
    assert strict.returncode == 1


def test_the_script_leaves_all_else_to_openssl(tmp_path):
    real = need("openssl")
    expected = call(real, "version")
    copies = [tmp_path / "one" / "openssl", tmp_path / "two" / "openssl"]
    for copy in copies:
        copy.parent.mkdir()
        shutil.copy(SCRIPT, copy)
    path = ":".join([str(copy.parent) for copy in copies] +
        [os.environ["PATH"]])
    for copy in copies:
        assert run_script(copy, "version", PATH=path).stdout == expected
    assert run_script(SCRIPT, "version").stdout == expected
    assert run_script(SCRIPT, "version", POLYTLS_OPENSSL=real,
        PATH="/bin:/usr/bin").stdout == expected
    assert run_script(SCRIPT, "nonsense").returncode == 1
    alone = run_script(copies[0], "version", PATH=str(copies[0].parent))
    assert alone.returncode == 127 and "POLYTLS_OPENSSL" in alone.stderr


def test_the_script_keeps_words_together(tmp_path):
    """Blanks in words of the caller's; standard input and signals."""
    done = run_script(SCRIPT, "s_server", "-accept", "127.0.0.1:0", "-cert",
        str(tmp_path / "a b.pem"))
    assert "a b.pem" in done.stderr and done.returncode == 2
