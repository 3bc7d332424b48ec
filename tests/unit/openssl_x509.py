#!/usr/bin/env python3
# openssl_x509.py - compares our reading of certificates with openssl(1)'s
# SPDX-License-Identifier: Apache-2.0

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

OUR_PROGRAM = os.path.join(
    os.environ.get("top_builddir", "."), "tests", "unit", "show_certificates"
)
OPENSSL = shutil.which("openssl")

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
    path = os.path.join(folder, f"{number}.der")
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


def differ(what, expected, mine):
    if expected == mine:
        return 0
    print(f"# {what}\n# expected: {expected}\n# ours:     {mine}")
    return 1


def names_are_printed_as_openssl_prints_them(folder):
    key = os.path.join(folder, "key.pem")
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-out", key)
    subjects = SUBJECTS + list(random_subjects(60))
    made = [(s, make(folder, n, key, s)) for n, s in enumerate(subjects)]
    made = [(s, path) for s, path in made if path]
    wrong = differ("too few names", True, len(made) > len(SUBJECTS) + 20)
    for (subject, path), mine in zip(made, ours(*[p for _, p in made])):
        wrong += differ(subject.encode(), theirs(path), mine[:4])
    return wrong


def strings_of_every_kind_are_read(folder):
    key = os.path.join(folder, "key.pem")
    wrong = 0
    # T61String and PrintableString, BMPString, UTF8String, T61String alone.
    for number, mask in enumerate(["default", "pkix", "utf8only", "MASK:0x4",
                                   "MASK:0x800"]):
        config = os.path.join(folder, "config")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"[req]\nstring_mask={mask}\n"
                       "distinguished_name=d\nutf8=yes\n[d]\n")
        path = make(folder, f"mask{number}", key, "/O=Ünï, x/CN=abc 1",
                    "-config", config)
        wrong += differ(mask, theirs(path), ours(path)[0][:4])
    return wrong


def times_beyond_2050_are_read(folder):
    key = os.path.join(folder, "key.pem")
    wrong = 0
    for days in ("1", "9000", "10000", "20000", "400000", "2500000"):
        path = make(folder, f"days{days}", key, "/CN=a", "-days", days)
        wrong += differ(days, theirs(path), ours(path)[0][:4])
    return wrong


def keys_are_told_apart(folder):
    wrong = 0
    for number, (how, expected) in enumerate(KEYS):
        key = os.path.join(folder, f"key{number}.pem")
        openssl("genpkey", "-algorithm", *how, "-out", key)
        path = make(folder, f"k{number}", key, "/CN=a")
        wrong += differ(how, f"key={expected}", ours(path)[0][4])
        said = re.search(r"Public-Key: \((\d+) bit\)", openssl(
            "x509", "-inform", "DER", "-in", path, "-noout", "-text"))
        if said:
            wrong += differ(how, said[1], expected.split()[-1])
    return wrong


def authorities_are_told_apart(folder):
    key = os.path.join(folder, "key.pem")
    wrong = 0
    for number, (value, expected) in enumerate([
            ("critical,CA:TRUE", "1"), ("CA:TRUE,pathlen:3", "1"),
            ("critical,CA:FALSE", "0"), ("CA:FALSE", "0")]):
        config = os.path.join(folder, "config")
        with open(config, "w", encoding="utf-8") as file:
            file.write("[req]\ndistinguished_name=d\nx509_extensions=e\n"
                       f"[d]\n[e]\nkeyUsage=digitalSignature,keyCertSign\n"
                       f"basicConstraints={value}\n")
        path = make(folder, f"ca{number}", key, "/CN=a", "-config", config)
        wrong += differ(value, f"ca={expected}", ours(path)[0][5])
    return wrong


TESTS = [
    names_are_printed_as_openssl_prints_them,
    strings_of_every_kind_are_read,
    times_beyond_2050_are_read,
    keys_are_told_apart,
    authorities_are_told_apart,
]


def main():
    if not OPENSSL:
        print("1..0 # SKIP openssl(1) is not installed")
        return 0
    print(f"1..{len(TESTS)}")
    status = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, test in enumerate(TESTS, 1):
            wrong = test(folder)
            status |= wrong != 0
            print(f"{'not ok' if wrong else 'ok'} {number} - "
                  f"{test.__name__}", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
