"""test_trust.py - whom the server believes, and what it sends to be believed

SPDX-License-Identifier: Apache-2.0
"""
import os
import re
import ssl

import pytest

from clients import call, connect, context, need, read_all
from pki import openssl
from test_command_line import refused


def ders(path):
    """The certificates of a PEM file, as DER."""
    return [ssl.PEM_cert_to_DER_cert(block) for block in re.findall(
        "-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n",
        open(path).read(), re.S)]


def join(path, *names):
    path.write_text("".join(open(name).read() for name in names))
    return path


@pytest.fixture(scope="session")
def hashed(pki, tmp_path_factory):
    """A directory as "openssl rehash" makes it: the roots and a CRL."""
    here = tmp_path_factory.mktemp("hashed")
    for name, path in (("ca.pem", pki.ca.cert),
        ("between.pem", pki.between.cert)):
        (here / name).write_text(open(path).read())
    openssl("rehash", str(here))
    return here


# ---- the server's own chain -------------------------------------------------


def sent(there, *args):
    """The chain that a client is sent."""
    said = call(need("openssl"), "s_client", "-connect", "127.0.0.1:%d"
        % there.port, "-showcerts", *args, text=b"", status=None)
    chain = said[said.index("Certificate chain"):said.index(
        "Server certificate")]
    return [ssl.PEM_cert_to_DER_cert(block + "\n") for block in re.findall(
        "-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", chain,
        re.S)]


def deep(server, pki, *args, **options):
    return server("-www", "-cert", pki.deep.cert, "-key", pki.deep.key,
        *args, certs=False, **options)


def test_builds_the_chain_from_cafile(server, pki, backend, tmp_path):
    both = join(tmp_path / "both.pem", pki.ca.cert, pki.between.cert)
    there = deep(server, pki, "-CAfile", both)
    assert sent(there) == ders(pki.deep.cert) + ders(pki.between.cert)
    with connect(there, pki):
        pass


def test_builds_the_chain_from_capath(server, pki, backend, hashed):
    there = deep(server, pki, "-CApath", hashed)
    assert sent(there) == ders(pki.deep.cert) + ders(pki.between.cert)


def test_sends_the_root_to_the_letter(server, pki, backend, hashed):
    there = deep(server, pki, "-CApath", hashed, "-strict_s_server")
    assert sent(there) == ders(pki.deep.cert) + ders(pki.between.cert) + \
        ders(pki.ca.cert)


def test_leaves_issuers_in_the_file_alone_to_the_letter(server, pki,
    backend, tmp_path):
    both = join(tmp_path / "both.pem", pki.deep.cert, pki.between.cert)
    there = server("-www", "-cert", both, "-key", pki.deep.key,
        "-strict_s_server", certs=False)
    assert sent(there) == ders(pki.deep.cert)


def test_sends_cert_chain_as_it_is(server, pki, backend, tmp_path):
    chain = join(tmp_path / "chain.pem", pki.between.cert, pki.ca.cert)
    there = deep(server, pki, "-cert_chain", chain)
    assert sent(there) == ders(pki.deep.cert) + ders(chain)


def test_does_not_send_the_leaf_twice(server, pki, backend, tmp_path):
    chain = join(tmp_path / "chain.pem", pki.deep.cert, pki.between.cert)
    there = deep(server, pki, "-cert_chain", chain)
    assert sent(there) == ders(chain)


@pytest.mark.needs("identities")
def test_has_a_chain_for_each_certificate(server, pki, backend, hashed):
    there = server("-www", "-cert", pki.rsa.cert, "-key", pki.rsa.key,
        "-dcert", pki.deep.cert, "-dkey", pki.deep.key,
        "-dcert_chain", pki.between.cert, "-no_tls1_3", certs=False)
    assert sent(there, "-cipher", "aECDSA") == ders(pki.deep.cert) + \
        ders(pki.between.cert)
    assert sent(there, "-cipher", "aRSA") == ders(pki.rsa.cert)


# ---- clients ----------------------------------------------------------------


def shown(there, pki, cert, version=None, chain=()):
    """Connects with a certificate; the errors told, by depth, and whether
    the server went on."""
    made = context(pki, version=version)
    if chain:
        path = os.path.join(pki.directory, "shown.pem")
        with open(path, "w") as file:
            file.write("".join(open(name).read() for name in
                (cert.cert,) + tuple(chain)))
        made.load_cert_chain(path, cert.key)
    else:
        made.load_cert_chain(cert.cert, cert.key)
    number = len(there.events("accepted")) + 1
    try:
        with connect(there, pki, context=made) as peer:
            peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
            good = b" 200 " in read_all(peer)[:20]
    except OSError:
        good = False
    there.wait("closed", conn=number)
    steps = {}
    for event in there.events("verify", conn=number):
        depth, error = event["step"]["depth"], event["step"]["error"]
        steps.setdefault(depth, []).append(error)
    return good, {depth: errors if errors != [0] else []
        for depth, errors in steps.items()}


