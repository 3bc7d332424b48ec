/* names/traits.h - groups of suites, as the cipher-string language has them
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-ciphers(1)
 *
 *	struct cipher_order order;
 *	struct traits null = { .enc = ENC_NULL };
 *
 *	order_init(&order, have, num_have);
 *	order_apply(&order, ORDER_KILL, &null);
 *	for (size_t i = 0; i < order.num; i++)
 *		if (order.rows[i].active)
 *			printf("%04x\n", order.rows[i].traits.id);
 *	order_clear(&order);
 *
 * Rules.  Private to the cipher list.  In a selection a member that is 0
 * matches everything, and of several bits one has to match.
 */
#ifndef NAMES_TRAITS_H
#define NAMES_TRAITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Key exchange. */
#define KX_RSA			0x0001u
#define KX_DHE			0x0002u
#define KX_ECDHE		0x0004u
#define KX_PSK			0x0008u
#define KX_RSAPSK		0x0010u
#define KX_ECDHEPSK		0x0020u
#define KX_DHEPSK		0x0040u
#define KX_GOST			0x0080u
#define KX_GOST18		0x0100u
#define KX_SRP			0x0200u
#define KX_ANY_PSK		(KX_PSK | KX_RSAPSK | KX_ECDHEPSK | KX_DHEPSK)

/* Authentication. */
#define AUTH_RSA		0x0001u
#define AUTH_DSS		0x0002u
#define AUTH_NULL		0x0004u
#define AUTH_ECDSA		0x0008u
#define AUTH_PSK		0x0010u
#define AUTH_GOST01		0x0020u
#define AUTH_GOST12		0x0040u
#define AUTH_SRP		0x0080u

/* Encryption. */
#define ENC_NULL		0x00000001u
#define ENC_RC4			0x00000002u
#define ENC_IDEA		0x00000004u
#define ENC_SEED		0x00000008u
#define ENC_DES3		0x00000010u
#define ENC_AES128		0x00000020u
#define ENC_AES256		0x00000040u
#define ENC_AES128GCM		0x00000080u
#define ENC_AES256GCM		0x00000100u
#define ENC_AES128CCM		0x00000200u
#define ENC_AES256CCM		0x00000400u
#define ENC_AES128CCM8		0x00000800u
#define ENC_AES256CCM8		0x00001000u
#define ENC_CAMELLIA128		0x00002000u
#define ENC_CAMELLIA256		0x00004000u
#define ENC_ARIA128GCM		0x00008000u
#define ENC_ARIA256GCM		0x00010000u
#define ENC_CHACHA20		0x00020000u
#define ENC_GOST89		0x00040000u
#define ENC_GOST89_12		0x00080000u
#define ENC_MAGMA		0x00100000u
#define ENC_KUZNYECHIK		0x00200000u
#define ENC_AESGCM		(ENC_AES128GCM | ENC_AES256GCM)
#define ENC_AESCCM		(ENC_AES128CCM | ENC_AES256CCM | \
				    ENC_AES128CCM8 | ENC_AES256CCM8)
#define ENC_AES			(ENC_AES128 | ENC_AES256 | ENC_AESGCM | \
				    ENC_AESCCM)
#define ENC_CBC			(ENC_IDEA | ENC_SEED | ENC_DES3 | \
				    ENC_AES128 | ENC_AES256 | \
				    ENC_CAMELLIA128 | ENC_CAMELLIA256)

/* Integrity. */
#define MAC_MD5			0x0001u
#define MAC_SHA1		0x0002u
#define MAC_SHA256		0x0004u
#define MAC_SHA384		0x0008u
#define MAC_AEAD		0x0010u
#define MAC_GOST94		0x0020u
#define MAC_GOST89MAC		0x0040u
#define MAC_GOST89MAC12		0x0080u
#define MAC_GOST12_256		0x0100u
#define MAC_MAGMAOMAC		0x0200u
#define MAC_KUZNYECHIKOMAC	0x0400u

/* Classes; CLASS_NOT_DEFAULT is asked for apart from the others. */
#define CLASS_NONE		0x01u
#define CLASS_LOW		0x02u
#define CLASS_MEDIUM		0x04u
#define CLASS_HIGH		0x08u
#define CLASS_FIPS		0x10u
#define CLASS_NOT_DEFAULT	0x20u
#define CLASS_STRENGTHS		(CLASS_NONE | CLASS_LOW | CLASS_MEDIUM | \
				    CLASS_HIGH | CLASS_FIPS)

/* What a suite is, or what a selection asks for. */
struct traits {
	uint16_t id;		/* in a selection, 0: any */
	uint16_t min_version;
	uint32_t kx, auth, enc, mac, class;
	int bits;		/* of strength; no part of a selection */
};

struct cipher_row {
	struct traits traits;
	bool active;		/* chosen so far */
};

/* All suites that can be chosen, best first. */
struct cipher_order {
	struct cipher_row *rows;	/* owned */
	struct cipher_row *spare;	/* owned; room to reorder in */
	size_t num;
};

/* What is done with the suites of a selection; their order is kept. */
enum order_action {
	ORDER_ADD,	/* choose those that are not, and put them last */
	ORDER_LAST,	/* put those that are chosen last */
	ORDER_FIRST,	/* put those that are chosen first */
	ORDER_DELETE,	/* give up those that are chosen, and put them first */
	ORDER_KILL,	/* drop them for good */
};

/* Puts the suites among `have` in the order in which OpenSSL prefers them,
 * none chosen. */
void order_init(struct cipher_order *order, const uint16_t *have,
    size_t num_have);
void order_clear(struct cipher_order *order);

void order_apply(struct cipher_order *order, enum order_action action,
    const struct traits *selection);

/* Sorts by strength, the strongest first. */
void order_by_strength(struct cipher_order *order);

#endif
