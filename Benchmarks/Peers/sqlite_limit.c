// What SQLite itself does with a plain queue table, through its C API: the limit of the rows on SQLite.
//
// usage: sqlite_limit FILE insert|settle COUNT BATCH
//   insert  stores COUNT rows, BATCH in a transaction
//   settle  claims and completes COUNT rows, BATCH in a transaction for each of the two
// Prints rows per second. WAL, synchronous=FULL: each commit reaches the disk.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static sqlite3 *database;

static double seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void check(int code) {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
    fprintf(stderr, "sqlite_limit: %s\n", sqlite3_errmsg(database));
    exit(1);
}

static void run(const char *sql) { check(sqlite3_exec(database, sql, NULL, NULL, NULL)); }

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement = NULL;
    check(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
    return statement;
}

static void finish(sqlite3_stmt *statement) {
    check(sqlite3_step(statement));
    sqlite3_reset(statement);
}

// As long as the specification that JobKit stores for the benchmarks' jobs.
static char payload[128];

static void insert(sqlite3_stmt *statement, int number) {
    sqlite3_bind_int64(statement, 1, 1700000000000000 + number);
    sqlite3_bind_blob(statement, 2, payload, sizeof payload, SQLITE_STATIC);
    finish(statement);
}

int main(int count_of_arguments, char **arguments) {
    if (count_of_arguments != 5) return 64;
    const char *path = arguments[1];
    int settles = strcmp(arguments[2], "settle") == 0;
    int count = atoi(arguments[3]), batch = atoi(arguments[4]);
    memset(payload, 'x', sizeof payload);

    check(sqlite3_open(path, &database));
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY");
    run("CREATE TABLE jobs (id INTEGER PRIMARY KEY, queue TEXT NOT NULL, phase INTEGER NOT NULL DEFAULT 0,"
        " priority INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
        " lease_until INTEGER, worker TEXT, created INTEGER NOT NULL, finished INTEGER, payload BLOB NOT NULL, result BLOB)");
    run("CREATE INDEX jobs_ready ON jobs (queue, priority, due, id) WHERE phase = 0");
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    sqlite3_stmt *add = prepare("INSERT INTO jobs (queue, due, created, payload) VALUES ('default', ?1, ?1, ?2)");
    double start;
    int done = 0;
    if (!settles) {
        start = seconds();
        while (done < count) {
            finish(begin);
            for (int i = 0; i < batch && done < count; i++) insert(add, done++);
            finish(commit);
        }
    } else {
        finish(begin);
        for (int i = 0; i < count; i++) insert(add, i);
        finish(commit);
        run("PRAGMA wal_checkpoint(TRUNCATE)");
        sqlite3_stmt *claim = prepare(
            "UPDATE jobs SET phase = 1, attempts = attempts + 1, lease_until = ?2, worker = 'worker-1' WHERE id IN"
            " (SELECT id FROM jobs WHERE queue = 'default' AND phase = 0 ORDER BY priority, due, id LIMIT ?1)"
            " RETURNING id, payload");
        sqlite3_stmt *complete = prepare("UPDATE jobs SET phase = 2, finished = ?2, result = x'00' WHERE id = ?1");
        sqlite3_int64 *claimed = malloc(sizeof *claimed * (size_t)batch);
        start = seconds();
        while (done < count) {
            int size = 0;
            finish(begin);
            sqlite3_bind_int(claim, 1, batch);
            sqlite3_bind_int64(claim, 2, 1700000030000000);
            while (sqlite3_step(claim) == SQLITE_ROW) {
                claimed[size++] = sqlite3_column_int64(claim, 0);
                (void)sqlite3_column_blob(claim, 1);
            }
            check(sqlite3_reset(claim));
            finish(commit);
            if (size == 0) return 1;
            finish(begin);
            for (int i = 0; i < size; i++) {
                sqlite3_bind_int64(complete, 1, claimed[i]);
                sqlite3_bind_int64(complete, 2, 1700000001000000);
                finish(complete);
            }
            finish(commit);
            done += size;
        }
    }
    printf("%.1f\n", done / (seconds() - start));
    return 0;
}
