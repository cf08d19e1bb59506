"""A job service of its own for a test: the built jobctl on a store in a temporary folder."""

import json
import os
import subprocess
import tempfile
import threading
import urllib.parse
import urllib.request


class Service:
    """`jobctl serve` on a free port, with a token that may do anything."""

    def __init__(self, jobctl, *options):
        self.jobctl = jobctl
        self.folder = tempfile.TemporaryDirectory(prefix="jobkit-browser-")
        self.store = "sqlite:" + os.path.join(self.folder.name, "jobs.sqlite")
        made = json.loads(self.run("token", "create", "--name", "browser test",
                                   "--scopes", "read,submit,work,admin", "--json"))
        self.token, self.token_id = made["token"], made["id"]
        self.options = options
        self.start(0)

    def start(self, port):
        self.process = subprocess.Popen(
            [self.jobctl, "serve", "--store", self.store, "--listen", f"127.0.0.1:{port}", "--workers", "4",
             "--allow", "http,command,shell", "--drain-timeout", "1s", *self.options],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = ""
        for line in self.process.stdout:
            if line.startswith("Listening on "):
                self.url = line.split()[2].rstrip("/")
                break
        if not self.url:
            raise RuntimeError("jobctl serve did not begin to listen")
        # What else it says must not fill the pipe.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def run(self, *arguments):
        done = subprocess.run([self.jobctl, *arguments, "--store", self.store],
                              capture_output=True, text=True, timeout=30)
        if done.returncode != 0:
            raise RuntimeError(f"jobctl {arguments[0]}: {done.stderr}")
        return done.stdout

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def submit(self, *jobs):
        """Stores jobs over HTTP and returns their ids."""
        request = urllib.request.Request(
            self.url + "/v1/jobs", json.dumps({"jobs": list(jobs)}).encode(),
            {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return [job["id"] for job in json.load(answer)["jobs"]]

    def log(self, job):
        request = urllib.request.Request(
            f"{self.url}/v1/jobs/{job}/logs", headers={"Authorization": "Bearer " + self.token})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def restart(self):
        """Ends the server and begins again at the same address."""
        port = urllib.parse.urlsplit(self.url).port
        self.end()
        self.start(port)

    def stop(self):
        self.end()
        self.folder.cleanup()

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def shell(name, *lines, **more):
    """A job whose steps run lines for the shell."""
    steps = [{"name": f"step-{index + 1}", "command": {"shell": line}} for index, line in enumerate(lines)]
    return {"name": name, "steps": steps, **more}
