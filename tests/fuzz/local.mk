# tests/fuzz/local.mk
# SPDX-License-Identifier: Apache-2.0
