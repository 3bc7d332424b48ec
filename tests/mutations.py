"""mutations.py - ways to break the program, each with what should notice

SPDX-License-Identifier: Apache-2.0

A row is one small change as a tired programmer might make it: a name, a file,
a text that is in it exactly once and what stands in its place, and the tests
that have to fail.  `scenes` narrows a contract to the scenes whose names hold
it, `select` is pytest's -k, `backend` is the one that has to be built.
"""
import collections

Mutation = collections.namedtuple("Mutation",
    "name file old new tests scenes select backend",
    defaults=("", "", ""))


def unit(name, file, old, new, *tests):
    return Mutation(name, file, old, new,
        ["tests/unit/%s.t" % test for test in tests])


def e2e(name, file, old, new, test, select=""):
    return Mutation(name, file, old, new, ["tests/e2e/test_%s.py" % test],
        "", select)


def contract(name, backend, file, old, new, scenes):
    """Features are tried through the backend, so that one which breaks may
    be answered "none", and its scenes are skipped: then the page of answers
    says so."""
    return Mutation(name, "backends/%s/%s" % (backend, file), old, new,
        ["backends/%s/contract.t" % backend, "tests/answers/answers.t"],
        scenes, "",
        "" if backend == "null" else backend)


BASE = [
    unit("bytes_that_a_fault_took_are_taken_twice", "src/fault/flow.c",
        "\t\t\tfaults->owed = took;", "\t\t\tfaults->owed = 0;", "fault"),
    unit("what_follows_a_delay_waits_for_bytes", "src/fault/faults.c",
        "\tif (!side->throttled)\n\t\tlane_take(&side->lane, (struct tls_span)"
        "{ NULL, 0 });\n", "", "fault"),
    unit("a_fault_looks_at_half_a_header", "src/fault/lane.c",
        "\tif (bytes.len < HEADER_LEN)\n\t\treturn false;\n",
        "\tif (bytes.len < HEADER_LEN)\n\t\treturn true;\n", "fault_records"),
    unit("a_fault_happens_twice_at_a_place", "src/fault/lane.c",
        "\t\twork->mark = lane->bytes + 1;\n", "", "fault_records"),
    unit("a_hang_forgets_the_client", "src/fault/faults.c",
        "\t\tfaults->left = true;\n", "\t\t;\n", "fault"),
    e2e("a_hang_outlives_the_handshake", "src/conn/conn.c",
        "conn->failed && !(conn->faults && faults_delay(conn->faults))",
        "conn->failed && !conn->faults", "fault", "has_its_time_limit"),
    e2e("faults_are_not_read_again", "src/load/service.c",
        "\tservice->faults = loaded->faults;\n",
        "\tif (!service->edition && !loaded->options->faults.num)\n"
        "\t\tservice->faults = loaded->faults;\n", "fault", "read_again"),
    e2e("a_fault_that_never_was_is_not_told", "src/fault/script.c",
        "\t\tif (!script->list[i]->happened)\n", "\t\tif (0)\n", "fault",
        "never_happened"),
    e2e("contradictions_of_a_script_pass", "src/load/faults.c",
        "return fault_script_check(*script, err);", "return true;", "fault",
        "refused"),
    unit("captures_do_not_wait_for_the_secret", "src/sink/pcapng.c",
        "\t\tif (flow->held.len > MOST_HELD)\n\t\t\trelease(flow);",
        "\t\trelease(flow);", "pcapng"),
    unit("captures_go_back_in_time", "src/sink/pcapng.c",
        "\t\tat_us = file->last_us;\n", "", "pcapng"),
    unit("captured_numbers_forget_the_payload", "src/sink/pcapng_tcp.c",
        "(uint32_t)payload.len + !!(flags", "!!(flags", "pcapng"),
    unit("captured_checksums_leave_the_payload_out",
        "src/sink/pcapng_tcp.c", "add_words(sum, payload.data,\n"
        "\t    payload.len)", "sum", "pcapng"),
    e2e("a_full_disk_leaves_half_a_block", "src/sink/pcapng_file.c",
        "ftruncate(file->fd, (off_t)file->size) != 0", "0", "pcapng",
        "full_disk"),
    e2e("a_capture_follows_links", "src/sink/pcapng.c",
        "O_CREAT | O_EXCL | O_NOFOLLOW", "O_CREAT", "pcapng",
        "keeps_what_is_there"),
    e2e("the_end_that_nobody_read_is_not_captured", "src/conn/conn.c",
        "\tif (bus_wants(conn->setup->service->bus, EVENT_SHUT))\n"
        "\t\ttell_last(conn, &state);\n", "", "pcapng", "ended_first"),
    e2e("a_reply_from_a_pipe_never_ends", "src/app/terminal.c",
        "t->options->strict ? t->opened : t->given", "t->options->strict && "
        "t->opened", "interactive", "pipe"),
    e2e("old_requests_get_the_new_status_line", "src/app/www.c",
        ".old = request->minor == 0,", ".old = false,", "stand_in",
        "http_1_0"),
    e2e("strict_signals_end_well", "src/serve/serve.c",
        "return program->signal ? SERVE_KILLED + program->signal : 0;",
        "return 0;", "stand_in", "signal_kills"),
    e2e("lists_lose_entries_in_silence", "src/load/lists.c",
        "else if (good && lacking.len)", "else if (0)", "stand_in",
        "leaves_out"),
    e2e("help_marks_nothing", "src/cli/help.c", "if (lacking.len)", "if (0)",
        "help", "marks"),
    e2e("takes_weak_keys_without_a_word", "src/load/strength.c",
        "\tif (!tls->quiet)\n\t\tbuf_printf", "\tif (0)\n\t\tbuf_printf",
        "refusals", "weak"),
    unit("escapes_let_del_through", "src/base/text.c",
        "else if (c >= 0x20 && c < 0x7f)\n\t\t\tbuf_add_u8(out, c);\n"
        "\t\telse\n\t\t\tbuf_printf(out, \"\\\\x%02x\", c);",
        "else if (c >= 0x20 && c <= 0x7f)\n\t\t\tbuf_add_u8(out, c);\n"
        "\t\telse\n\t\t\tbuf_printf(out, \"\\\\x%02x\", c);", "text"),
    unit("base64_takes_bytes_behind_padding", "src/base/text.c",
        "if (!at || padding)", "if (!at)", "text"),
    unit("spans_are_equal_by_their_beginning", "src/base/buf.c",
        "return a.len == b.len &&", "return a.len <= b.len &&", "buf",
        "policy", "store"),
    unit("swapped_letters_cost_two", "src/base/near.c",
        "before[j - 2] + 1", "before[j - 2] + 2", "text", "options",
        "names"),
    unit("paths_may_climb_where_the_kernel_is_old", "src/base/beneath.c",
        '!strcmp(name, "..")', '!strcmp(name, "...")', "beneath"),
]

