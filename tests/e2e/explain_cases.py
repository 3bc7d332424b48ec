"""explain_cases.py - failures made on purpose, and what is to be said of them

SPDX-License-Identifier: Apache-2.0
"""
import collections
import os
import socket
import ssl
import struct
import threading

from clients import context, plain
from pki import Pair, openssl

# `server`: its options, `{ca.cert}` and the like filled in; without -cert and
# -nocert it has the ECDSA certificate.  `client`: a command, or a function
# of the server and the certificates.  `needs`: features without which the
# server cannot be configured so; `lacking`: what is said by a backend that
# lacks a feature; `also`: what may be said instead, and why is in the row.
Case = collections.namedtuple("Case",
    "name server client sentence needs also lacking")


def case(name, server, client, *sentence, needs=(), also=(), **lacking):
    return Case(name, server.split(), client, "".join(sentence), needs, also,
        lacking)


# ---- clients -----------------------------------------------------------------


def s_client(*args):
    return ("openssl", "s_client", "-connect", "127.0.0.1:{port}") + args


def old(*args):
    """One that takes what is weak."""
    return s_client("-cipher", "ALL:@SECLEVEL=0", *args)


def gnutls(priority, *args):
    return ("gnutls-cli", "127.0.0.1", "-p", "{port}", "--no-ca-verification",
        "--priority", priority) + args


def curl(*args):
    return ("curl", "-s", "https://127.0.0.1:{port}/") + args


def wget(*args):
    return ("wget", "-q", "-O", "-", "--tries=1",
        "https://127.0.0.1:{port}/") + args


def python(name="localhost", trusts=True, **options):
    """Python's own, which knows the CA."""
    def client(server, pki):
        made = context(pki, **options)
        if not trusts:
            made = ssl.create_default_context()
        try:
            with made.wrap_socket(plain(server),
                server_hostname=name) as peer:
                peer.recv(1)
        except OSError:
            pass
    return client


def sends(data, then="close"):
    """Some bytes, and what happens after them: the connection is closed,
    reset, or left as it is until the server closes it."""
    def client(server, pki):
        with plain(server) as peer:
            peer.sendall(data() if callable(data) else data)
            if then == "reset":
                peer.recv(1)
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))
            elif then == "answer":
                peer.recv(1)
            elif then == "wait":
                while peer.recv(4096):
                    pass
    return client


def hello(version=ssl.TLSVersion.TLSv1_3):
    """A ClientHello as a client writes it."""
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    made = ssl.create_default_context()
    made.maximum_version = version
    client = made.wrap_bio(into, out, server_hostname="localhost")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


def broken_hello():
    """One whose session ID is longer than such may be."""
    data = bytearray(hello())
    data[43] = 33
    return data


def alert(number, level=2):
    """A hello, and an alert once the server has answered."""
    def client(server, pki):
        with plain(server) as peer:
            peer.sendall(hello(ssl.TLSVersion.TLSv1_2))
            peer.recv(1)
            peer.sendall(bytes([21, 3, 3, 0, 2, level, number]))
            while True:
                try:
                    if not peer.recv(4096):
                        break
                except OSError:
                    break
    return client


def no_version(client, server, remedy):
    return "no protocol version in common: the client offers %s, this " \
        "server %s%s" % (client, server, remedy)


# ---- certificates ------------------------------------------------------------


