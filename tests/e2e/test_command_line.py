"""test_command_line.py - what a wrong word costs: one line, and 2

SPDX-License-Identifier: Apache-2.0
"""
import subprocess
import json
import os
import re
import socket

import pytest

import servers
from clients import call, need
from conftest import BACKENDS, reason_against


def refused(*args, status=2, accept="127.0.0.1:0", **options):
    """The one line that refuses `args`; remarks may come before it."""
    words = list(args)
    if "-accept" not in words:
        words += ["-accept", accept]
    done = servers.run("s_server", *words, **options)
    lines = done.stderr.splitlines()
    assert done.returncode == status, done.stderr
    assert [line for line in lines
        if line.startswith("polytls s_server: ")] == lines[-1:], done.stderr
    assert "ACCEPT" not in done.stdout
    return lines[-1]


@pytest.mark.parametrize("args, words", [
    (["-acept", "4433"], "unknown option -acept: did you mean -accept?"),
    (["-workers", "0"], "-workers 0: a number from 1 to 256"),
    (["-naccept"], "-naccept needs a value"),
    (["-cert", "-quiet"], "-cert needs a value"),
    (["stray"], '"stray" is no option'),
    (["-tls1_2", "-tls1_3"], "only one of"),
    (["-accept", "70000"], "0 to 65535"),
    (["-json", "fd:x"], "-json fd:x"),
    (["-backend", "nonsense"], 'no backend "nonsense": there are '),
    (["-cipher", "nonsense"], "-cipher: no cipher matches 'nonsense'"),
    (["-cipher", "ECDHE+AESGCM", "-tls1"], "-cipher ECDHE+AESGCM: no suite"),
    (["-ciphersuites", "nonsense"], "-ciphersuites: "),
    (["-ciphersuites", "", "-tls1_3"], "leaves no suite for TLS 1.3"),
    (["-cert", "no\x1bthing"], "\\x1b"),
])
def test_refuses_in_one_line(args, words):
    assert words in refused(*args)


def test_refuses_a_port_that_is_taken(pki):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        line = refused("-cert", pki.rsa.cert, "-key", pki.rsa.key,
            accept="127.0.0.1:" + port)
        assert port in line


def test_refuses_what_the_backend_cannot(backend):
    options = {
        "tls1": ["-tls1"], "tls1_1": ["-tls1_1"], "tls1_3": ["-tls1_3"],
        "renegotiate": ["-client_renegotiation"],
        "messages": ["-msg"], "states": ["-state"],
        "secrets": ["-keylogfile", "x"],
    }
    tried = 0
    for feature, args in options.items():
        reason = reason_against(backend, feature)
        if not reason:
            continue
        line = refused("-backend", backend, *args, status=3)
        assert args[0] in line
        assert BACKENDS[backend]["features"][feature]["note"] in line
        tried += 1
    if not tried:
        pytest.skip("%s can all of it" % backend)


def test_warns_and_serves(server):
    there = server("-www", "-accept", "127.0.0.1:0", "-crlf")
    there.stop()
    said = there.err.text()
    assert "-accept is given twice" in said
    assert "-crlf has no effect" in said


def test_keeps_secrets_out_of_the_command_line(server):
    there = server("-www", "-pass", "pass:hush")
    there.stop()
    for said in (there.out, there.err, there.lines):
        assert "hush" not in said.text()
    assert "-pass pass:***" in there.lines.text()


# ---- help ------------------------------------------------------------------


def test_helps():
    whole = servers.run("s_server", "-help")
    web = servers.run("s_server", "--help", "web")
    assert whole.returncode == web.returncode == 0
    assert whole.stderr == web.stderr == ""
    assert "\n -accept [HOST:]PORT|fd:N   listen on this address\n" in \
        whole.stdout
    assert "\n -www                       answer every request" in web.stdout
    assert "-accept" not in web.stdout
    assert max(map(len, web.stdout.splitlines())) < 80


def words_of(*args):
    done = servers.run(*args)
    assert done.returncode == 0 and done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize("command", ["s_server", "backends", "version"])
def test_every_command_helps(command):
    text = servers.run(command, "-help")
    manual = servers.run(command, "-help", "-man")
    assert text.returncode == manual.returncode == 0
    assert text.stdout.startswith("usage: polytls %s [OPTION...]" % command)
    words = words_of(command, "-help", "-words")
    assert "-help" in words
    never = re.findall(r"^No backend here can do (.*)\.$", text.stdout, re.M)
    never = never[0].split(", ") if never else []
    assert re.findall(r"^ (-\w+)", text.stdout, re.M) == \
        [word for word in words if word[1:] not in never]
    assert re.findall(r"^\.B \\(-\w+)", manual.stdout, re.M) == words


