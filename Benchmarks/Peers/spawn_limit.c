// How many processes the machine starts, reads to the end and reaps: the limit of command steps.
//
// usage: spawn_limit COUNT AT_A_TIME
// Each is /bin/true with pipes for standard output and error. Prints processes per second.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void run_one(void) {
    int out[2], error[2], status;
    pid_t child;
    char *argv[] = {"/bin/true", NULL};
    posix_spawn_file_actions_t actions;
    if (pipe2(out, O_CLOEXEC) || pipe2(error, O_CLOEXEC)) exit(1);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, error[1], STDERR_FILENO);
    if (posix_spawn(&child, argv[0], &actions, NULL, argv, environ)) exit(1);
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    close(error[1]);
    struct pollfd pipes[2] = {{.fd = out[0], .events = POLLIN}, {.fd = error[0], .events = POLLIN}};
    for (int open = 2; open > 0;) {
        poll(pipes, 2, -1);
        for (int i = 0; i < 2; i++) {
            char buffer[4096];
            if (pipes[i].fd < 0 || !pipes[i].revents || read(pipes[i].fd, buffer, sizeof buffer) > 0) continue;
            close(pipes[i].fd);
            pipes[i].fd = -1;
            open--;
        }
    }
    waitpid(child, &status, 0);
}

int main(int count_of_arguments, char **arguments) {
    if (count_of_arguments != 3) return 64;
    int count = atoi(arguments[1]), at_a_time = atoi(arguments[2]);
    double start = seconds();
    for (int i = 0; i < at_a_time; i++) {
        if (fork() != 0) continue;
        for (int j = 0; j < count / at_a_time; j++) run_one();
        _exit(0);
    }
    while (wait(NULL) > 0) {
    }
    printf("%.1f\n", count / at_a_time * at_a_time / (seconds() - start));
    return 0;
}
