/* common/experiments.h - the experiments by which features are tried
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	static const struct { common_experiment *works; } row = {
 *		common_agrees_to_protocol,
 *	};
 *
 * Rules.  Each is given a trial that has been initialised and is cleared for
 * it, and says whether the trial's `feature` works; common/try.c says which
 * one is for which feature.
 */
#ifndef COMMON_EXPERIMENTS_H
#define COMMON_EXPERIMENTS_H

#include "common/trial.h"

typedef bool common_experiment(struct common_trial *trial);

common_experiment common_reads_sslv2, common_reads_fragments,
    common_keeps_to_suites, common_keeps_to_groups,
    common_keeps_to_signatures, common_uses_dh_parameters,
    common_serves_anonymous, common_works_around, common_serves_natively,
    common_serves, common_chooses_identity, common_decrypts_key, common_unpacks,
    common_judges_client, common_knows_revoked, common_uses_psk,
    common_staples, common_agrees_to_protocol, common_offers_protocol,
    common_resumes_by_ticket, common_resumes_from_store,
    common_has_session_id, common_renegotiates, common_asks_for_certificate,
    common_updates_keys, common_tells, common_exports, common_takes_seed;

#endif
