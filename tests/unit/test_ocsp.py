"""test_ocsp.py - our OCSP beside openssl(1)'s: requests and responses

SPDX-License-Identifier: Apache-2.0
"""
import os
import re
import shutil
import subprocess

import pytest

OUR_PROGRAM = os.path.join(
    os.environ.get("top_builddir", "."), "tests", "unit", "show_cert_status"
)
OPENSSL = shutil.which("openssl")

pytestmark = pytest.mark.skipif(
    not OPENSSL, reason="openssl(1) is not installed"
)

SERIALS = ["0x01", "0x7f", "0x80", "0x00ff10", "0x" + "e1" * 20]
# A line of index.txt for each kind of answer.
ANSWERS = {
    "good": "V\t401127000000Z\t\t%s\tunknown\t/CN=a\n",
    "revoked": "R\t401127000000Z\t260101120000Z\t%s\tunknown\t/CN=a\n",
    "compromised": "R\t401127000000Z\t260101120000Z,keyCompromise\t%s\t"
    "unknown\t/CN=a\n",
    "hold": "R\t401127000000Z\t260101120000Z,certificateHold\t%s\t"
    "unknown\t/CN=a\n",
    "unknown": "",
}


def openssl(*args):
    return subprocess.run(
        [OPENSSL] + [str(arg) for arg in args], check=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ).stdout


def ours(*args):
    return subprocess.run(
        [OUR_PROGRAM] + [str(arg) for arg in args], check=True,
        stdout=subprocess.PIPE
    ).stdout


@pytest.fixture(scope="module")
def ca(tmp_path_factory):
    there = tmp_path_factory.mktemp("ca")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
        there / "ca.key", "-out", there / "ca.pem", "-subj",
        "/C=XX/O=Test, and more/CN=CA")
    return there


def make(ca, serial):
    """A certificate of `serial` as PEM; beside it, and the CA, as DER."""
    name = ca / (serial + ".pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout",
        ca / "key", "-out", ca / "csr", "-subj", "/CN=a")
    openssl("x509", "-req", "-in", ca / "csr", "-CA", ca / "ca.pem",
        "-CAkey", ca / "ca.key", "-set_serial", serial, "-out", name)
    for one in (name, ca / "ca.pem"):
        openssl("x509", "-in", one, "-outform", "DER", "-out",
            str(one)[:-4] + ".der")
    return name


@pytest.mark.parametrize("serial", SERIALS)
def test_a_request_is_openssls_byte_for_byte(ca, serial):
    cert = make(ca, serial)
    openssl("ocsp", "-issuer", ca / "ca.pem", "-cert", cert, "-no_nonce",
        "-reqout", ca / "request")
    made = ours("-request", str(cert)[:-4] + ".der", ca / "ca.der")
    assert made == (ca / "request").read_bytes()


def test_extensions_of_a_client_go_into_the_request(ca):
    cert = make(ca, "0x05")
    openssl("ocsp", "-issuer", ca / "ca.pem", "-cert", cert, "-reqout",
        ca / "request")
    theirs = (ca / "request").read_bytes()
    # The SEQUENCE in the [2] that ends the request.
    at = [at for at in range(len(theirs) - 2) if theirs[at] == 0xa2 and
        theirs[at + 1] == len(theirs) - at - 2 and theirs[at + 2] == 0x30]
    (ca / "extensions").write_bytes(theirs[at[0] + 2:])
    made = ours("-request", str(cert)[:-4] + ".der", ca / "ca.der",
        ca / "extensions")
    assert made == theirs


def chief(text):
    """The words without what a certificate's text alone has in full."""
    response, *certificates = text.decode().split("Certificate:\n")
    pems = [one[one.index("-----BEGIN"):].split("-----END")[0]
        for one in certificates]
    return [line.rstrip() for line in response.splitlines()], pems


@pytest.mark.parametrize("answer", sorted(ANSWERS))
@pytest.mark.parametrize("options", [
    ["-ndays", "3"], [], ["-resp_key_id", "-ndays", "1"],
    ["-resp_no_certs", "-nmin", "5"], ["-rmd", "sha512"],
], ids=" ".join)
def test_a_response_reads_like_openssls(ca, tmp_path, answer, options):
    cert = make(ca, "0x0400")
    openssl("ocsp", "-issuer", ca / "ca.pem", "-cert", cert, "-no_nonce",
        "-reqout", tmp_path / "request")
    (tmp_path / "index").write_text(
        ANSWERS[answer] % "0400" if ANSWERS[answer] else "")
    openssl("ocsp", "-index", tmp_path / "index", "-CA", ca / "ca.pem",
        "-rsigner", ca / "ca.pem", "-rkey", ca / "ca.key", "-reqin",
        tmp_path / "request", "-respout", tmp_path / "response", *options)
    theirs = openssl("ocsp", "-respin", tmp_path / "response", "-resp_text",
        "-noverify")
    response, pems = chief(theirs)
    assert chief(ours(tmp_path / "response")) == (response, pems)
    assert ("-resp_no_certs" in options) == (pems == [])


@pytest.mark.parametrize("number, name", [
    (1, "malformedrequest"), (2, "internalerror"), (3, "trylater"),
    (5, "sigrequired"), (6, "unauthorized"),
])
def test_an_error_status_is_named(tmp_path, number, name):
    (tmp_path / "response").write_bytes(bytes([0x30, 3, 0x0a, 1, number]))
    assert ("OCSP Response Status: %s (0x%x)" % (name, number)).encode() in \
        ours(tmp_path / "response")
    done = subprocess.run([OPENSSL, "ocsp", "-respin",
        str(tmp_path / "response"), "-resp_text", "-noverify"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert re.search(r"%s \(%d\)" % (name, number), done.stdout)


@pytest.mark.parametrize("bad", [
    b"", b"\x30", b"\x30\x00", b"\x30\x03\x0a\x01\x00", b"hello",
    b"\x30\x03\x0a\x01\x03\x00", b"\x30\x04\x0a\x02\x80\x03",
    b"\x30\x80\x0a\x01\x03\x00\x00",
], ids=repr)
def test_what_is_no_response_is_refused(tmp_path, bad):
    (tmp_path / "bad").write_bytes(bad)
    assert ours(tmp_path / "bad") == b"broken\n"
