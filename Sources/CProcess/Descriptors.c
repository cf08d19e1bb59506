#define _GNU_SOURCE
#include "Start.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

// A program that was started without standard descriptors gets 0, 1 and 2 for its pipes, which the child's dup2 would
// overwrite.
int cprocess_above_standard(int descriptor) {
    if (descriptor < 0 || descriptor > 2) return descriptor;
    int higher = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    int problem = errno;
    close(descriptor);
    errno = problem;
    return higher;
}

int cprocess_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC)) return errno;
    ends[0] = cprocess_above_standard(ends[0]);
    int problem = errno;
    ends[1] = cprocess_above_standard(ends[1]);
    if (ends[0] >= 0 && ends[1] >= 0) return 0;
    if (ends[0] >= 0) problem = errno;
    if (ends[0] >= 0) close(ends[0]);
    if (ends[1] >= 0) close(ends[1]);
    return problem;
}

int cprocess_memory_file(const void *bytes, size_t count) {
    int file = cprocess_above_standard(memfd_create("stdin", MFD_CLOEXEC));
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
