# bench/local.mk - make bench
# SPDX-License-Identifier: Apache-2.0
