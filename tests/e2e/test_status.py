"""test_status.py - OCSP responses, from the responder to the client

SPDX-License-Identifier: Apache-2.0
"""
import random
import re
import signal
import ssl
import subprocess
import threading

import pytest

import servers
from clients import call, connect, need, plain, read_all
from conftest import reason_against
from responders import Authority, OpensslResponder, Responder, http
from test_command_line import refused
from test_mutated import changed

pytestmark = pytest.mark.needs("status")


@pytest.fixture(autouse=True)
def staples(request):
    """Skips where this version has no staples."""
    if "version" not in request.fixturenames:
        return
    if request.getfixturevalue("version") != "tls1_3":
        return
    reason = reason_against(request.getfixturevalue("backend"),
        "status_tls1_3")
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def authority(pki, tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ocsp"))


@pytest.fixture(scope="session")
def made(authority):
    """Certificates that name no responder: GOOD, and an RSA ALSO_GOOD."""
    return (authority.make("made", Authority.GOOD),
        authority.make("made-rsa", Authority.ALSO_GOOD, kind="rsa"))


@pytest.fixture
def responder(request, authority):
    """Starts responders that are gone after the test."""
    started = []

    def start(answer=authority.answer, **options):
        started.append(Responder(answer, **options))
        return started[-1]

    yield start
    for one in started:
        one.close()


def asked(there, *args, status=0):
    """What openssl(1) says of a connection on which it asks."""
    return call(need("openssl"), "s_client", "-connect",
        "127.0.0.1:%d" % there.port, "-status", *args, status=status)


def verdict(said):
    """What it got: "good", "trylater", ... or None."""
    if "OCSP response: no response sent" in said:
        return None
    found = re.search(r"Cert Status: (\w+)|Response Status: (\w+)", said)
    if "OCSP Response Status: successful" in said:
        found = re.search(r"Cert Status: (\w+)", said)
    assert found, said
    return found.group(1) or found.group(2)


def steps(there, conn=1):
    """All of them: the connection has had its end."""
    there.wait("closed", conn=conn)
    return [event["step"] for event in there.events("status", conn=conn)]


def serve(server, authority, pair, *args, **options):
    return server("-www", "-CAfile", authority.ca.cert, *args, certs=pair,
        **options)


def with_url(server, authority, made, url, *args):
    return serve(server, authority, made[0], "-status_url", url, *args)


# ---- what a real responder says -------------------------------------------


@pytest.fixture(scope="session")
def real(authority):
    """openssl(1) as a responder, and a certificate for each thing it says."""
    responder = OpensslResponder(authority)
    yield {name: authority.make("real-" + name, serial, responder.url)
        for name, serial in (("good", Authority.GOOD),
            ("revoked", Authority.REVOKED), ("unknown", Authority.UNKNOWN))}
    responder.close()


@pytest.mark.parametrize("says", ["good", "revoked", "unknown"])
def test_staples_what_a_real_responder_says(server, authority, real, says,
    backend, version):
    there = serve(server, authority, real[says], "-status")
    assert verdict(asked(there, "-" + version)) == says
    event = there.wait("status", step="sent")
    assert steps(there) == ["asked", "aia", "had", "sent"]
    assert event["verdict"] == says
    assert event["identity"] == 0
    # Kept, and given to the next one too.
    assert verdict(asked(there, "-" + version)) == says
    there.wait("status", conn=2, step="sent")
    assert steps(there, conn=2) == ["asked", "cached", "had", "sent"]


def test_gnutls_believes_a_good_response_and_not_a_revoked_one(server,
    authority, real, backend, version):
    priority = "NORMAL:-VERS-ALL:+VERS-" + version.replace("tls", "TLS") \
        .replace("_", ".")
    for says, status in (("good", 0), ("revoked", 1)):
        there = serve(server, authority, real[says], "-status")
        said = call(need("gnutls-cli"), "--priority", priority,
            "--x509cafile", authority.ca.cert, "--port", there.port,
            "localhost", status=status)
        if says == "good":
            assert "OCSP status request" in said
            assert "The certificate is trusted" in said
        else:
            assert "revoked" in said
        there.wait("status", step="sent", verdict=says)


def test_says_it_in_the_references_words(server, authority, made, responder,
    backend, tmp_path):
    der = authority.response_for(made[0])
    there = responder(lambda request: http(der))
    pair = authority.make("words", Authority.GOOD, there.url)
    theirs = reference(authority, pair)
    ours = serve(server, authority, pair, "-status_verbose")
    asked(ours)
    ours.stop()
    assert lines(ours.err.text()) == lines(theirs)
    assert "cert_status: ocsp response sent:" in lines(theirs)
    assert "    Cert Status: good" in lines(theirs)


def lines(text):
    """What stands before the certificates: of them less is shown."""
    text = text[text.index("cert_status: "):].split("Certificate:\n")[0]
    return [line.rstrip() for line in text.splitlines()]


def reference(authority, pair):
    """What openssl s_server says on standard error."""
    process = subprocess.Popen([need("openssl"), "s_server", "-accept",
        "127.0.0.1:0", "-cert", pair.cert, "-key", pair.key, "-CAfile",
        authority.ca.cert, "-status_verbose", "-naccept", "1", "-www"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)
    try:
        for line in process.stdout:
            if line.startswith("ACCEPT"):
                break
        call("openssl", "s_client", "-status", "-connect",
            line.split()[1])
        return process.communicate(timeout=servers.DEADLINE)[1]
    finally:
        process.kill()
        process.stdout.close()
        process.stderr.close()


def test_says_nothing_of_it_unless_asked_to(server, authority, real,
    backend):
    there = serve(server, authority, real["good"], "-status")
    asked(there)
    there.stop()
    assert "cert_status" not in there.err.text()


# ---- responses of other kinds ----------------------------------------------


@pytest.mark.parametrize("kind", ["expired", "trylater", "another"])
def test_staples_a_response_as_it_was_received(server, authority, made,
    responder, backend, version, kind):
    der = {
        "expired": lambda: authority.expired_for(made[0]),
        "trylater": lambda: b"\x30\x03\x0a\x01\x03",
        "another": lambda: authority.response_for(made[1]),
    }[kind]()
    there = responder(lambda request: http(der))
    ours = with_url(server, authority, made, there.url, "-status")
    said = asked(ours, "-" + version)
    if kind == "trylater":
        assert verdict(said) in ("trylater", None)
    else:
        assert verdict(said) == "good"
    assert ours.wait("status", step="sent")["response"] == der.hex()
    # None of them is kept.
    asked(ours, "-" + version)
    assert len(there.requests) == 2


def test_an_expired_response_is_found_out_by_gnutls(server, authority, made,
    responder, backend):
    der = authority.expired_for(made[0])
    there = responder(lambda request: http(der))
    ours = with_url(server, authority, made, there.url, "-status")
    said = call(need("gnutls-cli"), "--x509cafile", authority.ca.cert,
        "--port", ours.port, "localhost", status=1)
    assert "OCSP" in said


BAD = {
    "garbage": (http(b"garbage"), "no OCSP response"),
    "empty": (http(b""), "no OCSP response"),
    "500": (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
        "HTTP status 500"),
    "404": (b"HTTP/1.0 404 Not Found\r\n\r\nno", "HTTP status 404"),
    "moved": (b"HTTP/1.1 302 Found\r\nLocation: http://a/\r\n"
        b"Content-Length: 0\r\n\r\n", "HTTP status 302"),
    "no http": (b"SSH-2.0-OpenSSH_9.2\r\n", ""),
    "nothing": (b"", ""),
    "half": (http(b"x" * 100)[:-50], ""),
    "huge": (b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" +
        b"x" * 200000, "too long"),
    "endless": (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200000, "too long"),
    "huge head": (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100000 + b"\r\n\r\n",
        ""),
}


@pytest.mark.parametrize("kind", sorted(BAD))
def test_goes_on_without_a_response(server, authority, made, responder,
    backend, kind):
    answer, words = BAD[kind]
    there = responder(lambda request: answer)
    ours = with_url(server, authority, made, there.url, "-status")
    assert verdict(asked(ours)) is None
    assert steps(ours) == ["asked", "default", "failed"]
    assert words in ours.wait("status", step="failed")["error"]["text"]
    assert len(there.requests) == 1
    ours.stop()
    for words in ("Error querying OCSP responder\n",
        "cert_status: error querying responder\n"):
        assert words in ours.err.text()


def test_goes_on_when_the_responder_is_dead(server, authority, made, responder,
    backend):
    there = responder()
    there.close()
    ours = with_url(server, authority, made, there.url, "-status")
    assert verdict(asked(ours)) is None
    assert "port %d" % there.port in \
        ours.wait("status", step="failed")["error"]["text"]


@pytest.mark.parametrize("name", ["nowhere.invalid", "256.256.256.256"])
def test_goes_on_when_the_responder_has_no_address(server, authority, made,
    backend, name):
    ours = with_url(server, authority, made, "http://%s/" % name, "-status")
    assert verdict(asked(ours)) is None
    assert name in ours.wait("status", step="failed")["error"]["text"]


def test_waits_for_a_silent_responder_as_long_as_it_may(server, authority,
    made, responder, backend, version):
    there = responder(lambda request: None)
    ours = with_url(server, authority, made, there.url, "-status_timeout",
        "0.3")
    assert verdict(asked(ours, "-" + version)) is None
    failed = ours.wait("status", step="failed")
    assert "300 ms" in failed["error"]["text"]
    assert 250000 <= failed["since_us"] < 5000000


def test_others_are_served_while_one_waits(server, authority, made, responder,
    backend):
    go = threading.Event()
    der = authority.response_for(made[0])

    def answer(request):
        assert go.wait(servers.DEADLINE)
        return http(der)

    there = responder(answer)
    ours = with_url(server, authority, made, there.url, "-status_timeout",
        "0", "-handshake_timeout", "0")
    said = []
    waiting = [threading.Thread(target=lambda: said.append(asked(ours)))
        for _ in range(3)]
    for one in waiting:
        one.start()
    ours.wait("status", number=3, step="asked")
    # Who does not ask does not wait.
    with connect(ours, None, context=unjudging()) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert b" 200 " in read_all(peer)
    assert not said
    go.set()
    for one in waiting:
        one.join()
    assert [verdict(one) for one in said] == ["good"] * 3
    # One question was enough for all of them.
    assert len(there.requests) == 1


def unjudging():
    made = ssl.create_default_context()
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


def test_a_handshake_ends_in_time_though_the_responder_does_not(server,
    authority, made, responder, backend):
    there = responder(lambda request: None)
    ours = with_url(server, authority, made, there.url, "-status_timeout",
        "0", "-handshake_timeout", "0.3")
    asked(ours, status=1)
    failed = ours.wait("failed")
    assert "-handshake_timeout" in failed["error"]["text"]
    # The question goes on; the end of the program ends it.
    ours.signal(signal.SIGTERM)
    assert ours.finish() == 0


def test_the_end_of_the_program_ends_who_waits(server, authority, made,
    responder, backend):
    there = responder(lambda request: None)
    ours = with_url(server, authority, made, there.url, "-status_timeout",
        "0")
    waiting = threading.Thread(target=lambda: asked(ours, status=None))
    waiting.start()
    there.wait(1)
    ours.signal(signal.SIGTERM)
    assert ours.finish() == 0
    waiting.join()


def test_stands_a_client_that_leaves_while_it_waits(server, authority, made,
    responder, backend):
    go = threading.Event()
    der = authority.response_for(made[0])

    def answer(request):
        assert go.wait(servers.DEADLINE)
        return http(der)

    there = responder(answer)
    ours = with_url(server, authority, made, there.url, "-status")
    with plain(ours) as peer:
        peer.sendall(hello_with(5, b"\x01\0\0\0\0"))
        there.wait(1)
    go.set()
    ours.wait("closed", conn=1)
    assert verdict(asked(ours)) == "good"
    assert len(there.requests) == 1


# ---- how it is sought --------------------------------------------------------


def test_asks_by_post_for_the_certificate(server, authority, made, responder,
    backend, tmp_path):
    there = responder()
    ours = with_url(server, authority, made, there.url, "-status")
    assert verdict(asked(ours)) == "good"
    head = there.heads[0].decode()
    assert head.startswith("POST /ocsp HTTP/1.")
    assert "\nContent-Type: application/ocsp-request\r" in head
    assert "\nHost: 127.0.0.1:%d" % there.port in head
    call("openssl", "ocsp", "-issuer", authority.ca.cert, "-cert",
        made[0].cert, "-no_nonce", "-reqout", tmp_path / "request")
    assert there.requests[0] == (tmp_path / "request").read_bytes()


def test_what_the_certificate_names_goes_before_the_default(server,
    authority, responder, backend):
    named, default = responder(), responder()
    pair = authority.make("named", Authority.GOOD, named.url)
    ours = serve(server, authority, pair, "-status_url", default.url)
    assert verdict(asked(ours)) == "good"
    assert (len(named.requests), len(default.requests)) == (1, 0)


def test_a_name_with_several_addresses_is_tried_at_all(server, authority,
    made, responder, backend):
    there = responder()
    ours = with_url(server, authority, made, "http://localhost:%d/ocsp" %
        there.port, "-status")
    assert verdict(asked(ours)) == "good"
    assert b"localhost:%d" % there.port in there.heads[0]


def test_nobody_is_asked_for_who_does_not_ask(server, authority, made,
    responder, pki, backend):
    there = responder()
    ours = with_url(server, authority, made, there.url, "-status_required")
    with connect(ours, None, context=unjudging()) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert b" 200 " in read_all(peer)
    assert not there.requests
    assert not ours.events("status")


def hello_with(extension, body):
    """A ClientHello of Python's with one extension more."""
    ours = ssl.MemoryBIO()
    made = unjudging().wrap_bio(ssl.MemoryBIO(), ours)
    with pytest.raises(ssl.SSLWantReadError):
        made.do_handshake()
    hello = ours.read()
    # Behind header, version, random: session ID, suites, compression.
    at = 9 + 34
    at += 1 + hello[at]
    at += 2 + int.from_bytes(hello[at:at + 2], "big")
    at += 1 + hello[at]
    extensions = hello[at + 2:] + extension.to_bytes(2, "big") + \
        len(body).to_bytes(2, "big") + body
    message = hello[9:at] + len(extensions).to_bytes(2, "big") + extensions
    message = b"\x01" + len(message).to_bytes(3, "big") + message
    return hello[:3] + len(message).to_bytes(2, "big") + message


def test_passes_a_clients_own_extensions_on(server, authority, made,
    responder, backend):
    nonce = bytes.fromhex("3021301f06092b060105050730010204120410") + \
        b"0123456789abcdef"
    there = responder()
    ours = with_url(server, authority, made, there.url, "-status")
    hello = hello_with(5, b"\x01\0\0" + len(nonce).to_bytes(2, "big") +
        nonce)
    for number in (1, 2):
        with plain(ours) as peer:
            peer.sendall(hello)
            ours.wait("status", conn=number, step="had")
        assert there.requests[number - 1].endswith(nonce)
    # What was had for them is not for others.
    assert verdict(asked(ours)) == "good"
    assert not there.requests[2].endswith(nonce)


def test_asks_nobody_for_another_type_of_status(server, authority, made,
    responder, backend):
    there = responder()
    ours = with_url(server, authority, made, there.url, "-status")
    with plain(ours) as peer:
        peer.sendall(hello_with(5, b"\x02\0\0\0\0"))
        ours.wait("choice")
        peer.recv(1)
    ours.wait("closed")
    assert not ours.events("status")


@pytest.mark.parametrize("body", [b"", b"\x01\0\0", b"\x01\0\0\0\0\0",
    b"\x01\xff\xff\0\0"], ids=bytes.hex)
def test_asks_nobody_for_a_question_that_is_none(server, authority, made,
    responder, backend, body):
    """It gets decode_error instead (RFC 6066, 8)."""
    ours = with_url(server, authority, made, responder().url, "-status")
    with plain(ours) as peer:
        peer.sendall(hello_with(5, body))
        assert peer.recv(7) == b"\x15\x03\x03\0\x02\x02\x32"
    ours.wait("closed")
    assert not ours.events("status")


@pytest.mark.parametrize("mode", ["-quiet", "-rev", "-WWW", "-HTTP"])
def test_staples_in_every_mode(server, authority, made, responder, backend,
    mode):
    ours = server(mode, "-CAfile", authority.ca.cert, "-status_url",
        responder().url, certs=made[0])
    assert verdict(asked(ours)) == "good"


NO_STEP = {
    None: ("no_responder", "no AIA and no default responder URL", ""),
    "https://127.0.0.1/": ("bad_url", "can't parse AIA URL",
        "https is not spoken"),
    "ldap://127.0.0.1/cn=x": ("bad_url", "can't parse AIA URL",
        "no http URL"),
    "http://127.0.0.1:x/": ("bad_url", "can't parse AIA URL", "a port"),
}


@pytest.mark.parametrize("url", list(NO_STEP), ids=str)
def test_says_why_nobody_is_asked(server, authority, backend, url):
    step, words, reason = NO_STEP[url]
    pair = authority.make("odd", Authority.GOOD, url)
    ours = serve(server, authority, pair, "-status")
    assert verdict(asked(ours)) is None
    assert steps(ours) == ["asked", step]
    ours.stop()
    assert "cert_status: %s\n" % words in ours.err.text()
    assert reason in ours.err.text()


def test_the_reference_ends_a_handshake_for_a_bad_url(server, authority,
    backend, version):
    pair = authority.make("odd", Authority.GOOD, "ldap://127.0.0.1/")
    ours = serve(server, authority, pair, "-status", "-strict_s_server")
    assert "alert internal error" in asked(ours, "-" + version, status=1)


def test_needs_the_issuer(server, authority, real, backend):
    ours = server("-www", "-status", certs=real["good"])
    assert verdict(asked(ours)) is None
    assert steps(ours)[-1] == "no_issuer"
    ours.stop()
    assert "cert_status: Can't retrieve issuer certificate.\n" in \
        ours.err.text()


@pytest.mark.parametrize("option", ["-cert_chain", "-CAfile", "-CApath"])
def test_finds_the_issuer(server, authority, real, backend, option,
    tmp_path):
    name = authority.ca.cert
    if option == "-CApath":
        name = tmp_path
        (tmp_path / "ca.pem").write_bytes(open(authority.ca.cert,
            "rb").read())
        call(need("openssl"), "rehash", tmp_path)
    ours = server("-www", "-status", option, name, certs=real["good"])
    assert verdict(asked(ours)) == "good"


# ---- several certificates ----------------------------------------------------


def test_each_certificate_has_its_own(server, authority, made, responder,
    backend, version):
    if reason_against(backend, "identities"):
        pytest.skip(reason_against(backend, "identities"))
    there = responder()
    ours = with_url(server, authority, made, there.url, "-dcert",
        made[1].cert, "-dkey", made[1].key)
    for sign, serial in (("ECDSA+SHA256", "11"), ("rsa_pss_rsae_sha256",
        "12")):
        said = asked(ours, "-" + version, "-sigalgs", sign + ":RSA+SHA256"
            if serial == "12" else sign, "-CAfile", authority.ca.cert)
        assert verdict(said) == "good"
        assert re.search(r"Serial Number: %s\n" % serial, said)
    assert len(there.requests) == 2
    for conn, identity in ((1, 0), (2, 1)):
        assert ours.wait("status", conn=conn, step="sent")["identity"] == \
            identity


def test_other_names_have_theirs(server, authority, made, responder,
    backend):
    there = responder()
    ours = with_url(server, authority, made, there.url, "-servername",
        "a.localhost", "-cert2", made[1].cert, "-key2", made[1].key)
    for name, serial in (("localhost", "11"), ("a.localhost", "12")):
        for _ in range(2):
            said = asked(ours, "-servername", name)
            assert re.search(r"Serial Number: %s\n" % serial, said)
    assert len(there.requests) == 2


# ---- kept, and not -----------------------------------------------------------


def test_a_kept_response_outlives_its_responder(server, authority, made,
    responder, backend, version):
    there = responder()
    ours = with_url(server, authority, made, there.url, "-status")
    assert verdict(asked(ours, "-" + version)) == "good"
    there.close()
    assert verdict(asked(ours, "-" + version)) == "good"
    assert len(there.requests) == 1


def test_each_worker_keeps_its_own(server, authority, made, responder,
    backend):
    there = responder()
    ours = with_url(server, authority, made, there.url, "-status",
        "-workers", "2")
    for _ in range(8):
        assert verdict(asked(ours)) == "good"
    assert len(there.requests) <= 2


def test_nothing_is_kept_when_told_so(server, authority, made, responder,
    backend):
    there = responder()
    ours = with_url(server, authority, made, there.url, "-no_status_cache")
    for number in (1, 2):
        assert verdict(asked(ours)) == "good"
        assert len(there.requests) == number
    there.close()
    assert verdict(asked(ours)) is None


# ---- fail closed -------------------------------------------------------------


def test_refuses_a_client_that_asks_in_vain(server, authority, made,
    responder, backend, version):
    there = responder(lambda request: http(b"garbage"))
    ours = with_url(server, authority, made, there.url, "-status_required")
    said = asked(ours, "-" + version, status=1)
    assert "alert internal error" in said
    failed = ours.wait("failed")
    assert failed["error"]["alert_sent"]["name"] == "internal_error"
    assert "-status_required" in failed["error"]["text"]
    ours.wait("closed", outcome="failed")


def test_serves_a_client_that_asks_not_in_vain(server, authority, made,
    responder, backend, version):
    ours = with_url(server, authority, made, responder().url,
        "-status_required")
    assert verdict(asked(ours, "-" + version)) == "good"


# ---- files -------------------------------------------------------------------


def test_staples_a_file_read_anew(server, authority, made, backend, version,
    tmp_path):
    name = tmp_path / "response"
    name.write_bytes(authority.response_for(made[0]))
    ours = server("-www", "-status_file", name, certs=made[0])
    assert verdict(asked(ours, "-" + version)) == "good"
    ours.wait("status", step="sent")
    assert steps(ours) == ["asked", "had", "sent"]
    name.write_bytes(b"\x30\x03\x0a\x01\x06")
    asked(ours, "-" + version)
    assert ours.wait("status", conn=2, step="sent")["verdict"] == \
        "unauthorized"
    name.unlink()
    assert verdict(asked(ours, "-" + version)) is None
    assert steps(ours, conn=3) == ["asked", "file_failed"]
    ours.stop()
    assert "cert_status: Error reading OCSP response\n" in ours.err.text()


def test_stands_a_damaged_file(server, authority, made, backend, version,
    tmp_path):
    """The file is read for each client: every one of them is served, with
    the damaged response or with none."""
    draw = random.Random(version)
    name = tmp_path / "response"
    sound = authority.response_for(made[0])
    name.write_bytes(sound)
    ours = server("-www", "-status_file", name, certs=made[0])
    for number in range(25):
        name.write_bytes(changed(sound, draw))
        said = asked(ours, "-" + version, status=None)
        assert "Verification error" in said or "Verification: OK" in said, \
            number
        ours.wait("handshake", conn=number + 1)
        ours.wait("closed", conn=number + 1)
    name.write_bytes(sound)
    assert verdict(asked(ours, "-" + version)) == "good"


def test_the_reference_ends_a_handshake_for_a_bad_file(server, authority,
    made, backend, tmp_path):
    name = tmp_path / "response"
    name.write_bytes(authority.response_for(made[0]))
    ours = server("-www", "-status_file", name, "-strict_s_server",
        certs=made[0])
    name.write_bytes(b"no more")
    assert "alert internal error" in asked(ours, status=1)


@pytest.mark.parametrize("kind", ["absent", "directory", "empty", "PEM",
    "certificate", "cut", "too long"])
def test_refuses_a_file_that_is_no_response(authority, made, backend, kind,
    tmp_path):
    name = tmp_path / "response"
    der = authority.response_for(made[0])
    if kind == "directory":
        name.mkdir()
    elif kind != "absent":
        name.write_bytes({
            "empty": b"", "PEM": open(made[0].cert, "rb").read(),
            "certificate": b"\x30\x03\x02\x01\x01", "cut": der[:-1],
            "too long": der + b"x" * 100000}[kind])
    line = refused("-backend", backend, "-cert", made[0].cert,
        "-key", made[0].key, "-status_file", name)
    assert "-status_file " in line and "response" in line


@pytest.mark.parametrize("url", ["ftp//bad", "https://a/", "http://",
    "http://a:0/", "http://a b/", ""])
def test_refuses_a_url_that_is_none(backend, url):
    line = refused("-backend", backend, "-status_url", url)
    assert "-status_url" in line and url in line
