@preconcurrency internal import Dispatch

#if os(Linux)
    #if canImport(Glibc)
        internal import Glibc
    #elseif canImport(Musl)
        internal import Musl
    #endif

    /// Tells when a file was written, by whichever process, without polling; costs nothing while nobody writes.
    ///
    /// Watches SQLite's write-ahead log, which grows with each commit, or the folder until that file is there. Changes
    /// that come quickly one after the other are told at most once in ten milliseconds.
    ///
    /// Source: https://man7.org/linux/man-pages/man7/inotify.7.html
    final class FileWatch: Sendable {
        /// Dispatch sources may be used from any thread; libdispatch protects them, Swift's overlay does not say so.
        nonisolated(unsafe) private let source: any DispatchSourceRead

        /// How long further changes are kept back after one was told.
        private static let pause = DispatchTimeInterval.milliseconds(10)

        /// Starts watching; nil when the system has no watches left, so that callers rely on polling.
        init?(path: String, onChange: @escaping @Sendable () -> Void) {
            let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
            guard descriptor >= 0 else { return nil }
            let folder = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
            let fileMask = UInt32(IN_MODIFY)
            // The log comes and goes with the last connection; its name in the folder tells.
            let isWatching =
                inotify_add_watch(descriptor, folder.isEmpty ? "/" : String(folder), UInt32(IN_CREATE)) >= 0
            guard isWatching else {
                close(descriptor)
                return nil
            }
            inotify_add_watch(descriptor, path, fileMask)
            let queue = DispatchQueue(label: "jobkit.sqlite.watch")
            let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
            self.source = source
            source.setEventHandler { [weak self] in
                Self.drain(descriptor)
                // Adding a watch that exists changes nothing.
                inotify_add_watch(descriptor, path, fileMask)
                onChange()
                guard let self else { return }
                self.source.suspend()
                // Holds the source, because one that is released while it is suspended is a fault.
                queue.asyncAfter(deadline: .now() + Self.pause) { self.source.resume() }
            }
            source.setCancelHandler { close(descriptor) }
            source.activate()
        }

        deinit {
            source.cancel()
        }

        /// Stops watching.
        func cancel() {
            source.cancel()
        }

        private static func drain(_ descriptor: Int32) {
            withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 8) { buffer in
                while read(descriptor, buffer.baseAddress, buffer.count) > 0 {}
            }
        }
    }
#else
    /// Elsewhere other processes' changes are found by polling.
    final class FileWatch: Sendable {
        init?(path: String, onChange: @escaping @Sendable () -> Void) { return nil }

        func cancel() {}
    }
#endif
