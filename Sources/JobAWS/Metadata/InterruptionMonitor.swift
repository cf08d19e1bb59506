public import JobCore

/// Listens for what an instance is told about its end.
///
/// It asks the metadata service every 5 seconds, as AWS advises. No fault of the service ends it: refused connections,
/// refused tokens, errors and nonsense are polled through, and told as `blind` when they last. Each thing is told once.
///
/// Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
public struct InterruptionMonitor: Sendable {
    private let metadata: MetadataClient
    private let interval: Duration
    private let time: TimeSource

    /// Makes a monitor.
    ///
    /// - Parameters:
    ///   - metadata: is asked.
    ///   - interval: the wait between two polls.
    ///   - time: the clock.
    public init(_ metadata: MetadataClient, interval: Duration = .seconds(5), time: TimeSource = .system) {
        self.metadata = metadata
        self.interval = interval
        self.time = time
    }

    /// The notices, from now on; ends when the reading task is cancelled.
    ///
    /// Polling goes on only while somebody waits for the next notice.
    public func notices() -> Notices { Notices(metadata: metadata, interval: interval, time: time) }

    /// The notices of an instance as they come.
    public struct Notices: AsyncSequence, Sendable {
        /// A notice.
        public typealias Element = InstanceNotice
        /// Nothing is thrown.
        public typealias Failure = Never

        fileprivate let metadata: MetadataClient
        fileprivate let interval: Duration
        fileprivate let time: TimeSource

        /// Starts to poll anew, with nothing told yet.
        public func makeAsyncIterator() -> Iterator {
            Iterator(metadata: metadata, interval: interval, time: time)
        }
    }

    /// Polls while somebody waits.
    public struct Iterator: AsyncIteratorProtocol {
        private let metadata: MetadataClient
        private let interval: Duration
        private let time: TimeSource
        private var memory = NoticeMemory()
        private var waiting: [InstanceNotice] = []
        private var hasPolled = false

        fileprivate init(metadata: MetadataClient, interval: Duration, time: TimeSource) {
            self.metadata = metadata
            self.interval = interval
            self.time = time
        }

        /// The next notice; nil when the task is cancelled.
        public mutating func next() async -> InstanceNotice? {
            while waiting.isEmpty {
                do {
                    if hasPolled { try await time.sleep(for: interval) }
                    try Task.checkCancellation()
                    hasPolled = true
                    try await poll()
                } catch {
                    return nil
                }
            }
            return waiting.removeFirst()
        }

        /// The item that matters most comes first, and the others only when it could be read.
        private mutating func poll() async throws {
            let action = try await read("meta-data/spot/instance-action")
            waiting += memory.action(action, at: time.now)
            guard case .found = action else { return }
            if case .found(let text) = try await read("meta-data/events/recommendations/rebalance") {
                waiting += memory.rebalance(text, at: time.now)
            }
            if case .found(let text) = try await read("meta-data/events/maintenance/scheduled") {
                waiting += memory.maintenance(text)
            }
            if case .found(let text) = try await read("meta-data/autoscaling/target-lifecycle-state") {
                waiting += memory.lifecycle(text)
            }
        }

        private func read(_ path: String) async throws -> NoticeMemory.Reading {
            do {
                return .found(try await metadata.item(path))
            } catch let trouble as MetadataTrouble {
                return .failed(trouble.detail)
            }
        }
    }
}