FAULTS = [
    e2e("a_backlog_has_no_end", "src/sink/backlog.c",
        "return !backlog->held || backlog->held + len <= most;",
        "return most > 0 || len;", "stalls", "unread_pipe"),
    e2e("lost_events_are_not_counted", "src/sink/backlog.c",
        "\t\tbacklog->missing++;\n", "", "stalls", "comes_back"),
    e2e("a_ready_file_follows_links", "src/serve/ready.c",
        "O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC", "O_CREAT | O_CLOEXEC",
        "signals", "did_not_make"),
    e2e("a_live_socket_is_taken", "src/net/listen_file.c",
        "\terror = in_use(address);\n", "\terror = 0;\n", "listen",
        "unlink"),
    e2e("old_sessions_survive_a_reload", "src/conn/host.c",
        "service->edition * service->num_servers +", "0 +", "reload",
        "not_trusted"),
    e2e("a_made_certificate_is_made_again", "src/load/load.c",
        "if (loaded->before && loaded->before->made) {",
        "if (loaded->before && !loaded->before) {", "reload",
        "made_certificate"),
    e2e("the_oldest_handshake_is_always_next", "src/conn/turn.c",
        "turns->by_age ? turns->oldest : turns->newest",
        "turns->oldest", "hostile", "crowd"),
]

NAMES = [
    unit("dhe_psk_has_no_hint", "src/names/suites.c",
        '{ "TLS_DHE_PSK_", EXCHANGE_HINT | EXCHANGE_DH },',
        '{ "TLS_DHE_PSK_", EXCHANGE_DH },', "answer"),
    unit("suites_go_by_a_prefix", "src/names/cipherlist.c",
        "    !name[word.len];", "    word.len;", "cipherlist"),
    unit("an_alert_has_another_number", "src/names/alerts.def",
        'ALERT(48, "unknown_ca"', 'ALERT(47, "unknown_ca"', "names",
        "report", "sink_text"),
]

WIRE = [
    unit("extensions_may_come_twice", "src/wire/extensions.c",
        "seen |= 1ul << i;", "", "hello_refused"),
    unit("what_was_judged_is_forgotten", "src/wire/opening.c",
        "read_bytes(&r, scan->at);", "", "hello"),
    unit("records_may_be_too_long", "src/wire/record.c",
        "#define MAX_LEN\t\t(16384 + 2048)",
        "#define MAX_LEN\t\t(16384 + 4096)", "record"),
    unit("hellos_may_have_odd_suites", "src/wire/hello.c",
        "return !r.broken && r.left == 0 && suites->len % 2 == 0;",
        "return !r.broken && r.left == 0;", "hello_refused"),
    unit("session_ids_may_be_long", "src/wire/hello.c",
        "hello.session_id.len > 32)", "hello.session_id.len > 64)",
        "hello_refused"),
    unit("old_hellos_mean_tls1_3", "src/wire/hello.c",
        "legacy < TLS_VERSION_1_2 ? legacy : TLS_VERSION_1_2",
        "legacy < TLS_VERSION_1_2 ? legacy : TLS_VERSION_1_3", "hello",
        "policy"),
    unit("flights_of_tls1_3_go_on_in_clear", "src/wire/flight.c",
        "\t\tif (flight->encrypts)\n\t\t\treturn fail_after_hello(flight);\n",
        "", "flight_refused"),
    unit("told_messages_count_twice", "src/wire/flight.c",
        "if (before && before->source != source)\n\t\treturn true;\n", "",
        "flight"),
    unit("flights_have_no_limit", "src/wire/flight.c",
        "message.len > FLIGHT_MAX_LEN - flight->held", "false",
        "flight_refused"),
    unit("warnings_are_fatal", "src/wire/flight.c",
        "level == LEVEL_FATAL && ", "", "flight", "flight_recorded"),
    unit("half_an_alert_is_kept", "src/wire/flight.c",
        "\t\t\tflight->pending_level = -1;\n", "", "flight"),
    unit("a_key_share_of_a_retry_has_a_key", "src/wire/answer.c",
        "if (!hello->retry)\n\t\tshare", "if (hello->retry)\n\t\tshare",
        "flight"),
    unit("old_signatures_name_a_scheme", "src/wire/answer.c",
        "if (hello->version >= TLS_VERSION_1_2)\n\t\t\tout->signature",
        "if (hello->version >= TLS_VERSION_1_1)\n\t\t\tout->signature",
        "answer"),
    unit("primes_are_of_whole_bytes", "src/wire/answer.c",
        "return bits + 8 * (unsigned)(number.len - 1);",
        "return 8 * (unsigned)number.len;", "answer"),
    unit("random_says_what_it_does_not", "src/wire/answer.c",
        "end[-1] > 1", "end[-1] > 2", "answer"),
    unit("bare_hellos_may_go_on", "src/wire/hello.c",
        "read_u24(&r) != r.left) {", "read_u24(&r) > r.left) {", "hello"),
    unit("http_targets_may_have_del", "src/wire/http.c",
        "request->target.data[i] == 0x7f", "request->target.data[i] == 0",
        "http"),
    unit("numbers_lose_their_high_bits", "src/wire/der.c",
        "bits = (integer.len - 1) * 8;", "bits = integer.len * 8;",
        "x509"),
    unit("the_latest_next_update_counts", "src/wire/ocsp.c",
        "single.next_update < earliest", "single.next_update > earliest",
        "staple"),
]

