"""DBOS on SQLite: workflows of three steps that do nothing. usage: dbos_peer.py COUNT FOLDER

Prints workflows per second, run one after another, which is its fastest way on SQLite.
"""
import os
import sys
import time

from dbos import DBOS

count, folder = int(sys.argv[1]), sys.argv[2]
store = "sqlite:///" + os.path.abspath(os.path.join(folder, "dbos.sqlite"))
DBOS(config={"name": "bench", "system_database_url": store, "log_level": "ERROR", "run_admin_server": False})


@DBOS.step()
def step(number: int) -> int:
    return number + 1


@DBOS.workflow()
def workflow(number: int) -> int:
    return step(step(step(number)))


DBOS.launch()
workflow(0)
start = time.perf_counter()
for number in range(count):
    workflow(number)
print(count / (time.perf_counter() - start))
sys.stdout.flush()
# Its threads need seconds to end.
os._exit(0)
