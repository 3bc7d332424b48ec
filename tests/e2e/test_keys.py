"""test_keys.py - keys and certificates in PKCS#12, tokens and engines

SPDX-License-Identifier: Apache-2.0
"""
import base64
import os
import re
import subprocess

import pytest

from clients import call, need
from conftest import BACKENDS, in_full, reason_against
from pki import openssl
from test_command_line import refused
from test_identity import Terminal, WORD, der, leaf, serve


# ---- PKCS#12 ----------------------------------------------------------------


@pytest.fixture(scope="session")
def bags(pki):
    """A key with its certificate and issuer, as openssl(1) packs them."""
    made = {}
    for name, args in (("new", []), ("old", ["-descert", "-keypbe",
        "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "SHA1"])):
        made[name] = pki.path(name + ".p12")
        openssl("pkcs12", "-export", "-in", pki.deep.cert, "-inkey",
            pki.deep.key, "-certfile", pki.between.cert, "-passout",
            "pass:" + WORD, "-out", made[name], *args)
    made["open"] = pki.path("open.p12")
    openssl("pkcs12", "-export", "-in", pki.deep.cert, "-inkey",
        pki.deep.key, "-passout", "pass:", "-out", made["open"])
    made["bare"] = pki.path("bare.p12")
    openssl("pkcs12", "-export", "-in", pki.deep.cert, "-nokeys",
        "-passout", "pass:" + WORD, "-out", made["bare"])
    return made


@pytest.mark.needs("key_pkcs12")
@pytest.mark.parametrize("bag", ["new", "old"])
def test_reads_both_out_of_one_bag(server, pki, backend, bags, bag):
    there = serve(server, "-cert", bags[bag], "-pass", "pass:" + WORD)
    assert leaf(there, pki) == der(pki.deep.cert)[0]
    said = call(need("openssl"), "s_client", "-connect", "127.0.0.1:%d"
        % there.port, "-CAfile", pki.ca.cert, text=b"", status=None)
    assert "Verify return code: 0 (ok)" in said	# with its issuer


@pytest.mark.needs("key_pkcs12")
def test_reads_a_bag_under_no_pass_phrase(server, pki, backend, bags):
    there = serve(server, "-cert", bags["open"])
    assert leaf(there, pki) == der(pki.deep.cert)[0]


@pytest.mark.needs("key_pkcs12")
@pytest.mark.parametrize("args", [
    ["-cert", "{pki.deep.cert}", "-key", "{bag}"],
    ["-cert", "{pki.deep.cert}", "-key", "{bag}", "-keyform", "P12"],
    ["-cert", "{bag}", "-key", "{bag}"],
    ["-cert", "{bag}", "-certform", "P12", "-key", "{pki.deep.key}"],
    ["-cert", "{bag}", "-certform", "p12", "-keyform", "P12"],
], ids=["key", "keyform", "both", "cert", "forms"])
def test_reads_one_of_them_out_of_a_bag(server, pki, backend, bags, args):
    there = serve(server, *[arg.format(pki=pki, bag=bags["new"])
        for arg in args], "-pass", "pass:" + WORD)
    assert leaf(there, pki) == der(pki.deep.cert)[0]


@pytest.mark.needs("key_pkcs12", "identities")
def test_reads_a_bag_as_the_second(server, pki, backend, bags):
    there = serve(server, "-cert", pki.rsa.cert, "-key", pki.rsa.key,
        "-dcert", bags["new"], "-dpass", "pass:" + WORD, "-no_tls1_3")
    for kind, pair in (("aRSA", pki.rsa), ("aECDSA", pki.deep)):
        assert leaf(there, pki, version="tls1_2", ciphers=kind) == \
            der(pair.cert)[0]


@pytest.mark.parametrize("bag, args, words", [
    ("new", ["-pass", "pass:wrong"], "pass phrase does not open it"),
    ("new", ["-pass", "pass:" + WORD, "-certform", "PEM"],
        "is P12: leave out -certform"),
    ("bare", ["-pass", "pass:" + WORD], "bare.p12"),
    ("cut", ["-pass", "pass:" + WORD], "cut.p12"),
])
def test_refuses_bags(pki, backend, bags, tmp_path, bag, args, words):
    reason = reason_against(backend, "key_pkcs12")
    path = bags.get(bag, tmp_path / "cut.p12")
    if bag == "cut":
        path.write_bytes(open(bags["new"], "rb").read()[:300])
    if reason and bag == "new" and "-certform" not in args:
        line = refused("-backend", backend, "-cert", path, *args, status=3)
        assert "PKCS#12" in line and reason.split(": ", 1)[1] in line
        return
    if reason and bag == "bare":
        pytest.skip(reason)	# it has no file to be held against
    line = refused("-backend", backend, "-cert", path, *args)
    assert str(path) in line
    assert re.search(words, line), line
    assert WORD not in line and "wrong" not in line


@pytest.mark.needs("key_pkcs12")
def test_asks_for_the_pass_phrase_of_a_bag(pki, backend, bags):
    there = Terminal("-backend", backend, "-cert", bags["new"])
    there.read_until(b"Enter pass phrase for %s:" % bags["new"].encode())
    assert not there.echoes()
    os.write(there.fd, WORD.encode() + b"\n")
    there.read_until(b"ACCEPT")
    there.end()


@pytest.mark.needs("key_pkcs12")
def test_asks_for_nothing_that_it_was_given(pki, backend, bags):
    there = Terminal("-backend", backend, "-cert", bags["new"], "-pass",
        "pass:" + WORD)
    there.read_until(b"ACCEPT")
    assert b"Enter" not in there.seen
    there.end()


@pytest.mark.parametrize("option", ["-CAfile", "-cert_chain"])
def test_takes_bags_nowhere_else(pki, bags, option):
    line = refused("-cert", pki.rsa.cert, "-key", pki.rsa.key, "-verify",
        "1", option, bags["new"])
    assert "%s %s: is PKCS#12" % (option, bags["new"]) in line


# ---- tokens -----------------------------------------------------------------


@pytest.fixture(scope="session")
def token(pki, tmp_path_factory):
    """A token with the RSA key, and the environment that shows it."""
    here = tmp_path_factory.mktemp("token")
    (here / "tokens").mkdir()
    (here / "config").write_text("directories.tokendir = %s\n"
        "objectstore.backend = file\nlog.level = ERROR\n" % (here / "tokens"))
    env = {"SOFTHSM2_CONF": str(here / "config")}
    plain = str(here / "key.pem")
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", pki.rsa.key, "-out", plain)
    for args in (["--init-token", "--free", "--label", "polytls", "--pin",
        "1234", "--so-pin", "4321"], ["--import", plain, "--token",
        "polytls", "--label", "server", "--id", "01", "--pin", "1234"]):
        subprocess.run([need("softhsm2-util")] + args, check=True,
            env=dict(os.environ, **env), stdout=subprocess.DEVNULL)
    return env


URI = "pkcs11:token=polytls;object=server;type=private"


def tokens(backend, args):
    """Skips where tokens are nothing for this library, or not here."""
    need("softhsm2-util")
    need("p11tool")
    reason = reason_against(backend, "key_uri")
    if reason:
        pytest.skip(reason)
    # "part": something named by -engine stands between it and a token
    if not in_full(backend, "key_uri"):
        if not args:
            pytest.skip("%s: %s" % (backend,
                BACKENDS[backend]["features"]["key_uri"]["note"]))
        if not has_engine():
            pytest.skip("OpenSSL has neither an engine nor a provider "
                "for tokens here")


def has_engine():
    """Asked of openssl(1), which finds them as the library does."""
    for words in (["engine", "-t", "pkcs11"], ["list", "-providers",
        "-provider", "pkcs11"]):
        done = subprocess.run([need("openssl")] + words,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode == 0:
            return True
    return False


@pytest.mark.parametrize("args", [[], ["-engine", "pkcs11"]],
    ids=["alone", "engine"])
def test_takes_the_key_out_of_a_token(server, pki, backend, token, args):
    tokens(backend, args)
    there = serve(server, "-cert", pki.rsa.cert, "-key", URI, "-pass",
        "pass:1234", *args, env=token)
    for version in ("tls1_2", "tls1_3"):
        assert leaf(there, pki, version=version) == der(pki.rsa.cert)[0]
    assert "1234" not in there.wait("start")["command_line"]


def test_takes_the_pin_out_of_the_uri(server, pki, backend, token):
    tokens(backend, [])
    there = serve(server, "-cert", pki.rsa.cert, "-key",
        URI + "?pin-value=1234", env=token)
    assert leaf(there, pki) == der(pki.rsa.cert)[0]
    there.stop()
    assert "pin-value=1234" not in there.lines.text()


def test_refuses_keys_that_no_token_has(pki, backend, token):
    tokens(backend, [])
    for uri, args in ((URI.replace("server", "other"), ["-pass",
        "pass:1234"]), (URI, ["-pass", "pass:9999"]),
        ("pkcs11:nonsense=%%%", [])):
        line = refused("-backend", backend, "-cert", pki.rsa.cert, "-key",
            uri, *args, env=token)
        assert uri in line and "9999" not in line


def test_refuses_tokens_where_there_are_none(pki, backend):
    reason = reason_against(backend, "key_uri")
    if not reason:
        pytest.skip("%s takes keys out of tokens" % backend)
    line = refused("-backend", backend, "-cert", pki.rsa.cert, "-key", URI,
        status=3)
    assert "-key " + URI in line and reason.split(": ", 1)[1] in line


# ---- engines ----------------------------------------------------------------


@pytest.mark.parametrize("args, words", [
    (["-keyform", "ENGINE"], "needs -key"),
    (["-key", "name", "-keyform", "ENGINE"], "needs -engine"),
])
def test_needs_all_that_names_a_key(pki, args, words):
    assert words in refused("-cert", pki.rsa.cert, *args)


def test_refuses_an_engine_that_there_is_not(pki, backend):
    reason = reason_against(backend, "engine")
    line = refused("-backend", backend, "-cert", pki.rsa.cert, "-key",
        pki.rsa.key, "-engine", "no-such-engine", status=3 if reason else 2)
    assert "-engine" in line
    assert reason or "no-such-engine" in line


# ---- ML-DSA -----------------------------------------------------------------


def tlv(tag, *parts):
    """One value in DER."""
    body = b"".join(parts)
    size = bytes([len(body)]) if len(body) < 128 else \
        b"\x82" + len(body).to_bytes(2, "big")
    return bytes([tag]) + size + body


def write_pem(path, label, content):
    path.write_text("-----BEGIN %s-----\n%s-----END %s-----\n" % (label,
        base64.encodebytes(content).decode(), label))


def ml_dsa_like(path):
    """A certificate that says it has an ML-DSA-44 key, which not every
    openssl(1) can make."""
    kind = tlv(0x30, bytes.fromhex("0609608648016503040311"))
    name = tlv(0x30, tlv(0x31, tlv(0x30, bytes.fromhex("0603550403"),
        tlv(0x0c, b"x"))))
    times = tlv(0x30, tlv(0x17, b"260101000000Z"),
        tlv(0x17, b"360101000000Z"))
    inner = tlv(0x30, b"\xa0\3\2\1\2", b"\2\1\1", kind, name, times, name,
        tlv(0x30, kind, tlv(3, b"\0" + bytes(1312))))
    write_pem(path, "CERTIFICATE", tlv(0x30, inner, kind,
        tlv(3, b"\0" + bytes(2420))))


def test_ml_dsa_is_refused_with_the_reason(pki, backend, tmp_path):
    reason = reason_against(backend, "key_mldsa")
    if not reason:
        pytest.skip("%s: has ML-DSA" % backend)
    cert = tmp_path / "mldsa.pem"
    ml_dsa_like(cert)
    line = refused("-backend", backend, "-cert", cert, "-key",
        pki.ecdsa.key, status=3)
    assert "ML-DSA-44" in line and reason.split(": ", 1)[1] in line


@pytest.mark.needs("key_mldsa")
def test_serves_with_an_ml_dsa_key(server, backend, tmp_path):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    openssl("req", "-x509", "-newkey", "ML-DSA-65", "-nodes", "-subj",
        "/CN=localhost", "-keyout", key, "-out", cert)
    there = server("-www", "-cert", cert, "-key", key, certs=False)
    said = call(need("openssl"), "s_client", "-connect", "127.0.0.1:%d"
        % there.port, "-CAfile", cert, text=b"", status=None)
    assert "mldsa65" in said
    assert "Verify return code: 0 (ok)" in said
