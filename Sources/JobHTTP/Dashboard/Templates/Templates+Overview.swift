extension Templates {
    static let overview = #"""
        {{<layout}}{{$content}}
        <h1>Overview</h1>
        <section class="totals" data-region="overview_totals" aria-label="Jobs by status">
        {{> overview_totals}}
        </section>
        <section data-region="overview_queues" aria-label="Queues">
        {{> overview_queues}}
        </section>
        <div class="columns" data-region="overview_lists">
        {{> overview_lists}}
        </div>
        {{/content}}{{/layout}}
        """#

    static let overviewTotals = #"""
        {{#totals}}
        <a class="total s-{{status}}{{#none}} none{{/none}}" href="{{base}}/jobs?status={{status}}"><span class="number">{{count}}</span><span class="label">{{status}}</span></a>
        {{/totals}}

        """#

    static let overviewQueues = #"""
        <div class="heading"><h2>Queues</h2><a href="{{base}}/queues">Manage</a></div>
        {{^hasQueues}}
        <p class="empty">No queues yet. A queue appears with its first job{{#maySubmit}}: <a href="{{base}}/submit">submit one</a>{{/maySubmit}}.</p>
        {{/hasQueues}}
        {{#hasQueues}}
        <div class="scroll"><table class="numbers">
        <thead><tr><th scope="col">Queue</th>{{#columns}}<th scope="col" class="n">{{.}}</th>{{/columns}}</tr></thead>
        <tbody>
        {{#queues}}
        <tr><th scope="row"><a href="{{base}}/jobs?queue={{link}}"><bdi>{{name}}</bdi></a>{{#paused}} <span class="tag warn">paused</span>{{/paused}}{{#limit}} <span class="tag">at most {{limit}}</span>{{/limit}}</th>{{#cells}}<td class="n{{#none}} none{{/none}}">{{#some}}<a href="{{base}}/jobs?queue={{link}}&amp;status={{status}}">{{count}}</a>{{/some}}{{#none}}0{{/none}}</td>{{/cells}}</tr>
        {{/queues}}
        </tbody></table></div>
        {{/hasQueues}}

        """#

    static let overviewLists = #"""
        <section aria-label="Running jobs">
        <div class="heading"><h2>Running now</h2><a href="{{base}}/jobs?status=running&amp;status=cancelling">All running</a></div>
        {{^hasRunning}}<p class="empty">Nothing runs at the moment.</p>{{/hasRunning}}
        {{#hasRunning}}
        <ul class="brief">
        {{#running}}
        <li>{{> pill}}<a class="grow" href="{{base}}/jobs/{{id}}"><bdi>{{name}}</bdi></a>{{#progress}}<progress max="100" value="{{percent}}" aria-label="Progress">{{percent}}%</progress>{{/progress}}<span class="dim">{{#took}}{{> time}}{{/took}}</span></li>
        {{/running}}
        </ul>
        {{/hasRunning}}
        </section>
        <section aria-label="Recent failures">
        <div class="heading"><h2>Recent failures</h2><a href="{{base}}/jobs?status=failed&amp;status=poisoned">All failures</a></div>
        {{^hasFailed}}<p class="empty">No failed jobs are kept.</p>{{/hasFailed}}
        {{#hasFailed}}
        <ul class="brief">
        {{#failed}}
        <li>{{> pill}}<span class="grow"><a href="{{base}}/jobs/{{id}}"><bdi>{{name}}</bdi></a>{{#failure}}<span class="sub dim"><bdi>{{message}}</bdi></span>{{/failure}}</span><span class="dim">{{#ended}}{{> time}}{{/ended}}</span></li>
        {{/failed}}
        </ul>
        {{/hasFailed}}
        </section>

        """#
}
