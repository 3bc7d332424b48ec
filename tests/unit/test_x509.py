"""test_x509.py - our reading of certificates beside openssl(1)'s

SPDX-License-Identifier: Apache-2.0
"""
import os
import random
import re
import shutil
import subprocess

import pytest

OUR_PROGRAM = os.path.join(
    os.environ.get("top_builddir", "."), "tests", "unit", "show_certificates"
)
OPENSSL = shutil.which("openssl")

pytestmark = pytest.mark.skipif(
    not OPENSSL, reason="openssl(1) is not installed"
)

# What openssl calls the algorithm, how a key of it is made, what we say.
KEYS = [
    (["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "RSA 2048"),
    (["RSA", "-pkeyopt", "rsa_keygen_bits:1031"], "RSA 1031"),
    (["RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"], "RSA-PSS 2048"),
    (["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "EC 256"),
    (["EC", "-pkeyopt", "ec_paramgen_curve:P-384"], "EC 384"),
    (["EC", "-pkeyopt", "ec_paramgen_curve:P-521"], "EC 521"),
    (["EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"], "EC 256"),
    (["EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP384r1"], "EC 384"),
    (["ED25519"], "Ed25519 253"),
    (["ED448"], "Ed448 456"),
]

SUBJECTS = [
    "/CN=a",
    "/C=XX/O=Test/CN=a",
    "/C=DE/ST=Land/L=Ort/O=A, B + C/OU=x;y/CN=<a>",
    "/DC=org/DC=example/UID=me/CN=Ann/emailAddress=ann@example.org",
    "/O=x+OU=y/CN=two at once",
    "/CN= blank before",
    "/CN=blank behind ",
    "/CN=#hash",
    "/CN=in # the middle=",
    '/CN=a "quote" and \\\\ that',
    '/CN="all, quoted"',
    "/CN=Jürgen Müller-Ångström",
    "/CN=日本語/O=€uro 🙂",
    "/CN=bell\x07tab\tdelete\x7f",
    "/title=Dr./GN=Ann/SN=Other/initials=AO/pseudonym=nobody",
    "/serialNumber=12/dnQualifier=q/generationQualifier=III/name=n",
    "/street=s/postalCode=12345/description=d/businessCategory=b",
    "/jurisdictionC=DE/jurisdictionST=s/jurisdictionL=l/CN=ev",
    "/organizationIdentifier=VATDE-1/unstructuredName=u/role=r",
    "/1.2.3.4.5.6=unknown/CN=a",
]


def openssl(*args):
    return subprocess.run(
        [OPENSSL, *args], check=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ).stdout


def random_subjects(count):
    rng = random.Random(4)
    letters = "ab Z09,;+<>=#\"'.-@é€🙂"
    for _ in range(count):
        yield "".join(
            "/" + rng.choice(["CN", "O", "OU", "C", "L"]) + "="
            + "".join(
                rng.choice(letters) for _ in range(rng.randint(1, 8))
            )
            for _ in range(rng.randint(1, 3))
        )


def make(folder, number, key, subject, *more):
    """Makes a certificate; None where openssl does not like the name."""
    path = str(folder / f"{number}.der")
    try:
        openssl("req", "-x509", "-new", "-key", key, "-utf8", "-subj",
                subject, "-outform", "DER", "-out", path, *more)
    except subprocess.CalledProcessError:
        return None
    return path


def theirs(path):
    text = openssl("x509", "-inform", "DER", "-in", path, "-noout",
                   "-subject", "-issuer", "-dates", "-nameopt", "oneline")
    # An empty name is said to be one.
    return [re.sub("^(subject|issuer)=$", r"\1=<none>", line)
            for line in text.splitlines()]


def ours(*paths):
    """Six lines for each certificate."""
    lines = subprocess.run(
        [OUR_PROGRAM, *paths], check=True, text=True, stdout=subprocess.PIPE
    ).stdout.split("\n")
    return [lines[i:i + 6] for i in range(0, len(lines) - 1, 6)]


@pytest.fixture
def key(tmp_path):
    path = str(tmp_path / "key.pem")
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-out", path)
    return path


def test_prints_names_as_openssl_does(tmp_path, key):
    subjects = SUBJECTS + list(random_subjects(60))
    made = [(s, make(tmp_path, n, key, s)) for n, s in enumerate(subjects)]
    made = [(s, path) for s, path in made if path]
    assert len(made) > len(SUBJECTS) + 20
    for (subject, path), mine in zip(made, ours(*[p for _, p in made])):
        assert mine[:4] == theirs(path), subject.encode()


# T61String and PrintableString, BMPString, UTF8String, T61String alone.
@pytest.mark.parametrize("mask", ["default", "pkix", "utf8only", "MASK:0x4",
                                  "MASK:0x800"])
def test_reads_strings_of_every_kind(tmp_path, key, mask):
    config = tmp_path / "config"
    config.write_text(f"[req]\nstring_mask={mask}\n"
                      "distinguished_name=d\nutf8=yes\n[d]\n")
    path = make(tmp_path, "mask", key, "/O=Ünï, x/CN=abc 1",
                "-config", str(config))
    assert ours(path)[0][:4] == theirs(path)


@pytest.mark.parametrize("days", [1, 9000, 10000, 20000, 400000, 2500000])
def test_reads_times_beyond_2050(tmp_path, key, days):
    path = make(tmp_path, "days", key, "/CN=a", "-days", str(days))
    assert ours(path)[0][:4] == theirs(path)


@pytest.mark.parametrize("how,expected", KEYS,
                         ids=["_".join(k[1].split()) for k in KEYS])
def test_tells_keys_apart(tmp_path, how, expected):
    key = str(tmp_path / "key.pem")
    openssl("genpkey", "-algorithm", *how, "-out", key)
    path = make(tmp_path, "key", key, "/CN=a")
    assert ours(path)[0][4] == f"key={expected}"
    said = re.search(r"Public-Key: \((\d+) bit\)", openssl(
        "x509", "-inform", "DER", "-in", path, "-noout", "-text"))
    if said:
        assert said[1] == expected.split()[-1]


@pytest.mark.parametrize("value,expected", [
    ("critical,CA:TRUE", 1), ("CA:TRUE,pathlen:3", 1),
    ("critical,CA:FALSE", 0), ("CA:FALSE", 0)])
def test_tells_authorities_apart(tmp_path, key, value, expected):
    config = tmp_path / "config"
    config.write_text("[req]\ndistinguished_name=d\nx509_extensions=e\n"
                      "[d]\n[e]\nkeyUsage=digitalSignature,keyCertSign\n"
                      f"basicConstraints={value}\n")
    path = make(tmp_path, "ca", key, "/CN=a", "-config", str(config))
    assert ours(path)[0][5] == f"ca={expected}"
