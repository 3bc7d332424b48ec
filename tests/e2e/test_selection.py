"""test_selection.py - suites, groups, signatures, keys: what is agreed to

SPDX-License-Identifier: Apache-2.0
"""
import base64
import os
import re
import socket
import threading

import pytest

from clients import call, fetch, need
from conftest import BACKENDS, reason_against
from pki import openssl
from test_command_line import refused

KEY = "1a2b3c4d5e6f708192a3b4c5d6e7f809"


def s_client(there, *args):
    """What s_client says when it is done."""
    return call(need("openssl"), "s_client", "-connect", "127.0.0.1:%d"
        % there.port, *args, text=b"", status=None)


def suite(said):
    """The suite of a handshake that was completed, or None."""
    found = re.search(r"^(?:New|Reused), .*, Cipher is (\S+)$", said, re.M)
    if not found or found.group(1) == "(NONE)" or \
        re.search(r"^[0-9A-F]+:error:", said, re.M):
        return None
    return found.group(1)


# ---- pre-shared keys --------------------------------------------------------


@pytest.mark.needs("psk")
@pytest.mark.parametrize("name", ["PSK-AES128-CBC-SHA256",
    "DHE-PSK-AES128-CBC-SHA256", "ECDHE-PSK-AES128-CBC-SHA256",
    "RSA-PSK-AES128-CBC-SHA256"])
def test_agrees_to_a_pre_shared_key(server, pki, backend, name):
    there = server("-psk", KEY, "-cipher", "PSK", "-no_tls1_3",
        certs=pki.rsa)
    said = s_client(there, "-psk", KEY, "-tls1_2", "-cipher", name)
    assert suite(said) == name


@pytest.mark.needs("psk_tls1_3", "tls1_3")
def test_agrees_to_a_pre_shared_key_in_tls1_3(server, pki, backend):
    there = server("-psk", KEY)
    said = s_client(there, "-psk", KEY, "-tls1_3", "-ciphersuites",
        "TLS_AES_128_GCM_SHA256")
    assert suite(said) == "TLS_AES_128_GCM_SHA256"
    assert "no peer certificate available" in said


@pytest.mark.needs("psk_tls1_3", "tls1_3")
def test_falls_back_to_its_certificate_in_tls1_3(server, pki, backend):
    there = server("-psk", KEY)
    said = s_client(there, "-psk", KEY, "-psk_identity", "stranger",
        "-tls1_3")
    assert suite(said) is not None
    assert re.search("subject=CN ?= ?localhost", said)
    assert there.events("psk") == []


@pytest.mark.needs("psk")
def test_has_a_key_for_each_identity(server, pki, backend):
    there = server("-psk", "alice:" + KEY, "-psk", "bob:00ff00ff00ff",
        "-psk", "0011223344", "-psk_identity", "carol", "-no_tls1_3",
        "-cipher", "PSK", "-nocert", certs=False)
    for name, key in (("alice", KEY), ("bob", "00ff00ff00ff"),
        ("carol", "0011223344")):
        said = s_client(there, "-psk_identity", name, "-psk", key,
            "-tls1_2", "-cipher", "PSK")
        assert suite(said) is not None, said
    said = s_client(there, "-psk_identity", "alice", "-psk", "00ff00ff00ff",
        "-tls1_2", "-cipher", "PSK")
    assert suite(said) is None
    for word in (KEY, "00ff00ff00ff", "0011223344"):
        assert word not in there.lines.text()


@pytest.mark.needs("psk")
@pytest.mark.parametrize("args", [[], ["-psk_mismatch", "accept"],
    ["-strict_s_server"], ["-psk_mismatch", "refuse"]], ids=" ".join)
