/* fault/inject.h - which calls fail
 * SPDX-License-Identifier: Apache-2.0
 *
 *	if (fault_fails(KIND_READ))
 *		return -1;
 *
 * Asked once for each call; errno is set where it fails.
 */
#ifndef FAULT_INJECT_H
#define FAULT_INJECT_H

#include <stdbool.h>

enum kind {
	KIND_MALLOC,
	KIND_READ,
	KIND_WRITE,
	KIND_ACCEPT,
	KIND_OPEN,
	KIND_EPOLL_CTL,
	KIND_EVENTFD,
	KIND_THREAD,
	NUM_KINDS
};

/* Counts a call of this kind; whether it is to fail. */
bool fault_fails(enum kind kind);

/* To be told of each connection that was accepted. */
void fault_turn(void);

/* To be told before the program waits for events. */
void fault_waits(void);

#endif
