"""test_mutated.py - files that are damaged, and bytes that are no TLS

SPDX-License-Identifier: Apache-2.0

The same changes in every run.  A start with a damaged file serves, or says in a
line what is wrong with it: no library dies of it.
"""
import random
import socket
import subprocess

import pytest

from pki import openssl
from responders import Authority
from servers import DEADLINE
from test_injection import command, judge

# Starts for each kind of file.
STARTS = 25
# Connections of each mode.
CONNECTIONS = 60


def changed(data, draw):
    """A few bytes changed, lost, doubled or moved."""
    data = bytearray(data)
    for _ in range(1 + draw.randrange(4)):
        at = draw.randrange(len(data))
        kind = draw.randrange(5)
        if kind == 0:
            data[at] ^= 1 << draw.randrange(8)
        elif kind == 1:
            data[at] = draw.choice([0, 1, 0x7f, 0x80, 0xff, 0x30, 10])
        elif kind == 2:
            del data[at:at + 1 + draw.randrange(8)]
        elif kind == 3:
            data[at:at] = data[at:at + 1 + draw.randrange(16)]
        else:
            del data[max(at, 1):]
        data = data or bytearray(b"\0")
    return bytes(data)


def run(words, folder):
    """One start, until clients may come: status, and what it said."""
    with open(folder / "said", "w+", errors="backslashreplace") as said, \
        subprocess.Popen(words, stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE, stderr=said) as process:
        if any(line.startswith("ACCEPT") for line in process.stdout):
            process.terminate()
        process.communicate(timeout=DEADLINE)
        said.seek(0)
        return process.returncode, said.read()


@pytest.fixture(scope="module")
def whole(pki, tmp_path_factory):
    """Name -> a sound file and the words that use it, "FILE" in its
    place."""
    crl = pki.crl("mutated", "ca")
    der = pki.path("mutated.crl.der")
    openssl("crl", "-in", crl, "-outform", "DER", "-out", der)
    p12 = pki.path("mutated.p12")
    openssl("pkcs12", "-export", "-in", pki.ecdsa.cert, "-inkey",
        pki.ecdsa.key, "-passout", "pass:hush", "-out", p12)
    trusted = pki.path("mutated.trusted")
    openssl("x509", "-in", pki.ca.cert, "-trustout", "-addtrust",
        "clientAuth", "-out", trusted)
    dh = pki.path("mutated.dh")
    openssl("dhparam", "-dsaparam", "-out", dh, "1024")
    authority = Authority(tmp_path_factory.mktemp("mutated"))
    own = authority.make("own", Authority.GOOD)
    staple = authority.directory / "response"
    staple.write_bytes(authority.response_for(own))
    asks = ["-verify", "2"]
    return {
        "CRL": (crl, asks + ["-CAfile", pki.ca.cert, "-crl_check", "-CRL",
            "FILE"]),
        "CRL in DER": (der, asks + ["-CAfile", pki.ca.cert, "-crl_check",
            "-CRL", "FILE"]),
        "trusted certificate": (trusted, asks + ["-CAfile", "FILE"]),
        "PKCS12": (p12, ["-cert", "FILE", "-key", "FILE", "-pass",
            "pass:hush"]),
        "DH parameters": (dh, ["-dhparam", "FILE"]),
        "chain": (pki.ca.cert, ["-cert_chain", "FILE"]),
        "key": (pki.ecdsa.key, ["-cert", pki.ecdsa.cert, "-key", "FILE"]),
        "OCSP response": (staple, ["-cert", own.cert, "-key", own.key,
            "-status_file", "FILE"]),
    }


@pytest.mark.parametrize("kind", ["CRL", "CRL in DER",
    "trusted certificate", "PKCS12", "DH parameters", "chain", "key",
    "OCSP response"])
@pytest.mark.needs("client_certificate")
def test_stands_a_damaged_file(pki, backend, whole, tmp_path, kind):
    draw = random.Random(kind)
    name, words = whole[kind]
    with open(name, "rb") as file:
        sound = file.read()
    path = tmp_path / "damaged"
    words = command(pki, backend) + [str(path) if word == "FILE" else word
        for word in words]
    excused, wrong, refused = {}, [], 0
    for number in range(STARTS):
        path.write_bytes(changed(sound, draw) if number else sound)
        status, said = run(words, tmp_path)
        why = judge(status, said, excused) or \
            (excused and "the library crashed")
        refused += status != 0
        if why:
            wrong.append((number, why, said[-400:]))
    assert not wrong
    assert refused > 0


@pytest.mark.parametrize("mode", [[], ["-www"], ["-WWW"], ["-HTTP"],
    ["-rev"]], ids=lambda mode: mode[0][1:] if mode else "terminal")
def test_stands_bytes_that_are_no_tls(server, pki, backend, mode):
    """Every line of JSON is valid: `events` reads them all."""
    draw = random.Random(mode[0] if mode else "")
    there = server(*mode, "-msg", "-state", "-tlsextdebug",
        "-handshake_timeout", "5")
    hello = bytes.fromhex("160301002f0100002b0303") + bytes(32) + \
        bytes.fromhex("000002c02b0100")
    for number in range(CONNECTIONS):
        data = changed(hello, draw) if number % 2 else \
            draw.randbytes(1 + draw.randrange(600))
        with socket.create_connection(("127.0.0.1", there.port),
            10) as peer:
            try:
                peer.sendall(data)
                peer.shutdown(socket.SHUT_WR)
                while peer.recv(65536):
                    pass
            except OSError:
                pass
        there.wait("closed", number=number + 1)
    assert len(there.events("accepted")) == CONNECTIONS
    for text in (there.out.data, there.err.data):
        assert not any(byte < 32 and byte not in b"\n\r\t" or byte == 127
            for byte in text)
    assert there.stop() == 0
