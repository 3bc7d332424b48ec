"""test_ciphers.py - our reading of cipher strings beside openssl(1)'s

SPDX-License-Identifier: Apache-2.0

Suites for SRP are left out on both sides: nobody here speaks it.  So are those
with CCM_8 beside OpenSSL 3.2 and later, which no longer class them as HIGH.
"""
import functools
import os
import random
import re
import shutil
import subprocess

import pytest

OUR_PROGRAM = os.path.join(
    os.environ.get("top_builddir", "."), "tests", "unit", "eval_ciphers"
)
OPENSSL = shutil.which("openssl")

pytestmark = pytest.mark.skipif(
    not OPENSSL, reason="openssl(1) is not installed"
)

WORDS = """
ALL COMPLEMENTOFALL COMPLEMENTOFDEFAULT HIGH MEDIUM LOW FIPS eNULL NULL aNULL
kRSA RSA kDHE kEDH DHE EDH DH kECDHE kEECDH ECDHE EECDH ECDH ADH AECDH kPSK
kRSAPSK kDHEPSK kECDHEPSK PSK aRSA aDSS DSS aECDSA ECDSA aPSK AES AES128
AES256 AESGCM AESCCM AESCCM8 CHACHA20 ARIA ARIA128 ARIA256 ARIAGCM CAMELLIA
CAMELLIA128 CAMELLIA256 CBC 3DES RC4 SEED IDEA MD5 SHA SHA1 SHA256 SHA384
TLSv1 TLSv1.0 TLSv1.2 SSLv3 AES128-SHA ECDHE-RSA-AES128-GCM-SHA256 NULL-SHA256
ECDHE-ECDSA-CHACHA20-POLY1305 DHE-RSA-AES256-CCM8 PSK-AES128-CBC-SHA NULL-MD5
AECDH-AES128-SHA RSA-PSK-AES256-CBC-SHA384 DES-CBC3-SHA RC4-MD5 WRONG DEFAULT
EDH-RSA-DES-CBC3-SHA TLSv1.1 GOST94 GOST89
""".split()

FIXED = """
DEFAULT
DEFAULT:@STRENGTH
DEFAULT@SECLEVEL=0
DEFAULT:!aRSA
DEFAULT:eNULL
DEFAULTAES
HIGH:DEFAULT
ALL
ALL:eNULL
ALL:COMPLEMENTOFALL
COMPLEMENTOFDEFAULT
COMPLEMENTOFALL
HIGH:!aNULL:!MD5
HIGH:!aNULL:!kRSA:!PSK:!SRP:!MD5:!RC4
ECDHE+AESGCM:DHE+AESGCM:ECDHE+CHACHA20:!aNULL:!MD5:!DSS
EECDH+AESGCM:EDH+AESGCM:AES256+EECDH:AES256+EDH
ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256
ALL:!ADH:!LOW:!EXP:!MD5:@STRENGTH
ALL:+HIGH
ALL:-AES:AES256
ALL:!AES:AES256
ALL:-ECDHE:+RSA:ECDHE
aRSA+AES256 HIGH+SHA384,PSK;CAMELLIA
SUITEB128
SUITEB128ONLY
SUITEB128C2
SUITEB192
SUITEB128:ALL
FIPS
FIPS+HIGH
FIPS:!kRSA
AES256-SHA+HIGH
HIGH+AES256-SHA
AES128-SHA+AES256-SHA
TLSv1.2+TLSv1.0
kRSA+kDHE
AES+CAMELLIA
COMPLEMENTOFDEFAULT+HIGH
!ALL
-ALL
+ALL
ALL:!ALL
@STRENGTH
@SECLEVEL=2
@SECLEVEL=6:ALL
ALL:@SECLEVEL
ALL:@SECLEVEL=12
ALL:@FOO
ALL@STRENGTH
ALL:@STRENGTHx
ALL:@STRENGTH*x:-AES
ALL*
WRONG*:AES
AES*
AES128-SHA!AES
AES+
AES+:HIGH
AES++HIGH
AES+WRONG
AES+WRONG*:HIGH
:::
,AES;;HIGH
ALL:-
ALL:!
ALL:+
ALL:@
ALL:- AES
aes
AES128-SHAx
all
AES/HIGH
TLS1.2
kDHE:kDHE:!kDHE
RC4:3DES
RC4-SHA
DES-CBC3-SHA
PSK
kPSK
aPSK
kPSK:kECDHEPSK
kRSAPSK:kDHEPSK
PSK:!kRSAPSK
PSK+AES128:PSK+CAMELLIA
PSK:@STRENGTH
DEFAULT:-PSK:+kRSA
DEFAULT:!PSK:!aNULL
kECDHEPSK+SHA384
PSK-AES128-CBC-SHA:PSK-AES256-GCM-SHA384
aNULL
aNULL:@SECLEVEL=0
aNULL:-ADH
ADH:AECDH
AECDH:ADH:@STRENGTH
kDHE+aNULL
kECDHE+aNULL
kDHE+aRSA
kDHE:!aNULL:!aDSS
EDH+AES:-SHA1
kEDH+AESGCM:kEECDH+AESGCM
ALL:aNULL:+ADH
HIGH:MEDIUM:LOW:@STRENGTH
HIGH:+aNULL:@STRENGTH:+kPSK
ALL:@SECLEVEL=0:@SECLEVEL=3
@SECLEVEL=0:ALL:!PSK
ALL@SECLEVEL=4
-PSK:ALL:+PSK
!PSK:PSK
+PSK:PSK:-PSK:PSK
eNULL:PSK+eNULL
PSK-NULL-SHA:NULL-SHA
ECDHE-PSK-NULL-SHA256
DHE-PSK-CHACHA20-POLY1305:RSA-PSK-CHACHA20-POLY1305
CHACHA20+PSK:CHACHA20+aRSA
AESCCM:!AESCCM8
AESCCM8+PSK
ARIA+PSK:ARIA
CAMELLIA+PSK:CAMELLIA+kDHE
3DES:@STRENGTH
ALL:!COMPLEMENTOFDEFAULT
COMPLEMENTOFDEFAULT:!aNULL
SHA+kRSA:SHA256+kRSA:SHA384
""".split("\n")


