"""huey on SQLite at its default durability (FULL). usage: huey_peer.py enqueue|bulk|drain|latency COUNT FOLDER

enqueue, bulk and drain print jobs per second; latency prints milliseconds from submission to start, one a line.
"""
import os
import signal
import sqlite3
import subprocess
import sys
import time

mode, count, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
store = os.path.join(folder, "huey.sqlite")
os.environ["BENCH_STORE"] = store
import huey_tasks  # noqa: E402


def bulk():
    """huey has no call for many; this is its own statement inside one of its own transactions."""
    storage = huey_tasks.huey.storage
    rows = ((storage.name, huey_tasks.huey.serialize_task(huey_tasks.noop.s(number)), 0) for number in range(count))
    with storage.db(commit=True) as cursor:
        cursor.executemany("insert into task (queue, data, priority) values (?, ?, ?)", rows)


def consumer(*arguments):
    command = [os.path.join(os.path.dirname(sys.executable), "huey_consumer"), "huey_tasks.huey", "-q", *arguments]
    here = os.path.dirname(os.path.abspath(__file__))
    return subprocess.Popen(
        command, env=dict(os.environ, PYTHONPATH=here), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True)


def stop(process):
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


if mode in ("enqueue", "bulk"):
    start = time.perf_counter()
    if mode == "bulk":
        bulk()
    else:
        for number in range(count):
            huey_tasks.noop(number)
    print(count / (time.perf_counter() - start))
elif mode == "drain":
    bulk()
    reader = sqlite3.connect(f"file:{store}?mode=ro", uri=True, isolation_level=None, timeout=30)
    worker = consumer("-w", "1", "-k", "process", "-n")
    begun = None
    try:
        # Timed from the first progress on, so that Python's start does not count.
        while True:
            left, now = reader.execute("select count(*) from task").fetchone()[0], time.perf_counter()
            if begun is None and left < count:
                begun, first = now, left
            if left == 0:
                break
            time.sleep(0.02)
        print(first / (now - begun))
    finally:
        stop(worker)
else:
    worker = consumer("-w", "1")
    answer = os.path.join(folder, "begun")
    try:
        time.sleep(2)
        for number in range(count):
            time.sleep(0.15 + 0.037 * (number % 10))
            submitted = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
            huey_tasks.stamp(answer)
            while not os.path.exists(answer):
                time.sleep(0.002)
            with open(answer) as file:
                print((int(file.read()) - submitted) / 1e6)
            os.unlink(answer)
    finally:
        stop(worker)
