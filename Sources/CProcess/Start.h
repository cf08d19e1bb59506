// The ways to start a process, and what they share.
#ifndef CPROCESS_START_H
#define CPROCESS_START_H

#include "CProcess.h"

#include <stdbool.h>

/// Starts by clone, with no work that can be spared. Sets `is_refused` when the system does not let us, and then nothing
/// was started.
int cprocess_start_by_clone(const struct cprocess_program *program, struct cprocess_child *child, bool *is_refused);

/// Starts by posix_spawn.
int cprocess_start_by_library(const struct cprocess_program *program, struct cprocess_child *child);

/// Moves a descriptor above the standard ones, which a child's dup2 would overwrite. Returns it, or -1 with errno set.
int cprocess_above_standard(int descriptor);

#endif
