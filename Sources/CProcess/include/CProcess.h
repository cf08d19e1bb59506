// The system calls behind JobKit's child processes that Swift cannot make itself: variadic ones, those that need a
// feature macro, and those between two processes in one memory. Linux only.
#ifndef CPROCESS_H
#define CPROCESS_H

#include <sys/types.h>

/// What to start.
struct cprocess_program {
    /// Its file. It is not looked up in PATH; when relative, it starts from `directory`.
    const char *path;
    /// Its arguments with its own name before them, and its variables; both end with a null pointer.
    char *const *arguments;
    char *const *environment;
    /// Where it runs; null for this program's own directory.
    const char *directory;
    /// Its standard descriptors, each above 2; a negative one stands for /dev/null.
    int input, output, error;
};

/// A process that was started.
struct cprocess_child {
    pid_t pid;
    /// Becomes readable when the process has ended; the caller's to close.
    int exit;
};

/// How a process is started.
enum cprocess_way {
    /// By clone, or by posix_spawn where the system does not let us; what was refused once is not tried again.
    CPROCESS_BEST_WAY,
    CPROCESS_BY_CLONE,
    CPROCESS_BY_LIBRARY,
};

/// Starts a program as the leader of a session and process group of its own, with default signal dispositions, no
/// blocked signals, and no descriptors but its standard ones. Blocks until it is loaded. Returns 0, or an errno when
/// nothing was started.
int cprocess_start(const struct cprocess_program *program, enum cprocess_way way, struct cprocess_child *child);

/// Makes a pipe whose ends are closed on exec and lie above the standard descriptors. Returns 0 or an errno.
int cprocess_pipe(int ends[2]);

/// Makes a file in memory, positioned at its start, that holds these bytes. Returns it or a negative errno.
int cprocess_memory_file(const void *bytes, size_t count);

/// Reaps an ended process; sets its exit code, or the signal that ended it. Returns 0 or an errno.
int cprocess_reap(pid_t pid, int *code, int *signal);

#endif