class Wrong:
    """Certificates that are wrong in one way each, made when asked for."""

    def __init__(self, pki):
        self.pki = pki
        pki.KINDS = dict(pki.KINDS, other=("ec", None, "CN=Other CA"),
            foreign=("ec", "other", "O=Elsewhere/CN=foreign"),
            intermediate=("ec", "ca", "CN=Intermediate", True),
            below=("ec", "intermediate", "CN=below"),
            server_below=("ec", "intermediate", "CN=localhost"),
            notca=("ec", "ca", "CN=Not A CA"),
            under=("ec", "notca", "CN=under"),
            bare=("ec", None, "CN=localhost"))

    def __getattr__(self, name):
        made = getattr(self, "make_" + name, None) if \
            not name.startswith("make_") else None
        if name.startswith("make_"):
            raise AttributeError(name)
        value = made() if made else getattr(self.pki, name)
        setattr(self, name, value)
        return value

    def make_past(self):
        return self.pki.dated("past", "ca", "20200101000000Z",
            "20210203040506Z")

    def make_future(self):
        return self.pki.dated("future", "ca", "20700101000000Z",
            "20710101000000Z")

    def special(self, name, *lines, key=("EC", "ec_paramgen_curve:P-256"),
        digest="-sha256", issuer=None):
        """A certificate of the CA with these extensions."""
        pki = self.pki
        above = issuer or pki.ca
        cert, path = pki.path(name + ".crt"), pki.path(name + ".key")
        openssl("genpkey", "-algorithm", key[0], "-pkeyopt", key[1], "-out",
            path)
        openssl("req", "-new", "-key", path, "-out", pki.path(name + ".csr"),
            "-subj", "/CN=" + name)
        with open(pki.path(name + ".ext"), "w") as file:
            file.write("".join(line + "\n" for line in lines) or
                "basicConstraints=CA:FALSE\n")
        openssl("x509", "-req", "-in", pki.path(name + ".csr"), "-out", cert,
            "-days", "2", digest, "-extfile", pki.path(name + ".ext"), "-CA",
            above.cert, "-CAkey", above.key, "-set_serial",
            str(5000 + len(name)))
        return Pair(cert, path)

    def make_for_servers(self):
        return self.special("for_servers", "extendedKeyUsage=serverAuth")

    def make_for_clients(self):
        return self.special("for_clients", "extendedKeyUsage=clientAuth",
            "subjectAltName=DNS:localhost")

    def make_agrees(self):
        return self.special("agrees", "keyUsage=critical,dataEncipherment")

    def make_sha1(self):
        return self.special("sha1", digest="-sha1")

    def make_short(self):
        return self.special("short", key=("RSA", "rsa_keygen_bits:1024"))

    def make_points_up(self):
        """Of another root, which it says itself."""
        return self.special("points_up", "authorityKeyIdentifier=keyid,"
            "issuer:always", issuer=self.pki.other)

    def make_points_between(self):
        return self.special("points_between", "authorityKeyIdentifier=keyid,"
            "issuer:always", issuer=self.pki.intermediate)

    def make_altered(self):
        pair = self.special("altered")
        der = pair.cert + ".der"
        openssl("x509", "-in", pair.cert, "-outform", "DER", "-out", der)
        data = bytearray(open(der, "rb").read())
        at = data.index(b"altered")
        data[at:at + 7] = b"ALTERED"
        open(der, "wb").write(data)
        openssl("x509", "-in", der, "-inform", "DER", "-out", pair.cert)
        return pair

    def make_revoked_crl(self):
        return self.pki.crl("explain_revoked", "ca", [self.pki.client])

    def make_old_crl(self):
        return self.pki.crl("explain_old", "ca", past=True)

    def make_other_crl(self):
        return self.pki.crl("explain_other", "other")


# ---- the cases ---------------------------------------------------------------

ONE_SUITE = "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256"
STRICT = "-Verify 3 -verify_return_error -CAfile {ca.cert} "


def by(pair, above=None):
    """A client with this certificate, and one above it."""
    return s_client("-cert", "{%s.cert}" % pair, "-key", "{%s.key}" % pair,
        *(["-cert_chain", "{%s.cert}" % above] if above else []))