NET = [
    unit("memory_has_no_end", "src/net/memory.c",
        "memory->ended ? TLS_CLOSED : TLS_WANT_READ", "TLS_WANT_READ",
        "memory"),
    unit("memory_has_no_bound", "src/net/memory.c",
        "if (len > memory->room)\n\t\tlen = memory->room;\n", "", "memory"),
    unit("gathered_bytes_are_moved_wrongly", "src/net/gather.c",
        "memmove(bytes->data, bytes->data + bytes->next, len);\n"
        "\t\t\tbytes->next = 0;",
        "memmove(bytes->data, bytes->data, len);\n\t\t\tbytes->next = 0;",
        "gather"),
    unit("a_full_gather_takes_more", "src/net/gather.c",
        "if (gather_unsent(gather) >= GATHER_MOST &&\n"
        "\t    gather_send(gather) == TLS_WANT_WRITE &&",
        "if (false && gather_send(gather) == TLS_WANT_WRITE &&", "gather"),
    unit("a_stutter_refuses_for_ever", "src/net/stutter.c",
        "if (most == 0 && stutter->refused[direction])", "if (false)",
        "stutter"),
    e2e("a_recorder_mistakes_the_direction", "src/net/recorder.c",
        "TLS_SENT, len, status", "TLS_RECEIVED, len, status", "golden",
        "debug"),
]

PLUG = [
    unit("a_quiet_host_records_too_much", "src/plug/quiet.c",
        "message.len > QUIET_MAX_LEN - quiet->held", "false", "quiet"),
    unit("a_quiet_host_accepts_everybody", "src/plug/quiet.c",
        "return step->error == 0;", "return true;", "quiet"),
    e2e("newer_modules_are_believed", "src/plug/plug.c",
        "if (backend->size > sizeof *backend ||\n"
        "\t    backend->num_features > TLS_FEATURE_COUNT)", "if (false)",
        "modules"),
    e2e("modules_may_lack_a_function", "src/plug/plug.c",
        "\t\tif (!member)\n", "\t\tif (false && !member)\n",
        "modules"),
    unit("a_hung_call_is_waited_for", "src/plug/bounded.c",
        "\tif (bounded->hung)\n\t\treturn false;\n", "",
        "bounded"),
]

POLICY = [
    unit("the_other_side_orders_the_suites", "src/policy/choose.c",
        "if (config->server_preference ||",
        "if (!config->server_preference ||", "policy"),
    unit("tls1_3_gets_old_suites", "src/policy/choose.c",
        "(out->choice.version == TLS_VERSION_1_3))",
        "(out->choice.version == TLS_VERSION_1_2))", "policy"),
    unit("sessions_leave_their_context", "src/policy/store.c",
        "!memcmp(entry->key.data, key->context.data,\n"
        "\t\tkey->context.len)) &&",
        "true) &&", "store"),
    unit("sessions_live_a_second_longer", "src/policy/store.c",
        "entry->expires <= now", "entry->expires < now", "store"),
    e2e("crl_errors_count_unasked", "src/policy/verify.c",
        "return is_crl_error(step->error) ? 0 : step->error;",
        "return step->error;", "trust"),
    unit("chains_may_be_one_longer", "src/policy/verify.c",
        "step->depth > most + 1", "step->depth > most + 2", "verify"),
    e2e("any_key_is_lent", "src/policy/psk.c",
        "!table->lenient || table->num == 0", "table->num == 0",
        "selection", "psk or key or identity"),
]