def test_has_a_way_with_other_identities(server, pki, backend, args):
    lenient = "accept" in args or "-strict_s_server" in args
    there = server("-www", "-psk", KEY, "-cipher", "PSK", "-no_tls1_3",
        *args)
    said = s_client(there, "-psk_identity", "somebody\x1b[1m", "-psk", KEY,
        "-tls1_2", "-cipher", "PSK-AES128-CBC-SHA256")
    assert (suite(said) is not None) == lenient
    there.wait("closed")
    there.stop()
    out = there.out.text()
    assert ("PSK warning: client identity not what we expected (got "
        "'somebody\\x1b[1m' expected 'Client_identity')\n" in out) == lenient
    assert ("PSK error: client identity not found (got "
        "'somebody\\x1b[1m' expected 'Client_identity')\n" in out) != lenient


@pytest.mark.needs("psk", "psk_hint")
def test_gives_a_hint(server, pki, backend):
    there = server("-psk", KEY, "-psk_hint", "ask the doorman", "-cipher",
        "PSK", "-no_tls1_3")
    for name in ("PSK-AES128-CBC-SHA256", "ECDHE-PSK-AES128-CBC-SHA256"):
        said = s_client(there, "-psk", KEY, "-tls1_2", "-cipher", name)
        assert "PSK identity hint: ask the doorman\n" in said


@pytest.mark.needs("psk")
def test_gnutls_agrees_to_a_pre_shared_key(server, pki, backend):
    there = server("-psk", "alice:" + KEY, "-cipher", "PSK", "-no_tls1_3")
    # it falls over a peer without a certificate, after the handshake
    call(need("gnutls-cli"), "--no-ca-verification",
        "--pskusername", "alice", "--pskkey", KEY, "--priority",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ECDHE-PSK:+PSK",
        "-p", there.port, "127.0.0.1", text=b"", status=None)
    facts = there.wait("handshake")["facts"]
    assert "PSK" in facts["suite"]["name"]


def test_takes_keys_or_says_why_not(server, pki, backend, version):
    reason = reason_against(backend, "psk" if version == "tls1_2" else
        "psk_tls1_3")
    args = ["-psk", KEY, "-" + version]
    if reason:
        line = refused("-backend", backend, *args, "-cert", pki.rsa.cert,
            "-key", pki.rsa.key, status=3)
        assert "-psk" in line and reason.split(": ", 1)[1] in line
    else:
        server(*args)		# listens


def test_refuses_two_keys_for_one(pki):
    for args in (["-psk", "a:00", "-psk", "a:11"], ["-psk", "00", "-psk",
        "11"], ["-psk", "00", "-psk", "x:11", "-psk_identity", "x"]):
        line = refused("-backend", sorted(BACKENDS)[-1], "-cert",
            pki.rsa.cert, "-key", pki.rsa.key, *args)
        assert "-psk: two keys for the identity" in line


# ---- no certificate ---------------------------------------------------------


@pytest.mark.needs("anonymous")
def test_does_without_a_certificate(server, pki, backend):
    there = server("-nocert", "-cipher", "aNULL:@SECLEVEL=0", certs=False)
    for name in ("AECDH-AES128-SHA", "ADH-AES128-GCM-SHA256"):
        said = s_client(there, "-cipher", name + ":@SECLEVEL=0")
        assert suite(said) == name
        assert "no peer certificate available" in said


@pytest.mark.parametrize("args", [[], ["-tls1_2"],
    ["-cipher", "HIGH:!aNULL"]])
def test_says_what_else_there_is(server, backend, args):
    """It starts, as the reference does, and refuses whoever comes."""
    there = server("-nocert", *args, certs=False)
    missing = reason_against(backend, "anonymous")
    assert suite(s_client(there)) is None
    assert there.wait("failed")
    said = there.err.text()
    assert "it will refuse every client" in said and "-psk" in said
    assert missing or "-cipher aNULL:@SECLEVEL=0" in said


