"""test_hello_command.py - polytls hello: what a recorded ClientHello says

SPDX-License-Identifier: Apache-2.0
"""
import base64
import json
import struct
import subprocess

import pytest

from servers import PROGRAM, run
from test_hostile import hello_with, records


def hello(*args, data=None):
    """Runs polytls hello; `data` is its standard input."""
    return subprocess.run([PROGRAM, "hello", *args], input=data or b"",
        capture_output=True, timeout=60)


def decoded(data, *args, status=0):
    done = hello("-json", "-backend", "none", *args, "-", data=data)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)["hello"]


def list16(numbers):
    return struct.pack("!H", 2 * len(numbers)) + b"".join(
        struct.pack("!H", number) for number in numbers)


def message_of(version, suites, extensions):
    """A ClientHello of this legacy version."""
    message = bytearray(hello_with(extensions,
        b"".join(struct.pack("!H", suite) for suite in suites)))
    message[4:6] = struct.pack("!H", version)
    return bytes(message)


# ---- JA3 and JA4: the published examples ----------------------------------

# github.com/salesforce/ja3, README
JA3 = [
    ((0x0301, [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
        [(0, b"\0\x06\0\0\x03a.b"), (10, list16([23, 24, 25])),
        (11, b"\x01\0")]),
    "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0",
    "ada70206e40642a3e4461f35503241d5"),
    ((0x0301, [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99], []),
    "769,4-5-10-9-100-98-3-6-19-18-99,,,",
    "de350869b8c85de67a350c8d186f11e6"),
]


@pytest.mark.parametrize("parts, string, md5", JA3)
def test_ja3_of_the_published_examples(parts, string, md5):
    got = decoded(records(message_of(*parts)))
    assert (got["ja3"], got["ja3_hash"]) == (string, md5)


# github.com/FoxIO-LLC/ja4, "JA4: TLS Client Fingerprinting"
JA4_SUITES = [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9,
    0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035]
JA4_EXTENSIONS = [0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d,
    0x000d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015]
JA4_SIGNATURES = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806,
    0x0601]
JA4_BODIES = {
    0x0000: b"\0\x06\0\0\x03a.b", 0x0033: b"\0\x05\0\x1d\0\x01x",
    0x0010: b"\0\x0c\x02h2\x08http/1.1", 0x002d: b"\x01\x01",
    0x000d: list16(JA4_SIGNATURES), 0x0005: b"\x01\0\0\0\0",
    0x002b: b"\x06\x3a\x3a\x03\x04\x03\x03", 0xff01: b"\0",
    0x000b: b"\x01\0", 0x000a: list16([0x2a2a, 29, 23]),
}


def test_ja4_of_the_published_example():
    grease = [(0x0a0a, b""), (0x1a1a, b"\0")]
    extensions = [(kind, JA4_BODIES.get(kind, b""))
        for kind in JA4_EXTENSIONS]
    got = decoded(records(message_of(0x0303, [0x4a4a] + JA4_SUITES,
        grease[:1] + extensions + grease[1:])))
    assert got["ja4"] == "t13d1516h2_8daaf6152771_e5627efa2ab1"
    assert got["ja4_r"] == (
        "t13d1516h2_002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,"
        "c02f,c030,cca8,cca9_0005,000a,000b,000d,0012,0015,0017,001b,0023,"
        "002b,002d,0033,4469,ff01_0403,0804,0401,0503,0805,0501,0806,0601")


# ---- forms of a file ------------------------------------------------------

MESSAGE = message_of(0x0303, [0x1301, 0xc02f], [(0, b"\0\x06\0\0\x03a.b"),
    (43, b"\x02\x03\x04"), (21, bytes(120)), (51, b"\0\x05\0\x1d\0\x01x")])
RECORD = records(MESSAGE)


def xxd(data, width=16):
    return "".join("%08x: %-40s  %s\n" % (at, " ".join(
        data[i:i + 2].hex() for i in
        range(at, min(at + width, len(data)), 2)), "".join(
        chr(c) if 32 <= c < 127 else "." for c in data[at:at + width]))
        for at in range(0, len(data), width)).encode()


def tool(*command):
    def make(data):
        try:
            return subprocess.run(command, input=data, capture_output=True,
                check=True).stdout
        except FileNotFoundError:
            pytest.skip("there is no %s" % command[0])
    return make


FORMS = {
    "binary": bytes,
    "hex": lambda data: data.hex().encode(),
    "upper_hex": lambda data: data.hex().upper().encode() + b"\n",
    "colons": lambda data: data.hex(":").encode() + b"\r\n",
    "c_array": lambda data: b"static unsigned char x[] = {\n" + b",\n".join(
        b"0x%02x" % c for c in data) + b"\n};\n",
    "escapes": lambda data: b"".join(b"\\x%02x" % c for c in data),
    "xxd": xxd,
    "od": tool("od", "-t", "x1"),
    "od_x": tool("od", "-A", "x", "-t", "x1", "-v"),
    "od_d": tool("od", "-A", "d", "-t", "x1z"),
    "od_n": tool("od", "-A", "n", "-t", "x1", "-v"),
    "hexdump": tool("hexdump", "-C"),
    "base64": base64.encodebytes,
    "pem": lambda data: b"-----BEGIN CLIENT HELLO-----\n" +
        base64.encodebytes(data) + b"-----END CLIENT HELLO-----\n",
}


@pytest.mark.parametrize("bare", [False, True], ids=["record", "message"])
@pytest.mark.parametrize("form", FORMS)
def test_reads_every_form(form, bare):
    data = MESSAGE if bare else RECORD
    got = decoded(FORMS[form](data))
    assert got["message"] == MESSAGE.hex()
    assert got["records"] == (0 if bare else 1)
    assert got["faults"] == []


def test_reads_a_file(tmp_path):
    (tmp_path / "a hello").write_bytes(RECORD)
    done = run("hello", str(tmp_path / "a hello"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "  0x1301 TLS_AES_128_GCM_SHA256\n" in done.stdout
    assert '      host_name (0), "a.b"\n' in done.stdout


# ---- answers --------------------------------------------------------------


def test_asks_every_backend():
    from conftest import BACKENDS
    done = hello("-json", "-", data=RECORD)
    assert (done.returncode, done.stderr) == (0, b"")
    got = json.loads(done.stdout)["answers"]
    assert {column["backend"] for column in got} == set(BACKENDS)


def test_shows_both_views(backend):
    done = hello("-view", "both", "-backend", backend, "-", data=RECORD)
    assert done.returncode == 0, done.stderr
    head = done.stdout.decode().split("\n\n")[1].splitlines()[0]
    assert head.split("  ")[-1].strip() == backend + " -native"
    assert head.split() == [backend, backend, "-native"]


def test_answers_as_configured(backend):
    """By the alert that it would send: no version in common."""
    done = hello("-json", "-backend", backend, "-tls1_2", "-", data=RECORD)
    assert done.returncode == 0, done.stderr
    column, = json.loads(done.stdout)["answers"]
    assert "protocol_version" in json.dumps(column)


def test_an_unsound_hello_is_refused():
    data = records(message_of(0x0303, [0x1301], [(10, b"\0\x03\0\x1d\0")]))
    done = hello("-json", "-", data=data)
    assert done.returncode == 1
    got = json.loads(done.stdout)
    assert got["answers"] is None
    assert got["refused"]["alert_sent"]["name"] == "decode_error"
    broken = got["hello"]["extensions"][0]["content"]
    assert "broken" in broken