EVENT = [
    unit("sinks_hear_what_they_do_not_want", "src/event/bus.c",
        "if (!(sink->wants & bit))", "if (!bit)", "bus"),
    unit("events_have_no_age", "src/event/bus.c",
        "bus->clock->monotonic_us(bus->clock) - event->from.begun_us : 0;",
        "0 : 0;", "bus"),
]

COMMANDS = [
    e2e("an_option_without_its_feature_is_taken", "src/cli/able.c",
        "? DONE_OTHERWISE : REFUSED;", "? DONE_OTHERWISE : TAKEN;",
        "every_option", "engine"),
    unit("seconds_may_end_in_a_dot", "src/cli/values.c",
        "good = len >= 1 && len <= 3;", "good = len <= 3;",
        "options"),
    e2e("the_table_shows_the_null_backend", "src/cmd/backends_table.c",
        "return entry->plug && entry->serves_tls;", "return entry->plug;",
        "every_option", "table"),
    e2e("the_default_backend_is_unmarked", "src/cmd/version.c",
        'entry->is_default ? " (the default)" : ""',
        'entry->is_default ? "" : " (the default)"', "command_line",
        "version"),
]

LISTS = [
    e2e("ciphers_prints_another_column", "src/names/describe.c",
        '{ "TLS_ECDHE_RSA_", "ECDH", "RSA" }',
        '{ "TLS_ECDHE_RSA_", "ECDHE", "RSA" }', "lists", "what_openssl"),
    e2e("ciphers_finds_no_difference_in_order", "src/cmd/stacks.c",
        "\t\tif (a != b)\n\t\t\treturn false;", "", "lists", "json"),
    e2e("ciphers_merges_at_the_end", "src/cmd/stacks.c",
        "\t\t\trow = at;\n", "\t\t\trow = stacks->num_rows;\n", "lists",
        "merged"),
    e2e("ciphers_keeps_what_a_library_refuses", "src/cmd/defaults.c",
        "served = answer.outcome == COMPARE_ANSWERED;", "served = true;",
        "lists", "leaves_out"),
    e2e("groups_takes_a_retry_for_a_refusal", "src/cmd/defaults.c",
        "group = answer.outcome == COMPARE_RETRY ||\n\t    answer.outcome",
        "group = answer.outcome", "lists", "default_groups"),
    e2e("a_member_without_a_schema", "src/report/json.c",
        "\tconst struct field *field = event_fields(event->kind);\n",
        "\tconst struct field *field = event_fields(event->kind);\n\n"
        "\tjson_object_set_new(object, \"more\", json_null());\n", "json"),
]

LOAD = [
    e2e("an_encrypted_key_has_no_pass_phrase", "src/load/identity.c",
        "\tif (!encrypted)\n\t\treturn true;\n",
        "\tif (!encrypted || true)\n\t\treturn true;\n",
        "identity"),
    e2e("psk_identities_are_one", "src/load/psk.c",
        "key->identity.len ? key->identity :\n\t\t    otherwise",
        "otherwise.len ? otherwise :\n\t\t    key->identity", "selection",
        "psk or key or identity"),
    e2e("files_may_be_large", "src/load/pem.c",
        "file->bytes.len > MAX_FILE", "file->bytes.len > 4 * MAX_FILE",
        "identity"),
]

PKI = [
    unit("authorities_are_none", "src/pki/cert.c",
        "\tif (recipe->ca) {", "\tif (!recipe->ca) {", "pki"),
    unit("usage_bits_are_shifted", "src/pki/cert.c",
        "bits[0] = (uint8_t)(7 - i);", "bits[0] = (uint8_t)(6 - i);",
        "pki"),
]

STATUS = [
    unit("responses_are_kept_for_ever", "src/staple/stapler.c",
        "\tif (entry->until <= now_of(stapler))\n\t\treturn false;\n",
        "\tif (!entry->until)\n\t\treturn false;\n", "staple"),
    unit("no_cache_keeps", "src/staple/stapler.c",
        "if (stapler->options->no_cache || ask->question.extensions.len)",
        "if (ask->question.extensions.len)", "staple"),
]

CONN = [
    unit("large_hellos_have_no_budget", "src/conn/meet.c",
        "if (len <= LARGE_HELLO)\n\t\treturn true;",
        "if (len)\n\t\treturn true;", "conn"),
    unit("a_malformed_hello_goes_to_the_library", "src/conn/meet.c",
        "if (refuse_hello(conn, opening, &err))\n\t\treturn;\n", "",
        "conn"),
    unit("any_answer_passes_without_a_hello", "src/conn/guard.c",
        "if (record.type == RECORD_HANDSHAKE)", "if (!record.type)", "conn"),
    unit("an_inner_hello_is_lost", "src/conn/talk.c",
        "conn->hello->num_records > 0 ?", "true ?", "conn"),
    e2e("names_have_a_case", "src/conn/meet.c",
        "!strncasecmp(ours, (const char *)theirs.data, theirs.len);",
        "!strncmp(ours, (const char *)theirs.data, theirs.len);", "names"),
    e2e("tls1_3_is_warned", "src/conn/meet.c",
        "if (version && version < TLS_VERSION_1_3)",
        "if (version)", "names"),
    e2e("servers_share_their_sessions", "src/conn/host.c",
        ".server = session_number(conn),",
        ".server = 0,", "names"),
    unit("an_idle_client_has_no_limit", "src/conn/conn.c",
        "ms = limits->idle_ms;", "ms = 0;", "conn"),
]

