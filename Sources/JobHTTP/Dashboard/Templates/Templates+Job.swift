extension Templates {
    static let job = #"""
        {{<layout}}{{$content}}
        <p class="crumbs"><a href="{{base}}/jobs">Jobs</a> <span aria-hidden="true">/</span> <code>{{id}}</code></p>
        <div data-region="job_head">
        {{> job_head}}
        </div>
        <div class="job-grid">
        <div>
        <section data-region="job_steps" aria-label="Steps">
        {{> job_steps}}
        </section>
        {{> job_log}}
        <section data-region="job_attempts" aria-label="Attempts">
        {{> job_attempts}}
        </section>
        </div>
        <aside>
        <section data-region="job_facts" aria-label="Facts">
        {{> job_facts}}
        </section>
        <section data-region="job_files" aria-label="Artifacts">
        {{> job_files}}
        </section>
        </aside>
        </div>
        {{/content}}{{/layout}}
        """#

    static let jobHead = #"""
        <div class="heading job-heading"><h1><bdi>{{name}}</bdi></h1>{{> pill}}
        <div class="actions">
        {{#mayCancel}}
        <form method="post" action="{{base}}/jobs/{{id}}/cancel"><input type="hidden" name="word" value="{{word}}"><button class="danger">Cancel</button></form>
        {{/mayCancel}}
        {{#mayRetry}}
        <form method="post" action="{{base}}/jobs/{{id}}/retry"><input type="hidden" name="word" value="{{word}}"><button class="primary">Retry</button></form>
        {{/mayRetry}}
        {{#mayDelete}}
        <details class="confirm" id="confirm-delete"><summary class="button danger">Delete…</summary>
        <form method="post" action="{{base}}/jobs/{{id}}/delete"><input type="hidden" name="word" value="{{word}}"><p>The job goes, with its log, outputs and artifacts.</p><button class="danger solid">Delete for good</button></form>
        </details>
        {{/mayDelete}}
        </div>
        </div>
        {{#waits}}
        <p class="dim">{{why}} {{#until}}{{> time}}{{/until}}</p>
        {{/waits}}
        {{#failure}}
        <div class="notice bad"><p><code>{{code}}</code>{{#step}} in step <strong><bdi>{{step}}</bdi></strong>{{/step}}</p><p class="message"><bdi>{{message}}</bdi></p></div>
        {{/failure}}
        {{#progress}}
        <div class="progress-line"><progress max="100" value="{{percent}}" aria-label="Progress">{{percent}}%</progress><span class="n">{{percent}}%</span>{{#message}}<bdi class="dim">{{message}}</bdi>{{/message}}</div>
        {{/progress}}
        {{#progressText}}
        <p class="dim"><bdi>{{progressText}}</bdi></p>
        {{/progressText}}

        """#

    static let jobFacts = #"""
        <h2>Facts</h2>
        <dl class="facts">
        <div><dt>Queue</dt><dd><a href="{{base}}/jobs?queue={{queueLink}}"><bdi>{{queue}}</bdi></a></dd></div>
        <div><dt>Created</dt><dd>{{#created}}{{> time}}{{/created}}</dd></div>
        {{#started}}
        <div><dt>Started</dt><dd>{{> time}}</dd></div>
        {{/started}}
        {{#ended}}
        <div><dt>Finished</dt><dd>{{> time}}</dd></div>
        {{/ended}}
        {{#took}}
        <div><dt>{{#isLive}}Runs for{{/isLive}}{{^isLive}}Took{{/isLive}}</dt><dd>{{> time}}</dd></div>
        {{/took}}
        {{#worker}}
        <div><dt>Worker</dt><dd><bdi>{{worker}}</bdi></dd></div>
        {{/worker}}
        {{#facts}}
        <div><dt>{{label}}</dt><dd><bdi>{{value}}</bdi></dd></div>
        {{/facts}}
        {{#hasTags}}
        <div><dt>Tags</dt><dd class="tags">{{#tags}}<a class="tag" href="{{base}}/jobs?tag={{link}}"><bdi>{{text}}</bdi></a>{{/tags}}</dd></div>
        {{/hasTags}}
        {{#callbacks}}
        <div><dt>Callbacks</dt><dd><a href="{{base}}/jobs?tag=callbackFor:{{id}}">{{callbacks}}</a></dd></div>
        {{/callbacks}}
        </dl>

        """#

    static let jobSteps = #"""
        <h2>Steps</h2>
        <ol class="steps-list">
        {{#steps}}
        <li>
        <div class="step-line">{{> pill}}<strong class="grow"><bdi>{{name}}</bdi></strong><span class="dim kind"><bdi>{{kind}}</bdi></span>{{#attempts}}<span class="dim">{{attempts}}</span>{{/attempts}}<span class="n took">{{#took}}{{> time}}{{/took}}</span></div>
        {{#output}}
        <details id="output-{{index}}"><summary>Output{{#brief}} <span class="dim">{{brief}}</span>{{/brief}}</summary><pre class="json" tabindex="0">{{text}}</pre>{{#cut}}<p class="dim">Cut. <a href="{{base}}/v1/jobs/{{id}}/steps/{{link}}/output">The whole output as JSON</a></p>{{/cut}}</details>
        {{/output}}
        </li>
        {{/steps}}
        </ol>

        """#

    static let jobAttempts = #"""
        {{#hasAttempts}}
        <h2>Attempts</h2>
        <table class="list attempts">
        <thead><tr><th scope="col" class="n">No.</th><th scope="col">Outcome</th><th scope="col">Worker</th><th scope="col">Started</th><th scope="col" class="n">Took</th></tr></thead>
        <tbody>
        {{#attempts}}
        <tr><td class="n" data-label="No.">{{number}}</td><td data-label="Outcome">{{> pill}}{{#message}}<span class="sub dim"><bdi>{{message}}</bdi></span>{{/message}}</td><td data-label="Worker"><bdi>{{worker}}</bdi></td><td data-label="Started">{{#started}}{{> time}}{{/started}}</td><td class="n" data-label="Took">{{#took}}{{> time}}{{/took}}</td></tr>
        {{/attempts}}
        </tbody></table>
        {{/hasAttempts}}

        """#

    static let jobFiles = #"""
        {{#hasFiles}}
        <h2>Artifacts</h2>
        <ul class="files">
        {{#files}}
        <li><a href="{{base}}/v1/jobs/{{id}}/artifacts/{{name}}" download>{{name}}</a><span class="dim n">{{size}}</span></li>
        {{/files}}
        </ul>
        {{/hasFiles}}

        """#

    static let jobLog = #"""
        <section class="log-section" aria-label="Log">
        <div class="heading"><h2>Log</h2><div class="log-tools"><button type="button" class="quiet" id="log-wrap" aria-pressed="true" hidden>Wrap</button><button type="button" class="quiet" id="log-follow" aria-pressed="true" hidden>Follow</button><a href="{{base}}/v1/jobs/{{id}}/logs">Plain text</a></div></div>
        {{#logEarlier}}
        <p class="dim">This is a later part. <a href="{{logEarlier}}">From the beginning</a></p>
        {{/logEarlier}}
        <pre class="log" id="log" tabindex="0" role="log" aria-live="off" aria-label="Output of the job" data-position="{{logPosition}}">{{> log_lines}}</pre>
        {{^hasLog}}
        <p class="empty" id="log-empty">Nothing was printed{{#isLive}} yet{{/isLive}}.</p>
        {{/hasLog}}
        {{#logNext}}
        <p id="log-more"><a class="button" href="{{logNext}}">Next part</a></p>
        {{/logNext}}
        </section>

        """#

    static let logLines = #"{{#log}}<span class="{{kind}}">{{text}}</span>{{/log}}"#
}
