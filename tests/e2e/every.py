"""every.py - what shows that an option works, for every option

SPDX-License-Identifier: Apache-2.0

    @shows("crlf")
    def crlf(case):
        ...

A proof starts the program with the option and checks, with a client that
others wrote, what would not be so without it.  test_every_option.py holds
the proofs against the table that the program prints of itself.
"""
import os
import signal
import socket
import ssl
import subprocess

import pytest

from clients import (call, connect, context, fetch, need, plain,
    read_all)
from conftest import BACKENDS, reason_against
from pki import openssl
from servers import DEADLINE, run

PROOFS = {}
# What an option is given where it is refused, and no file is opened.
WORDS = {}


def shows(*names, words=()):
    """Marks what shows that these options work; `words` come after them
    where a backend must refuse them."""
    def keep(proof):
        for name in names:
            assert name not in PROOFS, name
            PROOFS[name] = proof
            WORDS[name] = [str(word) for word in words]
        return proof
    return keep


class Case:
    """One option on one backend."""

    def __init__(self, option, answer, server, pki, backend, tmp_path):
        self.option, self.answer = option, answer
        self.server, self.pki = server, pki
        self.backend, self.tmp_path = backend, tmp_path
        self.last = None

    def start(self, *words, **options):
        self.last = self.server(*words, **options)
        return self.last

    def lacks(self, feature):
        return reason_against(self.backend, feature) is not None

    def reason(self, feature):
        """Why the backend cannot, in its own words."""
        return BACKENDS[self.backend]["features"][feature]["note"]

    def path(self, name):
        return str(self.tmp_path / name)

    def write(self, name, data):
        path = self.tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else
            data.encode())
        return str(path)

    def get(self, there, path="/", **options):
        """The response to a request; the handshake is over then."""
        return fetch(there, self.pki, path, **options)

    def refused(self, *words, status=2):
        """What the program says when it does not start."""
        done = run("s_server", "-backend", self.backend, "-accept",
            "127.0.0.1:0", *words)
        assert done.returncode == status, done.stderr
        return done.stderr

    def leaf(self, there, name="localhost", **options):
        """The certificate that a client is shown, as DER."""
        with connect(there, self.pki, name=name, **options) as peer:
            return peer.getpeercert(binary_form=True)

    def s_client(self, there, *words, text=b"", status=None):
        """What openssl s_client prints; it ends with `text`."""
        return call(need("openssl"), "s_client", "-connect",
            "127.0.0.1:%d" % there.port, *words, text=text,
            status=status)


def der_of(path):
    return ssl.PEM_cert_to_DER_cert(open(path).read())


def facts(there, number=1):
    return there.wait("handshake", conn=number, again=False)["facts"]


def hears(there, words):
    """Waits for words on standard error: they come by another way than the
    events."""
    there.until(lambda: words in there.err.text(), words)


def fails(there, case, **options):
    """A client that must be refused."""
    with pytest.raises((ssl.SSLError, ConnectionError)):
        with connect(there, case.pki, **options) as peer:
            # In TLS 1.3 a client hears of it after its own end.
            peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
            if not read_all(peer):
                raise ConnectionResetError("nothing came")


# ---- the server -----------------------------------------------------------


@shows("accept")
def accept(case):
    there = case.start("-www")
    assert there.host == "127.0.0.1"
    assert case.get(there).status == 200


@shows("port")
def port(case):
    there = case.start("-www", "-port", "0", accept=None)
    assert there.host in ("::", "0.0.0.0")
    assert case.get(there).status == 200


@shows("4")
def only_4(case):
    there = case.start("-www", "-4", "-port", "0", accept=None)
    assert there.host == "0.0.0.0"
    assert case.get(there).status == 200


@shows("6")
def only_6(case):
    there = case.start("-www", "-6", "-port", "0", accept=None)
    assert there.host == "::"
    with pytest.raises(ConnectionError):
        plain(there)
    with socket.create_connection(("::1", there.port), DEADLINE) as below:
        with context(case.pki).wrap_socket(below,
            server_hostname="localhost"):
            facts(there)


