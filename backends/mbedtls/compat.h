/* compat.h - one face for all versions of the library
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