COMPARE = [
    unit("marks_what_is_not_known", "src/compare/table.c",
        "if (a->state == COMPARE_UNKNOWN || b->state == COMPARE_UNKNOWN)",
        "if (0)", "compare"),
    unit("marks_what_only_one_has", "src/compare/table.c",
        "theirs->outcome || value->state == reference.state);",
        "theirs->outcome || 1);", "compare"),
    unit("waits_for_ever", "src/compare/ask.c",
        "if (io->moved == moved)", "if (0)", "compare"),
    Mutation("accepts_tickets", "src/compare/ask.c",
        "config->ticket_key.data = server->ticket_key;", ";",
        ["backends/openssl/contract.t"], "accepts_no_ticket", "", "openssl"),
    e2e("believes_facts_before_the_end", "src/compare/ask.c",
        "if (out->knows_encrypted)", "if (0)", "shadow", "rsa_key"),
    e2e("asks_old_files", "src/shadow/cast.c",
        "if (cast->edition != job->edition) {", "if (!cast->edition) {",
        "shadow", "files_are_read"),
    e2e("asks_the_first_server", "src/shadow/cast.c",
        "find_server(cast, actor, job->server,",
        "find_server(cast, actor, 0,", "shadow", "chooses_by_name"),
    e2e("drops_without_a_word", "src/shadow/shadow.c",
        "\t} else {\n\t\tshadow->dropped++;\n", "\t} else {\n", "shadow",
        "hangs"),
    e2e("leaves_out_the_last", "src/shadow/shadow.c",
        "ended = all && await_end(", "ended = 0 && await_end(", "shadow",
        "tells_the_last"),
    e2e("sends_the_page_at_once", "src/app/www.c",
        "if (view->compares && http_hold(conn, request))", "if (0)",
        "shadow", "page_has_the_table"),
]

REPORT = [
    unit("the_page_says_new_of_the_old", "src/report/page_text.c",
        'facts->resumed == TLS_YES ? "Reused" : "New"',
        'facts->resumed == TLS_NO ? "Reused" : "New"', "report"),
    unit("the_page_does_not_escape", "src/report/page_text.c",
        "text_add_escaped(out, span_of(page->command_line));",
        "buf_add_string(out, page->command_line);", "report"),
]

SINK = [
    unit("lines_have_no_backend", "src/sink/json.c",
        "\tif (event->from.backend)\n", "\tif (false)\n",
        "sink_json"),
    e2e("secrets_are_said_to_all", "src/sink/json.c",
        "lines->secrets = output->secrets;", "lines->secrets = true;",
        "output"),
    e2e("a_key_log_swaps_its_columns", "src/sink/keylog.c",
        "\ttext_add_hex(out, event->secret.client_random);\n"
        "\tbuf_add_u8(out, ' ');\n\ttext_add_hex(out, "
        "event->secret.secret);\n",
        "\ttext_add_hex(out, event->secret.secret);\n"
        "\tbuf_add_u8(out, ' ');\n\ttext_add_hex(out, "
        "event->secret.client_random);\n", "keylog", "not tshark"),
]

APP = [
    e2e("backslashes_climb", "src/app/files.c",
        'path = strpbrk(path, "/\\\\:");', 'path = strpbrk(path, "/:");',
        "http"),
    e2e("head_gets_a_body", "src/app/reply.c",
        'return !span_equal(request->method, span_of("HEAD"));',
        "return request->method.len > 0;", "http", "head or HEAD"),
    e2e("close_is_said_back", "src/app/echo.c",
        'if (line.len == 5 && memcmp(line.data, "CLOSE", 5) == 0)',
        'if (line.len == 6 && memcmp(line.data, "CLOSE", 5) == 0)', "rev"),
]

SERVE = [
    e2e("one_client_too_many", "src/serve/worker.c",
        "worker->common->accepted++ >= limit",
        "worker->common->accepted++ > limit", "listen", "more"),
    e2e("a_crowd_is_not_noticed", "src/serve/worker.c",
        "worker->streak >= CROWD ? BURST : 1", "1", "hostile", "crowd"),
    e2e("no_server_is_seeded", "src/serve/setup.c",
        "return !service->seed.len || !backend->seed ||",
        "return service->seed.len || !backend->seed ||", "modules",
        "seed"),
]

COMMON = [
    Mutation("any_alert_is_fatal", "backends/common/wire.c",
        "\t    COMMON_ALERT_FATAL };", "\t    1 };",
        ["tests/unit/common.t"]),
    Mutation("a_probe_that_fails_works", "backends/common/probe.c",
        "of(probe)->works[feature] = works;",
        "of(probe)->works[feature] = true || works;",
        ["tests/unit/common.t"]),
    Mutation("a_trial_keeps_no_flight", "backends/common/trial.c",
        "memcpy(trial->flight, pipe->data + pipe->next, "
        "trial->flight_len);", "",
        ["tests/answers/answers.t"]),
    Mutation("a_sample_is_issued_by_nobody", "backends/common/sample.c",
        "put_name(&der, COMMON_P256);\n\tput(&der, algorithm, "
        "sizeof algorithm);\n\tput(&der, begin",
        "put_name(&der, COMMON_RSA);\n\tput(&der, algorithm, "
        "sizeof algorithm);\n\tput(&der, begin",
        ["tests/answers/answers.t"]),
]