def shake_unix(case, path):
    with socket.socket(socket.AF_UNIX) as below:
        below.settimeout(DEADLINE)
        below.connect(path)
        with context(case.pki).wrap_socket(below,
            server_hostname="localhost") as peer:
            peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert read_all(peer).startswith(b"HTTP/1.")


@shows("unix")
def unix(case):
    case.start("-www", "-unix", case.path("socket"), accept=None)
    shake_unix(case, case.path("socket"))


@shows("unlink")
def unlink(case):
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(case.path("socket"))
    words = ("-www", "-unix", case.path("socket"))
    done = run("s_server", "-backend", case.backend, *words)
    assert done.returncode == 2 and "-unlink" in done.stderr
    case.start(*words, "-unlink", accept=None)
    shake_unix(case, case.path("socket"))


@shows("backend")
def backend(case):
    there = case.start("-www")
    case.get(there)
    assert there.wait("handshake")["backend"] == case.backend


@shows("shadow")
def shadow(case):
    there = case.start("-www", "-shadow", "all")
    case.get(there)
    columns = there.wait("shadow", conn=1)["columns"]
    assert sorted(one["backend"] for one in columns) == sorted(BACKENDS)
    assert [one["backend"] for one in columns if one["serves"]] == \
        [case.backend]
    assert columns[0]["suite"] == facts(there)["suite"]


@shows("view")
def view(case):
    there = case.start("-www", "-shadow", case.backend, "-view", "both")
    case.get(there)
    columns = there.wait("shadow", conn=1)["columns"]
    assert [(one["backend"], one["native"], one["serves"])
        for one in columns] == [(case.backend, False, True),
        (case.backend, True, False)]


@shows("naccept")
def naccept(case):
    there = case.start("-www", "-naccept", "2")
    for _ in range(2):
        case.get(there)
    assert there.finish() == 0


@shows("expect")
def expect(case):
    there = case.start("-www", "-expect", "version=1.3")
    assert case.get(there, version="tls1_2").status == 200
    there.wait("closed")
    there.signal(signal.SIGTERM)
    assert there.finish() == 1
    assert "conn 1: version: expected 1.3, seen TLSv1.2\n" in \
        there.err.text()


@shows("ready_file")
def ready_file(case):
    there = case.start("-www", "-ready_file", case.path("ready"))
    assert open(case.path("ready")).read() == \
        "127.0.0.1:%d\n" % there.port


@shows("workers")
def workers(case):
    there = case.start("-www", "-workers", "3")
    case.get(there)
    assert len(os.listdir("/proc/%d/task" % there.process.pid)) >= 3


@shows("handshake_timeout")
def handshake_timeout(case):
    there = case.start("-www", "-handshake_timeout", "0.1")
    with plain(there) as peer:
        assert read_all(peer) == b""
    assert there.wait("closed")["outcome"] == "timeout"


@shows("idle_timeout")
def idle_timeout(case):
    there = case.start("-www", "-idle_timeout", "0.1")
    with connect(there, case.pki) as peer:
        assert read_all(peer) == b""
    assert there.wait("closed")["outcome"] == "timeout"


@shows("strict_s_server")
def strict_s_server(case):
    for words, status in (((), 404), (("-strict_s_server",), 200)):
        there = case.start("-WWW", "-root", case.path(""), *words)
        assert case.get(there, "/missing").status == status


@shows("native")
def native(case):
    """The core decides nothing, the library everything."""
    for words, decided in (((), True), (("-native",), False)):
        there = case.start("-www", *words)
        assert fetch(there, case.pki).status == 200
        choice = there.wait("choice")["choice"]
        assert choice["native"] is not decided
        assert (choice["version"] is not None) is decided
        assert bool(choice["suites"]) is decided


