"""test_bad_files.py - every option that names a file, and every bad file

SPDX-License-Identifier: Apache-2.0

The options are those that the program lists; one that names a file and has no
row here fails.  Each bad file is refused in one line that names option and
file, with exit status 2.
"""
import json
import os

import pytest

import servers
from conftest import BACKENDS, reason_against
from pki import openssl
from test_command_line import refused

OWN = {"-cert": "rsa.crt", "-key": "rsa.key"}

# Behind the option what else is to be given; names are files of the PKI.
READ = {
    "cert": {"-key": "rsa.key"},
    "key": {"-cert": "rsa.crt"},
    "dcert": {**OWN, "-dkey": "ecdsa.key"},
    "dkey": {**OWN, "-dcert": "ecdsa.crt"},
    "cert_chain": OWN,
    "dcert_chain": {**OWN, "-dcert": "ecdsa.crt", "-dkey": "ecdsa.key"},
    "cert2": {**OWN, "-servername": "=a.test", "-key2": "ecdsa.key"},
    "key2": {**OWN, "-servername": "=a.test", "-cert2": "ecdsa.crt"},
    "CAfile": {**OWN, "-verify": "=1"},
    "CRL": {**OWN, "-verify": "=1", "-CAfile": "ca.crt",
        "-crl_check_all": None},
    "dhparam": OWN,
    "rand": OWN,
    "status_file": OWN,
}
WRITTEN = {"ready_file", "json", "keylogfile"}
DIRECTORIES = {"CApath": {**OWN, "-verify": "=1"}, "root": {**OWN,
    "-WWW": None}}
SOCKETS = {"unix"}

KEYS = {"key", "dkey", "key2"}

# Of every file; of those with words; of those with PEM; of keys.
FAULTS = ["absent", "directory", "empty"]
CONTENTS = ["text", "bytes", "other kind"]
BLOCKS = ["cut", "damaged"]


def faults():
    for option in sorted(READ):
        # bytes to seed from are any bytes; parameters and responses have
        # tests of their own
        yield from ((option, fault) for fault in FAULTS +
            (CONTENTS if option != "rand" else []) +
            (BLOCKS if option not in ("rand", "dhparam", "status_file")
            else []) + (["locked"] if option in KEYS else []))


def listed():
    """The options that name files, as the program lists them."""
    done = servers.run("backends", "-options", "-json")
    return {one["name"] for one in json.loads(done.stdout)["options"]
        if one["value"] and any(word in one["value"] for word in ("FILE",
        "DIRECTORY", "PATH"))}


def test_has_a_row_for_every_option_that_names_a_file():
    assert listed() == set(READ) | WRITTEN | set(DIRECTORIES) | SOCKETS


def fitting(option):
    """A backend that can do it."""
    needs = {"rand": "random_seed", "status_file": "status",
        "CRL": "crls", "dhparam": "dh_parameters"}.get(option)
    for name in sorted(BACKENDS):
        if not needs or not reason_against(name, needs):
            return name
    pytest.skip("no backend can do -" + option)


def words_of(pki, others):
    words = []
    for name, value in others.items():
        words.append(name)
        if value and value.startswith("="):
            words.append(value[1:])
        elif value:
            getattr(pki, value.split(".")[0])
            words.append(pki.path(value))
    return words


def good(pki, option):
    """What would have been right."""
    pki.rsa, pki.ecdsa		# made when asked for
    if option == "CRL":
        path = pki.path("files.crl")
        return path if os.path.exists(path) else pki.crl("files", "ca")
    if option in KEYS:
        return pki.path("rsa.key" if option == "key" else "ecdsa.key")
    return pki.path({"cert": "rsa.crt", "CAfile": "ca.crt",
        "cert_chain": "ca.crt", "dcert_chain": "ca.crt"}.get(option,
        "ecdsa.crt"))


def spoil(pki, option, fault, path):
    """Makes such a file."""
    contents = {"empty": b"", "text": b"good morning\n",
        "bytes": bytes(range(256))}
    if fault == "directory":
        path.mkdir()
    elif fault in contents:
        path.write_bytes(contents[fault])
    elif fault == "other kind":
        path.write_text(open(pki.rsa.key if option not in KEYS else
            pki.ca.cert).read())
    elif fault == "locked":
        openssl("pkcs8", "-topk8", "-v2", "des3", "-passout", "pass:hush",
            "-in", good(pki, option), "-out", str(path))
    elif fault != "absent":
        text = open(good(pki, option)).read()
        lines = text.split("\n")
        lines[1] = "!" + lines[1][1:]
        path.write_text(text[:len(text) // 2] if fault == "cut" else
            "\n".join(lines))


@pytest.mark.parametrize("option, fault", faults())
def test_refuses_a_file(pki, tmp_path, option, fault):
    path = tmp_path / "bad.file"
    spoil(pki, option, fault, path)
    line = refused("-backend", fitting(option), *words_of(pki,
        READ[option]), "-" + option, path)
    assert "-" + option in line
    assert str(path) in line
    assert len(line) > len(str(path)) + 30	# and says what to do


@pytest.mark.parametrize("option", sorted(DIRECTORIES))
@pytest.mark.parametrize("fault", ["absent", "file"])
def test_refuses_a_directory(pki, tmp_path, option, fault):
    path = tmp_path / "bad.directory"
    if fault == "file":
        path.write_text("no directory\n")
    line = refused("-backend", sorted(BACKENDS)[0], *words_of(pki,
        DIRECTORIES[option]), "-" + option, path)
    assert "-%s %s" % (option, path) in line


@pytest.mark.parametrize("option", sorted(WRITTEN | SOCKETS))
@pytest.mark.parametrize("fault", ["no directory", "directory"])
def test_refuses_to_write(pki, tmp_path, option, fault):
    path = tmp_path / "there" / "is" if fault == "no directory" else tmp_path
    args = ["-backend", sorted(BACKENDS)[0], *words_of(pki, OWN),
        "-" + option, path]
    if option == "unix":
        done = servers.run("s_server", *args)
        assert done.returncode == 2
        line = done.stderr.splitlines()[-1]
    else:
        line = refused(*args)
    assert "-%s %s" % (option, path) in line


@pytest.mark.parametrize("option", ["pass", "dpass"])
@pytest.mark.parametrize("fault", ["absent", "directory", "empty", "long"])
def test_refuses_a_file_with_a_pass_phrase(pki, tmp_path, option, fault):
    path = tmp_path / "words"
    if fault == "directory":
        path.mkdir()
    elif fault != "absent":
        path.write_text("" if fault == "empty" else 2000 * "x")
    line = refused(*words_of(pki, {**OWN, "-dcert": "ecdsa.crt", "-dkey":
        "ecdsa.key"}), "-" + option, "file:%s" % path)
    assert "-%s file:%s" % (option, path) in line
