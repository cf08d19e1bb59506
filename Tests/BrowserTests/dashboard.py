"""Clicks through the dashboard in a real browser. Scripts/browser runs it; arguments: the path of jobctl."""

import os
import shlex
import sys
import time
import traceback

from browser import ENTER, TAB, Browser
from service import Service, shell

HOSTILE = "<img src=x onerror=\"document.title='hacked'\"> \"\u0308 onfocus=x"


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def status(page):
    return page.text(".job-heading .pill")


def signs_in(page):
    page.open("/jobs?queue=default")
    expect("/login" in page.driver.current_url, "a page was shown without a session")
    page.fill("#token", "jk_wrong")
    page.press("main form button")
    expect("no access token" in page.text(), "a wrong token was not refused")
    page.faults()  # The refusal itself is an error to the console.
    page.shot("login")
    page.fill("#token", page.service.token)
    page.press("main form button")
    expect(page.driver.current_url.endswith("/jobs?queue=default"), "the way back was lost")
    cookie = page.driver.get_cookie("jobkit_session")
    expect(cookie["httpOnly"] and cookie["sameSite"] == "Strict", f"the session's cookie is {cookie}")
    expect(page.script("return document.cookie") == "", "scripts can read the session")


def submits_and_watches(page):
    page.open("/submit")
    page.fill("#file", "name: watched\nsteps:\n  - name: talk\n    http: {url: nowhere}\n")
    page.press("main form button.primary")
    expect("steps[0].http.url" in page.text(".faults"), "the field's path is not named")
    page.faults()
    page.shot("submit-refused")
    go = page.service.path("go")
    page.fill("#file", f"""name: watched
tags: {{team: data}}
steps:
  - name: talk
    command: {{shell: "echo the first line; while [ ! -e {go} ]; do sleep 0.1; done; echo the last line >&2"}}
  - name: more
    command: {{argv: [echo, done]}}
""")
    page.press("main form button.primary")
    expect("was stored" in page.text(), "nothing says that the job was stored")
    page.script("window.isSamePage = true")
    page.wait_for_text("the first line", "#log")
    page.wait("a running job", lambda: status(page) == "running")
    expect(page.text("#live-state") == "Live", "the page does not say that it is live")
    page.shot("job-running")
    open(go, "w").close()
    page.wait_for_text("the last line", "#log")
    page.wait("a finished job", lambda: status(page) == "succeeded")
    page.wait_for_text("done", "#log")
    expect(page.script("return window.isSamePage"), "the page was loaded again")
    expect(page.text("#log").count("the first line") == 1, "the log shows a line twice")
    page.shot("job-succeeded")


def retries_cancels_deletes(page):
    flag = page.service.path("flag")
    job, = page.service.submit(shell("flaky", "true", f"test -e {flag} || {{ echo no flag >&2; exit 3; }}"))
    page.open(f"/jobs/{job}")
    page.wait("a failed job", lambda: status(page) == "failed")
    expect("exit code 3" in page.text(), "the failure is not told")
    page.wait_for_text("no flag", "#log")
    page.shot("job-failed")
    open(flag, "w").close()
    page.press("form[action$='/retry'] button")
    page.wait("a job that succeeds", lambda: status(page) == "succeeded")
    expect(len(page.all(".attempts tbody tr")) >= 1, "the attempts are not shown")

    job, = page.service.submit(shell("endless", "while true; do echo tick; sleep 0.2; done"))
    page.open(f"/jobs/{job}")
    page.wait("a running job", lambda: status(page) == "running")
    page.wait_for_text("tick", "#log")
    page.press("form[action$='/cancel'] button")
    page.wait("a cancelled job", lambda: status(page) == "cancelled")
    page.find("#confirm-delete summary").click()
    page.shot("job-delete")
    page.press("form[action$='/delete'] button")
    expect("was deleted" in page.text(), "nothing says that the job was deleted")
    page.open(f"/jobs/{job}")
    expect("no such job" in page.text(), "the job is still there")
    page.faults()


def shows_hostile_names_as_text(page):
    job, = page.service.submit(shell(HOSTILE, f"printf '%s\\n' {shlex.quote(HOSTILE)}; exit 1", tags={"note": HOSTILE}))
    for path in ["/", "/jobs", f"/jobs/{job}"]:
        page.open(path)
        page.wait_for_text("onerror=")
        expect(page.driver.title != "hacked" and not page.all("main img"), f"{path} shows markup of a job")
    page.wait("a finished job", lambda: status(page) == "failed")
    page.wait_for_text("onerror=", "#log")
    expect(not page.all("#log img"), "the log shows markup")


