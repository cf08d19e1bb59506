#define _GNU_SOURCE
#include "Start.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <unistd.h>

static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int problem = posix_spawnattr_setsigmask(attributes, &none);
    if (!problem) problem = posix_spawnattr_setsigdefault(attributes, &all);
    if (problem) return problem;
    return posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int set_actions(posix_spawn_file_actions_t *actions, const struct cprocess_program *program) {
    int problem = posix_spawn_file_actions_adddup2(actions, program->input, 0);
    if (!problem) problem = posix_spawn_file_actions_adddup2(actions, program->output, 1);
    if (!problem) problem = posix_spawn_file_actions_adddup2(actions, program->error, 2);
    if (!problem) problem = posix_spawn_file_actions_addclosefrom_np(actions, 3);
    if (problem || !program->directory) return problem;
    return posix_spawn_file_actions_addchdir_np(actions, program->directory);
}

static int spawn(const struct cprocess_program *program, pid_t *pid) {
    posix_spawnattr_t attributes;
    int problem = posix_spawnattr_init(&attributes);
    if (problem) return problem;
    posix_spawn_file_actions_t actions;
    problem = posix_spawn_file_actions_init(&actions);
    if (problem) {
        posix_spawnattr_destroy(&attributes);
        return problem;
    }
    problem = set_attributes(&attributes);
    if (!problem) problem = set_actions(&actions, program);
    if (!problem) {
        problem = posix_spawn(pid, program->path, &actions, &attributes, program->arguments, program->environment);
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return problem;
}

int cprocess_start_by_library(const struct cprocess_program *program, struct cprocess_child *child) {
    int problem = spawn(program, &child->pid);
    if (problem) return problem;
    child->exit = (int)syscall(SYS_pidfd_open, child->pid, 0);
    if (child->exit >= 0) return 0;
    // Without a descriptor nobody would hear of its end.
    problem = errno;
    kill(-child->pid, SIGKILL);
    int code, signal;
    cprocess_reap(child->pid, &code, &signal);
    return problem;
}
