"""The tasks that huey's consumer runs for the benchmarks; the store's path comes from the environment."""
import os
import time

from huey import SqliteHuey

huey = SqliteHuey("bench", filename=os.environ["BENCH_STORE"], results=False)


@huey.task()
def noop(number):
    return None


@huey.task()
def stamp(path):
    """Tells when it began, on the clock that the submitter reads too."""
    begun = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    with open(path + ".new", "w") as file:
        file.write(str(begun))
    os.rename(path + ".new", path)
