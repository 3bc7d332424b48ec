/* sink/pcapng.c - connections as packets, with the secrets to decrypt them
 * SPDX-License-Identifier: Apache-2.0
 * Reference: draft-ietf-opsawg-pcapng
 */
#include "sink/pcapng.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sink/pcapng_block.h"
#include "sink/pcapng_file.h"
#include "sink/pcapng_tcp.h"

/* Received bytes that wait for the library to read them, at most. */
#define MOST_HELD	(256 * 1024)
/* Blocks of a connection whose file has no name yet, at most. */
#define MOST_NAMELESS	(256 * 1024)
/* Bytes after which the other side acknowledges. */
#define ACKNOWLEDGE	(128 * 1024)
/* Files with the same name but for a number, at most. */
#define MOST_NAMESAKES	1000
/* A packet that was held is not made later than this, in microseconds. */
#define MOST_LIFTED	1000000

/* Bytes that are sent at once while there is more to send, and for how long
 * they may wait to be written, in microseconds. */
#define BULK		8192
#define MOST_LATE	100000

#define BUCKETS		256

/* One connection. */
struct flow {
	struct flow *next;		/* of the same bucket */
	uint64_t conn;
	struct tcp_flow tcp;
	struct capture_file *file;	/* the sink's, or its own: owned */
	struct buf held;		/* received, not in the file yet */
	int64_t held_us;		/* when the last of it came */
	char *client;			/* owned; as a name in a file's name */
	bool told_backend;
	bool ended[2];			/* FIN or RST of that direction */
	bool reset;
};

struct pcapng {
	struct sink sink;		/* first: it is a sink */
	struct pcapng_target target;
	struct capture_file file;	/* of all, unless it is a folder */
	struct flow *flows[BUCKETS];
	bool over;			/* nothing more is written */
	bool incomplete;
	bool unnamed;			/* a file could not be made */
	struct buf remark;		/* for the user, not told yet */
};

static const struct tls_span nothing;

/* ---- packets ------------------------------------------------------------ */

/* The time of a packet: never before that of the one that precedes it only
 * because it was held back. */
static int64_t
time_of(struct capture_file *file, int64_t at_us)
{
	if (at_us < file->last_us && file->last_us - at_us < MOST_LIFTED)
		at_us = file->last_us;
	file->last_us = at_us;
	return at_us;
}

static void
add_segment(struct flow *flow, enum tls_direction direction, unsigned flags,
    struct tls_span payload, int64_t at_us)
{
	uint8_t head[TCP_HEAD];
	struct pcapng_packet packet = {
		.at_us = time_of(flow->file, at_us), .direction = direction,
		.payload = payload,
	};

	packet.head.data = head;
	packet.head.len = tcp_head(&flow->tcp, direction, flags, payload,
	    head);
	pcapng_add_packet(&flow->file->blocks, &packet);
}

/* As add_segment, for what has no payload. */
static void
add_remarked(struct flow *flow, enum tls_direction direction, unsigned flags,
    int64_t at_us, const char *comment)
{
	uint8_t head[TCP_HEAD];
	struct pcapng_packet packet = {
		.at_us = time_of(flow->file, at_us), .direction = direction,
		.comment = comment,
	};

	packet.head.data = head;
	packet.head.len = tcp_head(&flow->tcp, direction, flags, nothing,
	    head);
	pcapng_add_packet(&flow->file->blocks, &packet);
}

static void
add_bytes(struct flow *flow, enum tls_direction direction,
    struct tls_span bytes, int64_t at_us)
{
	const struct tcp_sender *from = &flow->tcp.from[direction];

	while (bytes.len) {
		struct tls_span part = bytes;

		if (part.len > TCP_MOST)
			part.len = TCP_MOST;
		add_segment(flow, direction, TCP_ACK | TCP_PSH, part, at_us);
		bytes.data += part.len;
		bytes.len -= part.len;
		if (from->unseen >= ACKNOWLEDGE)
			add_segment(flow, !direction, TCP_ACK, nothing, at_us);
	}
}

static void
release(struct flow *flow)
{
	if (!flow->held.len)
		return;
	add_bytes(flow, TLS_RECEIVED, buf_span(&flow->held), flow->held_us);
	flow->held.len = 0;
}

/* The end of one direction; a reset is that of both. */
static void
add_end(struct flow *flow, enum tls_direction direction, bool reset,
    int64_t at_us)
{
	release(flow);
	if (flow->reset || (flow->ended[direction] && !reset))
		return;
	flow->ended[direction] = true;
	flow->reset = reset;
	add_segment(flow, direction, (reset ? TCP_RST : TCP_FIN) | TCP_ACK,
	    nothing, at_us);
	if (!reset)
		add_segment(flow, !direction, TCP_ACK, nothing, at_us);
}

/* ---- files -------------------------------------------------------------- */

/* Adds what the user has to know of a file that ended early. */
static void
note_end(struct pcapng *pcapng, const struct capture_file *file)
{
	if (!file->reason || pcapng->over)
		return;
	buf_printf(&pcapng->remark, "-pcapng %s: %s: the capture ends here\n",
	    pcapng->target.name, file->reason);
	pcapng->over = pcapng->incomplete = true;
}