# ---- certificates and keys ------------------------------------------------


@shows("cert", "key")
def cert(case):
    there = case.start("-www", certs=case.pki.rsa)
    assert case.leaf(there) == der_of(case.pki.rsa.cert)


def convert(case, pair):
    """The pair as DER."""
    cert, key = case.path("cert.der"), case.path("key.der")
    openssl("x509", "-in", pair.cert, "-outform", "DER", "-out", cert)
    openssl("pkey", "-in", pair.key, "-outform", "DER", "-out", key)
    return cert, key


@shows("certform", "keyform")
def form(case):
    cert, key = convert(case, case.pki.ecdsa)
    there = case.start("-www", "-cert", cert, "-certform", "DER",
        "-key", key, "-keyform", "DER", certs=False)
    assert case.leaf(there) == der_of(case.pki.ecdsa.cert)
    said = case.refused("-cert", cert, "-key", key,
        "-" + case.option, "PEM")
    assert "-%s PEM" % case.option in said


def encrypt(case, pair):
    path = case.path("encrypted.key")
    openssl("pkcs8", "-topk8", "-v2", "des3", "-passout", "pass:sesame",
        "-in", pair.key, "-out", path)
    return path


@shows("pass")
def pass_(case):
    words = ("-cert", case.pki.ecdsa.cert, "-key",
        encrypt(case, case.pki.ecdsa))
    there = case.start("-www", *words, "-pass", "pass:sesame", certs=False)
    assert case.leaf(there) == der_of(case.pki.ecdsa.cert)
    case.refused(*words, "-pass", "pass:simsim")


RSA_ONLY = {"version": "tls1_2", "ciphers": "ECDHE-RSA-AES128-GCM-SHA256"}


def second_is_served(case, *words):
    there = case.start("-www", *words)
    assert case.leaf(there, **RSA_ONLY) == der_of(case.pki.rsa.cert)
    assert case.leaf(there) == der_of(case.pki.ecdsa.cert)


@shows("dcert", "dkey")
def dcert(case):
    second_is_served(case, "-dcert", case.pki.rsa.cert,
        "-dkey", case.pki.rsa.key)


@shows("dcertform", "dkeyform")
def dform(case):
    cert, key = convert(case, case.pki.rsa)
    second_is_served(case, "-dcert", cert, "-dcertform", "DER",
        "-dkey", key, "-dkeyform", "DER")
    said = case.refused("-cert", case.pki.ecdsa.cert, "-key",
        case.pki.ecdsa.key, "-dcert", cert, "-dkey", key,
        "-" + case.option, "PEM")
    assert "-%s PEM" % case.option in said


@shows("dpass")
def dpass(case):
    words = ("-dcert", case.pki.rsa.cert, "-dkey",
        encrypt(case, case.pki.rsa))
    second_is_served(case, *words, "-dpass", "pass:sesame")
    case.refused("-cert", case.pki.ecdsa.cert, "-key", case.pki.ecdsa.key,
        *words, "-dpass", "pass:simsim")


def sent(said):
    """The subjects of the certificates that s_client was sent."""
    return [line for line in said.splitlines()
        if line.lstrip().startswith(("0 s:", "1 s:", "2 s:"))]


@shows("cert_chain")
def cert_chain(case):
    there = case.start("-www", "-cert_chain", case.pki.client.cert)
    assert len(sent(case.s_client(there, "-showcerts"))) == 2
    assert len(sent(case.s_client(case.start("-www"), "-showcerts"))) == 1


@shows("dcert_chain")
def dcert_chain(case):
    there = case.start("-www", "-dcert", case.pki.rsa.cert,
        "-dkey", case.pki.rsa.key, "-dcert_chain", case.pki.client.cert)
    said = case.s_client(there, "-showcerts", "-tls1_2", "-cipher",
        RSA_ONLY["ciphers"])
    assert len(sent(said)) == 2


