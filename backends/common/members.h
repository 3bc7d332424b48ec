/* common/members.h - the functions of a backend, declared
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	COMMON_MEMBERS(name)
 *
 *	const struct tls_backend tls_backend_NAME = {
 *		TLS_BACKEND_HEAD("NAME"),
 *		.start = name_start,
 *	};
 *
 * Rules.  Each is called like the member of struct tls_backend that it is for,
 * after the prefix; those that a backend does not have are declared all the
 * same.  `about`, `probe_open` and the corrections stand beside the constant.
 */
#ifndef COMMON_MEMBERS_H
#define COMMON_MEMBERS_H

#include "tls_backend.h"

struct common_client_ops;	/* common/trial.h */
struct common_table;		/* common/probe.h */

#define COMMON_MEMBERS(p) \
bool p##_start(struct tls_error *err); \
size_t p##_suites(uint16_t *out, size_t room); \
size_t p##_groups(uint16_t *out, size_t room); \
size_t p##_signatures(uint16_t *out, size_t room); \
struct tls_server *p##_server_open(const struct tls_config *config, \
    struct tls_error *err); \
void p##_server_close(struct tls_server *server); \
struct tls_session *p##_session_open(struct tls_server *server, \
    const struct tls_hello *hello, const struct tls_choice *choice, \
    struct tls_io *io, struct tls_host *host, struct tls_error *err); \
void p##_session_close(struct tls_session *session); \
enum tls_status p##_handshake(struct tls_session *session, \
    struct tls_error *err); \
enum tls_status p##_read(struct tls_session *session, uint8_t *buf, \
    size_t len, size_t *done, struct tls_error *err); \
enum tls_status p##_write(struct tls_session *session, const uint8_t *buf, \
    size_t len, size_t *done, struct tls_error *err); \
enum tls_status p##_goodbye(struct tls_session *session, \
    struct tls_error *err); \
void p##_facts(struct tls_session *session, struct tls_facts *out); \
enum tls_status p##_renegotiate(struct tls_session *session, \
    bool ask_certificate, struct tls_error *err); \
enum tls_status p##_ask_certificate(struct tls_session *session, \
    struct tls_error *err); \
enum tls_status p##_key_update(struct tls_session *session, bool ask_peer, \
    struct tls_error *err); \
bool p##_seed(struct tls_server *server, struct tls_span bytes, \
    struct tls_error *err); \
bool p##_unpack(struct tls_span pfx, const char *pass, struct tls_bag *bag, \
    bool *wants_pass, struct tls_error *err); \
enum tls_status p##_export_keys(struct tls_session *session, \
    const char *label, struct tls_span context, uint8_t *out, size_t len, \
    struct tls_error *err); \
extern const struct tls_primitives p##_primitives; \
extern const struct common_client_ops p##_client; \
extern const struct common_table p##_table;

#endif
