extension Templates {
    static let queues = #"""
        {{<layout}}{{$content}}
        <h1>Queues</h1>
        <div data-region="queues_table">
        {{> queues_table}}
        </div>
        {{/content}}{{/layout}}
        """#

    static let queuesTable = #"""
        {{^hasQueues}}<p class="empty">No queues yet. A queue appears with its first job.</p>{{/hasQueues}}
        {{#hasQueues}}
        <table class="list">
        <thead><tr><th scope="col">Queue</th><th scope="col">State</th><th scope="col" class="n">Waiting</th><th scope="col" class="n">Running</th><th scope="col" class="n">Failed</th><th scope="col">At most at once</th>{{#mayAdminister}}<th scope="col"><span class="unseen">Actions</span></th>{{/mayAdminister}}</tr></thead>
        <tbody>
        {{#queues}}
        <tr>
        <th scope="row" class="name"><a href="{{base}}/jobs?queue={{link}}"><bdi>{{name}}</bdi></a></th>
        <td data-label="State">{{#paused}}<span class="pill s-paused">paused</span>{{/paused}}{{^paused}}<span class="pill s-open">open</span>{{/paused}}</td>
        <td data-label="Waiting" class="n">{{waiting}}</td>
        <td data-label="Running" class="n">{{running}}</td>
        <td data-label="Failed" class="n">{{failed}}</td>
        <td data-label="At most at once">{{#mayAdminister}}<form class="inline" method="post" action="{{base}}/queues/{{link}}/concurrency"><input type="hidden" name="word" value="{{word}}"><input class="short" id="limit-{{index}}" name="concurrency" type="number" min="1" max="1000000" inputmode="numeric" value="{{limit}}" placeholder="no limit" aria-label="Most running jobs of {{name}}"><button>Set</button></form>{{/mayAdminister}}{{^mayAdminister}}{{#limit}}{{limit}}{{/limit}}{{^limit}}no limit{{/limit}}{{/mayAdminister}}</td>
        {{#mayAdminister}}
        <td class="act">{{#paused}}<form method="post" action="{{base}}/queues/{{link}}/resume"><input type="hidden" name="word" value="{{word}}"><button class="primary">Resume</button></form>{{/paused}}{{^paused}}<form method="post" action="{{base}}/queues/{{link}}/pause"><input type="hidden" name="word" value="{{word}}"><button>Pause</button></form>{{/paused}}</td>
        {{/mayAdminister}}
        </tr>
        {{/queues}}
        </tbody></table>
        <p class="dim">A paused queue hands out no jobs; what runs goes on. The limit counts running jobs over all workers.</p>
        {{/hasQueues}}

        """#

    static let workers = #"""
        {{<layout}}{{$content}}
        <h1>Workers</h1>
        <div data-region="workers_table">
        {{> workers_table}}
        </div>
        {{/content}}{{/layout}}
        """#

    static let workersTable = #"""
        {{^hasWorkers}}<p class="empty">No worker has been seen in the last 24 hours. <code>jobctl worker</code> starts one.</p>{{/hasWorkers}}
        {{#hasWorkers}}
        <table class="list">
        <thead><tr><th scope="col">Worker</th><th scope="col">State</th><th scope="col">Last seen</th><th scope="col">Queues</th><th scope="col" class="n">Busy</th><th scope="col">Runs</th>{{#mayAdminister}}<th scope="col"><span class="unseen">Actions</span></th>{{/mayAdminister}}</tr></thead>
        <tbody>
        {{#workers}}
        <tr>
        <th scope="row" class="name"><bdi>{{name}}</bdi><span class="sub dim"><bdi>{{place}}</bdi></span></th>
        <td data-label="State"><span class="pill s-{{state}}">{{state}}</span>{{#notice}}<span class="sub dim">{{word}}{{#when}} {{> time}}{{/when}} <bdi>{{message}}</bdi></span>{{/notice}}</td>
        <td data-label="Last seen">{{#seen}}{{> time}}{{/seen}}</td>
        <td data-label="Queues" class="tags">{{#queues}}<a class="tag" href="{{base}}/jobs?queue={{link}}"><bdi>{{name}}</bdi></a>{{/queues}}{{#moreQueues}}<span class="dim">and {{moreQueues}} more</span>{{/moreQueues}}</td>
        <td data-label="Busy" class="n">{{busy}}/{{slots}}</td>
        <td data-label="Runs">{{#jobs}}<a class="run" href="{{base}}/jobs/{{id}}"><bdi>{{name}}</bdi></a>{{/jobs}}{{#moreJobs}}<span class="dim">and {{moreJobs}} more</span>{{/moreJobs}}{{^jobs}}<span class="dim">–</span>{{/jobs}}</td>
        {{#mayAdminister}}
        <td class="act">{{#mayDrain}}<form method="post" action="{{base}}/workers/{{link}}/drain"><input type="hidden" name="word" value="{{word}}"><button>Drain</button></form>{{/mayDrain}}</td>
        {{/mayAdminister}}
        </tr>
        {{/workers}}
        </tbody></table>
        <p class="dim">A worker that drains claims nothing more, finishes what it runs, and ends. It hears of it within 20 s.</p>
        {{/hasWorkers}}

        """#

    static let submit = #"""
        {{<layout}}{{$content}}
        <h1>Submit a job</h1>
        {{#fault}}
        {{> notice}}
        {{/fault}}
        <form class="card submit" method="post" action="{{base}}/submit">
        <input type="hidden" name="word" value="{{word}}">
        <input type="hidden" name="key" value="{{key}}">
        <label for="file">Job file{{#takesYAML}}, YAML or JSON{{/takesYAML}}{{^takesYAML}}, JSON{{/takesYAML}}</label>
        <textarea id="file" name="file" rows="18" spellcheck="false" autocapitalize="off" autocomplete="off" required{{#fault}} aria-invalid="true"{{/fault}}>
        {{file}}</textarea>
        <p class="dim">Steps that this server takes: {{kinds}}.</p>
        <div class="buttons"><button class="primary">Submit</button><a class="button" href="{{base}}/jobs">Back</a></div>
        </form>
        {{/content}}{{/layout}}
        """#
}
