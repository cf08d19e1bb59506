#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <sys/wait.h>

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
