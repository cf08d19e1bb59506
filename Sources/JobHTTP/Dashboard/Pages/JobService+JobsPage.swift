internal import HTTPTypes
internal import JobCore

extension JobService {
    /// The list of jobs that the page's filters let pass.
    func jobsScreen(_ visitor: Visitor, query: String?) async throws -> Screen {
        let now = time.now
        var view = searchFields(query)
        let counts = try await store.counts()
        view["queueNames"] = Self.queueNames(counts, [:], for: visitor.principal).prefix(200).map { $0 }
        view["fault"] = View?.none
        var screen = Screen(title: "Jobs", template: "jobs", section: .jobs, view: view, regions: ["jobs_table"])
        var page = JobPage(jobs: [], next: nil)
        do {
            let search = try JobSearch(query: query)
            let listing = search.listing
            page = try await visibleJobs(listing.filter, after: listing.after, limit: listing.limit, for: visitor)
            let base = "\(configuration.pathPrefix)/jobs?"
            screen.view["next"] = page.next.map { base + search.query(after: $0) }
            screen.view["first"] = listing.after.map { _ in base + search.query(after: nil) }
            // Older pages stay as they are, so that nobody loses their place.
            if listing.after == nil { screen.live = "/live/jobs?" + search.query(after: nil) }
        } catch let problem as Problem where problem.status == .badRequest {
            screen.view["fault"] = View.notice("This filter does not work.", problem)
            screen.view["next"] = String?.none
            screen.view["first"] = String?.none
        }
        screen.view["hasJobs"] = !page.jobs.isEmpty
        screen.view["rows"] = page.jobs.map { View.row(of: $0, now: now) }
        return screen
    }

    private func searchFields(_ query: String?) -> View {
        let names = ["q", "queue", "tag", "from", "before"]
        var view = View(
            Dictionary(uniqueKeysWithValues: names.map { ($0, JobSearch.value($0, in: query) as any ViewValue) }))
        if let name = Optional(JobSearch.value("name", in: query)), !name.isEmpty { view["q"] = name }
        let chosen = JobSearch.value("status", in: query)
        view["statuses"] = JobStatus.allCases.map { status in
            View(["value": status.rawValue, "label": status.rawValue, "chosen": status.rawValue == chosen])
        }
        view["moreOpen"] = ["tag", "from", "before"].contains { !JobSearch.value($0, in: query).isEmpty }
        view["filtered"] = ["q", "name", "status", "queue", "tag", "from", "before"].contains {
            !JobSearch.value($0, in: query).isEmpty
        }
        return view
    }
}
