"""pki.py - certificates and keys, made on the spot

SPDX-License-Identifier: Apache-2.0

    pki = Pki(directory)
    pki.make("rsa", "rsa:2048", names)
    Server(["-cert", pki.rsa.cert, "-key", pki.rsa.key])
"""
import os
import subprocess

NAMES = ",".join(["DNS:localhost", "DNS:a.localhost", "DNS:gnutls.localhost",
    "DNS:mbedtls.localhost", "DNS:openssl.localhost", "IP:127.0.0.1",
    "IP:::1"])


class Pair:
    def __init__(self, cert, key):
        self.cert, self.key = cert, key


def openssl(*args, cwd=None):
    subprocess.run(["openssl"] + list(args), cwd=cwd, check=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)


class Pki:
    """Made when first asked for: ca, rsa, ecdsa, eddsa, client, stranger,
    which is signed by nobody that is trusted; between, a CA below ca, and
    below that one inner, a client, and deep, a server."""

    KINDS = {
        "ca": ("ec", None, "CN=Test CA"),
        "rsa": ("rsa", "ca", "CN=localhost"),
        "ecdsa": ("ec", "ca", "CN=localhost"),
        "eddsa": ("ed", "ca", "CN=localhost"),
        "client": ("ec", "ca", "O=Clients/CN=client"),
        "stranger": ("ec", None, "CN=stranger"),
        "between": ("ec", "ca", "CN=Between", True),
        "inner": ("ec", "between", "CN=inner"),
        "deep": ("ec", "between", "CN=localhost"),
    }

    def __init__(self, directory):
        self.directory = str(directory)

    def path(self, name):
        return os.path.join(self.directory, name)

    def __getattr__(self, name):
        if name not in self.KINDS:
            raise AttributeError(name)
        pair = self.make(name, *self.KINDS[name])
        setattr(self, name, pair)
        return pair

    def make_key(self, path, kind):
        if kind == "ec":
            openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-out", path)
        elif kind == "ed":
            openssl("genpkey", "-algorithm", "ED25519", "-out", path)
        else:
            openssl("genpkey", "-algorithm", "RSA", "-pkeyopt",
                "rsa_keygen_bits:2048", "-out", path)

    def make(self, name, kind, issuer, subject, is_ca=False, days=2):
        cert, key = self.path(name + ".crt"), self.path(name + ".key")
        request = self.path(name + ".csr")
        extensions = self.path(name + ".ext")
        self.make_key(key, kind)
        openssl("req", "-new", "-key", key, "-out", request,
            "-subj", "/" + subject)
        with open(extensions, "w") as file:
            if issuer is None or is_ca:
                file.write("basicConstraints=critical,CA:TRUE\n"
                    "keyUsage=critical,keyCertSign,cRLSign,"
                    "digitalSignature\n")
            else:
                file.write("basicConstraints=CA:FALSE\n"
                    "subjectAltName=%s\n" % NAMES)
            file.write("subjectKeyIdentifier=hash\n")
            if issuer is not None:
                file.write("authorityKeyIdentifier=keyid\n")
        command = ["x509", "-req", "-in", request, "-out", cert,
            "-days", str(days), "-sha256", "-extfile", extensions]
        if issuer is None:
            command += ["-signkey", key]
        else:
            above = getattr(self, issuer)
            command += ["-CA", above.cert, "-CAkey", above.key,
                "-set_serial", str(1000 + len(name))]
        openssl(*command)
        return Pair(cert, key)

    def dated(self, name, issuer, begin, end):
        """A client certificate, valid between times such as
        20260101000000Z."""
        folder = self.path(name + ".dated")
        os.mkdir(folder)
        config = os.path.join(folder, "config")
        with open(config, "w") as file:
            file.write("[ca]\ndefault_ca=it\n[it]\ndatabase=%s/index\n"
                "new_certs_dir=%s\nrand_serial=yes\ndefault_md=sha256\n"
                "policy=any\n[any]\ncommonName=supplied\n"
                % (folder, folder))
        open(os.path.join(folder, "index"), "w").close()
        cert, key = self.path(name + ".crt"), self.path(name + ".key")
        request = self.path(name + ".csr")
        self.make_key(key, "ec")
        openssl("req", "-new", "-key", key, "-out", request,
            "-subj", "/CN=" + name)
        above = getattr(self, issuer)
        openssl("ca", "-batch", "-notext", "-config", config, "-in", request,
            "-cert", above.cert, "-keyfile", above.key, "-out", cert,
            "-startdate", begin, "-enddate", end)
        return Pair(cert, key)

    def crl(self, name, issuer, revoked=(), past=False):
        """A CRL of `issuer` in which these pairs are revoked; `past`: one
        that is out of date."""
        folder = self.path(name + ".ca")
        os.mkdir(folder)
        config = os.path.join(folder, "config")
        with open(config, "w") as file:
            file.write("[ca]\ndefault_ca=it\n[it]\ndatabase=%s/index\n"
                "default_md=sha256\ndefault_crl_days=2\n" % folder)
        with open(os.path.join(folder, "index"), "w") as file:
            for pair in revoked:
                serial = subprocess.run(["openssl", "x509", "-in", pair.cert,
                    "-noout", "-serial"], check=True, text=True,
                    stdout=subprocess.PIPE).stdout.split("=")[1].strip()
                file.write("R\t400101000000Z\t240101000000Z\t%s\tunknown"
                    "\t/CN=revoked\n" % serial)
        path = self.path(name + ".crl")
        above = getattr(self, issuer)
        openssl("ca", "-config", config, "-gencrl", "-cert", above.cert,
            "-keyfile", above.key, "-out", path, *(
            ["-crl_lastupdate", "20200101000000Z",
            "-crl_nextupdate", "20200102000000Z"] if past else []))
        return path
