#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Another thread may hold a just written script open for writing in a child that has not reached its exec yet; the
// window lasts microseconds. Source: https://github.com/golang/go/issues/22315
static int spawn_past_busy_file(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                                const posix_spawnattr_t *attributes, char *const argv[], char *const envp[]) {
    const struct timespec pause = {0, 2 * 1000 * 1000};
    for (int tries = 0;; tries++) {
        int result = posix_spawn(pid, path, actions, attributes, argv, envp);
        if (result != ETXTBSY || tries == 50) return result;
        nanosleep(&pause, NULL);
    }
}

// A program that was started without standard descriptors gets 0, 1 and 2 for its pipes, which the child's dup2 would
// overwrite.
static int above_standard(int descriptor) {
    if (descriptor < 0 || descriptor > 2) return descriptor;
    int higher = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    int problem = errno;
    close(descriptor);
    errno = problem;
    return higher;
}

// Opened once: each child would look it up anew. Nothing can be changed by those who share it.
static int empty_input = -1;

static void open_empty_input(void) {
    empty_input = above_standard(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

int cprocess_spawn(const char *path, char *const argv[], char *const envp[], const char *directory,
                   int input, int output, int error, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int result = posix_spawn_file_actions_init(&actions);
    if (result) return result;
    result = posix_spawnattr_init(&attributes);
    if (result) {
        posix_spawn_file_actions_destroy(&actions);
        return result;
    }
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (input < 0) {
        pthread_once(&once, open_empty_input);
        input = empty_input;
    }
    if (input >= 0) result = posix_spawn_file_actions_adddup2(&actions, input, 0);
    else result = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!result) result = posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (!result) result = posix_spawn_file_actions_adddup2(&actions, error, 2);
    if (!result) result = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!result && directory) result = posix_spawn_file_actions_addchdir_np(&actions, directory);
    if (!result) result = spawn_past_busy_file(pid, path, &actions, &attributes, argv, envp);

    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

int cprocess_open_pid(pid_t pid) {
    long descriptor = syscall(SYS_pidfd_open, pid, 0);
    return descriptor < 0 ? -errno : (int)descriptor;
}

int cprocess_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC)) return errno;
    ends[0] = above_standard(ends[0]);
    int problem = errno;
    ends[1] = above_standard(ends[1]);
    if (ends[0] >= 0 && ends[1] >= 0) return 0;
    if (ends[0] >= 0) problem = errno;
    if (ends[0] >= 0) close(ends[0]);
    if (ends[1] >= 0) close(ends[1]);
    return problem;
}

int cprocess_memory_file(const void *bytes, size_t count) {
    int file = above_standard(memfd_create("stdin", MFD_CLOEXEC));
    if (file < 0) return -errno;
    const char *rest = bytes;
    while (count > 0) {
        ssize_t written = write(file, rest, count);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            int problem = errno;
            close(file);
            return -problem;
        }
        rest += written;
        count -= (size_t)written;
    }
    lseek(file, 0, SEEK_SET);
    return file;
}

int cprocess_reap(pid_t pid, int *code, int *signal) {
    siginfo_t info;
    do {
        info.si_pid = 0;
        if (waitid(P_PID, (id_t)pid, &info, WEXITED) == 0) {
            *code = info.si_code == CLD_EXITED ? info.si_status : 0;
            *signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
            return 0;
        }
    } while (errno == EINTR);
    return errno;
}