@pytest.mark.needs("psk_tls1_3", "tls1_3")
def test_needs_no_certificate_beside_a_key(server, pki, backend):
    there = server("-nocert", "-psk", KEY, certs=False)
    assert suite(s_client(there, "-psk", KEY, "-tls1_3", "-ciphersuites",
        "TLS_AES_128_GCM_SHA256"))
    # without the key there is nothing to agree to
    assert suite(s_client(there)) is None


def test_loads_no_second_certificate_either(server, pki, backend):
    if reason_against(backend, "psk"):
        pytest.skip(reason_against(backend, "psk"))
    there = server("-nocert", "-dcert", pki.rsa.cert, "-dkey", pki.rsa.key,
        "-psk", KEY, "-no_tls1_3", certs=False)
    assert suite(s_client(there, "-tls1_2", "-cipher", "aRSA")) is None
    there.stop()
    assert "-dcert has no effect with -nocert\n" in there.err.text()


# ---- suites -----------------------------------------------------------------


@pytest.mark.parametrize("option, left", [("-no_dhe", "ECDHE"),
    ("-no_ecdhe", "DHE")])
def test_leaves_key_exchanges_out(server, pki, backend, option, left):
    there = server(option, "-cipher", "ECDHE+AES128:DHE+AES128:AES128",
        certs=pki.rsa)
    said = s_client(there, "-tls1_2", "-cipher", "ECDHE:DHE:AES128-SHA")
    assert suite(said).startswith(left + "-")
    said = s_client(there, "-tls1_2", "-cipher",
        "DHE" if left == "ECDHE" else "ECDHE")
    assert suite(said) is None
    there.stop()
    if not reason_against(backend, "tls1_3"):
        assert option + " leaves TLS 1.3 as it is" in there.err.text()


def test_refuses_to_be_left_without(pki, backend):
    line = refused("-backend", backend, "-cert", pki.ecdsa.cert, "-key",
        pki.ecdsa.key, "-cipher", "ECDHE", "-no_ecdhe", "-tls1_2")
    assert "-cipher ECDHE" in line and "-no_ecdhe" in line


@pytest.mark.parametrize("option", ["-no_tmp_rsa", "-hack"])
def test_remarks_what_has_no_effect(server, pki, backend, option):
    there = server(option)
    there.stop()
    assert option + " has no effect: " in there.err.text()


@pytest.mark.parametrize("option", ["-ssl2", "-ssl3"])
def test_refuses_what_nobody_speaks(pki, backend, option):
    reason = reason_against(backend, option[1:])
    if not reason:
        pytest.skip("%s speaks %s" % (backend, option[1:]))
    line = refused("-backend", backend, option, "-cert", pki.rsa.cert,
        "-key", pki.rsa.key, status=3)
    assert option in line and reason.split(": ", 1)[1] in line


# ---- Diffie-Hellman ---------------------------------------------------------


# The second group of RFC 2409: no library takes it by itself.
PRIME = bytes.fromhex("""
    ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74
    020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437
    4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed
    ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff
""")


@pytest.fixture(scope="session")
def params(pki):
    """Parameters in PEM and DER, and those of X9.42."""
    made = {name: pki.path("dh." + name) for name in ("der", "pem", "x942")}
    with open(made["der"], "wb") as file:
        file.write(b"\x30\x81\x87\x02\x81\x81\x00" + PRIME +
            b"\x02\x01\x02")
    with open(made["pem"], "wb") as file:
        file.write(b"-----BEGIN DH PARAMETERS-----\n" + base64.encodebytes(
            open(made["der"], "rb").read()) +
            b"-----END DH PARAMETERS-----\n")
    openssl("dhparam", "-in", made["pem"], "-check", "-noout")
    openssl("genpkey", "-genparam", "-algorithm", "DHX", "-pkeyopt",
        "dh_rfc5114:1", "-out", made["x942"])
    openssl("pkeyparam", "-in", made["x942"], "-noout")
    text = open(made["x942"]).read()
    assert "BEGIN X9.42" in text
    made["x942_der"] = pki.path("dh.x942_der")
    with open(made["x942_der"], "wb") as file:
        file.write(base64.b64decode("".join(text.splitlines()[1:-1])))
    return made


