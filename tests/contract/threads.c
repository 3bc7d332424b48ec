/* threads.c - scenes: several servers at once, and in other processes
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONNECTIONS	30

struct worker {
	const struct scene *scene;
	const struct stage *stage;
	bool opened;
	unsigned good;
};

/* No assertions in here: they belong to the thread of the test. */
static void *
work(void *arg)
{
	struct worker *worker = arg;
	const struct tls_backend *backend =
	    worker->scene->lab->plug->backend;
	struct tls_error err = TLS_ERROR_INIT;
	struct tls_server *server =
	    backend->server_open(&worker->stage->config, &err);
	struct pair pair;

	worker->opened = server != NULL;
	for (int i = 0; server && i < CONNECTIONS; i++) {
		scene_pair(worker->scene, worker->stage, &pair);
		pair.server = server;
		pair_run(&pair);
		worker->good += pair.phase == PHASE_OPEN &&
		    pair.client->phase == PHASE_OPEN;
		pair_goodbye(&pair);
		pair_clear(&pair);
	}
	backend->server_close(server);
	return NULL;
}

static void
serves_in_several_threads_at_once(const struct scene *scene)
{
	struct stage stage;
	struct worker workers[3];
	pthread_t threads[3];

	scene_stage(scene, &stage);
	stage_tickets(&stage, 3);
	for (size_t i = 0; i < 3; i++) {
		workers[i] = (struct worker){ scene, &stage, false, 0 };
		assert_int_equal(pthread_create(&threads[i], NULL, work,
		    &workers[i]), 0);
	}
	for (size_t i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < 3; i++) {
		assert_true(workers[i].opened);
		assert_int_equal(workers[i].good, CONNECTIONS);
	}
}

static void
interleaves_sessions_of_one_server(const struct scene *scene)
{
	struct stage stage;
	struct pair pairs[3];
	struct tls_error err = TLS_ERROR_INIT;
	const struct tls_backend *backend = scene->lab->plug->backend;
	struct tls_server *server;

	scene_stage(scene, &stage);
	stage_tickets(&stage, 3);
	server = backend->server_open(&stage.config, &err);
	assert_non_null(server);
	for (size_t i = 0; i < 3; i++) {
		scene_pair(scene, &stage, &pairs[i]);
		pairs[i].server = server;
		pair_start(&pairs[i]);
	}
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(backend->handshake(pairs[i].session,
		    &pairs[i].err), TLS_WANT_READ);
	for (size_t i = 3; i-- > 0;) {
		pair_run(&pairs[i]);
		assert_pair(&pairs[i], pairs[i].phase == PHASE_OPEN);
	}
	for (size_t i = 0; i < 3; i++) {
		pair_talk(&pairs[i]);
		pair_clear(&pairs[i]);
	}
	backend->server_close(server);
}

/* In a child, with its parent's server: tells the random of its ServerHello. */
static void
serve_in_child(const struct scene *scene, const struct stage *stage,
    struct tls_server *server, int out)
{
	uint8_t bytes[SSL3_RANDOM_SIZE];
	struct pair pair;
	bool good;

	scene_pair(scene, stage, &pair);
	pair.server = server;
	pair_run(&pair);
	good = pair.phase == PHASE_OPEN &&
	    SSL_get_server_random(pair.client->ssl, bytes, sizeof bytes) ==
	    sizeof bytes && write(out, bytes, sizeof bytes) ==
	    (ssize_t)sizeof bytes;
	_exit(!good);
}

/* Two children of one process draw no number twice. */
static void
goes_on_in_child_processes(const struct scene *scene)
{
	uint8_t randoms[2][SSL3_RANDOM_SIZE];
	struct tls_error err = TLS_ERROR_INIT;
	const struct tls_backend *backend = scene->lab->plug->backend;
	struct tls_server *server;
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	server = backend->server_open(&stage.config, &err);
	assert_non_null(server);
	scene_pair(scene, &stage, &pair);
	pair.server = server;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_clear(&pair);
	for (int i = 0; i < 2; i++) {
		int ends[2], status = -1;
		pid_t pid;

		assert_int_equal(pipe(ends), 0);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			serve_in_child(scene, &stage, server, ends[1]);
		close(ends[1]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		assert_int_equal(read(ends[0], randoms[i], sizeof randoms[i]),
		    sizeof randoms[i]);
		close(ends[0]);
	}
	assert_memory_not_equal(randoms[0], randoms[1], sizeof randoms[0]);
	backend->server_close(server);
}

const struct scene_row scenes_of_threads[] = {
	{ "serves_in_several_threads_at_once",
	  serves_in_several_threads_at_once, FROM_TLS1_2, { NOTHING } },
	{ "interleaves_sessions_of_one_server",
	  interleaves_sessions_of_one_server, EACH_VERSION, { NOTHING } },
	{ "goes_on_in_child_processes", goes_on_in_child_processes,
	  FROM_TLS1_2, { NEED(SURVIVES_FORK) } },
	{ NULL, NULL, 0, { NOTHING } },
};