KEY = "1a2b3c4d5e6f70819aabbccddeeff001"


@shows("nocert")
def nocert(case):
    """Where there are no anonymous suites, shared keys are left."""
    if case.answer["support"] == "full":
        there = case.start("-nocert", "-www", "-cipher",
            "aNULL:@SECLEVEL=0", "-tls1_2", certs=False)
        case.s_client(there, "-tls1_2", "-cipher", "aNULL:@SECLEVEL=0")
    else:
        there = case.start("-nocert", "-www", "-psk", KEY, "-tls1_2",
            "-cipher", "PSK", certs=False)
        case.s_client(there, "-tls1_2", "-cipher", "PSK", "-psk", KEY,
            "-psk_identity", "Client_identity")
    assert facts(there)["identity"] is None


def two_names(case, *words):
    return case.start("-www", "-servername", "a.localhost",
        "-cert2", case.pki.rsa.cert, "-key2", case.pki.rsa.key, *words)


@shows("servername", "cert2", "key2")
def servername(case):
    there = two_names(case)
    assert case.leaf(there, "A.localhost") == der_of(case.pki.rsa.cert)
    assert case.leaf(there, "localhost") == der_of(case.pki.ecdsa.cert)


@shows("servername_fatal")
def servername_fatal(case):
    there = two_names(case, "-servername_fatal")
    fails(there, case, name="gnutls.localhost")
    assert there.wait("failed")["error"]["alert_sent"]["name"] == \
        "unrecognized_name"
    case.leaf(two_names(case), "gnutls.localhost")


@shows("engine", words=["any"])
def engine(case):
    """Each library has its own: one that every build of some has."""
    identity = ("-cert", case.pki.ecdsa.cert, "-key", case.pki.ecdsa.key)
    started = []
    for name in ("default", "pkcs11"):
        done = run("s_server", "-backend", case.backend, "-accept",
            "127.0.0.1:0", "-engine", name, "-naccept", "1",
            "-handshake_timeout", "0.01", "-ready_file", "/dev/full",
            *identity)
        # where the engine is there, it is the file that fails
        if "-ready_file" in done.stderr:
            started.append(name)
    assert started
    there = case.start("-www", "-engine", started[0])
    assert case.get(there).status == 200
    assert "-engine nonesuch" in case.refused("-engine", "nonesuch",
        *identity)


@shows("rand", words=["/dev/null"])
def rand(case):
    seed = case.write("seed", bytes(range(64)))
    there = case.start("-www", "-rand", seed)
    assert case.get(there).status == 200
    hears(there, "64 semi-random bytes loaded\n")


# ---- client certificates --------------------------------------------------


def judged(case, *words, cert=None):
    """What was found out about a client's certificate, by depth."""
    there = case.start("-www", *words)
    with connect(there, case.pki, cert=cert) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert read_all(peer).startswith(b"HTTP/1.")
    there.wait("closed")
    return there, {event["step"]["depth"]: event["step"]["error"]
        for event in there.events("verify")}


@shows("verify")
def verify(case):
    ca = ("-CAfile", case.pki.ca.cert)
    there, found = judged(case, "-verify", "2", *ca, cert=case.pki.client)
    assert found == {1: 0, 0: 0}
    assert len(facts(there)["peer_chain"]) >= 1
    assert judged(case, "-verify", "2", *ca)[1] == {}


@shows("Verify")
def demand(case):
    words = ("-Verify", "2", "-CAfile", case.pki.ca.cert)
    assert judged(case, *words, cert=case.pki.client)[1] == {1: 0, 0: 0}
    fails(case.start("-www", *words), case)


@shows("verify_return_error")
def verify_return_error(case):
    words = ("-verify", "2", "-CAfile", case.pki.ca.cert)
    assert judged(case, *words, cert=case.pki.stranger)[1][0] != 0
    fails(case.start("-www", *words, "-verify_return_error"), case,
        cert=case.pki.stranger)


