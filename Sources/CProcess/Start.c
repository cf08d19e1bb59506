#define _GNU_SOURCE
#include "Start.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

// The sanitizers keep books about each thread, and a child that borrows one for a while would leave them wrong.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED true
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED false
#endif

static atomic_bool clone_is_refused = IS_SANITIZED;

static int start_once(const struct cprocess_program *program, enum cprocess_way way, struct cprocess_child *child) {
    if (way == CPROCESS_BY_CLONE || (way == CPROCESS_BEST_WAY && !atomic_load(&clone_is_refused))) {
        bool is_refused = false;
        int problem = cprocess_start_by_clone(program, child, &is_refused);
        if (!is_refused || way == CPROCESS_BY_CLONE) return problem;
        atomic_store(&clone_is_refused, true);
    }
    return cprocess_start_by_library(program, child);
}

// Another thread may hold a just written script open for writing in a child that has not reached its exec yet; the
// window lasts microseconds. Source: https://github.com/golang/go/issues/22315
static int start_past_busy_file(
    const struct cprocess_program *program, enum cprocess_way way, struct cprocess_child *child) {
    const struct timespec pause = {0, 2 * 1000 * 1000};
    for (int tries = 0;; tries++) {
        int problem = start_once(program, way, child);
        if (problem != ETXTBSY || tries == 50) return problem;
        nanosleep(&pause, NULL);
    }
}

// Opened once: each child would look it up anew. Nothing can be changed by those who share it.
static int null_device(void) {
    static atomic_int shared = -1;
    int device = atomic_load(&shared);
    if (device >= 0) return device;
    device = cprocess_above_standard(open("/dev/null", O_RDWR | O_CLOEXEC));
    int first = -1;
    if (device < 0 || atomic_compare_exchange_strong(&shared, &first, device)) return device;
    close(device);
    return first;
}

int cprocess_start(const struct cprocess_program *program, enum cprocess_way way, struct cprocess_child *child) {
    struct cprocess_program whole = *program;
    int *standard[] = {&whole.input, &whole.output, &whole.error};
    for (int index = 0; index < 3; index++) {
        if (*standard[index] < 0 && (*standard[index] = null_device()) < 0) return errno;
    }
    // A thread that was cancelled half-way would leave a process that nobody knows.
    int state;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    int problem = start_past_busy_file(&whole, way, child);
    pthread_setcancelstate(state, NULL);
    return problem;
}