def random_strings(count):
    rng = random.Random(20)
    for _ in range(count):
        string = rng.choice(["", "", "", "DEFAULT:", "ALL:", "ALL:eNULL:"])
        for _ in range(rng.randint(1, 6)):
            string += rng.choice(["", "", "", "-", "+", "!"])
            string += "+".join(
                rng.choice(WORDS) for _ in range(rng.choice([1, 1, 1, 2, 3]))
            )
            string += rng.choice([":", ":", ":", " ", ",", ";"])
            if rng.random() < 0.1:
                string += "@STRENGTH:"
            if rng.random() < 0.1:
                string += "@SECLEVEL=%d:" % rng.randrange(6)
        if rng.random() < 0.8:
            string = string[:-1]
        yield string


@functools.lru_cache()
def left_out():
    version = subprocess.run([OPENSSL, "version"], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
    return "^SRP-" if re.match(r"OpenSSL 3\.[01]\.", version) \
        else "^SRP-|CCM8"


def theirs(string):
    """The numbers that openssl lists, or None where it refuses."""
    done = subprocess.run(
        [OPENSSL, "ciphers", "-V", "-ciphersuites", "", "--", string],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    if done.returncode != 0:
        return None
    numbers = []
    for line in done.stdout.splitlines():
        words = line.split()
        if not re.search(left_out(), words[2]):
            numbers.append(words[0].replace("0x", "").replace(",", ""))
    return numbers or None


def ours(strings, have):
    """The same of our own, for all strings at once."""
    done = subprocess.run(
        [OUR_PROGRAM] + have, input="\n".join(strings) + "\n",
        stdout=subprocess.PIPE, text=True, check=True,
    )
    for line in done.stdout.splitlines():
        yield None if line.startswith("!") else line.split(":")


def differences(strings):
    """What the two say where they say something different."""
    # "openssl ciphers" leaves nothing out below a level when not asked to.
    have = theirs("ALL:COMPLEMENTOFALL")
    answers = list(ours(strings, have))
    assert len(have) > 20 and len(answers) == len(strings)
    return [
        (string, expected, mine)
        for string, expected, mine in zip(strings, map(theirs, strings),
                                          answers)
        if mine != expected
    ]


def test_reads_chosen_strings_as_openssl_does():
    assert differences([s for s in FIXED if s]) == []


def test_reads_random_strings_as_openssl_does():
    assert differences(list(random_strings(700))) == []
