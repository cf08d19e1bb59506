extension Templates {
    static let jobs = #"""
        {{<layout}}{{$content}}
        <div class="heading"><h1>Jobs</h1>{{#maySubmit}}<a class="button primary" href="{{base}}/submit">Submit a job</a>{{/maySubmit}}</div>
        {{#fault}}
        {{> notice}}
        {{/fault}}
        <form class="filters" method="get" action="{{base}}/jobs" role="search">
        <div class="field wide"><label for="q">Search</label><input id="q" name="q" type="search" value="{{q}}" placeholder="Id, exact name, or tag as key:value" autocomplete="off" spellcheck="false"></div>
        <div class="field"><label for="status">Status</label><select id="status" name="status"><option value="">Any</option>{{#statuses}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{label}}</option>{{/statuses}}</select></div>
        <div class="field"><label for="queue">Queue</label><input id="queue" name="queue" value="{{queue}}" list="queue-names" placeholder="Any" autocomplete="off" spellcheck="false"><datalist id="queue-names">{{#queueNames}}<option value="{{.}}"></option>{{/queueNames}}</datalist></div>
        <details class="more"{{#moreOpen}} open{{/moreOpen}}><summary>Tag and time</summary>
        <div class="more-fields">
        <div class="field"><label for="tag">Tag</label><input id="tag" name="tag" value="{{tag}}" placeholder="key:value" autocomplete="off" spellcheck="false"></div>
        <div class="field"><label for="from">Created from (UTC)</label><input id="from" name="from" type="datetime-local" step="1" value="{{from}}"></div>
        <div class="field"><label for="before">Created before (UTC)</label><input id="before" name="before" type="datetime-local" step="1" value="{{before}}"></div>
        </div></details>
        <div class="buttons"><button class="primary">Show</button>{{#filtered}}<a class="button" href="{{base}}/jobs">Clear</a>{{/filtered}}</div>
        </form>
        <div data-region="jobs_table">
        {{> jobs_table}}
        </div>
        {{/content}}{{/layout}}
        """#

    static let jobsTable = #"""
        {{^hasJobs}}
        <p class="empty">{{#filtered}}No job matches.{{/filtered}}{{^filtered}}There are no jobs yet.{{/filtered}}</p>
        {{/hasJobs}}
        {{#hasJobs}}
        <table class="list">
        <thead><tr><th scope="col">Status</th><th scope="col">Job</th><th scope="col">Queue</th><th scope="col">Progress</th><th scope="col">Created</th><th scope="col" class="n">Took</th></tr></thead>
        <tbody>
        {{> job_rows}}
        </tbody></table>
        {{/hasJobs}}
        <nav class="pages" aria-label="Pages">{{#first}}<a class="button" href="{{first}}">Newest</a>{{/first}}{{#next}}<a class="button" rel="next" href="{{next}}">Older</a>{{/next}}</nav>

        """#

    static let jobRows = #"""
        {{#rows}}
        <tr>
        <td class="status">{{> pill}}</td>
        <td class="name"><a href="{{base}}/jobs/{{id}}"><bdi>{{name}}</bdi></a>{{#tags}} <a class="tag" href="{{base}}/jobs?tag={{link}}"><bdi>{{text}}</bdi></a>{{/tags}}{{#failure}}<span class="sub dim"><bdi>{{message}}</bdi></span>{{/failure}}</td>
        <td data-label="Queue"><bdi>{{queue}}</bdi></td>
        <td data-label="Progress" class="progress">{{#progress}}<progress max="100" value="{{percent}}" aria-label="Progress">{{percent}}%</progress>{{/progress}}<span class="steps">{{stepsDone}}/{{stepCount}}</span>{{#retried}} <span class="dim">attempt {{attempt}}</span>{{/retried}}</td>
        <td data-label="Created">{{#created}}{{> time}}{{/created}}</td>
        <td data-label="Took" class="n">{{#took}}{{> time}}{{/took}}{{^took}}<span class="dim">–</span>{{/took}}</td>
        </tr>
        {{/rows}}

        """#
}