CASES = [
    # -- versions
    case("only_tls1_3", "-tls1_2", s_client("-tls1_3"),
        no_version("TLS 1.3", "TLS 1.2", ": -tls1_3 would agree"),
        tls1_3=no_version("TLS 1.3", "TLS 1.2",
            ", and the {backend} backend cannot do TLS 1.3")),
    case("only_tls1_2", "-tls1_3", s_client("-tls1_2"),
        no_version("TLS 1.2 at most", "TLS 1.3", ": -tls1_2 would agree"),
        needs=["tls1_3"]),
    case("only_tls1_1", "-tls1_2", old("-tls1_1"),
        "no protocol version in common: the client offers TLS 1.1 at "
        "most, this server TLS 1.2: -tls1_1 would agree"),
    case("only_tls1", "-tls1_2", old("-tls1"),
        "no protocol version in common: the client offers TLS 1.0 at "
        "most, this server TLS 1.2: -tls1 would agree"),
    case("only_tls1_1_gnutls", "-tls1_2",
        gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT"),
        "no protocol version in common: the client offers TLS 1.1 at "
        "most, this server TLS 1.2: -tls1_1 would agree"),
    case("only_tls1_3_gnutls", "-tls1_2",
        gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.3"),
        "no protocol version in common: the client offers TLS 1.3, this"
        " server TLS 1.2: -tls1_3 would agree",
        tls1_3="no protocol version in common: the client offers TLS 1.3, this"
            " server TLS 1.2, and the {backend} backend cannot do TLS 1.3"),
    case("only_tls1_3_curl", "-tls1_2", curl("--tlsv1.3"),
        "no protocol version in common: the client offers TLS 1.3, this"
        " server TLS 1.2: -tls1_3 would agree",
        tls1_3="no protocol version in common: the client offers TLS 1.3, this"
            " server TLS 1.2, and the {backend} backend cannot do TLS 1.3"),
    case("only_tls1_2_curl", "-tls1_3", curl("--tls-max", "1.2"),
        "no protocol version in common: the client offers TLS 1.2 at "
        "most, this server TLS 1.3: -tls1_2 would agree",
        needs=["tls1_3"]),
    case("only_tls1_1_python", "-tls1_2", python(version="tls1_1"),
        "no protocol version in common: the client offers TLS 1.1 at "
        "most, this server TLS 1.2: -tls1_1 would agree"),
    case("fallback", "", s_client("-fallback_scsv", "-tls1_2"),
        "the client repeats its attempt with a lower version although "
        "both sides have a higher one (TLS_FALLBACK_SCSV): it would "
        "agree at its first attempt", needs=["tls1_3"]),
    # -- suites
    case("suite_1_2", ONE_SUITE,
        s_client("-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"),
        "no cipher suite in common for TLS 1.2: the client offers "
        "ECDHE-ECDSA-AES256-GCM-SHA384, this server "
        "ECDHE-ECDSA-AES128-GCM-SHA256: -cipher "
        "ECDHE-ECDSA-AES256-GCM-SHA384 would agree"),
    case("suite_1_3", "-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256",
        s_client("-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"),
        "no cipher suite in common for TLS 1.3: the client offers "
        "TLS_AES_256_GCM_SHA384, this server TLS_AES_128_GCM_SHA256: "
        "-ciphersuites TLS_AES_256_GCM_SHA384 would agree",
        needs=["tls1_3"]),
    case("suite_curl", ONE_SUITE,
        curl("--ciphers", "ECDHE-ECDSA-AES256-SHA", "--tls-max", "1.2"),
        "no cipher suite in common for TLS 1.2: the client offers "
        "ECDHE-ECDSA-AES256-SHA, this server "
        "ECDHE-ECDSA-AES128-GCM-SHA256: -cipher ECDHE-ECDSA-AES256-SHA "
        "would agree"),
    case("suite_gnutls", ONE_SUITE,
        gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:"
            "+CHACHA20-POLY1305"),
        "no cipher suite in common for TLS 1.2: the client offers "
        "ECDHE-ECDSA-CHACHA20-POLY1305, ECDHE-RSA-CHACHA20-POLY1305, "
        "DHE-RSA-CHACHA20-POLY1305, this server "
        "ECDHE-ECDSA-AES128-GCM-SHA256: -cipher "
        "ECDHE-ECDSA-CHACHA20-POLY1305 would agree"),
    case("suite_python", ONE_SUITE,
        python(version="tls1_2", ciphers="ECDHE-ECDSA-AES256-GCM-SHA384"),
        "no cipher suite in common for TLS 1.2: the client offers "
        "ECDHE-ECDSA-AES256-GCM-SHA384, this server "
        "ECDHE-ECDSA-AES128-GCM-SHA256: -cipher "
        "ECDHE-ECDSA-AES256-GCM-SHA384 would agree"),
    # A suite that not every library has.
    case("suite_aria", ONE_SUITE, s_client("-tls1_2", "-cipher",
        "ECDHE-ARIA256-GCM-SHA384"),
        "no cipher suite in common for TLS 1.2: the client offers "
        "ECDHE-ARIA256-GCM-SHA384, this server "
        "ECDHE-ECDSA-AES128-GCM-SHA256: -cipher "
        "ECDHE-ARIA256-GCM-SHA384 would agree",
        also=["no cipher suite in common for TLS 1.2: the client offers "
            "ECDHE-ARIA256-GCM-SHA384, this server "
            "ECDHE-ECDSA-AES128-GCM-SHA256, and the {backend} backend has "
            "none of the client's"]),
    case("only_psk_suites", ONE_SUITE, s_client("-tls1_2", "-psk", "1234",
        "-cipher", "PSK-AES128-GCM-SHA256"),
        "no cipher suite in common for TLS 1.2: the client offers "
        "PSK-AES128-GCM-SHA256, this server "
        "ECDHE-ECDSA-AES128-GCM-SHA256: they need a pre-shared key, as "
        "of -psk"),
    case("only_anonymous", ONE_SUITE, s_client("-tls1_2", "-cipher",
        "aNULL:@SECLEVEL=0"),
        "no cipher suite in common for TLS 1.2: the client offers "
        "ADH-AES256-GCM-SHA384, ADH-AES128-GCM-SHA256, "
        "ADH-AES256-SHA256, ADH-CAMELLIA256-SHA256 and 9 more, this "
        "server ECDHE-ECDSA-AES128-GCM-SHA256: they need no "
        "certificate, and -cipher aNULL:@SECLEVEL=0 would agree"),
    case("suites_many", ONE_SUITE, s_client("-tls1_2", "-cipher",
        "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-SHA:"
        "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA256:"
        "ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA"),
        "no cipher suite in common for TLS 1.2: the client offers "
        "ECDHE-ECDSA-AES256-GCM-SHA384, ECDHE-ECDSA-AES256-SHA, "
        "ECDHE-ECDSA-AES128-SHA, ECDHE-ECDSA-AES128-SHA256 and 2 more, "
        "this server ECDHE-ECDSA-AES128-GCM-SHA256: -cipher "
        "ECDHE-ECDSA-AES256-GCM-SHA384 would agree"),
    # -- keys
    case("key_suites", "-tls1_2", s_client("-tls1_2", "-cipher",
        "ECDHE-RSA-AES128-GCM-SHA256"),
        "the certificate's key is ECDSA P-256, and the client's cipher "
        "suites for TLS 1.2 allow only RSA: an RSA certificate (-dcert,"
        " -dkey) would agree"),
    case("key_suites_rsa", "-tls1_2 -cert {rsa.cert} -key {rsa.key}",
        s_client("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"),
        "the certificate's key is RSA, and the client's cipher suites "
        "for TLS 1.2 allow only ECDSA: an ECDSA P-256 certificate "
        "(-dcert, -dkey) would agree"),
    case("key_schemes", "-tls1_3", s_client("-tls1_3", "-sigalgs",
        "rsa_pss_rsae_sha256"),
        "the certificate's key is ECDSA P-256, and the client's "
        "signature schemes for TLS 1.3 allow only RSA: an RSA "
        "certificate (-dcert, -dkey) would agree", needs=["tls1_3"]),
    case("key_schemes_1_2", "-tls1_2", s_client("-tls1_2", "-sigalgs",
        "RSA+SHA256"),
        "the certificate's key is ECDSA P-256, and the client's cipher "
        "suites for TLS 1.2 allow only RSA: an RSA certificate (-dcert,"
        " -dkey) would agree"),
    case("key_schemes_gnutls", "-tls1_3",
        gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.3:-SIGN-ALL:"
            "+SIGN-RSA-PSS-RSAE-SHA256"),
        "the certificate's key is ECDSA P-256, and the client's "
        "signature schemes for TLS 1.3 allow only RSA: an RSA "
        "certificate (-dcert, -dkey) would agree", needs=["tls1_3"]),
    case("key_schemes_gnutls_1_2", "-tls1_2",
        gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.2:-SIGN-ALL:+SIGN-RSA-SHA256"),
        "the certificate's key is ECDSA P-256, and the client's "
        "signature schemes for TLS 1.2 allow only RSA: an RSA "
        "certificate (-dcert, -dkey) would agree"),
    case("key_group", "-tls1_2", s_client("-tls1_2", "-groups", "P-384"),
        "the certificate's key is ECDSA P-256, and in TLS 1.2 its curve "
        "has to be among the client's groups, which are secp384r1: an "
        "RSA certificate (-dcert, -dkey) would agree"),
    case("key_curve", "-tls1_3", s_client("-tls1_3", "-sigalgs",
        "ECDSA+SHA384"),
        "the certificate's key is ECDSA P-256, and the client's "
        "signature schemes for TLS 1.3 allow only ECDSA P-384: an ECDSA"
        " P-384 certificate (-dcert, -dkey) would agree", needs=["tls1_3"]),
    # -- groups
    case("group_1_3", "-tls1_3 -groups P-256", s_client("-tls1_3",
        "-groups", "X25519"),
        "no group in common for TLS 1.3: the client's are x25519, this "
        "server's secp256r1: -groups x25519 would agree",
        needs=["tls1_3", "groups"]),
    case("group_1_2", "-tls1_2 -groups P-384 -cert {rsa.cert} "
        "-key {rsa.key} -cipher ECDHE", s_client("-tls1_2", "-groups",
        "P-256"),
        "no group in common for TLS 1.2: the client's are secp256r1, "
        "this server's secp384r1: -groups secp256r1 would agree",
        needs=["groups"]),
    case("group_gnutls", "-tls1_3 -groups P-256",
        gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-X25519"),
        "no group in common for TLS 1.3: the client's are x25519, this "
        "server's secp256r1: -groups x25519 would agree",
        needs=["tls1_3", "groups"]),
    case("group_curl", "-tls1_3 -groups P-256:P-384",
        curl("--curves", "P-521"),
        "no group in common for TLS 1.3: the client's are secp521r1, "
        "this server's secp256r1, secp384r1: -groups secp521r1 would "
        "agree", needs=["tls1_3", "groups"]),
    # -- signature schemes
    case("sigalgs_1_2", "-tls1_2 -sigalgs ECDSA+SHA256",
        s_client("-tls1_2", "-sigalgs", "ECDSA+SHA384"),
        "no signature scheme in common that the certificate's key "
        "(ECDSA P-256) can sign with in TLS 1.2: the client's are "
        "ecdsa_secp384r1_sha384, this server's ecdsa_secp256r1_sha256: "
        "-sigalgs with one of the client's would agree",
        needs=["signatures"]),
    case("sigalgs_1_3", "-tls1_3 -cert {rsa.cert} -key {rsa.key} "
        "-sigalgs rsa_pss_rsae_sha256", s_client("-tls1_3", "-sigalgs",
        "rsa_pss_rsae_sha384"),
        "no signature scheme in common that the certificate's key (RSA)"
        " can sign with in TLS 1.3: the client's are "
        "rsa_pss_rsae_sha384, this server's rsa_pss_rsae_sha256: "
        "-sigalgs with one of the client's would agree",
        needs=["tls1_3", "signatures"]),
    # -- protocols and names
    case("alpn", "-alpn h2,http/1.1 -rev", s_client("-alpn", "smtp,x\"y"),
        "no application protocol in common: the client offers \"smtp\", "
        "\"x\\x22y\" by ALPN, this server \"h2\", \"http/1.1\": -alpn with one"
        " of the client's would agree, or -alpn_mismatch ignore"),
    case("alpn_gnutls", "-alpn smtp -rev", gnutls("NORMAL", "--alpn=imap"),
        "no application protocol in common: the client offers \"imap\" by"
        " ALPN, this server \"smtp\": -alpn with one of the client's "
        "would agree, or -alpn_mismatch ignore"),
    case("name", "-servername a.localhost -cert2 {rsa.cert} -key2 {rsa.key} "
        "-servername_fatal", s_client("-servername", "b.localhost"),
        "the client asks for the server name \"b.localhost\", and this "
        "server has only \"a.localhost\": -servername with that name "
        "would agree, or no -servername_fatal"),
    case("name_curl", "-servername a.localhost -cert2 {rsa.cert} "
        "-key2 {rsa.key} -servername_fatal", ("curl", "-s", "--resolve",
        "evil.localhost:{port}:127.0.0.1",
        "https://evil.localhost:{port}/"),
        "the client asks for the server name \"evil.localhost\", and this"
        " server has only \"a.localhost\": -servername with that name "
        "would agree, or no -servername_fatal"),
    # -- pre-shared keys
    case("psk_key_1_2", "-psk 1234 -nocert -tls1_2", s_client("-tls1_2",
        "-psk", "4321", "-cipher", "PSK:@SECLEVEL=0"),
        "the client's pre-shared key differs from the one here for the "
        "same identity: the right -psk would agree", needs=["psk"]),
    case("psk_key_1_3", "-psk 1234 -nocert -tls1_3", s_client("-tls1_3",
        "-psk", "4321"),
        "the client's pre-shared key differs from the one here for the "
        "same identity: the right -psk would agree",
        needs=["tls1_3", "psk_tls1_3"]),
    case("psk_identity_1_2", "-psk 1234 -nocert -tls1_2",
        s_client("-tls1_2", "-psk", "1234", "-psk_identity", "some\tone",
            "-cipher", "PSK:@SECLEVEL=0"),
        "the client's pre-shared key has the identity \"some\\x09one\", "
        "and this server has a key only for \"Client_identity\": "
        "-psk_identity with that identity would agree", needs=["psk"]),
    case("psk_identity_1_3", "-psk 1234 -nocert -tls1_3",
        s_client("-tls1_3", "-psk", "1234", "-psk_identity", "someone"),
        "the client's pre-shared key has the identity \"someone\", and "
        "this server has a key only for \"Client_identity\": "
        "-psk_identity with that identity would agree",
        needs=["tls1_3", "psk_tls1_3"]),
    case("psk_missing_1_2", "-psk 1234 -nocert -tls1_2 -cipher PSK",
        s_client("-tls1_2"),
        "the server has no certificate, only pre-shared keys, and the "
        "client needs one in TLS 1.2: -cert would agree", needs=["psk"]),
    case("psk_missing_1_3", "-psk 1234 -nocert -tls1_3", s_client("-tls1_3"),
        "the server has no certificate, only pre-shared keys, and the "
        "client needs one in TLS 1.3: -cert would agree",
        needs=["tls1_3", "psk_tls1_3"]),
    # -- the client refuses the certificate
    case("unknown_ca", "-tls1_2", s_client("-verify_return_error",
        "-no-CAfile", "-no-CApath"),
        "the client refused the server's certificate CN=localhost "
        "(unknown_ca): the client does not know its issuer CN=Test CA: "
        "give the client that root (openssl s_client -CAfile, curl "
        "--cacert), or send it with -cert_chain if it is an "
        "intermediate"),
    case("unknown_ca_1_3", "-tls1_3", s_client("-verify_return_error",
        "-no-CAfile", "-no-CApath"),
        "the client refused the server's certificate CN=localhost "
        "(unknown_ca): the client does not know its issuer CN=Test CA: "
        "give the client that root (openssl s_client -CAfile, curl "
        "--cacert), or send it with -cert_chain if it is an "
        "intermediate", needs=["tls1_3"]),
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
        "the client refused the server's certificate CN=localhost "
        "(unknown_ca): the client does not know its issuer CN=Test CA: "
        "give the client that root (openssl s_client -CAfile, curl "
        "--cacert), or send it with -cert_chain if it is an "
        "intermediate"),
    case("unknown_ca_curl_1_2", "", curl("--tls-max", "1.2"),
        "the client refused the server's certificate CN=localhost "
        "(unknown_ca): the client does not know its issuer CN=Test CA: "
        "give the client that root (openssl s_client -CAfile, curl "
        "--cacert), or send it with -cert_chain if it is an "
        "intermediate"),
    case("unknown_ca_wget", "", wget(),
        "the client closed the connection right after the handshake, "
        "without a word, with the server's certificate CN=localhost: "
        "probably it only looked at what the server offers, or the "
        "client does not know its issuer CN=Test CA: give the client "
        "that root (openssl s_client -CAfile, curl --cacert), or send "
        "it with -cert_chain if it is an intermediate"),
    case("unknown_ca_python", "", python(trusts=False),
        "the client refused the server's certificate CN=localhost "
        "(unknown_ca): the client does not know its issuer CN=Test CA: "
        "give the client that root (openssl s_client -CAfile, curl "
        "--cacert), or send it with -cert_chain if it is an "
        "intermediate"),
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
        "was issued by CN=Other CA, which is not among the roots "
        "accepted (CN=Test CA): the client would pass by sending it too"
        " if it is an intermediate, or with it in -CAfile if it is a "
        "root"),
    case("client_wrong_root_chain", STRICT + "-tls1_2", by("foreign", "other"),
        "the client's certificate was refused: CN=Other CA is the root,"
        " and not among the roots accepted (CN=Test CA): that root in "
        "-CAfile would pass, or a certificate that one of those issued"),
    case("client_missing_intermediate", STRICT + "-tls1_2",
        by("below"),
        "the client's certificate was refused: CN=below was issued by "
        "CN=Intermediate, which is not among the roots accepted "
        "(CN=Test CA): the client would pass by sending it too if it is"
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
        "the client's certificate was refused: CN=Test CA is too far "
        "above the client's certificate: -verify_depth 1 allows 1 "
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
        "the client's certificate was refused: CN=Not A CA is not a "
        "certificate authority: a certificate that one issued would "
        "pass",
        also=["the client's certificate was refused: CN=under was issued by "
            "CN=Not A CA, which is not among the roots accepted (CN=Test "
            "CA): the client would pass by sending it too if it is an "
            "intermediate, or with it in -CAfile if it is a root"]),
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
        "was issued by CN=Other CA, which is not among the roots "
        "accepted (CN=Test CA): the client would pass by sending it too"
        " if it is an intermediate, or with it in -CAfile if it is a "
        "root; a TLS 1.3 client learns it only after its own handshake",
        tls1_3="the client's certificate was refused: O=Elsewhere, CN=foreign "
            "was issued by CN=Other CA, which is not among the roots "
            "accepted (CN=Test CA): the client would pass by sending it too"
            " if it is an intermediate, or with it in -CAfile if it is a "
            "root"),
]