def filters_and_pages(page):
    page.service.submit(*[shell(f"page-{index}", "true", queue="many") for index in range(60)])
    page.open("/jobs")
    page.fill("#queue", "many")
    page.press(".filters button.primary")
    expect(len(page.all(".list tbody tr")) == 50, "the first page does not have 50 jobs")
    page.press("a[rel='next']")
    expect(len(page.all(".list tbody tr")) == 10, "the second page does not have 10 jobs")
    page.open("/jobs")
    page.fill("#q", "watched")
    page.press(".filters button.primary")
    expect(len(page.all(".list tbody tr")) == 1, "the name does not find its job")
    page.open("/jobs?q=team:data")
    expect(len(page.all(".list tbody tr")) == 1, "the tag does not find its job")
    page.open("/jobs?status=succeeded&status=failed")
    page.shot("jobs")
    page.open("/jobs?cursor=forged")
    expect("does not work" in page.text(), "a forged cursor is not refused")
    page.faults()


def keeps_lists_up_to_date(page):
    page.open("/")
    page.wait("a live page", lambda: page.text("#live-state") == "Live")
    job, = page.service.submit(shell("appears", "while [ ! -e " + page.service.path("end") + " ]; do sleep 0.1; done"))
    page.wait_for_text("appears")
    page.shot("overview")
    open(page.service.path("end"), "w").close()
    page.wait("a list without it", lambda: "appears" not in page.text())


def steers_queues_and_workers(page):
    page.open("/queues")
    row = ".list tbody tr:nth-child(1) "
    expect(page.text(row + ".name") == "default", "the queues are not in order")
    page.press(row + ".act button")
    expect("paused" in page.text(row), "the queue is not paused")
    page.fill(row + "input.short", "2")
    page.press(row + ".inline button")
    page.shot("queues")
    job, = page.service.submit(shell("held", "echo free"))
    page.open(f"/jobs/{job}")
    expect(status(page) == "queued", "a paused queue hands out jobs")
    page.open("/queues")
    expect(page.find(row + "input.short").get_attribute("value") == "2", "the limit was not kept")
    page.press(row + ".act button")
    page.open(f"/jobs/{job}")
    page.wait("a job that runs after the pause", lambda: status(page) == "succeeded")
    page.open("/workers")
    page.wait("a worker", lambda: len(page.all(".list tbody tr")) == 1)
    page.shot("workers")
    page.press(".list .act button")
    expect("draining" in page.text(".list"), "the worker does not drain")


def works_by_keyboard(page):
    page.open("/jobs")
    page.key(TAB)
    expect(page.script("return document.activeElement.className") == "skip", "the first stop is not the way to the content")
    page.shot("keyboard")
    page.key(ENTER)
    expect(page.script("return document.activeElement.id") == "main", "the way to the content does not lead there")
    seen = set()
    for _ in range(14):
        page.key(TAB)
        seen.add(page.script("return document.activeElement.id || document.activeElement.className"))
        outline = page.script("return getComputedStyle(document.activeElement).outlineStyle")
        expect(outline != "none", "the focus cannot be seen")
    expect({"q", "status", "queue"} <= seen, f"the keyboard does not reach the filters: {seen}")


def fits(page, tag):
    """All pages at a size: nothing sticks out at the side."""
    page.sign_in()
    job = page.service.submit(shell("a-job-with-a-rather-long-name-for-a-small-window", "echo out; echo err >&2; exit 1"))[0]
    for name, path in [("overview", "/"), ("jobs", "/jobs"), ("job", f"/jobs/{job}"), ("queues", "/queues"),
                       ("workers", "/workers"), ("submit", "/submit")]:
        page.open(path)
        width = page.script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        expect(width <= 0, f"{path} is {width} px too wide")
        page.shot(f"{tag}-{name}")


def is_readable(page):
    """The contrast of texts and what is behind them, by WCAG 2.1, at least 4.5."""
    return page.script("""
      const parse = (text) => { const c = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
        c.fillStyle = text; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data]; };
      const back = (one) => { for (; one; one = one.parentElement) { const c = parse(getComputedStyle(one).backgroundColor);
        if (c[3] > 250) return c; } return [255, 255, 255, 255]; };
      const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, k, i) => { const v = c[i] / 255;
        return sum + k * (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); }, 0);
      const faults = [];
      for (const one of document.querySelectorAll("h1, h2, p, a, button, th, td, .pill, .dim, dt, dd, label, summary, #log span")) {
        if (!one.textContent.trim() || !one.offsetParent || getComputedStyle(one).opacity < 1) continue;
        const [a, b] = [light(parse(getComputedStyle(one).color)), light(back(one))].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < 4.5) faults.push(`${one.className || one.tagName} "${one.textContent.trim().slice(0, 20)}" ${ratio.toFixed(2)}`);
      }
      return faults;""")


