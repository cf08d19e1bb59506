internal import Mustache

/// The dashboard's templates, parsed once.
///
/// They are part of the program, so that it needs no files beside it.
struct Templates: Sendable {
    private let library: MustacheLibrary

    /// The templates of the dashboard.
    static let dashboard = Templates(texts: all)

    /// Parses templates by name; one that cannot be parsed is a fault of ours.
    init(texts: [String: String]) {
        MustacheContentTypes.register(EscapedHTML(), named: EscapedHTML.name)
        var library = MustacheLibrary()
        for (name, text) in texts {
            precondition(!text.contains("{{{") && !text.contains("{{&"), "\(name) shows something unescaped")
            do {
                // Parts begin again with Mustache's own escaping, so each must ask for ours.
                try library.register("{{% CONTENT_TYPE:\(EscapedHTML.name)}}" + text, named: name)
            } catch {
                preconditionFailure("the template \(name) cannot be parsed: \(error)")
            }
        }
        self.library = library
    }

    /// The HTML of a template.
    func render(_ view: View, _ name: String) -> String {
        guard let text = library.render(view, withTemplate: name) else {
            preconditionFailure("there is no template \(name)")
        }
        return text
    }

    /// The names of all templates and their texts.
    static let all: [String: String] = [
        "layout": layout, "time": time, "pill": pill, "notice": notice, "login": login, "problem": problem,
        "overview": overview, "overview_totals": overviewTotals, "overview_queues": overviewQueues,
        "overview_lists": overviewLists, "jobs": jobs, "jobs_table": jobsTable, "job_rows": jobRows,
        "job": job, "job_head": jobHead, "job_facts": jobFacts, "job_steps": jobSteps, "job_attempts": jobAttempts,
        "job_files": jobFiles, "job_log": jobLog, "log_lines": logLines, "queues": queues, "queues_table": queuesTable,
        "workers": workers, "workers_table": workersTable, "submit": submit,
    ]
}
