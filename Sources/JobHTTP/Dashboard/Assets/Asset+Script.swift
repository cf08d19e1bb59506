extension Asset {
    /// What keeps a page up to date; a page without it shows the same and is loaded again by hand.
    static let scriptText = #"""
        "use strict";
        (() => {
          const rough = (seconds) =>
            seconds < 60 ? `${seconds} s` : seconds < 3600 ? `${Math.floor(seconds / 60)} min`
            : seconds < 86400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`;
          const pair = (seconds, large, name, small, rest) => {
            const left = Math.floor((seconds % large) / small);
            return `${Math.floor(seconds / large)} ${name}` + (left ? ` ${left} ${rest}` : "");
          };
          const length = (ms) => {
            if (ms < 1000) return `${Math.max(0, Math.floor(ms))} ms`;
            if (ms < 10000) return `${Math.floor(ms / 1000)}.${Math.floor((ms % 1000) / 100)} s`;
            const seconds = Math.floor(ms / 1000);
            return seconds < 60 ? `${seconds} s` : seconds < 3600 ? pair(seconds, 60, "min", 1, "s")
              : seconds < 86400 ? pair(seconds, 3600, "h", 60, "min") : pair(seconds, 86400, "d", 3600, "h");
          };
          // The text of a time comes right from the server; only what has changed since is counted here, so that a
          // wrong clock of this computer shows nothing wrong.
          const born = new WeakMap();
          const clock = (root) => {
            for (const time of root.querySelectorAll("time[data-kind]")) {
              if (time.dataset.kind === "was") continue;
              if (!born.has(time)) born.set(time, { at: Date.now(), offset: offset(time) });
              const { at, offset: start } = born.get(time);
              if (start === null) continue;
              const ms = start + Date.now() - at;
              const text = time.dataset.kind === "since" ? length(ms - (ms % 1000))
                : Math.abs(ms) < 5000 ? "just now" : ms > 0 ? `${rough(Math.floor(ms / 1000))} ago`
                : `in ${rough(Math.floor(-ms / 1000))}`;
              if (Math.abs(Date.now() - at) >= 1000 && time.textContent !== text) time.textContent = text;
            }
          };
          const skew = (() => {
            const now = Date.parse(document.documentElement.dataset.now ?? "");
            return Number.isNaN(now) ? 0 : now - Date.now();
          })();
          const offset = (time) => {
            const at = Date.parse(time.dateTime);
            return Number.isNaN(at) ? null : Date.now() + skew - at;
          };
          setInterval(() => { if (!document.hidden) clock(document); }, 1000);
          clock(document);

          const log = document.getElementById("log");
          const follow = document.getElementById("log-follow");
          const wrap = document.getElementById("log-wrap");
          const mostPieces = 4000;
          const pressed = (button) => button?.getAttribute("aria-pressed") === "true";
          const press = (button, on) => button?.setAttribute("aria-pressed", String(on));
          const toEnd = () => { log.scrollTop = log.scrollHeight; };
          if (log) {
            wrap.hidden = false;
            wrap.addEventListener("click", () => {
              press(wrap, !pressed(wrap));
              log.classList.toggle("unwrapped", !pressed(wrap));
            });
            follow.addEventListener("click", () => { press(follow, !pressed(follow)); if (pressed(follow)) toEnd(); });
            // Whoever scrolls up reads; whoever comes back to the end follows.
            log.addEventListener("scroll", () => {
              press(follow, log.scrollHeight - log.scrollTop - log.clientHeight < 40);
            }, { passive: true });
          }

          // Two forms of a part are the same when they differ in nothing but the text of times and what is unfolded.
          const plain = (html) => {
            const copy = document.createElement("template");
            copy.innerHTML = html;
            for (const time of copy.content.querySelectorAll("time")) time.textContent = "";
            for (const one of copy.content.querySelectorAll("details[open]")) one.removeAttribute("open");
            return copy.innerHTML.trim();
          };
          const show = (name, html) => {
            const region = document.querySelector(`[data-region="${CSS.escape(name)}"]`);
            if (!region || plain(region.innerHTML) === plain(html)) return;
            const active = document.activeElement;
            const isInside = active && region.contains(active);
            // A field that is being filled in is not taken away under the writer's hands.
            if (isInside && active.matches("input, textarea, select")) {
              active.addEventListener("blur", () => setTimeout(() => show(name, html), 1000), { once: true });
              return;
            }
            const open = [...region.querySelectorAll("details[open][id]")].map((one) => one.id);
            const focus = isInside ? [...region.querySelectorAll("a, button, summary")].indexOf(active) : -1;
            region.innerHTML = html;
            for (const id of open) document.getElementById(id)?.setAttribute("open", "");
            if (focus >= 0) region.querySelectorAll("a, button, summary")[focus]?.focus({ preventScroll: true });
            clock(region);
          };
          const append = ({ html, position }) => {
            if (!log) return;
            log.insertAdjacentHTML("beforeend", html);
            log.dataset.position = position;
            document.getElementById("log-empty")?.remove();
            while (log.childElementCount > mostPieces) log.firstElementChild.remove();
            if (pressed(follow)) toEnd();
          };

          const path = document.body.dataset.live;
          const state = document.getElementById("live-state");
          if (!path || !window.EventSource || !state) return;
          document.getElementById("log-more")?.remove();
          if (log) { follow.hidden = false; toEnd(); }
          let source = null;
          let ended = false;
          const tell = (kind, text) => {
            state.hidden = false;
            state.dataset.kind = kind;
            if (state.textContent !== text) state.textContent = text;
          };
          const close = () => { source?.close(); source = null; };
          const refused = async () => {
            try {
              const page = await fetch(location.href, { method: "HEAD", redirect: "manual" });
              // The way to the login form: the session has ended.
              if (page.type === "opaqueredirect") return location.reload();
            } catch { /* The server is away. */ }
            setTimeout(() => { if (!document.hidden) open(); }, 5000);
          };
          const open = () => {
            if (source || ended) return;
            const url = new URL(path, location.href);
            if (log) url.searchParams.set("log", log.dataset.position);
            source = new EventSource(url);
            source.addEventListener("open", () => tell("on", "Live"));
            source.addEventListener("error", () => {
              tell("off", "Reconnecting");
              // A source that lost its server tries again by itself; one that was refused does not.
              if (source?.readyState === EventSource.CLOSED) { close(); refused(); }
            });
            source.addEventListener("region", (event) => {
              const { name, html } = JSON.parse(event.data);
              show(name, html);
            });
            source.addEventListener("log", (event) => append(JSON.parse(event.data)));
            source.addEventListener("end", (event) => {
              ended = true;
              close();
              const { reason } = JSON.parse(event.data);
              if (reason === "session") location.reload();
              else tell("off", reason === "gone" ? "Deleted" : "Finished");
            });
          };
          // Browsers open few connections to one server; pages that nobody sees need none.
          document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else open(); });
          addEventListener("pagehide", close);
          addEventListener("pageshow", open);
          if (!document.hidden) open();
        })();

        """#
}
