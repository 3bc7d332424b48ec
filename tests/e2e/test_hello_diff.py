"""test_hello_diff.py - polytls hello -diff: what changed between two hellos

SPDX-License-Identifier: Apache-2.0
"""
import json

import pytest

from servers import run
from test_hello_command import hello, list16, message_of
from test_hostile import records

SUITES = [0x4a4a, 0x1301, 0x1302, 0xc02b, 0xc02f]


def parts(**changes):
    """A hello as keyword arguments change it."""
    share = changes.get("share", b"\0\x1d\0\x20" + bytes(32))
    extensions = [(0, b"\0\x06\0\0\x03a.b"), (0x0a0a, b""),
        (10, list16(changes.get("groups", [0x1a1a, 29, 23, 24]))),
        (43, b"\x04\x03\x04\x03\x03"), (51, b"\0\x24" + share),
        (45, b"\x01\x01")]
    message = bytearray(message_of(changes.get("version", 0x0303),
        changes.get("suites", SUITES),
        changes.get("extensions", lambda them: them)(extensions)))
    message[6:38] = changes.get("random", bytes(32))
    return records(bytes(message))


@pytest.fixture
def diff(tmp_path):
    def look(a, b, *args, status=1):
        (tmp_path / "a").write_bytes(a)
        (tmp_path / "b").write_bytes(b)
        done = run("hello", "-diff", *args, tmp_path / "a", tmp_path / "b")
        assert (done.returncode, done.stderr) == (status, "")
        return done.stdout
    return look


def test_the_same(diff):
    assert diff(parts(), parts(), status=0) == ""


def test_what_is_random_is_the_same(diff):
    a = parts()
    b = parts(random=b"\1" * 32, share=b"\0\x1d\0\x20" + b"\2" * 32,
        suites=[0xfafa] + SUITES[1:], groups=[0xeaea, 29, 23, 24])
    assert diff(a, b, status=0) == ""
    assert diff(a, b, "-random").splitlines() == [
        "- random 3: 32 bytes " + "00" * 32,
        "+ random 3: 32 bytes " + "01" * 32,
        "- suites 1: GREASE (0x4a4a)", "+ suites 1: GREASE (0xfafa)",
        "- supported_groups.named_group_list 1: GREASE (0x1a1a)",
        "+ supported_groups.named_group_list 1: GREASE (0xeaea)",
        "- key_share.client_shares 1: group x25519 (0x001d), key_exchange "
        "32 bytes " + "00" * 32,
        "+ key_share.client_shares 1: group x25519 (0x001d), key_exchange "
        "32 bytes " + "02" * 32]


CHANGES = {
    "removed": (dict(suites=SUITES[:2] + SUITES[3:]),
        "- suites 3: TLS_AES_256_GCM_SHA384 (0x1302)\n"),
    "added": (dict(suites=SUITES + [0x9999]),
        "+ suites 6: unknown (0x9999)\n"),
    "moved": (dict(suites=[0x4a4a, 0xc02f, 0x1301, 0x1302, 0xc02b]),
        "~ suites 5 -> 2: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 (0xc02f)\n"),
    "twice": (dict(suites=SUITES + [0x1301]),
        "+ suites 6: TLS_AES_128_GCM_SHA256 (0x1301)\n"),
    "group": (dict(groups=[0x1a1a, 23, 29, 24]),
        "~ supported_groups.named_group_list 2 -> 3: x25519 (0x001d)\n"),
    "version": (dict(version=0x0302),
        "- legacy_version 2: TLSv1.2 (0x0303)\n"
        "+ legacy_version 2: TLSv1.1 (0x0302)\n"),
    "order": (dict(extensions=lambda them: them[:1] + them[2:] + them[1:2]),
        "~ extensions 2 -> 6: GREASE\n"),
    "extension": (dict(extensions=lambda them: them[:-1]),
        "- extensions 6: psk_key_exchange_modes (0x002d)\n"),
    "name": (dict(extensions=lambda them:
        [(0, b"\0\x06\0\0\x03a\nb")] + them[1:]),
        '- server_name.server_name_list 1: name_type host_name (0), "a.b"\n'
        '+ server_name.server_name_list 1: name_type host_name (0), '
        '"a\\x0ab"\n'),
}


@pytest.mark.parametrize("change", CHANGES)
def test_says_what_changed(diff, change):
    how, words = CHANGES[change]
    assert diff(parts(), parts(**how)) == words
    got = json.loads(diff(parts(), parts(**how), "-json"))
    assert len(got["differences"]) == len(words.splitlines())
    for each, line in zip(got["differences"], words.splitlines()):
        assert each["change"] == {"-": "removed", "+": "added",
            "~": "moved"}[line[0]]
        assert line.startswith("%s %s " % (line[0], each["where"]))


def test_trouble_is_2(tmp_path):
    (tmp_path / "a").write_bytes(parts())
    for other in ("/nonexistent/file", "/dev/null", tmp_path):
        done = run("hello", "-diff", tmp_path / "a", other)
        assert done.returncode == 2 and done.stdout == ""
        assert done.stderr.startswith("polytls hello: %s: " % other)
    done = run("hello", "-diff", tmp_path / "a")
    assert done.returncode == 2
    assert "-diff compares two files" in done.stderr


def test_one_of_them_may_be_standard_input(tmp_path):
    (tmp_path / "a").write_bytes(parts())
    done = hello("-diff", str(tmp_path / "a"), "-", data=parts())
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
