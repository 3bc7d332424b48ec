"""test_negotiation.py - versions, suites, protocols, certificates

SPDX-License-Identifier: Apache-2.0
"""
import ssl

import pytest

from clients import connect, context, fetch, need, call, read_all
from conftest import reason_against

NAMES = {"tls1": "TLSv1", "tls1_1": "TLSv1.1", "tls1_2": "TLSv1.2",
    "tls1_3": "TLSv1.3"}
VERSIONS = sorted(NAMES)


def agreed(there, number=1):
    return there.wait("handshake", conn=number, again=False)["facts"]


def refusal(there, number=1):
    failed = there.wait("failed", conn=number)
    assert failed["handshaking"]
    return failed["error"]


def is_refused(there, pki, **options):
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        with connect(there, pki, **options) as peer:
            # In TLS 1.3 a client hears of it after its own end.
            read_all(peer)


# ---- versions -------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_speaks(server, pki, backend, version):
    there = server("-www", "-" + version)
    fetch(there, pki, version=version)
    assert agreed(there)["version"]["name"] == NAMES[version]


@pytest.mark.parametrize("version", VERSIONS)
def test_speaks_nothing_else(server, pki, backend, version):
    there = server("-www", "-" + version)
    others = [other for other in VERSIONS if other != version]
    for number, other in enumerate(others, 1):
        is_refused(there, pki, version=other)
        assert refusal(there, number)["blame"] == "peer"


@pytest.mark.parametrize("without, version", [("tls1_2", "tls1_3"),
    ("tls1_3", "tls1_2")])
def test_leaves_out(server, pki, backend, without, version):
    there = server("-www", "-no_" + without)
    fetch(there, pki)
    assert agreed(there)["version"]["name"] == NAMES[version]
    is_refused(there, pki, version=without)


def test_speaks_no_old_version_unasked(server, pki, backend):
    there = server("-www")
    is_refused(there, pki, version="tls1")
    is_refused(there, pki, version="tls1_1")
    assert refusal(there)["alert_sent"]["name"] == "protocol_version"


def test_prefers_the_newest_version(server, pki, backend):
    there = server("-www")
    fetch(there, pki)
    newest = "tls1_2" if reason_against(backend, "tls1_3") else "tls1_3"
    assert agreed(there)["version"]["name"] == NAMES[newest]


# ---- suites ---------------------------------------------------------------


@pytest.mark.parametrize("suite, identity", [
    ("ECDHE-ECDSA-AES128-GCM-SHA256", "ecdsa"),
    ("ECDHE-ECDSA-AES256-GCM-SHA384", "ecdsa"),
    ("ECDHE-ECDSA-CHACHA20-POLY1305", "ecdsa"),
    ("ECDHE-RSA-AES128-GCM-SHA256", "rsa"),
    ("ECDHE-RSA-AES256-SHA384", "rsa"),
    ("ECDHE-RSA-AES128-SHA", "rsa"),
    ("DHE-RSA-AES128-GCM-SHA256", "rsa"),
    ("AES128-GCM-SHA256", "rsa"),
    ("AES256-SHA", "rsa"),
])
def test_agrees_to_the_suite_of_cipher(server, pki, backend, suite,
    identity):
    there = server("-www", "-cipher", suite, certs=getattr(pki, identity))
    fetch(there, pki, version="tls1_2", ciphers="ALL:@SECLEVEL=0")
    assert agreed(there)["suite"]["openssl"] == suite