static void
flush(struct pcapng *pcapng, struct capture_file *file,
    enum capture_flush when, int64_t now_us)
{
	capture_file_flush(file, when);
	if (!file->blocks.len)
		file->flushed_us = now_us;
	note_end(pcapng, file);
}

/* A file of one connection, of a name that no other has; -1 with errno set. */
static int
make_file(const struct pcapng *pcapng, const struct flow *flow,
    const char *backend)
{
	struct buf name = BUF_INIT;
	int fd = -1;

	for (unsigned i = 0; i < MOST_NAMESAKES; i++) {
		name.len = 0;
		buf_printf(&name, "%06llu-%s-%s",
		    (unsigned long long)flow->conn, backend, flow->client);
		if (i)
			buf_printf(&name, "-%u", i + 1);
		buf_add_string(&name, ".pcapng");
		fd = openat(pcapng->target.folder, buf_string(&name), O_WRONLY |
		    O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND | O_CLOEXEC,
		    0600);
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	buf_clear(&name);
	return fd;
}

static void
open_file(struct pcapng *pcapng, struct flow *flow, const char *backend)
{
	struct buf comment = BUF_INIT;
	int fd;

	if (!backend)
		backend = "none";
	fd = make_file(pcapng, flow, backend);
	if (fd < 0) {
		if (!pcapng->unnamed)
			buf_printf(&pcapng->remark, "-pcapng %s: no file can "
			    "be made: %s; this connection, and maybe later "
			    "ones, are missing\n", pcapng->target.name,
			    strerror(errno));
		pcapng->unnamed = pcapng->incomplete = true;
		flow->file->over = true;
		return;
	}
	buf_printf(&comment, "connection %llu, backend %s",
	    (unsigned long long)flow->conn, backend);
	capture_file_open(flow->file, fd, true, buf_string(&comment));
	buf_clear(&comment);
}

/* ---- connections -------------------------------------------------------- */

static struct flow **
find(struct pcapng *pcapng, uint64_t conn)
{
	struct flow **link = &pcapng->flows[conn % BUCKETS];

	while (*link && (*link)->conn != conn)
		link = &(*link)->next;
	return link;
}

/* Letters, digits, points and dashes of `host`, and the port. */
static char *
name_client(const char *host, unsigned port)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
	struct buf name = BUF_INIT;

	for (; *host; host++)
		buf_add_u8(&name, strchr(plain, *host) ? (uint8_t)*host : '_');
	if (port)
		buf_printf(&name, "_%u", port);
	return (char *)buf_string(&name);
}

static void
begin(struct pcapng *pcapng, const struct event *event)
{
	const struct tcp_names names = {
		event->accepted.host, event->accepted.local_host ?
		    event->accepted.local_host : "",
		event->accepted.port, event->accepted.local_port,
	};
	struct flow *flow = mem_zero(1, sizeof *flow);
	struct flow **link = find(pcapng, event->from.conn);
	struct buf comment = BUF_INIT;

	flow->conn = event->from.conn;
	flow->next = *link;
	*link = flow;
	flow->file = &pcapng->file;
	if (pcapng->target.folder >= 0) {
		flow->file = mem_zero(1, sizeof *flow->file);
		capture_file_init(flow->file);
	}
	flow->client = name_client(names.client, names.client_port);
	tcp_flow_init(&flow->tcp, &names, flow->conn);
	buf_printf(&comment, "polytls connection %llu",
	    (unsigned long long)flow->conn);
	if (flow->tcp.made_up)
		buf_printf(&comment, ", client %s; it has no addresses and "
		    "ports, these are made up", names.client);
	add_remarked(flow, TLS_RECEIVED, TCP_SYN, event->at_us,
	    buf_string(&comment));
	add_segment(flow, TLS_SENT, TCP_SYN | TCP_ACK, nothing, event->at_us);
	add_segment(flow, TLS_RECEIVED, TCP_ACK, nothing, event->at_us);
	buf_clear(&comment);
}

static void
add_wire(struct flow *flow, const struct event *event)
{
	enum tls_direction direction = event->wire.direction;

	if (direction == TLS_RECEIVED && event->wire.status == TLS_OK) {
		buf_add_span(&flow->held, event->wire.bytes);
		flow->held_us = event->at_us;
		if (flow->held.len > MOST_HELD)
			release(flow);
		return;
	}
	release(flow);
	add_bytes(flow, direction, event->wire.bytes, event->at_us);
	if (event->wire.status == TLS_CLOSED)
		add_end(flow, TLS_RECEIVED, false, event->at_us);
	else if (event->wire.status == TLS_FAILED)
		add_end(flow, TLS_RECEIVED, true, event->at_us);
}

