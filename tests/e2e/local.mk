# tests/e2e/local.mk
# SPDX-License-Identifier: Apache-2.0