def test_agrees_to_nothing_beside_cipher(server, pki, backend):
    there = server("-www", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384")
    is_refused(there, pki, version="tls1_2",
        ciphers="ECDHE-ECDSA-AES128-GCM-SHA256")
    error = refusal(there)
    assert error["blame"] == "peer"
    assert error["alert_sent"]["name"] in ("handshake_failure",
        "insufficient_security")


@pytest.mark.needs("tls1_3")
@pytest.mark.parametrize("suite", ["TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"])
def test_agrees_to_the_suite_of_ciphersuites(server, pki, backend, suite):
    there = server("-www", "-ciphersuites", suite)
    fetch(there, pki, version="tls1_3")
    assert agreed(there)["suite"]["name"] == suite


ONE = "ECDHE-ECDSA-AES128-GCM-SHA256"
OTHER = "ECDHE-ECDSA-AES256-GCM-SHA384"


@pytest.mark.parametrize("first, second", [(ONE, OTHER), (OTHER, ONE)])
@pytest.mark.needs("client_preference")
def test_follows_the_clients_order(server, pki, backend, first, second):
    there = server("-www", "-cipher", second + ":" + first)
    fetch(there, pki, version="tls1_2", ciphers=first + ":" + second)
    assert agreed(there)["suite"]["openssl"] == first


@pytest.mark.parametrize("first, second", [(ONE, OTHER), (OTHER, ONE)])
@pytest.mark.needs("server_preference")
def test_follows_its_own_order_when_told(server, pki, backend, first,
    second):
    there = server("-www", "-serverpref", "-cipher", first + ":" + second)
    fetch(there, pki, version="tls1_2", ciphers=second + ":" + first)
    assert agreed(there)["suite"]["openssl"] == first


# ---- certificates ---------------------------------------------------------


@pytest.mark.needs("identities")
@pytest.mark.parametrize("suites, kind", [("ECDHE-ECDSA-AES128-GCM-SHA256",
    "ecdsa"), ("ECDHE-RSA-AES128-GCM-SHA256", "rsa")])
def test_has_a_certificate_for_either_kind(server, pki, backend, suites,
    kind):
    there = server("-www", "-dcert", pki.rsa.cert, "-dkey", pki.rsa.key)
    with connect(there, pki, version="tls1_2", ciphers=suites) as peer:
        der = peer.getpeercert(True)
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        read_all(peer)
    with open(getattr(pki, kind).cert) as file:
        assert der == ssl.PEM_cert_to_DER_cert(file.read())
    assert agreed(there)["identity"] == (0 if kind == "ecdsa" else 1)


def test_sends_the_chain_of_the_file(server, pki, backend, version,
    tmp_path):
    """What stands behind the certificate is sent, but for a root."""
    middle = pki.make("middle", "ec", "ca", "CN=Middle")
    chain = tmp_path / "chain.pem"
    with open(chain, "w") as out:
        for path in (pki.ecdsa.cert, middle.cert, pki.ca.cert):
            out.write(open(path).read())
    there = server("-www", "-cert", chain, "-key", pki.ecdsa.key,
        certs=False)
    said = call(need("openssl"), "s_client", "-showcerts", "-connect",
        "localhost:%d" % there.port, "-" + version, text=b"", status=None)
    assert said.count("-----BEGIN CERTIFICATE-----") == 2


# ---- ALPN -----------------------------------------------------------------


@pytest.mark.needs("alpn")
def test_agrees_to_a_protocol(server, pki, backend, version):
    there = server("-www", "-alpn", "http/1.1,x-test")
    with connect(there, pki, version=version,
        alpn=["x-test", "http/1.1"]) as peer:
        assert peer.selected_alpn_protocol() == "http/1.1"
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        read_all(peer)
    assert agreed(there)["alpn"] == "http/1.1"


@pytest.mark.needs("alpn")
def test_refuses_a_client_without_its_protocols(server, pki, backend,
    version):
    there = server("-www", "-alpn", "h2")
    is_refused(there, pki, version=version, alpn=["x-test"])
    assert refusal(there)["alert_sent"]["name"] == \
        "no_application_protocol"
    # Who asks for none is served.
    assert fetch(there, pki, version=version).status == 200


def test_ignores_protocols_unasked(server, pki, backend, version):
    there = server("-www")
    with connect(there, pki, version=version, alpn=["h2"]) as peer:
        assert peer.selected_alpn_protocol() is None


# ---- client certificates --------------------------------------------------


@pytest.fixture
def judge(server, pki, backend):
    def start(*args):
        reason = reason_against(backend, "client_certificate")
        if reason:
            pytest.skip(reason)
        return server("-www", "-CAfile", pki.ca.cert, *args)
    return start


def steps(there, number=1):
    agreed(there, number)
    return [(event["step"]["depth"], event["step"]["error"])
        for event in there.events("verify", conn=number)]


def test_verify_takes_a_good_certificate(judge, pki, version):
    there = judge("-verify", "2")
    fetch(there, pki, version=version, cert=pki.client)
    chain = agreed(there)["peer_chain"]
    assert "CN = client" in chain[0]["subject"]
    assert steps(there)[-1] == (0, 0)
    there.stop()
    assert "depth=0" in there.err.text()
    assert "verify return:1" in there.err.text()


def test_verify_takes_none(judge, pki, version):
    there = judge("-verify", "2")
    assert fetch(there, pki, version=version).status == 200
    assert agreed(there)["peer_chain"] == []


def test_verify_takes_a_bad_one_and_says_so(judge, pki, version):
    there = judge("-verify", "2")
    assert fetch(there, pki, version=version,
        cert=pki.stranger).status == 200
    assert [error for depth, error in steps(there) if error]
    there.stop()
    assert "verify error:num=" in there.err.text()


def test_demand_refuses_none(judge, pki, version):
    there = judge("-Verify", "2")
    is_refused(there, pki, version=version)
    error = refusal(there)
    assert error["blame"] == "peer"
    assert error["alert_sent"]["name"] in ("handshake_failure",
        "certificate_required")


def test_demand_takes_a_good_one(judge, pki, version):
    there = judge("-Verify", "2", "-verify_return_error")
    assert fetch(there, pki, version=version, cert=pki.client).status == 200


def test_refuses_a_bad_one_when_told(judge, pki, version):
    there = judge("-verify", "2", "-verify_return_error")
    is_refused(there, pki, version=version, cert=pki.stranger)
    assert refusal(there)["blame"] == "peer"


def test_asks_nobody_unasked(server, pki, backend, version):
    there = server("-www")
    fetch(there, pki, version=version, cert=pki.client)
    assert agreed(there)["peer_chain"] == []


# ---- resumption -----------------------------------------------------------


def again(there, pki, version):
    """Two connections, the second with the session of the first."""
    made = context(pki, version=version)
    with connect(there, pki, context=made) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        read_all(peer)
        session = peer.session
    with connect(there, pki, context=made, session=session) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        read_all(peer)
        return peer.session_reused


def test_resumes_by_ticket(server, pki, backend, version):
    feature = "tickets" if version == "tls1_2" else "tickets_tls1_3"
    reason = reason_against(backend, feature)
    if reason:
        pytest.skip(reason)
    there = server("-www")
    assert again(there, pki, version)
    assert agreed(there, 1)["resumed"] is False
    assert agreed(there, 2)["resumed"] is True


@pytest.mark.needs("session_store")
def test_resumes_by_session_id(server, pki, backend):
    there = server("-www", "-no_ticket")
    assert again(there, pki, "tls1_2")
    assert agreed(there, 2)["resumed"] is True
    there.stop()
    assert there.events("statistics")[-1]["hits"] == 1


@pytest.mark.parametrize("version", ["tls1_2", "tls1_3"])
def test_says_what_was_agreed(server, pki, backend, version):
    """In the reference's words, for those who look for them."""
    there = server(stdin="pipe")
    with connect(there, pki, version=version) as peer:
        facts = agreed(there)
        there.type(b"q\n")
        read_all(peer)
    there.stop()
    out = there.out.text()
    assert "CIPHER is %s\n" % facts["suite"]["openssl"] in out
    assert "Shared ciphers:" in out
    assert "DONE\n" in out
