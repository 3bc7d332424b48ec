/* serve.c - the loop of a server that has nothing configured
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

void
native_insist(int good, const char *what)
{
	if (!good) {
		fprintf(stderr, "%s failed\n", what);
		exit(2);
	}
}

int
main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM, 0), client;
	struct pollfd wait[2] = { { fd, POLLIN, 0 }, { 0, POLLIN, 0 } };

	signal(SIGPIPE, SIG_IGN);
	native_insist(argc > 2, "the command line");
	native_setup(argv[1], argv[2], argv + 3);
	native_insist(fd >= 0 && !bind(fd, (struct sockaddr *)&at,
	    sizeof at) && !listen(fd, 64) && !getsockname(fd,
	    (struct sockaddr *)&at, &len), "listening");
	printf("%d\n", ntohs(at.sin_port));
	fflush(stdout);
	while (poll(wait, 2, -1) > 0 && !wait[1].revents) {
		client = accept(fd, NULL, NULL);
		if (client < 0)
			continue;
		native_serve(client);
		close(client);
	}
	return 0;
}
