"""test_keys.py - keys and certificates in PKCS#12, tokens and engines

SPDX-License-Identifier: Apache-2.0
"""
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