@pytest.mark.parametrize("option", ["-CAfile", "-CApath"])
def test_believes_those_in(server, pki, backend, version, hashed, option):
    there = server("-www", "-verify", "3", "-verify_return_error", option,
        hashed if option == "-CApath" else pki.ca.cert)
    assert shown(there, pki, pki.client, version) == (True, {0: [], 1: []})
    good, steps = shown(there, pki, pki.stranger, version)
    assert not good and steps[0] == [18]


def test_curl_shows_its_certificate(server, pki, backend):
    there = server("-www", "-Verify", "1", "-verify_return_error",
        "-CAfile", pki.ca.cert)
    url = "https://localhost:%d/" % there.port
    ask = [need("curl"), "-sS", "-4", "--noproxy", "*", "--cacert",
        pki.ca.cert, url]
    assert "CN = client" in call(*ask, "--cert", pki.client.cert, "--key",
        pki.client.key)
    for wrong in ([], ["--cert", pki.stranger.cert, "--key",
        pki.stranger.key]):
        assert "CN = client" not in call(*ask, *wrong, status=None)


@pytest.mark.parametrize("option, names", [("-CAfile", True),
    ("-CApath", False)])
def test_names_those_in_cafile_alone(server, pki, backend, hashed, option,
    names):
    there = server("-www", "-verify", "3", option,
        hashed if option == "-CApath" else pki.ca.cert)
    said = call(need("openssl"), "s_client", "-connect", "127.0.0.1:%d"
        % there.port, "-tls1_2", text=b"", status=None)
    assert bool(re.search("Acceptable client certificate CA names\nCN ?= ?"
        "Test CA", said)) == names
    assert ("No client certificate CA names sent" in said) != names


