/* common/sample.h - certificates, keys and CRLs for trials
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	const struct tls_identity *own = common_sample(lab, COMMON_P256);
 *
 *	trial.config.identities = own;
 *	trial.config.num_identities = own ? 1 : 0;
 *
 * Rules.  They are made with the primitives of the backend, by a writer of DER
 * that knows no more than they need (RFC 5280, 4.1 and 5.1).  A chain has the
 * root at its end.
 */
#ifndef COMMON_SAMPLE_H
#define COMMON_SAMPLE_H

#include "common/lab.h"
#include "tls_primitives.h"

#define COMMON_SAMPLE_ROOM	1024

struct common_sample {
	struct tls_key key;
	uint8_t der[COMMON_SAMPLE_ROOM];	/* the certificate */
	struct tls_span chain[2];	/* it, and the root */
	struct tls_identity identity;
};

/* That sample, which is made if it was not yet; null: it cannot be. */
const struct tls_identity *common_sample(struct common_lab *lab,
    enum common_sample_kind kind);

/* Writes a CRL of the root's that has COMMON_CLIENT in it to the end of `out`;
 * empty: it cannot be made. */
struct tls_span common_sample_crl(struct common_lab *lab,
    uint8_t out[COMMON_SAMPLE_ROOM]);

/* A PFX (RFC 7292) in base64, of a P-256 key and a certificate of its own, both
 * under PBES2 with AES-128-CBC, with a MAC of SHA-256.  The key is in it as an
 * EncryptedPrivateKeyInfo (RFC 5958, 3), in the place that is named below. */
#define COMMON_PFX \
	"MIIDpgIBAzCCA2AGCSqGSIb3DQEHAaCCA1EEggNNMIIDSTCCAgEGCSqGSIb3DQEHBqCC" \
	"AfIwggHuAgEAMIIB5wYJKoZIhvcNAQcBMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEF" \
	"DDAbBAi/G0mX6aD6MAIBATAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBAgQQbxIFA2ZM" \
	"TdD9vBKO7oMoVoCCAYB+9P0jKzb5T1G93+q3FGF6y2st1LfmEkDQcct7r+9miQDOv5sX" \
	"kx0uU89B7tHfqL5vPHnJMDlkYOGJPawE3O1PVYkcsOhPhH9bX5YxxofDGiK9u8hT5awD" \
	"ZjWqhux2a4D/bILf7lLym/+45csQRgfUBF40CcuTGzihuke3Q5YOCOHTr30ZaTI1Ocd0" \
	"RjN3HoswZsNwhqb0lRcydGalvEOdo5YeUkyY6MQxV440Unl4UXpABxdtSiA14U2RTNKf" \
	"y9Wf+1YCzh12VePkk3Xq24lca5u2Q1tSaBgtcwN1qe/wMj8Ltcqy5tKEoDmDoYIg0AFe" \
	"eGz/i0w0+K6CMk1/RFdR6KN+hKNQMGDm5EjIM23i2huQfKQHopuAJytPfcEXEcS2Xc57" \
	"L0BRb1v8/Fv7GUMHJBnk7lugbvUYy2/BxamdmEQf+eO3wYB27qHhqnzCNxbexGL4BoFz" \
	"Saj8Qy0ALErXwF/faOS8TkUhhbgIfUZK1OMUYyzeZdEvDGmxzgEONDwwggFABgkqhkiG" \
	"9w0BBwGgggExBIIBLTCCASkwggElBgsqhkiG9w0BDAoBAqCB7jCB6zBWBgkqhkiG9w0B" \
	"BQ0wSTAoBgkqhkiG9w0BBQwwGwQI3cndBw77IrsCAQEwDAYIKoZIhvcNAgkFADAdBglg" \
	"hkgBZQMEAQIEED5cFktidUCwZNwUBAJbuB4EgZCytX/Bc2Px6KSVR5l7JZhp/3zyBfPo" \
	"qr3ElYaWtWxTtXT1WilrSmfiiRgAG1FN7B1ZzTXnDRwEPssRTnyozLAHUcJTPeomQr6b" \
	"MJi4TtAHJiIUYTHrhiQZjln8sPSYpvgVQBHuAES/bLT/FK6fGCrz9+B18qCTIyc6/XFb" \
	"m5YykDgyrbfznidxHHArEno2tWAxJTAjBgkqhkiG9w0BCRUxFgQUXw0o8Olo61Nqwu0W" \
	"+RQo3RMP+FswPTAxMA0GCWCGSAFlAwQCAQUABCD4kQmADMGipwZc+MG/yAiQCvXVpwor" \
	"kkj20ik6QUTD8gQINUN/0r6A3Yg="

#define COMMON_PFX_PASS		"secret"
#define COMMON_PFX_LEN		938	/* bytes, decoded */
#define COMMON_PFX_KEY_AT	598
#define COMMON_PFX_KEY_LEN	238

/* Writes the PFX to `out`. */
void common_sample_pfx(uint8_t out[COMMON_PFX_LEN]);

#endif