OPENSSL = [
    contract("a_retry_has_a_session", "openssl", "facts.c",
        "if (!SSL_get0_session(ssl) ||\n\t    (version < TLS1_3_VERSION && "
        "SSL_session_reused(ssl)))",
        "if (version < TLS1_3_VERSION && SSL_session_reused(ssl))", "retry"),
    contract("keys_of_any_kind_sign", "openssl", "primitives.c",
        "EVP_PKEY_is_a(pkey, scheme->key) && (signs ?", "(signs ?",
        "scheme"),
    contract("says_half_a_goodbye", "openssl", "session.c",
        "(session->unsent_goodbye ||\n\t    !(SSL_get_shutdown(session->ssl) "
        "& SSL_SENT_SHUTDOWN))",
        "!(SSL_get_shutdown(session->ssl) & SSL_SENT_SHUTDOWN)", "goodbye"),
    contract("asks_no_key_of_the_peer", "openssl", "session.c",
        "SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED)",
        "SSL_KEY_UPDATE_NOT_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED)",
        "key"),
    contract("overrules_the_host", "openssl", "verify.c",
        "\t\tif (!tell(host, depth, error, cert))\n"
        "\t\t\treturn error;\n",
        "\t\tif (!tell(host, depth, error, cert))\n"
        "\t\t\tcontinue;\n", "refuses"),
    contract("remembers_tickets_too", "openssl", "resume.c",
        "\tif (SSL_SESSION_get_protocol_version(resumption) >= "
        "TLS1_3_VERSION &&\n\t    session->server->config->"
        "ticket_key.len)\n\t\treturn 0;\n", "", "remembers"),
    contract("gives_a_key_for_an_unknown_name", "openssl", "psk.c",
        "\tif (!key.len || key.len > room || !keep_identity(session, "
        "identity))\n\t\treturn 0;\n",
        "\tif (key.len > room || !keep_identity(session, identity))\n"
        "\t\treturn 0;\n\tif (!key.len)\n"
        "\t\treturn room < 8 ? 0 : 8;\n", "unknown_identity"),
    contract("tells_the_first_identity", "openssl", "facts.c",
        "out->identity = identity_of(session, cipher);",
        "out->identity = 0;", "tells_its_identity"),
]

GNUTLS = [
    Mutation("a_refusal_without_an_error_is_unknown",
        "backends/common/verify.c", "\t{ 0, HANDSHAKE_FAILURE },\n", "",
        ["backends/gnutls/contract.t"], "told_so", "", "gnutls"),
    contract("signs_beyond_the_key", "gnutls", "creds.c",
        "bits < LONG_ENOUGH &&", "bits < 8 &&", "short_keys"),
    contract("serves_what_is_not_for_signatures", "gnutls", "creds.c",
        "unsigning = server->bits & UNSIGNING_BIT;", ";", "by_usage"),
    Mutation("chooses_the_version_anew", "backends/gnutls/edit.c",
        "if (!server->config->native || session->refusal ||",
        "if (!server->config->num_suites || session->refusal ||",
        ["tests/e2e/test_native.py"], "", "gnutls", "gnutls"),
    Mutation("takes_a_key_update_for_no_certificate",
        "backends/gnutls/again.c", "len > 0 && len <= KEY_UPDATE_RECORD",
        "len > 0 && len <= 5", ["tests/e2e/test_interactive.py"], "",
        "capital_k", "gnutls"),
    contract("resumes_in_any_context", "gnutls", "resume.c",
        "\t    (context.len > 0 &&\n\t    memcmp(saved.data + 1, "
        "context.data, context.len) != 0))",
        "\t    false)", "context"),
    contract("sends_every_ticket_again", "gnutls", "resume.c",
        "if (num > 1 && gnutls_session_is_resumed(session->tls))",
        "if (num > 9 && gnutls_session_is_resumed(session->tls))",
        "ticket"),
    contract("tells_the_group_of_the_first_session", "gnutls", "facts.c",
        "if (out->resumed == TLS_YES)\n\t\t\tout->group = 0;",
        "if (out->resumed == TLS_NO)\n\t\t\tout->group = 0;",
        "group"),
    contract("exports_zeros", "gnutls", "facts.c",
        "if (len > MAX_OLD_EXPORT &&", "if (len > 100 * MAX_OLD_EXPORT &&",
        "exports"),
    contract("an_end_is_no_close", "gnutls", "data.c",
        "return n == 0 ? GNUTLS_E_SESSION_EOF : (int)n;",
        "return n == 0 ? GNUTLS_E_PREMATURE_TERMINATION : (int)n;",
        "goodbye"),
]

