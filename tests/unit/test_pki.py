"""test_pki.py - what we make on the spot, read and judged by openssl(1)

SPDX-License-Identifier: Apache-2.0
"""
import os
import shutil
import subprocess

import pytest

OUR_PROGRAM = os.path.join(
    os.environ.get("top_builddir", "."), "tests", "unit", "make_pki"
)
OPENSSL = shutil.which("openssl")
POLYTLS = os.path.join(os.environ.get("top_builddir", "."), "run")

pytestmark = pytest.mark.skipif(
    not OPENSSL, reason="openssl(1) is not installed"
)

# Kind of key, SignatureScheme, and what openssl calls the algorithm.
KINDS = [
    ("p256", 0x0403, "ecdsa-with-SHA256"),
    ("p256", 0x0203, "ecdsa-with-SHA1"),
    ("p256", 0x0603, "ecdsa-with-SHA512"),
    ("p384", 0, "ecdsa-with-SHA384"),
    ("p521", 0, "ecdsa-with-SHA512"),
    ("rsa", 0, "sha256WithRSAEncryption"),
    ("rsa", 0x0201, "sha1WithRSAEncryption"),
    ("rsa", 0x0501, "sha384WithRSAEncryption"),
    ("rsa", 0x0601, "sha512WithRSAEncryption"),
    ("rsa", 0x0804, "rsassaPss"),
    ("rsa", 0x0805, "rsassaPss"),
    ("rsa", 0x0806, "rsassaPss"),
    ("ed25519", 0, "ED25519"),
]


def names():
    done = subprocess.run(
        [POLYTLS, "backends", "-names"], stdout=subprocess.PIPE, text=True,
        check=True
    )
    return [name for name in done.stdout.split() if name != "null"]


def openssl(*args, ok=True):
    done = subprocess.run(
        [OPENSSL] + [str(arg) for arg in args], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True
    )
    assert (done.returncode == 0) == ok, done.stdout
    return done.stdout


@pytest.fixture(scope="module", params=[
    pytest.param((name, *kind), id="%s-%s-%x" % (name, kind[0], kind[1]))
    for name in names() for kind in KINDS
])
def made(request, tmp_path_factory):
    backend, kind, scheme, algorithm = request.param
    there = tmp_path_factory.mktemp("pki")
    done = subprocess.run(
        [OUR_PROGRAM, backend, kind, str(scheme), there],
        stdout=subprocess.PIPE, text=True
    )
    if done.returncode == 77:
        pytest.skip("%s: %s" % (backend, done.stdout.strip()))
    assert done.returncode == 0, done.stdout
    for name in ("root", "intermediate", "leaf", "responder"):
        openssl("x509", "-inform", "DER", "-in", there / (name + ".der"),
                "-out", there / (name + ".pem"))
    return there, algorithm


def verify(there, *args, ok=True):
    # SHA-1 is below the level that is usual.
    return openssl(
        "verify", "-auth_level", "0", "-x509_strict", "-CAfile",
        there / "root.pem", "-untrusted", there / "intermediate.pem", *args,
        there / "leaf.pem", ok=ok
    )


def test_a_chain_verifies(made):
    there, algorithm = made
    verify(there, "-purpose", "sslserver", "-verify_hostname", "a.example")
    verify(there, "-purpose", "sslclient", "-verify_hostname", "x.b.example")
    verify(there, "-verify_ip", "192.0.2.1")
    assert "mismatch" in verify(
        there, "-verify_hostname", "c.example", ok=False).lower()
    text = openssl("x509", "-in", there / "leaf.pem", "-noout", "-text")
    assert "Signature Algorithm: " + algorithm in text
    for said in ("OCSP - URI:http://ocsp.example/",
                 "CA Issuers - URI:http://ca.example/i.der",
                 "URI:http://ca.example/i.crl", "Digital Signature",
                 "TLS Web Server Authentication, TLS Web Client"):
        assert said in text


def test_a_key_belongs_to_its_certificate(made):
    there, _ = made
    of_key = openssl("pkey", "-inform", "DER", "-in", there / "leaf.key",
                     "-pubout")
    of_cert = openssl("x509", "-in", there / "leaf.pem", "-noout", "-pubkey")
    assert of_key == of_cert


def test_a_crl_revokes(made):
    there, algorithm = made
    openssl("crl", "-inform", "DER", "-in", there / "crl.der", "-out",
            there / "crl.pem")
    text = openssl("crl", "-in", there / "crl.pem", "-noout", "-text")
    assert "Signature Algorithm: " + algorithm in text
    assert "Key Compromise" in text
    assert "revoked" in verify(
        there, "-crl_check", "-CRLfile", there / "crl.pem", ok=False)


@pytest.mark.parametrize("name", ["good", "revoked", "unknown"])
def test_an_ocsp_response_is_believed(made, name):
    there, _ = made
    said = openssl(
        "ocsp", "-respin", there / (name + ".der"), "-issuer",
        there / "intermediate.pem", "-cert", there / "leaf.pem", "-CAfile",
        there / "root.pem", "-verify_other", there / "intermediate.pem",
        "-no_nonce"
    )
    assert "Response verify OK" in said
    assert "leaf.pem: " + name in said
    assert ("Next Update" in said) == (name != "unknown")
