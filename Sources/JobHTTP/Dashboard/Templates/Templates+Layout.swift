extension Templates {
    /// What all pages have around them.
    static let layout = #"""
        <!doctype html>
        <html lang="en" data-now="{{now}}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>{{title}} · JobKit</title>
        <link rel="icon" href="{{assets}}/{{icon}}" type="image/svg+xml">
        <link rel="stylesheet" href="{{assets}}/{{style}}">
        <script src="{{assets}}/{{script}}" defer></script>
        </head>
        <body{{#live}} data-live="{{live}}"{{/live}}>
        <a class="skip" href="#main">Skip to content</a>
        <header class="top">
        <div class="top-inner">
        <a class="brand" href="{{base}}/"><img src="{{assets}}/{{icon}}" alt="" width="24" height="24">JobKit</a>
        {{#account}}
        <nav aria-label="Main">
        {{#nav}}
        <a href="{{base}}{{path}}"{{#here}} aria-current="page"{{/here}}>{{label}}</a>
        {{/nav}}
        </nav>
        <div class="account">
        <span class="live-state" id="live-state" role="status" hidden></span>
        {{#signedIn}}
        <bdi class="who" title="Signed in with this token">{{who}}</bdi>
        <form method="post" action="{{base}}/logout"><input type="hidden" name="word" value="{{word}}"><button class="quiet">Sign out</button></form>
        {{/signedIn}}
        </div>
        {{/account}}
        </div>
        </header>
        <main id="main" tabindex="-1">
        {{#done}}
        <p class="notice good" role="status">{{done}}</p>
        {{/done}}
        {{$content}}{{/content}}
        </main>
        <footer class="foot"><span>JobKit {{version}}</span><span>All times in UTC where they are not relative</span></footer>
        </body>
        </html>

        """#

    /// A point in time or a length of time; the script keeps it up to date.
    static let time = #"<time datetime="{{iso}}" title="{{full}}" data-kind="{{kind}}">{{text}}</time>"#

    /// A status as a coloured label.
    static let pill = #"<span class="pill s-{{status}}">{{status}}</span>"#

    /// Why something was refused, with the fields that are to blame.
    static let notice = #"""
        <div class="notice bad" role="alert">
        <p><strong>{{headline}}</strong> {{detail}}</p>
        {{#hasErrors}}
        <table class="faults"><thead><tr><th scope="col">Field</th><th scope="col">What is wrong</th></tr></thead><tbody>
        {{#errors}}
        <tr><th scope="row"><code>{{path}}</code></th><td>{{message}}</td></tr>
        {{/errors}}
        </tbody></table>
        {{/hasErrors}}
        </div>

        """#

    static let problem = #"""
        {{<layout}}{{$content}}
        <div class="narrow">
        <h1>{{headline}}</h1>
        <p>{{detail}}</p>
        {{#hasErrors}}
        <table class="faults"><thead><tr><th scope="col">Field</th><th scope="col">What is wrong</th></tr></thead><tbody>
        {{#errors}}
        <tr><th scope="row"><code>{{path}}</code></th><td>{{message}}</td></tr>
        {{/errors}}
        </tbody></table>
        {{/hasErrors}}
        <p><a class="button" href="{{base}}{{back}}">{{backLabel}}</a></p>
        </div>
        {{/content}}{{/layout}}
        """#

    static let login = #"""
        {{<layout}}{{$content}}
        <div class="card login">
        <h1>Sign in</h1>
        <p class="dim">Paste an access token. <code>jobctl token create</code> makes one.</p>
        {{#failed}}
        <p class="notice bad" role="alert" id="fault">{{failed}}</p>
        {{/failed}}
        <form method="post" action="{{base}}/login">
        <input type="hidden" name="word" value="{{word}}">
        <input type="hidden" name="to" value="{{to}}">
        <label for="token">Token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" spellcheck="false" required autofocus placeholder="jk_…"{{#failed}} aria-invalid="true" aria-describedby="fault"{{/failed}}>
        <button class="primary">Sign in</button>
        </form>
        </div>
        {{/content}}{{/layout}}
        """#
}