def is_dark_and_fits(page):
    fits(page, "phone-dark")
    for path in ["/", "/jobs", "/queues", "/submit"]:
        page.open(path)
        shade = page.script("return getComputedStyle(document.body).backgroundColor")
        expect(max(int(part) for part in shade[4:-1].split(",")) < 60, f"{path} is not dark: {shade}")
        expect(not is_readable(page), f"{path}: {is_readable(page)}")


def works_without_scripts(page):
    page.sign_in()
    page.open("/submit")
    page.fill("#file", '{"name": "no-script", "steps": [{"name": "a", "command": {"shell": "echo printed; sleep 60"}}]}')
    page.press("main form button.primary")
    path = page.driver.current_url.split("?")[0][len(page.service.url):]

    def reload_until(wanted):
        def check():
            page.open(path)
            return status(page) == wanted
        page.wait(wanted, check)

    reload_until("running")
    page.wait("the log", lambda: (page.open(path), "printed" in page.text("#log"))[1])
    page.shot("no-script")
    page.press("form[action$='/cancel'] button")
    reload_until("cancelled")
    page.find("#confirm-delete summary").click()
    page.press("form[action$='/delete'] button")
    expect("was deleted" in page.text(), "the job was not deleted")
    for path in ["/", "/jobs", "/queues", "/workers"]:
        page.open(path)
        expect(page.all("main h1"), f"{path} is empty")


def ends_with_the_token(page):
    page.open("/")
    page.wait("a live page", lambda: page.text("#live-state") == "Live")
    page.service.run("token", "revoke", page.service.token_id)
    page.wait("the login form", lambda: "/login" in page.driver.current_url, 30)
    page.faults()


def comes_back_after_a_restart(page):
    go = page.service.path("go")
    job, = page.service.submit(shell("outlives", f"echo begun; while [ ! -e {go} ]; do sleep 0.1; done; echo over"))
    page.open(f"/jobs/{job}")
    page.wait_for_text("begun", "#log")
    page.script("window.isSamePage = true")
    page.service.restart()
    open(go, "w").close()
    page.wait("a finished job", lambda: status(page) == "succeeded", 30)
    page.wait_for_text("over", "#log")
    expect(page.script("return window.isSamePage"), "the page was loaded again")
    log = page.service.log(job)
    shown = [line for line in page.text("#log").splitlines() if line in ("begun", "over")]
    expect(shown == [line for line in log.splitlines() if line in ("begun", "over")], f"the log shows {shown} of {log}")
    page.faults()  # The lost connection is an error to the console.


def signs_out(page):
    page.press(".account button")
    page.open("/")
    expect("/login" in page.driver.current_url, "the session lives on")


def main(jobctl):
    started, failed = time.monotonic(), []

    def play(name, page, *acts):
        for act in acts:
            began = time.monotonic()
            try:
                act(page)
                faults = page.faults()
                expect(not faults, f"the console says: {faults}")
                print(f"ok    {name}: {act.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
            except Exception:
                failed.append(act.__name__)
                page.shot(f"failed-{act.__name__}")
                print(f"FAIL  {name}: {act.__name__} at {page.driver.current_url}", flush=True)
                traceback.print_exc(limit=-3)

    def with_browser(name, service, acts, **options):
        page = Browser(service, **options)
        try:
            play(name, page, *acts)
        finally:
            page.close()

    services = []

    def serve(*options):
        services.append(Service(jobctl, *options))
        return services[-1]

    try:
        with_browser("desktop", serve(), [
            signs_in, submits_and_watches, retries_cancels_deletes, shows_hostile_names_as_text, filters_and_pages,
            keeps_lists_up_to_date, works_by_keyboard, steers_queues_and_workers])
        prefixed = serve("--path-prefix", "/tools/jobs")
        with_browser("prefix, no scripts", prefixed, [works_without_scripts], scripts=False)
        with_browser("prefix, phone, dark", prefixed, [is_dark_and_fits, signs_out], width=390, height=844, dark=True)
        with_browser("prefix, desktop", prefixed, [
            lambda_named("fits_desktop", lambda page: fits(page, "desktop")),
            lambda_named("is_readable_in_the_light", lambda page: expect(not is_readable(page), is_readable(page))),
            ends_with_the_token])
        with_browser("no tokens", serve("--no-auth"), [comes_back_after_a_restart])
    finally:
        for service in services:
            service.stop()
    print(f"{'FAILED: ' + ', '.join(failed) if failed else 'passed'}, {time.monotonic() - started:.0f} s; "
          f"screenshots in {os.environ['JOBKIT_SCREENSHOTS']}")
    return 1 if failed else 0


def lambda_named(name, act):
    act.__name__ = name
    return act


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