MBEDTLS = [
    contract("sessions_leave_their_partition", "mbedtls", "ticket.c",
        "\t\tmemcpy(out + 4, context.data, context.len);",
        "\t\t(void)context;", "context"),
    contract("keeps_to_the_usage", "mbedtls", "creds.c",
        "if (mbed_corrects(server, MBED_KEY_USAGE))", "if (0)", "by_usage"),
    contract("a_self_signed_leaf_is_one_above", "mbedtls", "verify.c",
        "step->error = step->depth == 0 ? X509_SELF_SIGNED_LEAF :",
        "step->error = step->depth != 0 ? X509_SELF_SIGNED_LEAF :",
        "overruled"),
    Mutation("a_client_says_its_finished_twice",
        "backends/mbedtls/observe.c",
        "{ MBEDTLS_SSL_SERVER_FINISHED, 20, TLS_SENT },",
        "{ MBEDTLS_SSL_SERVER_FINISHED, 20, TLS_RECEIVED },",
        ["tests/e2e/test_golden.py"], "", "state", "mbedtls"),
    contract("passes_over_an_unknown_signature", "mbedtls", "verify.c",
        "if (depth == 0 && passed_over(session, cert))",
        "if (0 && passed_over(session, cert))", "unknown_way"),
    contract("a_native_server_looks_at_no_protocols", "mbedtls", "native.c",
        "return *list ? server->alpn_list : NULL;",
        "return server->alpn_list;", "selects_a_protocol"),
    contract("leaves_without_an_alert", "mbedtls", "handshake.c",
        "refuse(session, mbed_error_alert(status), err);", ";",
        "answers_every_changed"),
    contract("believes_a_name", "mbedtls", "verify.c",
        "session->forged = self;", "session->forged = false;",
        "same_name"),
    contract("forgets_the_identity_of_a_key", "mbedtls", "psk.c",
        "\tsession->psk_identity_len = len;\n\treturn 0;",
        "\treturn 0;", "key"),
    contract("tells_no_staple", "mbedtls", "facts.c",
        "session->status_sent ? TLS_YES : TLS_NO",
        "session->status_sent ? TLS_NO : TLS_NO", "staple"),
]

EXPECT = [
    e2e("says_old_remarks_again", "src/cmd/s_server.c",
        "if (!has_line(before, line, len))", "if (1)", "reload", "remarked"),
    unit("unexpected_is_expected", "src/expect/values.c",
        "return found != item->negated;", "return found;", "expect"),
    unit("knows_what_nobody_tells", "src/expect/values.c",
        "if (is_unknown(item, answer))\n\t\treturn false;", "", "expect"),
    unit("none_matches_something", "src/expect/values.c",
        "return answer->num == 0 && !answer->text.data;", "return true;",
        "expect"),
    unit("ranges_have_no_end", "src/expect/values.c",
        "answer->numbers[i] <= value->most)", "1)", "expect"),
    unit("expectations_are_for_all", "src/expect/judge.c",
        "if (seen->conn < one->first || seen->conn > one->last)", "if (0)",
        "expect"),
    unit("failed_handshakes_pass", "src/expect/judge.c",
        "if (!handshake && !seen->opened)", "if (0)", "expect"),
    unit("nobody_has_to_come", "src/expect/judge.c",
        "if (said || judge->accepted >= fewest(judge))", "if (1)", "expect"),
    unit("takes_what_a_backend_hides", "src/expect/parse.c",
        "if (!plug_require(plug, (enum tls_feature)key->feature,\n"
        "\t\t\t    what, err))", "if (0)", "expect"),
    unit("close_notify_is_an_alert", "src/expect/seen.c",
        "event->alert.description != CLOSE_NOTIFY &&", "1 &&", "expect"),
    unit("no_hello_is_retried", "src/expect/seen.c",
        "seen->retried = seen->retried || hello.retry;", ";", "expect"),
    e2e("a_mismatch_exits_well", "src/serve/serve.c",
        "if (judge && !judge->passed(judge))", "if (judge && "
        "!judge->passed(judge) && 0)", "expect", "difference"),
    e2e("an_expected_failure_fails", "src/serve/serve.c",
        "if (!judge && !owner &&", "if (!owner &&", "expect",
        "can_be_expected"),
    unit("shells_lose_their_braces", "src/run/places.c",
        "while (at[len] && len && strchr(\"$%\", at[len - 1]))",
        "while (0)", "places"),
    unit("an_old_variable_stays", "src/run/places.c",
        "if (is_of(entry, rows[i].variable))", "if (0)", "places"),
    e2e("leaves_the_directory", "src/run/files.c",
        "nftw(files->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);", ";", "run",
        "files_are_private"),
    e2e("ends_before_it_has_seen_all", "src/serve/leave.c",
        "if (!is_idle(program) &&", "if (0 &&", "run", "waits_to_be"),
    e2e("waits_for_whoever_is_left", "src/run/runner.c",
        "watch_for(&runner->grace, 0, LINGER_MS);", ";", "run",
        "left_behind"),
    e2e("forgives_who_ignores_sigterm", "src/run/runner.c",
        "kill_group(runner, runner->sent ? SIGKILL : SIGTERM);",
        "kill_group(runner, SIGTERM);", "run", "never_ends"),
    e2e("keeps_the_terminal", "src/run/child.c",
        "if (child->tty >= 0)\n\t\tposix_spawn", "if (0)\n\t\tposix_spawn",
        "run", "terminal"),
    e2e("passes_on_its_limits", "src/run/child.c",
        "setrlimit(RLIMIT_NOFILE, &child->files);", ";", "run", "limits"),
    e2e("leaves_sigpipe_ignored", "src/run/child.c",
        "if (!child->pipe_ignored)", "if (0)", "run", "ignored"),
    e2e("forgets_the_first_failure", "src/run/each.c", "if (!verdict)",
        "", "run", "one_of_several"),
    e2e("talks_into_the_command_s_output", "src/sink/sink.c",
        "return output->silent ? WRITER_NOWHERE : STDERR_FILENO;",
        "return STDOUT_FILENO;", "run", "silent"),
]