@pytest.mark.parametrize("named", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_believes_the_system_where_nothing_is_named(server, pki, backend,
    hashed, named):
    there = server("-www", "-verify", "3", "-verify_return_error",
        env={named: pki.ca.cert if named == "SSL_CERT_FILE" else
        str(hashed)})
    assert shown(there, pki, pki.client)[0]
    assert not shown(there, pki, pki.stranger)[0]


def test_does_without_a_system_store(server, pki, backend):
    there = server("-www", "-verify", "3",
        env={"SSL_CERT_FILE": "/nonexistent/roots"})
    good, steps = shown(there, pki, pki.client)
    assert good and any(steps.values())
    there.stop()
    assert "no -CAfile and no -CApath: " in there.err.text()


def test_believes_the_system_only_then(server, pki, backend):
    there = server("-www", "-verify", "3", "-CAfile", pki.stranger.cert,
        env={"SSL_CERT_FILE": pki.ca.cert})
    good, steps = shown(there, pki, pki.client)
    assert good and any(steps.values())


def test_bounds_chains_by_verify(server, pki, backend, version):
    for depth, good in (("2", True), ("1", False), ("0", False)):
        there = server("-www", "-verify", depth, "-CAfile", pki.ca.cert)
        done, steps = shown(there, pki, pki.inner, version,
            [pki.between.cert])
        assert done == good, steps
        assert ([22] in steps.values()) != good


def test_bounds_chains_by_verify_depth(server, pki, backend):
    there = server("-www", "-verify", "9", "-verify_depth", "1",
        "-CAfile", pki.ca.cert)
    assert not shown(there, pki, pki.inner, None, [pki.between.cert])[0]
    assert shown(there, pki, pki.client)[0]


def test_forgives_to_the_letter(server, pki, backend):
    there = server("-www", "-verify", "0", "-CAfile", pki.ca.cert,
        "-strict_s_server")
    # no limit of the chain
    assert shown(there, pki, pki.inner, None, [pki.between.cert])[0]
    # an error at depth 0 is forgiven, and that is said
    assert shown(there, pki, pki.stranger)[0]
    there.stop()
    assert "accepted although invalid" in there.err.text()
    assert there.err.text().count("accepted although invalid") == 1


def test_a_note_of_a_connection_says_of_which(server, pki, backend):
    there = server("-www", "-verify", "0", "-CAfile", pki.ca.cert,
        "-strict_s_server")
    assert shown(there, pki, pki.stranger)[0]
    there.stop()
    note, = [event for event in there.events("note") if event["conn"]]
    begin, = there.events("accepted", conn=note["conn"])
    end, = there.events("closed", conn=note["conn"])
    assert note["backend"] == backend
    assert begin["since_us"] < note["since_us"] <= end["since_us"]


def test_says_only_what_is_wrong_when_quiet(server, pki, backend):
    there = server("-www", "-verify", "3", "-CAfile", pki.ca.cert,
        "-verify_quiet")
    shown(there, pki, pki.client)
    shown(there, pki, pki.stranger)
    there.stop()
    assert there.err.text() == "verify depth is 3\n" \
        "https://localhost:%d/\n" % there.port + "depth=0 CN = stranger\n" \
        "verify error:num=18:self-signed certificate\n"


# ---- revocation -------------------------------------------------------------


@pytest.fixture(scope="session")
def crls(pki):
    """Lists of the root and of the one between."""
    return {
        "root": pki.crl("root", "ca"),
        "client": pki.crl("client", "ca", [pki.client]),
        "between": pki.crl("between", "ca", [pki.between]),
        "inner": pki.crl("inner", "between", [pki.inner]),
        "good": pki.crl("good", "between"),
        "past": pki.crl("past", "ca", past=True),
    }


def checking(server, pki, *args, check="-crl_check"):
    return server("-www", "-verify", "3", "-CAfile", pki.ca.cert, check,
        *args)


@pytest.mark.needs("crls")
@pytest.mark.parametrize("name, errors", [("root", []), ("client", [23]),
    ("past", [12])])
def test_checks_the_client(server, pki, backend, version, crls, name,
    errors):
    there = checking(server, pki, "-CRL", crls[name])
    good, steps = shown(there, pki, pki.client, version)
    assert good
    assert steps[0] == errors
    assert steps[1] == []


@pytest.mark.needs("crls")
def test_misses_a_crl(server, pki, backend, version, crls):
    there = checking(server, pki, "-CRL", crls["good"])
    good, steps = shown(there, pki, pki.client, version)
    assert good and steps[0] == [3]
    there.stop()
    assert "verify error:num=3:unable to get certificate CRL\n" in \
        there.err.text()


@pytest.mark.needs("crls")
def test_remarks_that_there_is_no_crl(server, pki, backend):
    there = checking(server, pki)
    good, steps = shown(there, pki, pki.client)
    assert good and steps[0] == [3]
    there.stop()
    assert "-crl_check without a CRL" in there.err.text()


@pytest.mark.needs("crls")
@pytest.mark.parametrize("name, good", [("root", True), ("client", False),
    ("good", False)])
def test_refuses_where_asked_to(server, pki, backend, version, crls, name,
    good):
    there = checking(server, pki, "-CRL", crls[name],
        "-verify_return_error")
    assert shown(there, pki, pki.client, version)[0] == good


@pytest.mark.needs("crls")
def test_checks_the_whole_chain_only_when_asked(server, pki, backend, crls,
    tmp_path):
    both = join(tmp_path / "both.crl", crls["between"], crls["good"])
    there = checking(server, pki, "-CRL", both)
    good, steps = shown(there, pki, pki.inner, None, [pki.between.cert])
    assert good and not any(steps.values())
    there = checking(server, pki, "-CRL", both, check="-crl_check_all")
    good, steps = shown(there, pki, pki.inner, None, [pki.between.cert])
    assert good and steps == {0: [], 1: [23], 2: []}
    there = checking(server, pki, "-CRL", crls["good"],
        check="-crl_check_all")
    good, steps = shown(there, pki, pki.inner, None, [pki.between.cert])
    assert good and steps == {0: [], 1: [3], 2: [3]}


@pytest.mark.needs("crls")
@pytest.mark.parametrize("where", ["CAfile", "CApath", "DER"])
def test_finds_crls_in(server, pki, backend, crls, tmp_path, where):
    if where == "CAfile":
        args = ["-CAfile", join(tmp_path / "all.pem", pki.ca.cert,
            crls["client"])]
    elif where == "CApath":
        join(tmp_path / "ca.pem", pki.ca.cert)
        join(tmp_path / "list.pem", crls["client"])
        openssl("rehash", str(tmp_path))
        args = ["-CApath", tmp_path]
    else:
        openssl("crl", "-in", crls["client"], "-outform", "DER", "-out",
            str(tmp_path / "list.der"))
        args = ["-CAfile", pki.ca.cert, "-CRL", tmp_path / "list.der"]
    there = server("-www", "-verify", "3", "-crl_check", *args)
    good, steps = shown(there, pki, pki.client)
    assert good and steps[0] == [23]


@pytest.mark.needs("crls")
def test_passes_over_a_crl_beside_the_own_certificate(server, pki, backend,
    crls, tmp_path):
    own = join(tmp_path / "own.pem", pki.ecdsa.cert, pki.ecdsa.key,
        crls["client"])
    there = server("-www", "-cert", own, "-verify", "3", "-crl_check",
        "-CAfile", pki.ca.cert, certs=False)
    assert shown(there, pki, pki.client)[1][0] == [3]


# ---- directories ------------------------------------------------------------


def test_refuses_directories_that_are_no_good(pki, tmp_path):
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "1a2b3c4d.0").write_text("no certificate\n")
    for name, words in (("/nonexistent", "no such directory"),
        (pki.ca.cert, "-CAfile"),
        (tmp_path / "odd", "1a2b3c4d.0: is neither PEM nor DER")):
        line = refused("-cert", pki.rsa.cert, "-key", pki.rsa.key,
            "-CApath", name, "-verify", "1")
        assert "-CApath %s" % name in line and words in line
