"""test_bad_input.py - everything that can be given wrongly

SPDX-License-Identifier: Apache-2.0

Whatever is wrong with the command line, a file or the surroundings: one line
on standard error that names it, nothing on standard output, and an exit
status that says whose fault it is: 2 for the user, 3 for the library.
"""
import os
import re
import shutil
import socket
import subprocess

import pytest

from conftest import BACKENDS, reason_against
from servers import run


def refused(*args, status=2, says=(), **options):
    done = run("s_server", "-accept", "127.0.0.1:0", *args, **options)
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    # What a backend does in part is remarked before it is tried.
    while re.match(r"\w+: -\w+ in part: ", lines[0]):
        del lines[0]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("polytls s_server: "), lines[0]
    for word in [says] if isinstance(says, str) else says:
        assert str(word) in lines[0]
    return lines[0]


@pytest.fixture
def pair(pki):
    return ["-cert", pki.ecdsa.cert, "-key", pki.ecdsa.key]


# ---- options --------------------------------------------------------------


@pytest.mark.parametrize("args, says", [
    (["-nosuch"], "-nosuch"),
    (["-nosuch=3"], "-nosuch"),
    (["--nosuch"], "nosuch"),
    (["stray"], "stray"),
    (["-"], "-"),
    (["-www", "stray"], "stray"),
    (["-accept"], "-accept"),
    (["-cert"], "-cert"),
    (["-accept", "99999"], "99999"),
    (["-accept", "127.0.0.1:99999"], "99999"),
    (["-accept", "-1"], "-1"),
    (["-accept", ""], "-accept"),
    (["-accept", "[::1"], "[::1"),
    (["-port", "x"], "x"),
    (["-naccept", "0"], "0"),
    (["-naccept", "-1"], "-1"),
    (["-naccept", "many"], "many"),
    (["-workers", "0"], "0"),
    (["-workers", "100000"], "100000"),
    (["-verify", "abc"], "abc"),
    (["-verify", "-1"], "-1"),
    (["-handshake_timeout", "soon"], "soon"),
    (["-idle_timeout", "-3"], "-3"),
    (["-certform", "XML"], "XML"),
    (["-keyform", "PKCS"], "PKCS"),
    (["-pass", "secret"], "-pass"),
    (["-pass", "env:POLYTLS_NOT_SET"], "POLYTLS_NOT_SET"),
    (["-pass", "file:/nonexistent/pass"], "/nonexistent/pass"),
    (["-pass", "fd:xyz"], "xyz"),
    (["-tls1_2", "-no_tls1_2"], "tls1_2"),
    (["-no_tls1_2", "-no_tls1_3"], "tls1"),
    (["-cipher", "NOSUCHCIPHER"], "NOSUCHCIPHER"),
    (["-cipher", "!ALL"], "-cipher"),
    (["-cipher", ""], "-cipher"),
    (["-ciphersuites", "TLS_NO_SUCH"], "TLS_NO_SUCH"),
    (["-alpn", ""], "-alpn"),
    (["-alpn", "h2,," + 256 * "x"], "-alpn"),
    (["-alpn", ","], "-alpn"),
    (["-psk"], "-psk"),
    (["-psk", ""], "-psk"),
    (["-psk", "1a2"], "even number"),
    (["-psk", "somebody:"], "-psk"),
    (["-psk", ":1a2b"], "identity"),
    (["-psk", "xyzw"], "hexadecimal"),
    (["-psk", 514 * "0"], "256 bytes"),
    (["-psk", "1a2b", "-psk", "3c4d"], "two keys for the identity"),
    (["-psk_mismatch", "maybe", "-psk", "00"], "refuse, or accept"),
    (["-psk_hint", 129 * "x", "-psk", "00"], "0 to 128 bytes"),
    (["-psk_identity", "", "-psk", "00"], "-psk_identity"),
    (["-context", ""], "-context"),
    (["-context", 33 * "x"], "1 to 32 bytes"),
    (["-id_prefix", ""], "-id_prefix"),
    (["-id_prefix", 33 * "x"], "1 to 32 bytes"),
    (["-num_tickets", "256"], "from 0 to 255"),
    (["-num_tickets", "-1"], "from 0 to 255"),
    (["-num_tickets", "two"], "from 0 to 255"),
    (["-verify_depth", "101", "-verify", "1"], "from 0 to 100"),
    (["-verify_depth", "deep", "-verify", "1"], "from 0 to 100"),
    (["-keyform", "ENGINE"], "-engine"),
    (["-certform", "ENGINE"], "PEM|DER|P12"),
    (["-engine", ""], "-engine"),
    (["-rand", ""], "-rand"),
    (["-groups", "P-1"], "-groups"),
    (["-groups", "P-256::P-384"], "empty"),
    (["-groups", "P-256:P-256"], "twice"),
    (["-sigalgs", "ECDSA"], "-sigalgs"),
    (["-client_sigalgs", "x", "-verify", "1"], "-client_sigalgs"),
    (["-dcert_chain", "x"], "-dcert"),
    (["-nocert", "-servername", "x"], "do not go together"),
    (["-tls1_2", "-tls1_3"], "only one of"),
    (["-nextprotoneg", ",,,"], "-nextprotoneg"),
    (["-nextprotoneg", "a\tb"], "-nextprotoneg"),
    (["-backend", "nosuch"], "nosuch"),
    (["-backend", "../openssl"], "../openssl"),
    (["-backend", ""], "-backend"),
    (["-json", "/nonexistent/x.json"], "/nonexistent/x.json"),
    (["-json", "fd:999"], "fd:999"),
    (["-json", "fd:"], "fd:"),
    (["-keylogfile", "/nonexistent/keys"], "/nonexistent/keys"),
    (["-ready_file", "/nonexistent/ready"], "/nonexistent/ready"),
    (["-WWW", "-root", "/nonexistent"], "/nonexistent"),
    (["-WWW", "-root", "/etc/passwd"], "/etc/passwd"),
], ids=lambda value: " ".join(value)[:40] if isinstance(value, list)
    else None)