NULL = [
    contract("has_an_identity", "null", "null.c", "out->identity = -1;",
        "out->identity = 0;", "fact"),
]

HELLO = [
    e2e("bytes_that_come_twice_are_added_twice", "src/recorded/stream.c",
        "\tif (old >= bytes.len)\n\t\treturn;", "\told = 0;",
        "hello_capture"),
    e2e("segments_are_not_put_in_order", "src/recorded/stream.c",
        "\tappend_pieces(streams, stream);\n\tlook", "\tlook",
        "hello_capture", "order"),
    e2e("a_tag_of_a_vlan_is_a_protocol", "src/recorded/frame.c",
        "i < VLANS && (", "i < 0 && (", "hello_capture", "file_type"),
    e2e("padding_of_a_frame_is_data", "src/recorded/frame.c",
        "\t\tcut(r, total - header);", "\t\t;", "hello_capture"),
    e2e("a_star_stands_for_nothing", "src/recorded/hex.c",
        "\t\t\tdump.repeated = true;", "\t\t\t;",
        "hello_command", "hexdump or od"),
    e2e("ja4_has_the_name", "src/wire/fingerprint.c",
        "types[i] != EXTENSION_SERVER_NAME &&", "true &&",
        "hello_command", "ja4"),
    e2e("ja3_has_grease", "src/wire/fingerprint.c",
        "\t\tif (is_grease(numbers[i]))\n\t\t\tcontinue;\n\t\tif (!first)",
        "\t\tif (!first)", "hello_corpus", "tshark"),
    e2e("what_moved_stayed", "src/dissect/diff.c",
        "else if (!stayed[from[j]])", "else if (0)", "hello_diff"),
    e2e("grease_differs", "src/dissect/items.c",
        "if (!random && is_any_grease(number, size, registry))", "if (0)",
        "hello_diff", "random"),
    e2e("a_file_is_overwritten", "src/cmd/hello_listen.c",
        "\t\t    O_EXCL | O_CLOEXEC", "\t\t    O_TRUNC | O_CLOEXEC",
        "hello_listen", "overwrites"),
    e2e("the_end_of_a_message_is_not_missed", "src/wire/partial.c",
        "\tif (partial->message.len < whole)", "\tif (0)",
        "hello_corpus", "decodes"),
    e2e("the_view_is_always_ours", "src/cmd/hello_answers.c",
        "\t\tif (view != HELLO_BOTH && (view == HELLO_NATIVE) != native)",
        "\t\tif (native)", "hello_command", "views"),
]

EXPLAIN = [
    e2e("the_client_s_chain_is_forgotten", "src/conn/end.c",
        "\tfill_chain(conn, &facts);\n", "", "explain",
        "tells_the_chain"),
    unit("names_grease_among_groups", "src/explain/agree.c",
        "\tif (is_grease(group))\n\t\treturn false;\n", "", "explain"),
    unit("names_of_peers_end_their_quotes", "src/explain/words.c",
        "if (name.data[i] == '\"')", "if (0)", "explain"),
    unit("others_are_never_able", "src/explain/others.c",
        "agrees[num] = agreement.lack == LACK_NOTHING;",
        "agrees[num] = false;", "explain"),
    unit("a_silent_client_sent_half_a_hello", "src/explain/opening.c",
        "failed->left && failed->received == 0", "0", "explain"),
    e2e("a_key_s_curve_is_not_looked_at", "src/explain/agree.c",
        "if (!newest && !has_curve(hello, &cert))", "if (0)", "explain",
        "says_why and key_group"),
    e2e("rare_curves_are_always_used", "src/explain/agree.c",
        "if (side->config->num_groups || !is_rare(group))", "if (1)",
        "explain", "differ and brainpool"),
    e2e("quiet_servers_say_why", "src/sink/text.c",
        "if (!event->failed.explanation || text->strict || text->quiet)",
        "if (!event->failed.explanation)", "explain", "leaves_the_text"),
    e2e("expired_servers_are_unknown", "src/explain/refusal.c",
        "{ 45, DATES, 0,", "{ 45, 0, 0,", "explain",
        "says_why and expired"),
    e2e("no_word_on_the_late_alert", "src/explain/client.c",
        "failed->version >= TLS_VERSION_1_3 && !failed->opened", "0",
        "explain", "says_why and no_certificate"),
    e2e("the_page_forgets_the_sentence", "src/report/page.c",
        "\texplain_certificate(&words, &wrong);\n", "", "http", "wrong"),
    e2e("a_step_that_was_accepted_is_told_as_refused", "src/conn/end.c",
        "conn->wrong && conn->wrong->refused", "conn->wrong", "explain",
        "accepted_all_the_same"),
]

MUTATIONS = BASE + HELLO + FAULTS + NAMES + WIRE + NET + PLUG + POLICY + \
    EVENT + EXPLAIN + \
    COMMANDS + LISTS + LOAD + PKI + STATUS + CONN + COMPARE + \
    REPORT + SINK + APP + SERVE + EXPECT + COMMON + OPENSSL + GNUTLS + \
    MBEDTLS + NULL