def bits(said):
    return re.search(r"(?:Server|Peer) Temp Key: DH, (\d+) bits", said).group(1)


@pytest.mark.needs("dh_parameters")
@pytest.mark.parametrize("where", ["pem", "der", "x942", "x942_der", "cert"])
def test_takes_dh_parameters_from(server, pki, backend, params, tmp_path,
    where):
    own = ["-cert", pki.rsa.cert]
    if where == "cert":
        both = tmp_path / "both.pem"
        both.write_text(open(pki.rsa.cert).read() +
            open(params["pem"]).read())
        own = ["-cert", both]
    else:
        own += ["-dhparam", params[where]]
    there = server(*own, "-key", pki.rsa.key, "-cipher", "DHE:@SECLEVEL=0",
        certs=False)
    said = s_client(there, "-tls1_2", "-cipher", "DHE:@SECLEVEL=0")
    assert bits(said) == "1024"


def test_has_dh_parameters_of_its_own(server, pki, backend):
    there = server("-cipher", "DHE", certs=pki.rsa)
    said = s_client(there, "-tls1_2", "-cipher", "DHE")
    assert int(bits(said)) >= 2048


@pytest.mark.parametrize("name, words", [
    ("cert", "no DH parameters"), ("key", "no DH param"),
    ("text", "no DH parameters"), ("cut", "END line"),
    ("broken", "damaged"), ("even", "no prime and generator"),
    ("tiny", "512 to 10000 bits"),
])
def test_refuses_dh_parameters_that_are_none(pki, backend, params, tmp_path,
    name, words):
    if reason_against(backend, "dh_parameters"):
        pytest.skip(reason_against(backend, "dh_parameters"))
    text = open(params["pem"]).read()
    files = {"cert": open(pki.rsa.cert).read(), "key": open(pki.rsa.key).read(),
        "text": "hello\n", "cut": text[:len(text) // 2],
        "broken": text.replace("\nM", "\n!", 1)}
    path = tmp_path / "params"
    if name in files:
        path.write_text(files[name])
    else:
        path.write_bytes(b"\x30\x09\x02\x04" + (b"\x41\x00\x00\x00"
            if name == "even" else b"\x41\x00\x00\x01") + b"\x02\x01\x02")
    line = refused("-backend", backend, "-cert", pki.rsa.cert, "-key",
        pki.rsa.key, "-dhparam", path)
    assert "-dhparam %s: " % path in line and words in line


@pytest.mark.needs("dh_parameters")
def test_goes_on_without_them_to_the_letter(server, pki, backend):
    there = server("-www", "-dhparam", pki.rsa.cert, "-strict_s_server",
        "-cipher", "DHE", certs=pki.rsa)
    assert suite(s_client(there, "-tls1_2", "-cipher", "DHE"))
    there.stop()
    assert "Using default temp DH parameters\n" in there.out.text()
    assert "-dhparam %s: " % pki.rsa.cert in there.err.text()


# ---- groups and signatures --------------------------------------------------


@pytest.mark.needs("groups")
@pytest.mark.parametrize("words, agreed", [("P-384", "P-384"),
    ("secp384r1:P-256", "P-384"), ("prime256v1", "P-256"),
    ("X25519:P-256", "X25519")])
def test_agrees_to_a_group_of_the_list(server, pki, backend, version, words,
    agreed):
    there = server("-groups", words, "-serverpref")
    said = s_client(there, "-" + version)
    label = {"P-384": "ECDH, secp384r1", "P-256": "ECDH, prime256v1",
        "X25519": "X25519"}[agreed]
    # "Server" up to OpenSSL 3.4, "Peer" after that
    assert " Temp Key: " + label in said


@pytest.mark.needs("groups")
def test_agrees_to_no_other_group(server, pki, backend, version):
    there = server("-groups", "P-384", "-cipher", "ECDHE")
    assert suite(s_client(there, "-" + version, "-groups", "P-256")) is None


def test_refuses_signatures_of_a_version_that_it_lacks(pki, backend):
    """Libraries of that age sign so in no version."""
    if not reason_against(backend, "tls1_3"):
        pytest.skip("%s speaks TLS 1.3" % backend)
    refused("-backend", backend, "-cert", pki.rsa.cert, "-key", pki.rsa.key,
        "-sigalgs", "RSA-PSS+SHA256", status=3)


@pytest.mark.needs("signatures")
@pytest.mark.parametrize("version, words, label", [
    ("tls1_3", "RSA-PSS+SHA256", "RSA-PSS"),
    ("tls1_3", "rsa_pss_rsae_sha512:RSA+SHA256", "RSA-PSS"),
    ("tls1_2", "RSA+SHA384", "RSA")])
def test_signs_by_the_list(server, pki, backend, version, words, label):
    there = server("-sigalgs", words, "-cipher", "ECDHE", certs=pki.rsa)
    said = s_client(there, "-" + version)
    number = re.search(r"\d{3}", words).group(0)
    # in words of its own, and since OpenSSL 3.5 by its name
    name = "rsa_%s_sha%s" % ("pkcs1" if label == "RSA" else "pss_rsae",
        number)
    assert "Peer signature type: %s\n" % name in said or (
        "Peer signature type: %s\n" % label in said and
        "Peer signing digest: SHA%s\n" % number in said)


@pytest.mark.needs("client_signatures", "tls1_2")
def test_asks_clients_for_the_list(server, pki, backend):
    there = server("-verify", "1", "-CAfile", pki.ca.cert, "-client_sigalgs",
        "ECDSA+SHA384:RSA+SHA384")
    said = s_client(there, "-tls1_2", "-cert", pki.client.cert, "-key",
        pki.client.key)
    assert "Requested Signature Algorithms: ECDSA+SHA384:RSA+SHA384\n" in said


@pytest.mark.parametrize("option, words, says, status", [
    ("-groups", "P-257", "did you mean P-256?", 2),
    ("-groups", "P-256:", "a name is empty", 2),
    ("-groups", "", "a name is empty", 2),
    ("-groups", "P-256:prime256v1", "named twice", 2),
    ("-groups", "bananas-and-cream-1999", "they are called like", 2),
    ("-groups", "CECPQ2", "cannot do the group CECPQ2", 3),
    ("-sigalgs", "ECDSA+SHA25", "did you mean ECDSA+SHA256?", 2),
    ("-sigalgs", "ECDSA+SHA256::", "a name is empty", 2),
    ("-sigalgs", "eccsi_sha256", "cannot do the signature algorithm", 3),
    ("-client_sigalgs", "RSA+SHA", "did you mean RSA+SHA", 2),
])
def test_refuses_lists(pki, backend, option, words, says, status):
    feature = {"-groups": "groups", "-sigalgs": "signatures",
        "-client_sigalgs": "client_signatures"}[option]
    if reason_against(backend, feature):
        pytest.skip(reason_against(backend, feature))
    line = refused("-backend", backend, "-cert", pki.rsa.cert, "-key",
        pki.rsa.key, "-verify", "1", option, words, status=status)
    assert option in line and says in line


# ---- sessions ---------------------------------------------------------------


@pytest.mark.needs("id_prefix", "session_store")
def test_session_ids_have_a_prefix(server, pki, backend, tmp_path):
    there = server("-id_prefix", "PREFIX", "-no_tls1_3")
    session = tmp_path / "session"
    said = s_client(there, "-tls1_2", "-sess_out", session)
    assert re.search(r"Session-ID: 505245464958[0-9A-F]{52}\n", said)
    assert "TLS session ticket:" not in said
    said = s_client(there, "-tls1_2", "-sess_in", session)
    assert "Reused, " in said
    there.stop()
    assert "id_prefix 'PREFIX' set.\n" in there.err.text()


@pytest.mark.needs("id_prefix", "session_store")
def test_a_whole_prefix_is_good_for_one(server, pki, backend):
    there = server("-id_prefix", 32 * "x", "-no_tls1_3")
    assert suite(s_client(there, "-tls1_2"))
    assert suite(s_client(there, "-tls1_2")) is None
    there.stop()
    assert "warning: id_prefix is too long, only one new session will be " \
        "possible\n" in there.err.text()


@pytest.mark.needs("session_store")
def test_keeps_no_sessions_when_told_to(server, pki, backend, tmp_path):
    for args, again in ((["-no_ticket"], True),
        (["-no_ticket", "-no_cache"], False), (["-no_cache"], True)):
        there = server(*args, "-no_tls1_3")
        session = tmp_path / "session"
        s_client(there, "-tls1_2", "-sess_out", session)
        said = s_client(there, "-tls1_2", "-sess_in", session)
        assert ("Reused, " in said) == again, args


@pytest.mark.needs("num_tickets", "tls1_3")
@pytest.mark.parametrize("number", [0, 1, 4])
def test_sends_so_many_tickets(server, pki, backend, number):
    there = server("-www", "-num_tickets", str(number))
    assert fetch(there, pki, version="tls1_3").status == 200
    said = call(need("openssl"), "s_client", "-connect", "127.0.0.1:%d"
        % there.port, "-tls1_3", "-msg", "-ign_eof",
        text=b"GET / HTTP/1.0\r\n\r\n", status=None)
    assert said.count(", NewSessionTicket") == number


def test_a_context_parts_sessions(server, pki, backend):
    there = server("-context", "polytls", "-no_tls1_3", "-no_ticket")
    assert suite(s_client(there, "-tls1_2"))
    line = refused("-backend", backend, "-context", 33 * "x")
    assert "-context" in line


# ---- random bytes -----------------------------------------------------------


class Egd:
    """A socket that gives bytes; `number` of them, when asked for 255."""

    def __init__(self, path, number):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        self.socket.listen()
        self.number, self.asked = number, None
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        peer, _ = self.socket.accept()
        self.asked = peer.recv(2)
        peer.sendall(os.urandom(self.number))
        peer.close()


@pytest.mark.needs("random_seed")
def test_seeds_from_files_and_sockets(server, pki, backend, tmp_path):
    (tmp_path / "bytes").write_bytes(os.urandom(100))
    egd = Egd(tmp_path / "egd", 255)
    there = server("-rand", "%s:%s:/dev/urandom" % (tmp_path / "bytes",
        tmp_path / "egd"))
    assert suite(s_client(there))
    there.stop()
    assert egd.asked == b"\x02\xff"
    assert "%d semi-random bytes loaded\n" % (100 + 255 + 2048) in \
        there.err.text()


@pytest.mark.parametrize("names, words", [
    ("/nonexistent/x", "No such file"), ("DIR", "is a directory"),
    ("DIR/empty", "is empty"), ("DIR/good:", "a name is empty"),
    ("DIR/good:/nonexistent/y", "/nonexistent/y"),
    ("DIR/egd", "255 bytes"), ("DIR/dead", "Connection refused"),
])
def test_refuses_to_seed_from(pki, backend, tmp_path, names, words):
    if reason_against(backend, "random_seed"):
        pytest.skip(reason_against(backend, "random_seed"))
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "good").write_bytes(b"x")
    egd = Egd(tmp_path / "egd", 3)
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(tmp_path / "dead"))
    dead.close()
    line = refused("-backend", backend, "-cert", pki.rsa.cert, "-key",
        pki.rsa.key, "-rand", names.replace("DIR", str(tmp_path)))
    assert "-rand" in line and words in line
    egd.socket.close()
