"""test_help.py - -help as scripts look through it, and what is not there yet

SPDX-License-Identifier: Apache-2.0
"""
import os
import re

import servers
from clients import call, need
from conftest import BACKENDS


def help_of(*words):
    done = servers.run("s_server", *words, "-help")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def lines_of(text):
    """The line of each option: a blank, its name, a blank."""
    return {found.group(1): found.group(0)
        for found in re.finditer(r"(?m)^ -([\w-]+) .*$", text)}


def impossible(text):
    found = re.search(r"(?m)^(?:No|This) backend .*can(?:not)? do (.*)\.$",
        text)
    return set(found.group(1).split(", ")) if found else set()


def ours():
    return [word[1:] for word in
        servers.run("s_server", "-help", "-words").stdout.split()]


def test_has_one_line_an_option():
    """As in the reference: grep '^ *-tls1_2 ' finds it."""
    text = help_of()
    words = ours()
    lines = lines_of(text)
    assert list(lines) == [word for word in words if word in lines]
    assert set(lines) | impossible(text) == set(words)
    assert not set(lines) & impossible(text)
    assert re.search(r"(?m)^ *-tls1_2 ", text)
    for line in lines.values():
        assert re.match(r" -\S+( \S+)? +\S", line), line


def test_names_what_nobody_can_without_a_dash():
    """Scripts look for " -ssl3 " and use it."""
    text = help_of()
    assert "ssl3" in impossible(text) and "ssl2" in impossible(text)
    assert "-ssl3" not in text and "-ssl2" not in text


def test_marks_what_a_backend_lacks(backend):
    """The mark, the sentence and the table of the backends say the same."""
    alone = help_of("-backend", backend)
    for name, line in lines_of(help_of()).items():
        marked = re.search(r" \[not ([a-z, ]+)\]$", line)
        lacks = bool(marked) and backend in marked.group(1).split(", ")
        assert lacks == (name in impossible(alone)), name
        assert lacks != (name in lines_of(alone)), name
    features = BACKENDS[backend]["features"]
    for name, feature in (("tls1_3", "tls1_3"), ("rand", "random_seed"),
        ("engine", "engine"), ("msg", "messages")):
        lacks = features[feature]["support"] == "none"
        assert lacks == (name in impossible(alone)), name


# ---- options that only the reference has ------------------------------------


def rows():
    """The names of s_server_absent.def."""
    path = os.path.join(os.environ["top_srcdir"], "src", "cmd",
        "s_server_absent.def")
    text = re.sub(r"(?s)/\*.*?\*/", "", open(path).read())
    names = []
    for row in re.findall(r'A\(((?:\s*"[^"]*")+),', text):
        names += "".join(re.findall(r'"([^"]*)"', row)).split()
    return names


def theirs():
    """The options of the reference at hand."""
    text = call(need("sh"), "-c", need("openssl") + " s_server -help 2>&1",
        status=None)
    return re.findall(r"(?m)^ -([\w-]+) ", text)


def test_knows_every_option_of_the_reference():
    absent = rows()
    assert len(absent) == len(set(absent)) and not set(ours()) & set(absent)
    assert len(theirs()) > 100
    assert set(theirs()) - set(ours()) - set(absent) == set()


def test_says_what_to_use_instead():
    """Each row, so that each is really looked up."""
    for name in ("keymatexport", "dtls1_2", "no-CAfile", "x509_strict"):
        assert name in rows()
    for name in rows():
        done = servers.run("s_server", "-" + name)
        assert done.returncode == 2
        assert done.stderr.startswith("polytls s_server: unknown option -%s, "
            "which only openssl s_server has: " % name)
        assert len(done.stderr.splitlines()) == 1
        assert 80 < len(done.stderr) < 300


def test_readme_names_them():
    path = os.path.join(os.environ["top_srcdir"], "README")
    named = set(re.findall(r"-([\w-]+)", open(path).read()))
    assert [name for name in rows() if name not in named] == []


def test_names_the_letters():
    said = servers.run("s_server", "-help").stdout
    for letter in "qQrRkKcSPB":
        assert re.search(r"^  (.*  )?%s  \w" % letter, said, re.M)