def test_refuses(pair, args, says):
    refused(*pair, *args, says=says)


def test_names_the_backends_there_are(pair):
    line = refused(*pair, "-backend", "nosuch")
    for name in BACKENDS:
        assert name in line


def test_escapes_what_it_repeats(pair):
    line = refused(*pair, "-\x1b[31mred")
    assert "\x1b" not in line


def test_repeats_no_pass_phrase(pair):
    assert "hush" not in refused(*pair, "-pass", "hush-hush")


def test_has_help_instead():
    done = run("s_server", "-help")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "-accept" in done.stdout


# ---- files ----------------------------------------------------------------


@pytest.mark.parametrize("option", ["-cert", "-key", "-dcert", "-dkey",
    "-CAfile"])
def test_refuses_a_missing_file(pki, backend, option):
    words = {"-cert": pki.ecdsa.cert, "-key": pki.ecdsa.key,
        "-dcert": pki.rsa.cert, "-dkey": pki.rsa.key,
        "-CAfile": pki.ca.cert}
    words[option] = "/nonexistent/file"
    args = [word for both in words.items() for word in both]
    refused("-backend", backend, *args,
        says=(option, "/nonexistent/file"))


@pytest.mark.parametrize("option", ["-cert", "-key", "-CAfile"])
@pytest.mark.parametrize("content", [b"", b"garbage\n", bytes(range(256)),
    b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    b"-----BEGIN CERTIFICATE-----\nAAAA\n",
    b"-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n"],
    ids=["empty", "text", "bytes", "short", "cut", "base64"])
def test_refuses_a_broken_file(pki, backend, tmp_path, option, content):
    words = {"-cert": pki.ecdsa.cert, "-key": pki.ecdsa.key,
        "-CAfile": pki.ca.cert, "-verify": "1"}
    words[option] = tmp_path / "broken.pem"
    words[option].write_bytes(content)
    args = [word for both in words.items() for word in both]
    refused("-backend", backend, *args, says="broken.pem")


def test_refuses_a_directory(pki, backend, tmp_path):
    refused("-backend", backend, "-cert", tmp_path, "-key", pki.ecdsa.key,
        says=str(tmp_path))