def complete(*words):
    """What bash offers for the last of these words."""
    bash = need("bash")
    script = os.path.join(os.environ["top_srcdir"], "doc", "polytls.bash")
    line = " ".join("'%s'" % word for word in (servers.PROGRAM,) + words)
    return call(bash, "-c", "source '%s'; COMP_WORDS=(%s); COMP_CWORD=%d; "
        "_polytls; printf '%%s\\n' \"${COMPREPLY[@]}\"" % (script, line,
        len(words))).split()


def test_completes_in_a_shell():
    assert complete("") == words_of("help", "-words")
    assert complete("ba") == ["backends"]
    assert complete("s_server", "-") == words_of("s_server", "-help",
        "-words")
    assert complete("s_server", "-psk_h") == ["-psk_hint"]
    assert complete("version", "-j") == ["-json"]
    assert complete("version", "x") == []


def test_names_the_groups_of_help():
    done = servers.run("s_server", "-help", "nonsense")
    assert done.returncode == 2
    assert "server, certificate, client" in done.stderr
    assert done.stdout == ""


# ---- backends and version --------------------------------------------------


@pytest.fixture
def broken(tmp_path):
    """A directory with a module that is none."""
    (tmp_path / "polytls-broken.so").write_text("no module\n")
    path = os.environ.get("POLYTLS_BACKEND_PATH", "")
    return {"POLYTLS_BACKEND_PATH": "%s:%s" % (tmp_path, path)}


def test_lists_every_answer_with_its_reason():
    found = json.loads(servers.run("backends", "-json").stdout)["backends"]
    text = servers.run("backends").stdout
    assert found
    for one in filter(lambda one: one["loads"], found):
        assert len(one["features"]) > 20
        for name, answer in one["features"].items():
            assert answer["support"] in ("full", "part", "noop", "none")
            assert answer["note"] or answer["support"] == "full"
            assert re.search("^%s " % name, text, re.M)
    assert max(map(len, text.splitlines())) < 80


def test_lists_every_correction():
    said = json.loads(servers.run("backends", "-json").stdout)
    text = servers.run("backends").stdout
    rows = [("all", row) for row in said["corrections"]]
    for one in filter(lambda one: one["loads"], said["backends"]):
        rows += [(one["name"], row) for row in one["corrections"]]
    assert {"all", "openssl"} <= {name for name, row in rows}
    plain = " ".join(text.split())
    for name, row in rows:
        assert " ".join((name, row["name"], row["what"])) in plain
        assert row["feature"] is None or re.search("^%s " % row["feature"],
            text, re.M)


def test_lists_a_backend_that_does_not_load_with_the_reason(broken):
    done = servers.run("backends", env=broken)
    assert done.returncode == 0
    assert "broken does not load" in done.stdout
    found = json.loads(servers.run("backends", "-json", env=broken).stdout)
    bad = [one for one in found["backends"] if one["name"] == "broken"]
    assert bad[0]["loads"] is False
    assert "polytls-broken.so" in bad[0]["error"]
    names = servers.run("backends", "-names", env=broken).stdout.split()
    assert "broken" not in names
    assert set(BACKENDS) <= set(names)


def test_names_library_and_versions():
    done = servers.run("version", "-json")
    said = json.loads(done.stdout)
    text = servers.run("version").stdout
    assert done.returncode == 0
    assert text.startswith("polytls " + said["polytls"])
    assert said["libevent"] in text and said["jansson"] in text
    assert re.findall(r"^(\w+) \(the default\): ", text, re.M) == \
        [one["name"] for one in said["backends"] if one["default"]]
    for one in filter(lambda one: one["loads"], said["backends"]):
        assert "%s %s" % (one["library"], one["running"]) in text
        if one["file"]:
            assert one["file"] in text
    assert sum(one["default"] for one in said["backends"]) == 1


def test_refuses_words_it_does_not_know():
    for command in ("backends", "version"):
        done = servers.run(command, "-nonsense")
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1


BOOTSTRAP = os.path.join(os.path.dirname(__file__), "..", "..", "bootstrap")


def test_bootstrap_says_what_it_does_not_know():
    done = subprocess.run([BOOTSTRAP, "--help"], stdout=subprocess.PIPE)
    assert done.returncode == 0 and b"--serve" in done.stdout
    done = subprocess.run([BOOTSTRAP, "--nonsense"], stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert b"unknown word: --nonsense" in done.stderr