# Where stacks differ: what they do is found out, and what is said of others is
# held against that.
DIFFER = [
    case("tls1_3", "", s_client("-tls1_3")),
    case("aria", "-cipher ALL -tls1_2 -cert {rsa.cert} -key {rsa.key}",
        s_client("-tls1_2", "-cipher", "ECDHE-ARIA256-GCM-SHA384")),
    case("ccm8", "-cipher ALL:@SECLEVEL=0 -tls1_2",
        old("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0")),
    case("camellia", "-cipher ALL -tls1_2",
        s_client("-tls1_2", "-cipher", "ECDHE-ECDSA-CAMELLIA256-SHA384")),
    case("x448", "", s_client("-groups", "X448")),
    case("x448_1_2", "-tls1_2", s_client("-tls1_2", "-groups",
        "X448:P-256", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256")),
    case("brainpool", "-tls1_2 -cert {rsa.cert} -key {rsa.key}",
        s_client("-tls1_2", "-groups", "brainpoolP256r1", "-cipher",
            "ECDHE-RSA-AES128-GCM-SHA256")),
    case("secp521r1", "", s_client("-groups", "P-521", "-sigalgs",
        "ECDSA+SHA256")),
    case("ffdhe", "", gnutls("NORMAL:-GROUP-ALL:+GROUP-FFDHE2048:"
        "-VERS-ALL:+VERS-TLS1.3")),
    case("psk_suite", "-nocert -psk 1234 -tls1_2 -cipher ALL:PSK",
        s_client("-tls1_2", "-psk", "1234", "-cipher",
            "RSA-PSK-AES128-GCM-SHA256:DHE-PSK-AES256-CCM8:@SECLEVEL=0")),
]
