/* pcap.c - the module that reads captures, with libpcap
 * SPDX-License-Identifier: Apache-2.0
 * Reference: pcap_fopen_offline(3PCAP), pcap_next_ex(3PCAP)
 */
#include <pcap/pcap.h>
#include <string.h>

#include "recorded/module.h"

static const char *
version(void)
{
	return pcap_lib_version();
}

/* A file can claim any time: 0 for one that cannot be told in microseconds. */
static int64_t
wall_us(const struct timeval *at)
{
	const int64_t most = INT64_MAX / 1000000 - 1;

	if (at->tv_sec > most || at->tv_sec < -most)
		return 0;
	return (int64_t)at->tv_sec * 1000000 + at->tv_usec % 1000000;
}

static bool
read_packets(FILE *file, struct capture_user *user, char *error, size_t room)
{
	char words[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_fopen_offline(file, words);
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int got = 0;

	*error = 0;
	if (!pcap) {
		snprintf(error, room, "%s", words);
		fclose(file);
		return false;
	}
	while ((got = pcap_next_ex(pcap, &header, &bytes)) == 1) {
		const struct capture_packet packet = {
			.link = pcap_datalink(pcap),
			.wall_us = wall_us(&header->ts),
			.bytes = { bytes, header->caplen },
		};

		if (!user->packet(user, &packet))
			break;
	}
	if (got == PCAP_ERROR)
		snprintf(error, room, "%s", pcap_geterr(pcap));
	pcap_close(pcap);
	return got != PCAP_ERROR;
}

static const char *
link_name(int link)
{
	return pcap_datalink_val_to_description(link);
}

extern const struct capture_module polytls_capture;
const struct capture_module polytls_capture = {
	.abi = CAPTURE_ABI,
	.size = sizeof polytls_capture,
	.version = version,
	.read = read_packets,
	.link_name = link_name,
};