@shows("verify_depth")
def verify_depth(case):
    words = ("-www", "-verify", "5", "-CAfile", case.pki.ca.cert)
    case.get(case.start(*words, "-verify_depth", "1"), cert=case.pki.client)
    there = case.start(*words, "-verify_depth", "0")
    fails(there, case, cert=case.pki.client)
    hears(there, "verify error:num=22:")


@shows("verify_quiet")
def verify_quiet(case):
    words = ("-verify", "2", "-CAfile", case.pki.ca.cert, "-verify_quiet")
    there, _ = judged(case, *words, cert=case.pki.client)
    assert there.stop() == 0
    assert "depth=" not in there.err.text()
    there, _ = judged(case, *words, cert=case.pki.stranger)
    hears(there, "depth=0 ")
    hears(there, "verify error:num=")


@shows("CAfile")
def ca_file(case):
    _, found = judged(case, "-verify", "2", "-CAfile", case.pki.ca.cert,
        cert=case.pki.client)
    assert found == {1: 0, 0: 0}


@shows("CApath")
def ca_path(case):
    folder = case.tmp_path / "roots"
    folder.mkdir()
    hash_ = subprocess.run(["openssl", "x509", "-hash", "-noout", "-in",
        case.pki.ca.cert], stdout=subprocess.PIPE, check=True, text=True)
    (folder / (hash_.stdout.strip() + ".0")).write_text(
        open(case.pki.ca.cert).read())
    _, found = judged(case, "-verify", "2", "-CApath", folder,
        cert=case.pki.client)
    assert found == {1: 0, 0: 0}


def revocations(case, *revoked):
    """A list of what the test CA takes back."""
    base = case.path("ca")
    index = "".join("R\t991231235959Z\t260101000000Z\t%s\tunknown\t/CN=x\n" %
        subprocess.run(["openssl", "x509", "-serial", "-noout", "-in",
        pair.cert], stdout=subprocess.PIPE, check=True, text=True)
        .stdout.strip().split("=")[1] for pair in revoked)
    case.write("ca.txt", index)
    case.write("ca.number", "01\n")
    case.write("ca.cnf", "[ca]\ndefault_ca = here\n[here]\ndatabase = %s\n"
        "crlnumber = %s\ndefault_md = sha256\ndefault_crl_days = 2\n" %
        (base + ".txt", base + ".number"))
    openssl("ca", "-gencrl", "-config", base + ".cnf", "-cert",
        case.pki.ca.cert, "-keyfile", case.pki.ca.key, "-out",
        base + ".crl")
    return base + ".crl"


@shows("crl_check", "crl_check_all")
def crl_check(case):
    words = ("-verify", "2", "-CAfile", case.pki.ca.cert,
        "-" + case.option)
    _, found = judged(case, *words, cert=case.pki.client)
    assert found[0] == 3, "that there is none is an error"
    good = revocations(case)
    _, found = judged(case, *words, "-CRL", good, cert=case.pki.client)
    assert found == {1: 0, 0: 0}
    bad = revocations(case, case.pki.client)
    _, found = judged(case, *words, "-CRL", bad, cert=case.pki.client)
    assert found[0] == 23


@shows("CRL", words=["/dev/null"])
def crl(case):
    list_ = revocations(case, case.pki.client)
    _, found = judged(case, "-verify", "2", "-CAfile", case.pki.ca.cert,
        "-crl_check", "-CRL", list_, cert=case.pki.client)
    assert found[0] == 23


@shows("client_sigalgs", words=["ECDSA+SHA256"])
def client_sigalgs(case):
    words = ("-www", "-tls1_2", "-verify", "2", "-CAfile",
        case.pki.ca.cert, "-client_sigalgs", "ECDSA+SHA384")
    there = case.start(*words)
    case.get(there, cert=case.pki.client)
    assert facts(there)["peer_signature"]["name"] == \
        "ecdsa_secp384r1_sha384"
