"""explain_cases.py - lists without overlap, and what is to be said of them

SPDX-License-Identifier: Apache-2.0
"""
from explain_clients import case, curl, gnutls, old, python, s_client
from explain_more import MORE

ONE_SUITE = "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256"


def no_version(client, server, remedy):
    return "no protocol version in common: the client offers %s, this " \
        "server %s%s" % (client, server, remedy)


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
        "most, this server TLS 1.2: -tls1_1 would agree",
        tls1_1=no_version("TLS 1.1 at most", "TLS 1.2",
            ", and the {backend} backend cannot do TLS 1.1")),
    case("only_tls1", "-tls1_2", old("-tls1"),
        "no protocol version in common: the client offers TLS 1.0 at "
        "most, this server TLS 1.2: -tls1 would agree",
        tls1=no_version("TLS 1.0 at most", "TLS 1.2",
            ", and the {backend} backend cannot do TLS 1.0")),
    case("only_tls1_1_gnutls", "-tls1_2",
        gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT"),
        "no protocol version in common: the client offers TLS 1.1 at "
        "most, this server TLS 1.2: -tls1_1 would agree",
        tls1_1=no_version("TLS 1.1 at most", "TLS 1.2",
            ", and the {backend} backend cannot do TLS 1.1")),
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
        "most, this server TLS 1.2: -tls1_1 would agree",
        tls1_1=no_version("TLS 1.1 at most", "TLS 1.2",
            ", and the {backend} backend cannot do TLS 1.1")),
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
] + MORE

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
