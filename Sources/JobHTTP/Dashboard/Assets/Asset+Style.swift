extension Asset {
    /// How pages look.
    static let styleText = #"""
        :root {
          color-scheme: light dark;
          --back: #f6f7f9; --card: #ffffff; --line: #e1e4ea; --line-strong: #c9ced8;
          --text: #1b1f29; --dim: #5b6475; --accent: #3d4bd0; --accent-text: #ffffff; --accent-soft: #eceefc;
          --good: #12703f; --good-soft: #e0f4e8; --bad: #b3261e; --bad-soft: #fce8e6; --warn: #855300; --warn-soft: #fdf0d5;
          --busy: #1257a8; --busy-soft: #e1eefc; --calm: #4a5263; --calm-soft: #eceef2; --odd: #7a2fa0; --odd-soft: #f4e8fa;
          --log-back: #11141b; --log-text: #d9dee8; --log-dim: #8f9bb0; --log-err: #ffb3ab; --log-line: #2a303c;
          --shadow: 0 1px 2px rgb(20 24 40 / 6%);
          --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --back: #0f1218; --card: #171b23; --line: #272d38; --line-strong: #3a4250;
            --text: #e6e9ef; --dim: #9aa4b5; --accent: #8f9bff; --accent-text: #10131d; --accent-soft: #232846;
            --good: #6fd69b; --good-soft: #143324; --bad: #ff9d94; --bad-soft: #42191a; --warn: #f0bf6b; --warn-soft: #3a2c0f;
            --busy: #84bdff; --busy-soft: #152f4d; --calm: #b4bccb; --calm-soft: #262c37; --odd: #dba6f5; --odd-soft: #37204a;
            --log-back: #0a0c11; --log-line: #272d38; --shadow: none;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; scroll-padding-top: 4rem; }
        body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--back); color: var(--text);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; }
        h1 { font-size: 1.45rem; line-height: 1.25; letter-spacing: -.01em; margin: 0; overflow-wrap: anywhere; }
        h2 { font-size: 1rem; margin: 0 0 .6rem; }
        p { margin: .5rem 0; }
        a { color: var(--accent); text-decoration: none; }
        a:hover { text-decoration: underline; }
        code, pre, textarea { font-family: var(--mono); font-size: .875em; }
        bdi { overflow-wrap: anywhere; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
        main:focus { outline: none; }
        .skip { position: absolute; left: .5rem; top: -4rem; z-index: 10; padding: .5rem .9rem; background: var(--accent);
          color: var(--accent-text); border-radius: 6px; }
        .skip:focus { top: .5rem; }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .dim { color: var(--dim); }
        .n, .number, time { font-variant-numeric: tabular-nums; }
        .grow { flex: 1; min-width: 0; }
        .sub { display: block; font-size: .85rem; font-weight: 400; }

        .top { position: sticky; top: 0; z-index: 5; background: var(--card); border-bottom: 1px solid var(--line); }
        .top-inner { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem; min-height: 3.25rem; display: flex; align-items: center;
          gap: 1.25rem; }
        .brand { display: flex; align-items: center; gap: .55rem; font-weight: 650; color: var(--text); font-size: 1.05rem; }
        .brand:hover { text-decoration: none; }
        .top nav { display: flex; gap: .15rem; align-self: stretch; overflow-x: auto; scrollbar-width: none; }
        .top nav a { display: flex; align-items: center; padding: 0 .75rem; color: var(--dim); font-weight: 500;
          border-bottom: 2px solid transparent; border-top: 2px solid transparent; white-space: nowrap; }
        .top nav a:hover { color: var(--text); text-decoration: none; }
        .top nav a[aria-current] { color: var(--text); border-bottom-color: var(--accent); }
        .top nav a:focus-visible { outline-offset: -3px; }
        .account { margin-left: auto; display: flex; align-items: center; gap: .75rem; white-space: nowrap; }
        .account form { margin: 0; }
        .who { max-width: 12rem; overflow: hidden; text-overflow: ellipsis; color: var(--dim); font-size: .9rem; }
        .live-state { font-size: .8rem; color: var(--dim); display: inline-flex; align-items: center; gap: .4rem; }
        .live-state[hidden] { display: none; }
        .live-state::before { content: ""; width: .5rem; height: .5rem; border-radius: 50%; background: var(--dim); }
        .live-state[data-kind="on"]::before { background: var(--good); }

        main { flex: 1; width: 100%; max-width: 76rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
        main > h1 { margin-bottom: 1.1rem; }
        .foot { max-width: 76rem; width: 100%; margin: 0 auto; padding: 1rem 1.25rem 1.5rem; display: flex; gap: 1rem;
          justify-content: space-between; flex-wrap: wrap; color: var(--dim); font-size: .8rem; }
        section { margin-bottom: 1.5rem; }
        .heading { display: flex; align-items: center; justify-content: space-between; gap: 1rem; margin-bottom: .6rem; }
        .heading h2 { margin: 0; }
        main > .heading { margin-bottom: 1.1rem; }
        .card, .columns > section, table, ol.steps-list, .facts, .files, .filters { background: var(--card);
          border: 1px solid var(--line); border-radius: 10px; box-shadow: var(--shadow); }
        .empty { color: var(--dim); background: var(--card); border: 1px dashed var(--line-strong); border-radius: 10px;
          padding: 1.25rem; text-align: center; margin: 0; }

        .totals { display: grid; grid-template-columns: repeat(9, minmax(0, 1fr)); gap: .6rem; }
        .total { display: flex; flex-direction: column; padding: .7rem .8rem; background: var(--card); border: 1px solid var(--line);
          border-radius: 10px; box-shadow: var(--shadow); color: var(--tone); border-top: 3px solid var(--tone); }
        .total:hover { text-decoration: none; border-color: var(--tone); }
        .total .number { font-size: 1.4rem; line-height: 1.3; font-weight: 650; white-space: nowrap; }
        .total .label { font-size: .8rem; color: var(--dim); }
        .total.none { border-top-color: var(--line-strong); color: var(--dim); }
        .columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.25rem; align-items: start; }
        .columns > section { padding: .9rem 1rem; margin: 0; }
        .columns .empty { border: 0; padding: .75rem; background: none; }
        .brief { list-style: none; margin: 0; padding: 0; }
        .brief li { display: flex; align-items: center; gap: .7rem; padding: .5rem 0; border-top: 1px solid var(--line); }
        .brief li:first-child { border-top: 0; }
        .brief .dim time { white-space: nowrap; font-size: .85rem; }
        .brief progress { width: 5rem; }
        .brief .sub, .list .sub { overflow: hidden; text-overflow: ellipsis; display: -webkit-box; -webkit-line-clamp: 2;
          -webkit-box-orient: vertical; }

        .s-succeeded, .s-working, .s-open { --tone: var(--good); --tone-soft: var(--good-soft); }
        .s-failed, .s-poisoned, .s-lost { --tone: var(--bad); --tone-soft: var(--bad-soft); }
        .s-running { --tone: var(--busy); --tone-soft: var(--busy-soft); }
        .s-retrying, .s-cancelling, .s-paused, .s-draining, .s-silent { --tone: var(--warn); --tone-soft: var(--warn-soft); }
        .s-scheduled, .s-snoozed { --tone: var(--odd); --tone-soft: var(--odd-soft); }
        .s-queued, .s-cancelled, .s-waiting, .s-skipped, .s-released, .s-interrupted { --tone: var(--calm); --tone-soft: var(--calm-soft); }
        .pill { display: inline-flex; align-items: center; gap: .4rem; padding: .1rem .6rem .1rem .5rem; border-radius: 99px;
          font-size: .8rem; font-weight: 550; line-height: 1.5; white-space: nowrap; color: var(--tone); background: var(--tone-soft); }
        .pill::before { content: ""; width: .5em; height: .5em; border-radius: 50%; background: currentColor; }
        .s-running.pill::before, .s-cancelling.pill::before { animation: pulse 1.6s ease-in-out infinite; }
        @keyframes pulse { 50% { opacity: .3; } }
        .tag { display: inline-block; max-width: 16rem; padding: 0 .45rem; border: 1px solid var(--line); border-radius: 5px; font-size: .78rem;
          line-height: 1.55; color: var(--dim); background: var(--back); vertical-align: middle; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .tag.warn { color: var(--warn); background: var(--warn-soft); border-color: transparent; }
        dd.tags { display: flex; flex-wrap: wrap; gap: .3rem; }
        td.tags .tag { margin: .1rem .2rem .1rem 0; }

        .scroll { overflow-x: auto; border-radius: 10px; }
        table { width: 100%; border-collapse: separate; border-spacing: 0; }
        th, td { text-align: left; padding: .55rem .8rem; border-top: 1px solid var(--line); vertical-align: middle; font-weight: 400; }
        thead th { border-top: 0; font-size: .8rem; font-weight: 550; color: var(--dim); white-space: nowrap; }
        tbody th { font-weight: 550; }
        tbody tr:hover { background: color-mix(in srgb, var(--accent-soft) 35%, transparent); }
        tbody tr:last-child > :first-child { border-bottom-left-radius: 9px; }
        tbody tr:last-child > :last-child { border-bottom-right-radius: 9px; }
        td.n, th.n { text-align: right; white-space: nowrap; }
        td.none { color: var(--dim); opacity: .7; }
        .numbers td a { color: inherit; }
        .numbers tbody th { min-width: 9rem; }
        .list .name { width: 40%; }
        .list .name > a:first-child { font-weight: 550; }
        td.status, td.progress, .list time { white-space: nowrap; }
        td.progress progress { width: 5rem; margin-right: .5rem; vertical-align: middle; }
        .steps { font-variant-numeric: tabular-nums; color: var(--dim); }
        td.act { text-align: right; }
        td form, .actions form, .inline { margin: 0; }
        .inline { display: flex; gap: .4rem; }
        .run { display: block; }
        .pages { display: flex; gap: .6rem; justify-content: flex-end; margin-top: 1rem; }
        .pages:empty { display: none; }

        progress { appearance: none; height: .45rem; border: 0; border-radius: 9px; overflow: hidden; background: var(--calm-soft); }
        progress::-webkit-progress-bar { background: var(--calm-soft); }
        progress::-webkit-progress-value { background: var(--accent); transition: width .3s; }
        progress::-moz-progress-bar { background: var(--accent); }

        button, .button { display: inline-flex; align-items: center; justify-content: center; min-height: 2.1rem; padding: .25rem .85rem;
          font: inherit; font-size: .9rem; font-weight: 550; color: var(--text); background: var(--card); border: 1px solid var(--line-strong);
          border-radius: 7px; cursor: pointer; white-space: nowrap; }
        button:hover, .button:hover { border-color: var(--dim); text-decoration: none; }
        .primary { background: var(--accent); border-color: var(--accent); color: var(--accent-text); }
        .primary:hover { filter: brightness(1.08); border-color: var(--accent); }
        .danger { color: var(--bad); border-color: color-mix(in srgb, var(--bad) 45%, var(--line)); }
        .danger.solid { background: var(--bad); border-color: var(--bad); color: var(--card); }
        .quiet { border-color: transparent; background: none; color: var(--dim); padding: .25rem .55rem; min-height: 1.8rem; font-weight: 500; }
        .quiet[aria-pressed="true"] { color: var(--accent); background: var(--accent-soft); }
        .quiet[hidden] { display: none; }
        .buttons { display: flex; gap: .6rem; align-items: center; }
        label { display: block; font-size: .8rem; font-weight: 550; color: var(--dim); margin-bottom: .25rem; }
        input, select, textarea { width: 100%; font: inherit; color: var(--text); background: var(--back); border: 1px solid var(--line-strong);
          border-radius: 7px; padding: .35rem .6rem; min-height: 2.1rem; }
        textarea { font-family: var(--mono); font-size: .875rem; line-height: 1.55; resize: vertical; tab-size: 2; padding: .7rem .8rem; }
        input::placeholder { color: var(--dim); opacity: .75; }
        [aria-invalid] { border-color: var(--bad); }
        .short { width: 7.5rem; }
        .card { padding: 1.25rem; }
        .login { max-width: 26rem; margin: 8vh auto 0; padding: 1.75rem; }
        .login button { width: 100%; margin-top: 1rem; min-height: 2.4rem; }
        .narrow { max-width: 40rem; margin: 6vh auto 0; }
        .filters { display: grid; grid-template-columns: minmax(0, 2.4fr) minmax(0, 1fr) minmax(0, 1fr) auto auto; gap: .8rem; align-items: end;
          padding: .9rem 1rem; margin-bottom: 1rem; }
        .filters .field { min-width: 0; }
        .filters input, .filters select { height: 2.25rem; }
        .more summary { cursor: pointer; color: var(--dim); font-size: .9rem; padding: .35rem 0; min-height: 2.1rem; white-space: nowrap; }
        .more[open] { grid-column: 1 / -1; grid-row: 2; }
        .more-fields { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .8rem; padding-top: .4rem; }

        .notice { padding: .7rem 1rem; border-radius: 8px; margin: 0 0 1rem; border-left: 4px solid; overflow-wrap: anywhere; }
        .notice p { margin: .15rem 0; }
        .notice.good { background: var(--good-soft); border-color: var(--good); color: var(--good); }
        .notice.bad { background: var(--bad-soft); border-color: var(--bad); }
        .notice .message { white-space: pre-wrap; }
        .faults { margin-top: .6rem; box-shadow: none; }
        .faults th code { font-weight: 550; overflow-wrap: anywhere; }
        .faults td { white-space: pre-wrap; overflow-wrap: anywhere; }

        .crumbs { margin: 0 0 .4rem; color: var(--dim); font-size: .875rem; overflow-wrap: anywhere; }
        .job-heading { justify-content: flex-start; flex-wrap: wrap; gap: .6rem .9rem; margin-bottom: .9rem; }
        .actions { margin-left: auto; display: flex; gap: .5rem; align-items: flex-start; flex-wrap: wrap; }
        .confirm { position: relative; }
        .confirm summary { list-style: none; }
        .confirm summary::-webkit-details-marker { display: none; }
        .confirm form { position: absolute; right: 0; top: calc(100% + .4rem); z-index: 4; width: 16rem; padding: .8rem 1rem 1rem; background: var(--card);
          border: 1px solid var(--line-strong); border-radius: 10px; box-shadow: 0 8px 24px rgb(0 0 0 / 18%); }
        .confirm form p { margin: 0 0 .7rem; font-size: .9rem; }
        .progress-line { display: flex; align-items: center; gap: .8rem; margin: 0 0 1rem; flex-wrap: wrap; }
        .progress-line progress { flex: 0 1 22rem; height: .55rem; }
        .job-grid { margin-top: 1.2rem; display: grid; grid-template-columns: minmax(0, 1fr) 19rem; gap: 1.5rem; align-items: start; }
        .steps-list { list-style: none; margin: 0; padding: 0; }
        .steps-list li { padding: .6rem .9rem; border-top: 1px solid var(--line); }
        .steps-list li:first-child { border-top: 0; }
        .step-line { display: grid; grid-template-columns: 7.2rem minmax(0, 1fr) auto auto 4.5rem; align-items: center; gap: .8rem; }
        .step-line .pill { justify-self: start; }
        .step-line .took { grid-column: -2; }
        .kind, .took { font-size: .875rem; }
        .took { text-align: right; }
        .steps-list details { margin-top: .35rem; }
        .steps-list summary { cursor: pointer; font-size: .875rem; }
        pre.json { max-height: 24rem; overflow: auto; margin: .4rem 0 0; padding: .7rem .9rem; background: var(--back); border: 1px solid var(--line);
          border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; }
        .facts { margin: 0; padding: .35rem 1rem; }
        .facts > div { display: grid; grid-template-columns: 6.8rem minmax(0, 1fr); gap: .6rem; padding: .42rem 0; border-top: 1px solid var(--line); }
        .facts > div:first-child { border-top: 0; }
        .facts dt { color: var(--dim); font-size: .875rem; }
        .facts dd { margin: 0; overflow-wrap: anywhere; }
        .files { list-style: none; margin: 0; padding: .3rem 1rem; }
        .files li { display: flex; justify-content: space-between; gap: 1rem; padding: .35rem 0; overflow-wrap: anywhere; }
        .log-tools { display: flex; align-items: center; gap: .4rem; font-size: .875rem; }
        .log { max-height: 34rem; min-height: 3rem; overflow: auto; margin: 0; padding: .8rem 1rem; background: var(--log-back); color: var(--log-text);
          border: 1px solid var(--log-line); border-radius: 10px; font-size: .8125rem; line-height: 1.55; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; }
        .log:empty { display: none; }
        .log.unwrapped { white-space: pre; overflow-wrap: normal; }
        .log span { unicode-bidi: isolate; }
        .log .stderr { color: var(--log-err); }
        .log .system { color: var(--log-dim); font-style: italic; }
        .log .mark { display: block; margin: .6rem -1rem .3rem; padding: .15rem 1rem; color: var(--log-dim); border-top: 1px solid var(--log-line); }
        .log .mark:first-child { margin-top: -.4rem; border-top: 0; }

        @media (max-width: 66rem) {
          .totals { grid-template-columns: repeat(5, minmax(0, 1fr)); }
          .job-grid { grid-template-columns: minmax(0, 1fr); }
        }
        @media (max-width: 44rem) {
          .top-inner { flex-wrap: wrap; gap: 0 1rem; padding: .4rem 1rem 0; }
          .top nav { order: 3; width: calc(100% + 1rem); margin: 0 -.5rem; min-height: 2.6rem; justify-content: space-between; }
          .top nav a { padding: 0 .5rem; font-size: .95rem; }
          .who { display: none; }
          main { padding: 1.1rem 1rem 2.5rem; }
          .totals { grid-template-columns: repeat(3, minmax(0, 1fr)); }
          .total { padding: .55rem .65rem; }
          .columns { grid-template-columns: minmax(0, 1fr); }
          .filters, .more-fields { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
          .filters .wide, .filters .more { grid-column: 1 / -1; }
          .more[open] { grid-row: auto; }
          .more-fields { grid-template-columns: minmax(0, 1fr); }
          button, .button, input, select { min-height: 2.6rem; }
          input, select, textarea { font-size: 16px; }
          .quiet { min-height: 2.2rem; }
          .list { background: none; border: 0; box-shadow: none; }
          .list thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .list, .list tbody { display: block; }
          .list tr { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem 1rem; background: var(--card); border: 1px solid var(--line);
            border-radius: 10px; padding: .75rem .9rem; margin-bottom: .6rem; }
          .list th, .list td { display: block; border: 0; padding: 0; text-align: left; }
          .list .name { width: auto; flex: 1 1 55%; min-width: 0; }
          .list th.name { flex-basis: 100%; }
          .list td[data-label]::before { content: attr(data-label); display: block; font-size: .72rem; color: var(--dim); }
          .list td[data-label] { font-size: .9rem; }
          .list td.act { margin-left: auto; }
          .step-line { grid-template-columns: auto minmax(0, 1fr) auto; gap: .3rem .8rem; }
          .step-line .kind { display: none; }
          .actions { margin-left: 0; width: 100%; }
          .confirm form { right: auto; left: 0; }
          .log { max-height: 70vh; font-size: .78rem; }
        }
        @media (prefers-reduced-motion: reduce) { *, *::before { animation: none !important; transition: none !important; } }
        @media (forced-colors: active) { .pill, .total, .tag { border: 1px solid; } }
        @media print { .top, .foot, .actions, .filters, .log-tools { display: none; } .log { max-height: none; } }

        """#
}
