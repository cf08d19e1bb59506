internal import JobCore
internal import JobSQLite

/// What `jobctl doctor` looks at in the store.
struct StoreCheckups {
    let location: StoreLocation
    let time: TimeSource

    /// The library, the store itself, and for a file its folder and disk.
    func all() async -> [Checkup] {
        [Checkup(name: "sqlite", verdict: .ok, finding: SQLiteQueue.libraryDescription)] + (await store())
    }

    private func store() async -> [Checkup] {
        if case .server(let url, _) = location { return [await server(url)] }
        guard case .sqlite(let path) = location else {
            return [
                Checkup(
                    name: "store", verdict: .warn, finding: location.text,
                    advice: "its jobs end with the process; use sqlite:PATH to keep them")
            ]
        }
        let folder = Self.folder(of: path)
        var checkups = [await store(path)]
        if let checkup = Self.privacy(folder) { checkups.append(checkup) }
        if let checkup = Self.disk(folder) { checkups.append(checkup) }
        return checkups
    }

    private func store(_ path: String) async -> Checkup {
        guard ProcessEnvironment.exists(path) else { return missing(path) }
        guard access(path, W_OK) == 0 else {
            return Checkup(
                name: "store", verdict: .fail, finding: "\(path) cannot be written",
                advice: "change its owner or mode, or name another store with --store")
        }
        do {
            return try await location.withStore(.existing) { store in
                let counts = try await store.counts()
                let newest = try await store.page(JobFilter(), after: nil, limit: 1).jobs.first
                if let newest, newest.createdAt > time.now + .seconds(60) {
                    return Checkup(
                        name: "store", verdict: .warn, finding: "its newest job is from \(newest.createdAt.shortText)",
                        advice: "the clock was set back; jobs and leases may wait until it has caught up")
                }
                return Checkup(
                    name: "store", verdict: .ok, finding: "\(path), \(counts.unfinished) unfinished jobs")
            }
        } catch {
            return Checkup(
                name: "store", verdict: .fail, finding: CommandFailure(error)?.lines.first ?? "\(error)",
                advice: "mend the file, or name another store with --store")
        }
    }

    private func server(_ url: String) async -> Checkup {
        do {
            let counts = try await location.withStore(.existing) { try await $0.counts() }
            return Checkup(name: "store", verdict: .ok, finding: "\(url), \(counts.unfinished) unfinished jobs")
        } catch {
            return Checkup(
                name: "store", verdict: .fail, finding: CommandFailure(error)?.lines.first ?? "\(error)",
                advice: "check the URL, that the server runs, and that the token may read")
        }
    }

    /// A store is made on first use, if its folder or one above it allows that.
    private func missing(_ path: String) -> Checkup {
        var folder = Self.folder(of: path)
        while !ProcessEnvironment.exists(folder), folder != "/", folder != "." { folder = Self.folder(of: folder) }
        if access(folder, W_OK) == 0 {
            return Checkup(name: "store", verdict: .ok, finding: "\(path) will be made on first use")
        }
        return Checkup(
            name: "store", verdict: .fail, finding: "\(path) cannot be made: \(folder) is not writable",
            advice: "name another store with --store or JOBCTL_STORE")
    }

    private static func privacy(_ folder: String) -> Checkup? {
        var status = stat()
        guard stat(folder, &status) == 0 else { return nil }
        // Job files may hold secrets, and a folder's readers may read the store's helper files.
        if status.st_mode & 0o002 != 0, status.st_mode & 0o1000 == 0 {
            return Checkup(
                name: "folder", verdict: .warn, finding: "\(folder) is writable by everybody",
                advice: "chmod 700 \(folder)")
        }
        return Checkup(name: "folder", verdict: .ok, finding: folder)
    }

    private static func disk(_ folder: String) -> Checkup? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        let free = ByteCount(Int64(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize)))
        let text = "\(free.bytes >> 20) MiB free in \(folder)"
        if free < .mebibytes(16) {
            return Checkup(
                name: "disk", verdict: .fail, finding: text, advice: "free some space; jobs cannot be stored")
        }
        let isScarce = free < .mebibytes(512)
        return Checkup(
            name: "disk", verdict: isScarce ? .warn : .ok, finding: text,
            advice: isScarce ? "free some space, or let jobctl prune delete old jobs" : nil)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif
