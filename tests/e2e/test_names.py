"""test_names.py - -servername: other names, other certificates

SPDX-License-Identifier: Apache-2.0
"""
import ssl

import pytest

from clients import call, connect, context, need, read_all
import servers

NAME = "a.localhost"


def der(pair):
    with open(pair.cert) as file:
        return ssl.PEM_cert_to_DER_cert(file.read())


def asked(there, pki, name, session=None, **options):
    """The certificate for `name`, the session, and whether it was resumed."""
    with connect(there, pki, name=name, session=session,
        **options) as peer:
        peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert b" 200 " in read_all(peer)
        return peer.getpeercert(True), peer.session, peer.session_reused


def warnings(there):
    return [alert["description"]["name"] for alert in
        there.events("alert", direction="sent", level=1)]


def named(server, pki, *args, name=NAME):
    return server("-www", "-servername", name, "-cert2", pki.rsa.cert,
        "-key2", pki.rsa.key, *args)


def test_has_a_certificate_for_a_name(server, pki, backend, version):
    there = named(server, pki, name="A.LocalHost")
    assert asked(there, pki, NAME, version=version)[0] == der(pki.rsa)
    assert there.wait("choice", conn=1)["server"] == "A.LocalHost"
    there.until(lambda: "Hostname in TLS extension: \"a.localhost\"\n"
        "Switching server context.\n" in there.out.text(), "the words")


def test_has_the_first_one_for_who_asks_for_none(server, pki, backend,
    version):
    there = named(server, pki)
    made = context(pki, version=version)
    made.check_hostname = False
    assert asked(there, pki, None, context=made)[0] == der(pki.ecdsa)
    there.wait("closed")
    assert "unrecognized_name" not in warnings(there)
    assert there.wait("choice", conn=1)["server"] is None


def test_warns_who_asks_for_another(server, pki, backend, version):
    there = named(server, pki)
    assert asked(there, pki, "localhost", version=version)[0] == \
        der(pki.ecdsa)
    there.wait("closed")
    # TLS 1.3 has no warnings but close_notify.
    assert ("unrecognized_name" in warnings(there)) == (version == "tls1_2")
    assert "Switching" not in there.out.text()


def test_a_client_hears_the_warning(server, pki, backend):
    openssl = need("openssl")
    there = named(server, pki)
    said = call(openssl, "s_client", "-connect", "127.0.0.1:%d" %
        there.port, "-servername", "localhost", "-tls1_2", "-state",
        text="")
    assert "SSL3 alert read:warning:unrecognized name" in said


def test_refuses_who_asks_for_another(server, pki, backend, version):
    there = named(server, pki, "-servername_fatal")
    with pytest.raises(ssl.SSLError) as caught:
        asked(there, pki, "localhost", version=version)
    assert "UNRECOGNIZED_NAME" in str(caught.value).upper() \
        .replace(" ", "_")
    error = there.wait("failed")["error"]
    assert error["alert_sent"]["name"] == "unrecognized_name"
    assert "-servername_fatal" in error["text"]
    assert asked(there, pki, NAME, version=version)[0] == der(pki.rsa)


def test_has_as_many_names_as_are_given(server, pki, backend, version):
    there = server("-www",
        "-servername", NAME, "-cert2", pki.rsa.cert, "-key2", pki.rsa.key,
        "-servername", "gnutls.localhost", "-cert2", pki.ecdsa.cert,
        "-key2", pki.ecdsa.key, certs=pki.rsa)
    assert asked(there, pki, "localhost", version=version)[0] == \
        der(pki.rsa)
    assert asked(there, pki, "gnutls.localhost", version=version)[0] == \
        der(pki.ecdsa)
    assert asked(there, pki, NAME, version=version)[0] == der(pki.rsa)


@pytest.mark.parametrize("extra", [[], ["-no_ticket"]])
def test_resumes_no_session_of_another_name(server, pki, backend, version,
    extra):
    there = named(server, pki, *extra)
    made = context(pki, version=version)

    def go(name, session):
        return asked(there, pki, name, context=made, session=session)[1:]

    first, _ = go(NAME, None)
    second, resumed = go("localhost", first)
    assert not resumed
    resumes = not (version == "tls1_3" and extra)
    assert go(NAME, first)[1] or not resumes
    assert go("localhost", second)[1] or not resumes


def test_names_go_with_workers(server, pki, backend):
    there = named(server, pki, "-workers", "3")
    for _ in range(12):
        assert asked(there, pki, NAME)[0] == der(pki.rsa)


def test_names_go_with_a_backend_by_name(server, pki):
    there = named(server, pki, "-backend", "sni", "-servername_fatal",
        name="gnutls.localhost")
    # What chooses a backend is a name that is known.
    assert asked(there, pki, "openssl.localhost")[0] == der(pki.ecdsa)
    assert asked(there, pki, "gnutls.localhost")[0] == der(pki.rsa)
    assert there.wait("handshake", conn=2)["backend"] == "gnutls"
    with pytest.raises(ssl.SSLError):
        asked(there, pki, "localhost")


def test_takes_the_default_file(server, pki, backend, tmp_path):
    with open(tmp_path / "server2.pem", "w") as file:
        for part in (pki.rsa.cert, pki.rsa.key):
            with open(part) as one:
                file.write(one.read())
    there = server("-www", "-servername", NAME, cwd=tmp_path)
    assert asked(there, pki, NAME)[0] == der(pki.rsa)


@pytest.mark.parametrize("words, said", [
    (["-servername", NAME], "server2.pem"),
    (["-servername", NAME, "-servername", "b", "-cert2", "CERT"],
        "-cert2 1 times"),
    (["-servername", NAME, "-cert2", "CERT", "-cert2", "CERT"],
        "-cert2 2 times"),
    (["-servername", NAME, "-servername", "b", "-cert2", "CERT",
        "-cert2", "CERT", "-key2", "KEY"], "-key2 1 times"),
    (["-servername", NAME, "-cert2", "KEY"], "-cert2"),
    (["-servername", NAME, "-cert2", "CERT", "-key2", "CERT"], "-key2"),
    (["-servername", NAME, "-cert2", "CERT", "-key2", "/nowhere"],
        "-key2 /nowhere"),
    (["-servername", NAME, "-cert2", "CERT", "-key2", "KEY",
        "-servername", NAME.upper(), "-cert2", "CERT", "-key2", "KEY"],
        "twice"),
    (["-servername", "", "-cert2", "CERT", "-key2", "KEY"], "-servername"),
    (["-servername", "a b", "-cert2", "CERT", "-key2", "KEY"],
        "-servername"),
])
def test_refuses_what_does_not_go_together(pki, tmp_path, words, said):
    words = [{"CERT": pki.rsa.cert, "KEY": pki.rsa.key}.get(word, word)
        for word in words]
    done = servers.run("s_server", "-accept", "127.0.0.1:0", "-cert",
        pki.ecdsa.cert, "-key", pki.ecdsa.key, *words, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
