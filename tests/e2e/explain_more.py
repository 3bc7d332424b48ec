"""explain_more.py - certificates and alerts, and what is to be said of them

SPDX-License-Identifier: Apache-2.0
"""
from explain_clients import alert, broken_hello, case, curl, gnutls, \
    hello, python, s_client, sends, wget

STRICT = "-Verify 3 -verify_return_error -CAfile {ca.cert} "

UNKNOWN = "the client refused the server's certificate CN=localhost " \
    "(unknown_ca): the client does not know its issuer CN=Test CA: give " \
    "the client that root (openssl s_client -CAfile, curl --cacert), or " \
    "send it with -cert_chain if it is an intermediate"


def by(pair, above=None):
    """A client with this certificate, and one above it."""
    return s_client("-cert", "{%s.cert}" % pair, "-key", "{%s.key}" % pair,
        *(["-cert_chain", "{%s.cert}" % above] if above else []))


MORE = [
    # -- the client refuses the certificate
    case("unknown_ca", "-tls1_2", s_client("-verify_return_error",
        "-no-CAfile", "-no-CApath"),
        UNKNOWN),
    case("unknown_ca_1_3", "-tls1_3", s_client("-verify_return_error",
        "-no-CAfile", "-no-CApath"),
        UNKNOWN, needs=["tls1_3"]),
    case("self_signed", "-cert {bare.cert} -key {bare.key}",
        s_client("-verify_return_error"),
        "the client refused the server's certificate CN=localhost "
        "(unknown_ca): it is self-signed and the client does not trust "
        "it: give it to the client as a root (openssl s_client -CAfile,"
        " curl --cacert)"),
    case("missing_intermediate", "-cert {server_below.cert} "
        "-key {server_below.key}", s_client("-verify_return_error", "-CAfile",
        "{ca.cert}"),
        "the client refused the server's certificate CN=localhost "
        "(unknown_ca): the client does not know its issuer "
        "CN=Intermediate: give the client that root (openssl s_client "
        "-CAfile, curl --cacert), or send it with -cert_chain if it is "
        "an intermediate"),
    case("expired", "-cert {past.cert} -key {past.key}",
        s_client("-verify_return_error", "-CAfile", "{ca.cert}"),
        "the client refused the server's certificate CN=past "
        "(certificate_expired): it expired on 2021-02-03 04:05:06 UTC: "
        "a new one in -cert would pass"),
    case("not_yet", "-cert {future.cert} -key {future.key}",
        s_client("-verify_return_error", "-CAfile", "{ca.cert}"),
        "the client refused the server's certificate CN=future "
        "(bad_certificate): it is not valid before 2070-01-01: another "
        "one in -cert would pass"),
    case("host", "", s_client("-verify_return_error", "-CAfile", "{ca.cert}",
        "-servername", "example.com", "-verify_hostname", "example.com"),
        "the client refused the server's certificate CN=localhost "
        "(bad_certificate): it is not for \"example.com\", the name that "
        "the client asks for, but for localhost, a.localhost, "
        "gnutls.localhost and 4 more: one for that name in -cert would "
        "pass"),
    case("purpose", "-cert {for_clients.cert} -key {for_clients.key}",
        s_client("-verify_return_error", "-CAfile", "{ca.cert}"),
        "the client refused the server's certificate CN=for_clients "
        "(unsupported_certificate): its extended key usage is not for "
        "servers: one with serverAuth would pass"),
    case("weak_key", "-cert {short.cert} -key {short.key}",
        s_client("-verify_return_error", "-CAfile", "{ca.cert}", "-cipher",
            "DEFAULT:@SECLEVEL=2"),
        "the client refused the server's certificate CN=short "
        "(bad_certificate): its RSA key has only 1024 bits: one of 2048"
        " would pass"),
    case("unknown_ca_gnutls", "", ("gnutls-cli", "127.0.0.1", "-p", "{port}"),
        "the client refused the server's certificate CN=localhost "
        "(bad_certificate): probably the client does not know its "
        "issuer CN=Test CA: give the client that root (openssl s_client"
        " -CAfile, curl --cacert), or send it with -cert_chain if it is"
        " an intermediate"),
    case("unknown_ca_curl", "", curl(),
        UNKNOWN),
    case("unknown_ca_curl_1_2", "", curl("--tls-max", "1.2"),
        UNKNOWN),
    case("unknown_ca_wget", "", wget(),
        "the client closed the connection right after the handshake, "
        "without a word, with the server's certificate CN=localhost: "
        "probably it only looked at what the server offers, or the "
        "client does not know its issuer CN=Test CA: give the client "
        "that root (openssl s_client -CAfile, curl --cacert), or send "
        "it with -cert_chain if it is an intermediate"),
    case("unknown_ca_python", "", python(trusts=False),
        UNKNOWN),
    case("host_python", "", python(name="example.com"),
        "the client refused the server's certificate CN=localhost "
        "(bad_certificate): it is not for \"example.com\", the name that "
        "the client asks for, but for localhost, a.localhost, "
        "gnutls.localhost and 4 more: one for that name in -cert would "
        "pass"),
    case("expired_gnutls", "-cert {past.cert} -key {past.key}",
        ("gnutls-cli", "127.0.0.1", "-p", "{port}", "--x509cafile",
        "{ca.cert}"),
        "the client refused the server's certificate CN=past "
        "(bad_certificate): it expired on 2021-02-03 04:05:06 UTC: a "
        "new one in -cert would pass"),
    # -- other alerts
    case("alert_canceled", "", alert(90),
        "the client ended the handshake (user_canceled): its user or "
        "program gave up"),
    case("alert_internal", "", alert(80),
        "the client ended the handshake (internal_error): probably "
        "something failed inside the client, such as its memory or its "
        "own files"),
    case("alert_handshake", "", alert(40),
        "the client ended the handshake (handshake_failure): probably "
        "it does not take something that the server chose, such as the "
        "size of the DH parameters or a missing extension"),
    case("alert_unknown", "", alert(46),
        "the client refused the server's certificate CN=localhost "
        "(certificate_unknown): probably the client does not know its "
        "issuer CN=Test CA: give the client that root (openssl s_client"
        " -CAfile, curl --cacert), or send it with -cert_chain if it is"
        " an intermediate"),
    case("alert_revoked", "", alert(44),
        "the client refused the server's certificate CN=localhost "
        "(certificate_revoked): it is revoked by a CRL or an OCSP "
        "response that the client has: a new one in -cert would pass"),
    case("alert_unassigned", "", alert(200),
        "the client ended the handshake with the alert 200, which has "
        "no common meaning"),
    case("alert_close", "", alert(0, 1),
        "the client ended the handshake (close_notify): it closed the "
        "connection in the middle of the handshake, as a program does "
        "whose user or time limit ended it"),
    # -- clients that leave, or never begin
    case("leaves", "", sends(hello, "answer"),
        "the client closed the connection without an alert after the "
        "server's certificate CN=localhost: probably it only looked at "
        "what the server offers, or the client does not know its issuer"
        " CN=Test CA: give the client that root (openssl s_client "
        "-CAfile, curl --cacert), or send it with -cert_chain if it is "
        "an intermediate"),
    case("resets", "", sends(hello, "reset"),
        "the client closed the connection without an alert after the "
        "server's certificate CN=localhost: probably it only looked at "
        "what the server offers, or the client does not know its issuer"
        " CN=Test CA: give the client that root (openssl s_client "
        "-CAfile, curl --cacert), or send it with -cert_chain if it is "
        "an intermediate"),
    case("says_nothing", "", sends(b""),
        "the client closed the connection before it sent anything: "
        "probably it only looked whether the port is open, as load "
        "balancers do"),
    case("half_a_hello", "", sends(lambda: hello()[:100]),
        "the client closed the connection after 100 bytes of its "
        "ClientHello: it was stopped, or the network broke"),
    case("silent", "-handshake_timeout 1", sends(b"", "wait"),
        "the client connected and sent nothing for 1000 ms "
        "(-handshake_timeout): probably it waits for the server to "
        "speak first, as clients of SMTP or FTP do, or only looked "
        "whether the port is open"),
    case("slow_hello", "-handshake_timeout 1",
        sends(lambda: hello()[:100], "wait"),
        "only 100 bytes of a ClientHello came within 1000 ms "
        "(-handshake_timeout): probably the client or the network hangs"),
    case("hangs", "-handshake_timeout 1", sends(hello, "wait"),
        "the client sent a hello and did not finish the handshake "
        "within 1000 ms (-handshake_timeout): probably it hangs, or "
        "waits for a user to accept the server's certificate "
        "CN=localhost"),
    case("http", "", ("curl", "-s", "http://127.0.0.1:{port}/"),
        "the client speaks plain HTTP to the TLS port: https:// in its "
        "URL would agree"),
    case("http_post", "", sends(b"POST / HTTP/1.1\r\nHost: a\r\n\r\n",
        "wait"),
        "the client speaks plain HTTP to the TLS port: https:// in its "
        "URL would agree"),
    case("smtp", "", sends(b"EHLO example.com\r\n", "wait"),
        "what the client sent first is no TLS: probably it speaks "
        "another protocol, or begins without TLS (STARTTLS)"),
    case("sslv2", "", sends(bytes.fromhex("802e0100020015000000100100800200"
        "8003008004008005008006004007 00c0") + bytes(16), "wait"),
        "the client's hello is of SSL 2.0 and offers nothing newer: a "
        "client with TLS 1.2 or 1.3 would agree"),
    case("oversized", "", sends(b"\x16\x03\x01\x40\x00\x01\xff\xff\xff" +
        bytes(100), "wait"),
        "the client's hello announces more bytes than any ClientHello "
        "can have: probably it speaks another protocol"),
    case("malformed", "", sends(broken_hello, "wait"),
        "the client's hello contradicts itself: the lengths in the "
        "ClientHello contradict each other"),
    # -- the client's certificate
    case("no_certificate_1_2", STRICT + "-tls1_2", s_client(),
        "the client sent no certificate, and -Verify demands one: one "
        "issued by CN=Test CA, which the request names, would pass, or "
        "-verify in place of -Verify"),
    case("no_certificate_1_3", STRICT + "-tls1_3", s_client(),
        "the client sent no certificate, and -Verify demands one: one "
        "issued by CN=Test CA, which the request names, would pass, or "
        "-verify in place of -Verify; a TLS 1.3 client learns it only "
        "after its own handshake",
        needs=["tls1_3"]),
    case("no_certificate_curl", STRICT, curl("-k"),
        "the client sent no certificate, and -Verify demands one: one "
        "issued by CN=Test CA, which the request names, would pass, or "
        "-verify in place of -Verify; a TLS 1.3 client learns it only "
        "after its own handshake",
        tls1_3="the client sent no certificate, and -Verify demands one: one "
            "issued by CN=Test CA, which the request names, would pass, or "
            "-verify in place of -Verify"),
    case("client_expired", STRICT + "-tls1_2", by("past"),
        "the client's certificate was refused: CN=past expired on "
        "2021-02-03 04:05:06 UTC: a renewed one would pass"),
    case("client_expired_1_3", STRICT + "-tls1_3", by("past"),
        "the client's certificate was refused: CN=past expired on "
        "2021-02-03 04:05:06 UTC: a renewed one would pass; a TLS 1.3 "
        "client learns it only after its own handshake",
        needs=["tls1_3"]),
    case("client_not_yet", STRICT + "-tls1_2", by("future"),
        "the client's certificate was refused: CN=future is not valid "
        "before 2070-01-01: one that is valid now would pass, or set "
        "this machine's clock"),
    case("client_self_signed", STRICT + "-tls1_2", by("stranger"),
        "the client's certificate was refused: CN=stranger is "
        "self-signed, and not among the roots accepted (CN=Test CA): "
        "that certificate in -CAfile would pass, or one that a root "
        "issued"),
    case("client_wrong_root", STRICT + "-tls1_2", by("foreign"),
        "the client's certificate was refused: O=Elsewhere, CN=foreign "
        "was issued by CN=Other CA, which the client did not send and is "
        "not among the roots accepted (CN=Test CA): the client would pass "
        "by sending it too"
        " if it is an intermediate, or with it in -CAfile if it is a "
        "root"),
    case("client_wrong_root_chain", STRICT + "-tls1_2", by("foreign", "other"),
        "the client's certificate was refused: CN=Other CA in the chain of "
        "O=Elsewhere, CN=foreign is the root, and not among the roots "
        "accepted (CN=Test CA): that root in "
        "-CAfile would pass, or a certificate that one of those issued"),
    case("client_missing_intermediate", STRICT + "-tls1_2",
        by("below"),
        "the client's certificate was refused: CN=below was issued by "
        "CN=Intermediate, which the client did not send and is not among the "
        "roots accepted (CN=Test CA): the client would pass by sending it "
        "too if it is"
        " an intermediate, or with it in -CAfile if it is a root"),
    case("client_other_root", STRICT + "-tls1_2", by("points_up"),
        "the client's certificate was refused: CN=points_up was issued "
        "by the root CN=Other CA, which is not among the roots accepted"
        " (CN=Test CA): that root in -CAfile would pass, or a "
        "certificate that one of those issued"),
    case("client_intermediate", STRICT + "-tls1_2", by("points_between"),
        "the client's certificate was refused: CN=points_between was "
        "issued by the intermediate CN=Intermediate, which the client "
        "did not send: the client would pass by sending it too, for it "
        "is of the root CN=Test CA"),
    case("client_purpose", STRICT + "-tls1_2", by("for_servers"),
        "the client's certificate was refused: CN=for_servers is not "
        "made for TLS clients by its extended key usage: one with "
        "clientAuth would pass"),
    case("client_usage", STRICT + "-tls1_2", by("agrees"),
        "the client's certificate was refused: CN=agrees is not made "
        "for TLS clients by its key usage: one with digitalSignature "
        "would pass"),
    case("client_revoked", STRICT + "-tls1_2 -crl_check -CRL {revoked_crl}",
        by("client"),
        "the client's certificate was refused: O=Clients, CN=client is "
        "revoked by the CRL of CN=Test CA: a new certificate would pass",
        needs=["crls"]),
    case("client_no_crl", STRICT + "-tls1_2 -crl_check -CRL {other_crl}",
        by("client"),
        "the client's certificate was refused: O=Clients, CN=client "
        "cannot be looked up, for there is no CRL of CN=Test CA: -CRL "
        "with one would pass, or no -crl_check", needs=["crls"]),
    case("client_old_crl", STRICT + "-tls1_2 -crl_check -CRL {old_crl}",
        by("client"),
        "the client's certificate was refused: O=Clients, CN=client "
        "cannot be looked up, for the CRL of CN=Test CA has expired: a "
        "newer one by -CRL would pass", needs=["crls"]),
    case("client_too_long", STRICT + "-tls1_2 -verify_depth 1",
        by("below", "intermediate"),
        "the client's certificate was refused: CN=Test CA in the chain of "
        "CN=below is too far above the client's certificate: "
        "-verify_depth 1 allows 1 "
        "issuer, and -verify_depth 2 would pass"),
    case("client_sha1", STRICT + "-tls1_2 -cipher DEFAULT:@SECLEVEL=2",
        s_client("-cert", "{sha1.cert}", "-key", "{sha1.key}", "-cipher",
            "ALL:@SECLEVEL=0"),
        "the client's certificate was refused: CN=sha1 is signed under "
        "SHA-1, which is too weak for the security level here: one "
        "under SHA-256 would pass, or @SECLEVEL=0 in -cipher"),
    case("client_short", STRICT + "-tls1_2 -cipher DEFAULT:@SECLEVEL=2",
        s_client("-cert", "{short.cert}", "-key", "{short.key}", "-cipher",
            "ALL:@SECLEVEL=0"),
        "the client's certificate was refused: CN=short has a key of "
        "1024 bits, which is too weak for the security level here: a "
        "longer one would pass, or @SECLEVEL=0 in -cipher"),
    case("client_altered", STRICT + "-tls1_2", by("altered"),
        "the client's certificate was refused: CN=ALTERED has a "
        "signature that is wrong: it was altered, or its issuer is not "
        "the CN=Test CA that is known here but another of that name"),
    # A library may not take a chain into account that has no CA above it.
    case("client_not_ca", STRICT + "-tls1_2", by("under", "notca"),
        "the client's certificate was refused: CN=Not A CA in the chain of "
        "CN=under is not a certificate authority: a certificate that one "
        "issued would pass",
        also=["the client's certificate was refused: CN=under was issued by "
            "CN=Not A CA, which is not a certificate authority: one that a "
            "root issued would pass"]),
    case("client_gnutls", STRICT, gnutls("NORMAL", "--x509certfile",
        "{past.cert}", "--x509keyfile", "{past.key}"),
        "the client's certificate was refused: CN=past expired on "
        "2021-02-03 04:05:06 UTC: a renewed one would pass; a TLS 1.3 "
        "client learns it only after its own handshake",
        tls1_3="the client's certificate was refused: CN=past expired on "
            "2021-02-03 04:05:06 UTC: a renewed one would pass"),
    case("client_curl", STRICT, curl("-k", "--cert", "{foreign.cert}",
        "--key", "{foreign.key}"),
        "the client's certificate was refused: O=Elsewhere, CN=foreign "
        "was issued by CN=Other CA, which the client did not send and is "
        "not among the roots accepted (CN=Test CA): the client would pass "
        "by sending it too"
        " if it is an intermediate, or with it in -CAfile if it is a "
        "root; a TLS 1.3 client learns it only after its own handshake",
        tls1_3="the client's certificate was refused: O=Elsewhere, CN=foreign "
            "was issued by CN=Other CA, which the client did not send and "
            "is not among the roots accepted (CN=Test CA): the client would "
            "pass by sending it too"
            " if it is an intermediate, or with it in -CAfile if it is a "
            "root"),
]