/* The backend, once it is chosen: in a comment, and in a file's name. */
static void
note_backend(struct pcapng *pcapng, struct flow *flow,
    const struct event *event)
{
	struct buf comment = BUF_INIT;

	flow->told_backend = true;
	if (pcapng->target.folder >= 0)
		open_file(pcapng, flow, event->from.backend);
	buf_printf(&comment, "connection %llu: backend %s",
	    (unsigned long long)flow->conn, event->from.backend);
	release(flow);
	add_remarked(flow, TLS_SENT, TCP_ACK, event->at_us,
	    buf_string(&comment));
	buf_clear(&comment);
}

static void
free_flow(struct flow **link, const struct pcapng *pcapng)
{
	struct flow *flow = *link;

	*link = flow->next;
	if (flow->file != &pcapng->file) {
		capture_file_close(flow->file);
		free(flow->file);
	}
	buf_clear(&flow->held);
	free(flow->client);
	free(flow);
}

static void
end(struct pcapng *pcapng, struct flow **link, const struct event *event)
{
	struct flow *flow = *link;

	release(flow);
	if (pcapng->target.folder >= 0 && flow->file->fd < 0 &&
	    !flow->file->over)
		open_file(pcapng, flow, event->from.backend);
	flush(pcapng, flow->file, CAPTURE_SECRET, event->at_us);
	free_flow(link, pcapng);
}

/* In the middle of a download another packet, or a wait, follows at once. */
static enum capture_flush
when_to_flush(const struct flow *flow, const struct event *event)
{
	if (event->kind == EVENT_SECRET)
		return CAPTURE_SECRET;
	return event->kind == EVENT_WIRE &&
	    event->wire.direction == TLS_SENT &&
	    event->wire.status == TLS_OK && event->wire.bytes.len >= BULK &&
	    event->at_us - flow->file->flushed_us < MOST_LATE ? CAPTURE_LATER :
	    CAPTURE_NOW;
}

static void
add_event(struct pcapng *pcapng, struct flow **link, const struct event *event)
{
	struct flow *flow = *link;

	if (event->from.backend && !flow->told_backend)
		note_backend(pcapng, flow, event);
	switch (event->kind) {
	case EVENT_WIRE:
		add_wire(flow, event);
		break;
	case EVENT_SHUT:
		add_end(flow, event->shut.direction, event->shut.reset,
		    event->at_us);
		break;
	case EVENT_SECRET:
		pcapng_add_secret(&flow->file->blocks, event->secret.label,
		    event->secret.client_random, event->secret.secret);
		break;
	case EVENT_CLOSED:
		end(pcapng, link, event);
		return;
	default:
		break;
	}
	if (flow->file->fd < 0 && flow->file->blocks.len > MOST_NAMELESS)
		open_file(pcapng, flow, event->from.backend);
	flush(pcapng, flow->file, when_to_flush(flow, event), event->at_us);
}

static void
take(struct sink *sink, const struct event *event)
{
	struct pcapng *pcapng = (struct pcapng *)sink;
	struct flow **link;

	if (event->kind == EVENT_ACCEPTED && !pcapng->over)
		begin(pcapng, event);
	link = find(pcapng, event->from.conn);
	if (!*link)
		return;
	if (!pcapng->over)
		add_event(pcapng, link, event);
	else if (event->kind == EVENT_CLOSED)
		free_flow(link, pcapng);
}

/* ---- the sink ----------------------------------------------------------- */

static void
add_remark(struct sink *sink, struct buf *out)
{
	struct pcapng *pcapng = (struct pcapng *)sink;

	if (!pcapng->remark.len)
		return;
	buf_add_span(out, buf_span(&pcapng->remark));
	buf_clear(&pcapng->remark);
}

static bool
finish(struct sink *sink)
{
	struct pcapng *pcapng = (struct pcapng *)sink;

	return capture_file_finish(&pcapng->file) && !pcapng->incomplete;
}

static void
free_pcapng(struct sink *sink)
{
	struct pcapng *pcapng = (struct pcapng *)sink;

	for (size_t i = 0; i < BUCKETS; i++)
		while (pcapng->flows[i])
			free_flow(&pcapng->flows[i], pcapng);
	capture_file_close(&pcapng->file);
	if (pcapng->target.folder >= 0)
		close(pcapng->target.folder);
	buf_clear(&pcapng->remark);
	free(pcapng);
}

static const struct sink_ops pcapng_ops = {
	.event = take,
	.add_remark = add_remark,
	.finish = finish,
	.free = free_pcapng,
};

struct sink *
pcapng_new(const struct pcapng_target *target)
{
	struct pcapng *pcapng = mem_zero(1, sizeof *pcapng);

	pcapng->sink.ops = &pcapng_ops;
	pcapng->sink.wants = EVENT_BIT(EVENT_ACCEPTED) |
	    EVENT_BIT(EVENT_WIRE) | EVENT_BIT(EVENT_SECRET) |
	    EVENT_BIT(EVENT_SHUT) | EVENT_BIT(EVENT_CLOSED);
	pcapng->target = *target;
	capture_file_init(&pcapng->file);
	if (target->folder < 0) {
		capture_file_open(&pcapng->file, target->fd, target->owns,
		    NULL);
		capture_file_flush(&pcapng->file, CAPTURE_NOW);
		note_end(pcapng, &pcapng->file);
	}
	return &pcapng->sink;
}
