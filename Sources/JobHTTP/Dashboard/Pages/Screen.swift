internal import JobCore

/// One page as it is to be shown, or kept up to date.
struct Screen: Sendable {
    /// The page's name in the window's title.
    var title: String
    /// The template of the whole page.
    var template: String
    /// The entry of the navigation that the page belongs to.
    var section: Section?
    /// What the templates show.
    var view: View
    /// The parts that are sent again when they change, each a template of its own.
    var regions: [String] = []
    /// The path of the page's stream below the dashboard; nil when the page does not change.
    var live: String?

    /// The entries of the navigation.
    enum Section: String, CaseIterable {
        case overview = "Overview"
        case jobs = "Jobs"
        case queues = "Queues"
        case workers = "Workers"
        case submit = "Submit"

        var path: String {
            switch self {
            case .overview: "/"
            case .jobs: "/jobs"
            case .queues: "/queues"
            case .workers: "/workers"
            case .submit: "/submit"
            }
        }
    }
}

/// Somebody who looks at the dashboard.
struct Visitor: Sendable {
    /// Who it is, and what that allows.
    var principal: Principal
    /// What the forms of this browser must repeat; nil for callers without a cookie, which get no forms.
    var word: String?
    /// Whether there is a session that can be ended.
    var isSignedIn: Bool

    var maySubmit: Bool { word != nil && principal.has(.submit) }
    var mayAdminister: Bool { word != nil && principal.has(.admin) }
}

extension JobService {
    /// What all templates can show of the visitor and the service.
    func frame(_ visitor: Visitor?, title: String, section: Screen.Section? = nil) -> View {
        var view = View([
            "title": title, "base": configuration.pathPrefix, "assets": "\(configuration.pathPrefix)/assets",
            "style": Asset.style.name, "script": Asset.script.name, "icon": Asset.icon.name,
            "version": configuration.version, "now": time.now.description, "live": String?.none, "done": String?.none,
            "account": visitor != nil, "signedIn": visitor?.isSignedIn ?? false, "who": visitor?.principal.name ?? "",
            "word": visitor?.word ?? "", "maySubmit": visitor?.maySubmit ?? false,
            "mayAdminister": visitor?.mayAdminister ?? false,
        ])
        if let visitor {
            view["nav"] = Screen.Section.allCases.filter { $0 != .submit || visitor.maySubmit }.map { entry in
                View(["label": entry.rawValue, "path": entry.path, "here": entry == section])
            }
        }
        return view
    }
}
