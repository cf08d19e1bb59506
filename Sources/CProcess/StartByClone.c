#define _GNU_SOURCE
#include "Start.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

// As the kernel takes them: the library's functions pass over the two signals that it keeps for itself.
typedef uint64_t signal_set;

static void change_mask(int how, signal_set signals, signal_set *previous) {
    syscall(SYS_rt_sigprocmask, how, &signals, previous, sizeof signals);
}

static void set_default_action(int signal) {
    // A handler, flags, a restorer and a mask: all zero.
    static const uint64_t action[4];
    syscall(SYS_rt_sigaction, signal, action, NULL, sizeof(signal_set));
}

struct start {
    const struct cprocess_program *program;
    int problem;
    bool is_refused;
};

// The child lives in the parent's memory and on a part of its stack, while the thread that called is suspended. So it
// may neither allocate nor take a lock, and what it writes the parent finds.
static int become_program(void *argument) {
    struct start *start = argument;
    const struct cprocess_program *program = start->program;

    // First, because the other descriptors are copies: what reads from a pipe waits for all that could write to it.
    if (dup2(program->input, 0) < 0 || dup2(program->output, 1) < 0 || dup2(program->error, 2) < 0) goto failed;
    // Older kernels and the filters of some containers do not know it.
    if (syscall(SYS_close_range, 3, ~0U, 0) < 0) {
        start->is_refused = true;
        goto failed;
    }
    setsid();
    // All of them: a handler must not run in the parent's memory, and what is ignored stays so in a program. The flag
    // CLONE_CLEAR_SIGHAND would spare the handlers only. Source: https://man7.org/linux/man-pages/man2/clone.2.html
    for (int signal = 1; signal < _NSIG; signal++) set_default_action(signal);
    if (program->directory && chdir(program->directory) < 0) goto failed;
    change_mask(SIG_SETMASK, 0, NULL);
    execve(program->path, program->arguments, program->environment);

failed:
    start->problem = errno;
    _exit(127);
}

static bool is_refusal(int problem) {
    return problem == ENOSYS || problem == EINVAL || problem == EPERM;
}

int cprocess_start_by_clone(const struct cprocess_program *program, struct cprocess_child *child, bool *is_refused) {
    // What posix_spawn maps and unmaps for each child, so that every processor that runs a thread of the program is
    // interrupted. The thread that owns this stack does not use it meanwhile.
    _Alignas(16) char stack[16 * 1024];
    // Nobody sends that one to a process without children. But when this thread is resumed only after the child's end,
    // and so not ready to ignore it, the kernel would wake another thread for it.
    const signal_set all_but_child = ~((signal_set)1 << (SIGCHLD - 1));
    struct start start = {.program = program};
    signal_set previous;

    child->exit = -1;
    change_mask(SIG_BLOCK, all_but_child, &previous);
    child->pid = clone(
        become_program, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &start, &child->exit);
    int problem = errno;
    change_mask(SIG_SETMASK, previous, NULL);

    if (child->pid < 0) {
        *is_refused = is_refusal(problem);
        return problem;
    }
    if (!start.problem) return 0;
    // It has ended, and nobody else knows of it.
    int code, signal;
    cprocess_reap(child->pid, &code, &signal);
    if (child->exit >= 0) close(child->exit);
    *is_refused = start.is_refused;
    return start.problem;
}