def test_refuses_an_unreadable_file(pki, tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root reads every file")
    closed = tmp_path / "closed.key"
    shutil.copy(pki.ecdsa.key, closed)
    closed.chmod(0)
    refused("-cert", pki.ecdsa.cert, "-key", closed, says="closed.key")


def test_refuses_a_key_of_another_certificate(pki, backend):
    for cert, key in ((pki.ecdsa.cert, pki.ca.key),
        (pki.rsa.cert, pki.ecdsa.key)):
        refused("-backend", backend, "-cert", cert, "-key", key, says=key)


def test_refuses_a_second_key_of_another_certificate(pki, backend, pair):
    refused("-backend", backend, *pair, "-dcert", pki.rsa.cert,
        "-dkey", pki.ecdsa.key, says=pki.ecdsa.key)


def test_refuses_a_wrong_pass_phrase(pki, backend, locked):
    line = refused("-backend", backend, "-cert", pki.ecdsa.cert,
        "-key", locked, "-pass", "pass:wrong-one", says="locked.key")
    assert "wrong-one" not in line


def test_refuses_to_ask_without_a_terminal(pki, backend, locked):
    done = subprocess.run([os.environ.get("POLYTLS", "polytls"),
        "s_server", "-accept", "127.0.0.1:0", "-backend", backend,
        "-cert", pki.ecdsa.cert, "-key", locked],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True, timeout=30,
        text=True)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "-pass" in done.stderr


@pytest.mark.parametrize("source", ["pass:hush-hush", "env:HUSH",
    "file:FILE", "stdin"])
def test_takes_the_pass_phrase_from(server, pki, backend, locked, tmp_path,
    source):
    (tmp_path / "words").write_text("hush-hush\nsecond\n")
    source = source.replace("FILE", str(tmp_path / "words"))
    with open(tmp_path / "words", "rb") as words:
        there = server("-cert", pki.ecdsa.cert, "-key", locked,
            "-pass", source, certs=False, env={"HUSH": "hush-hush"},
            stdin=words.fileno() if source == "stdin" else None)
    assert "hush" not in there.lines.text()


# ---- surroundings ---------------------------------------------------------


def test_refuses_a_port_in_use(pair):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("s_server", *pair, "-accept", "127.0.0.1:%d" % port)
    assert done.returncode == 2
    assert done.stdout == ""
    assert str(port) in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_refuses_a_host_that_is_not_here(pair):
    done = run("s_server", *pair, "-accept", "192.0.2.1:0")
    assert done.returncode == 2
    assert "192.0.2.1" in done.stderr


def test_refuses_a_host_that_is_none(pair):
    done = run("s_server", *pair, "-accept", "no.such.host.invalid:0")
    assert done.returncode == 2
    assert "no.such.host.invalid" in done.stderr
    assert len(done.stderr.splitlines()) == 1


FOREIGN = """
#include <stdint.h>
const struct {
    uint32_t abi, size;
    const char *name;
    void *rest[64];
} tls_backend_%(name)s = { %(abi)s, %(size)s, "%(says)s", { 0 } };
"""


@pytest.mark.parametrize("what, fields", [
    ("version", {"abi": 999, "size": 16}),
    ("size", {"abi": 1, "size": 3}),
    ("name", {"abi": 1, "size": 3, "says": "other"}),
])
def test_refuses_a_module_of_another_contract(pair, tmp_path, what, fields):
    compiler = shutil.which("cc")
    if not compiler:
        pytest.skip("there is no C compiler")
    fields = dict({"name": "foreign", "says": "foreign"}, **fields)
    (tmp_path / "foreign.c").write_text(FOREIGN % fields)
    subprocess.run([compiler, "-shared", "-fPIC", "-o",
        str(tmp_path / "polytls-foreign.so"),
        str(tmp_path / "foreign.c")], check=True)
    refused(*pair, "-backend", "foreign",
        env={"POLYTLS_BACKEND_PATH": str(tmp_path)}, says="foreign")


@pytest.mark.parametrize("content", [b"", b"no library\n"],
    ids=["empty", "text"])
def test_refuses_a_module_that_is_none(pair, tmp_path, content):
    (tmp_path / "polytls-odd.so").write_bytes(content)
    refused(*pair, "-backend", "odd", status=3,
        env={"POLYTLS_BACKEND_PATH": str(tmp_path)}, says="odd")


def test_refuses_what_the_library_cannot(pair, backend):
    """Each option that needs a feature, where the answer is NONE."""
    options = {"tls1": ["-tls1"], "tls1_1": ["-tls1_1"],
        "tls1_3": ["-tls1_3"], "alpn": ["-alpn", "h2"],
        "server_preference": ["-serverpref"],
        "client_certificate": ["-verify", "1"], "states": ["-state"],
        "messages": ["-msg"], "secrets": ["-keylogfile", "/dev/null"],
        "renegotiate": ["-client_renegotiation"],
        "cipher_list": ["-cipher", "HIGH"]}
    lacking = [feature for feature in options
        if reason_against(backend, feature)]
    for feature in lacking:
        note = BACKENDS[backend]["features"][feature]["note"]
        refused(*pair, "-backend", backend, *options[feature], status=3,
            says=(options[feature][0], note))
    if not lacking:
        pytest.skip("%s can all of it" % backend)
