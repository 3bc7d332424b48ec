"""test_secrets.py - secrets stay with whoever gave them

SPDX-License-Identifier: Apache-2.0
"""
import os
import stat
import subprocess

import pytest

from clients import fetch
from servers import DEADLINE, PROGRAM


def words_of(server):
    """The arguments, as every user of the machine can see them."""
    with open("/proc/%d/cmdline" % server.process.pid, "rb") as file:
        return file.read()


@pytest.mark.parametrize("form", ["two words", "one word"])
@pytest.mark.needs("key_encrypted")
def test_shows_no_pass_phrase_among_its_arguments(server, pki, backend,
    locked, form):
    words = ["-pass", "pass:hush-hush"] if form == "two words" else \
        ["-pass=pass:hush-hush"]
    there = server("-www", "-cert", pki.ecdsa.cert, "-key", locked, *words,
        certs=False)
    assert b"hush" not in words_of(there)
    assert b"pass:***" in words_of(there)
    assert "hush" not in there.lines.text()
    fetch(there, pki, "/")


@pytest.mark.needs("psk")
def test_shows_no_key_among_its_arguments(server, pki, backend):
    there = server("-www", "-psk", "some:body:1a2b3c4d5e6f", "-psk",
        "abcdef012345")
    words = words_of(there)
    assert b"1a2b3c" not in words and b"cdef01" not in words
    assert b"some:body:***" in words
    fetch(there, pki, "/")


def test_shows_no_secret_of_a_line_that_is_refused(pki):
    """Nothing to look at by then: the message has none either."""
    done = subprocess.run([PROGRAM, "s_server", "-psk",
        "9f8e7d6", "-accept", "127.0.0.1:0"], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30)
    assert done.returncode == 2
    assert b"9f8e7d" not in done.stdout


def serve_once(pki, *words):
    """From its start to its end; what it said on standard error."""
    with subprocess.Popen([PROGRAM, "s_server", "-accept", "127.0.0.1:0",
        "-www", "-backend", "openssl", "-cert", pki.ecdsa.cert, "-key",
        pki.ecdsa.key] + [str(word) for word in words],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if line.startswith("ACCEPT"):
                break
        process.terminate()
        _, said = process.communicate(timeout=DEADLINE)
        assert process.returncode == 0
        return said


@pytest.mark.parametrize("words", [["-keylogfile"],
    ["-show_secrets", "-json"]], ids=["keylog", "json"])
@pytest.mark.parametrize("mode", [0o644, 0o660, 0o602, 0o600],
    ids=lambda mode: "%03o" % mode)
def test_takes_a_file_of_secrets_from_others(pki, tmp_path, words, mode):
    path = tmp_path / "secrets"
    path.write_text("")
    path.chmod(mode)
    said = serve_once(pki, *words, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ("permissions are now 600" in said) == (mode != 0o600)
    assert path.read_text()


def test_leaves_other_files_as_they_are(pki, tmp_path):
    path = tmp_path / "events"
    path.write_text("")
    path.chmod(0o644)
    assert "permissions" not in serve_once(pki, "-json", path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_asks_nothing_of_a_device(pki):
    before = os.stat("/dev/null").st_mode
    serve_once(pki, "-keylogfile", "/dev/null")
    assert os.stat("/dev/null").st_mode == before
