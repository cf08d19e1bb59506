// The system calls behind JobKit's child processes that Swift cannot make itself: variadic ones, and those that need
// a feature macro. Linux only.
#ifndef CPROCESS_H
#define CPROCESS_H

#include <sys/types.h>

/// Starts a program as the leader of a session and process group of its own, with default signal dispositions, no
/// blocked signals, and no descriptors but the three given ones. A negative `input` stands for /dev/null.
/// `path` is not looked up in PATH; when relative, it starts from `directory`. Returns 0 or an errno.
int cprocess_spawn(const char *path, char *const argv[], char *const envp[], const char *directory,
                   int input, int output, int error, pid_t *pid);

/// Opens a descriptor that becomes readable when the process has ended. Returns it or a negative errno.
int cprocess_open_pid(pid_t pid);

/// Makes a pipe whose ends are closed on exec and lie above the standard descriptors. Returns 0 or an errno.
int cprocess_pipe(int ends[2]);

/// Makes a file in memory, positioned at its start, that holds these bytes. Returns it or a negative errno.
int cprocess_memory_file(const void *bytes, size_t count);

/// Reaps an ended process; sets its exit code, or the signal that ended it. Returns 0 or an errno.
int cprocess_reap(pid_t pid, int *code, int *signal);

#endif
