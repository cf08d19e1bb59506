import JobCore

struct Resize: Codable, Sendable {
    var file: String
    var width: Int
}

struct Resized: Codable, Sendable {
    var file: String
}

/// Work as typed values: declared once, registered where it is done, enqueued where it comes up.
@main
struct TypedHandler {
    static let resize = JobHandler<Resize, Resized>("resize")

    static func main() async throws {
        let queue = MemoryQueue()

        var executors = ExecutorRegistry()
        executors.register(resize) { request, context in
            guard request.width > 0 else { throw StepFailure.permanent("an image needs a width") }
            await context.log("resizing \(request.file)")
            await context.progress(0.5, "half done")
            return Resized(file: "\(request.width)-\(request.file)")
        }
        let runner = JobRunner(store: queue, executors: executors)

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runner.run() }
            let job = try await queue.enqueue(resize, Resize(file: "cat.png", width: 320))
            print("result:", try await queue.result(of: job).file)

            let hopeless = try await queue.enqueue(resize, Resize(file: "cat.png", width: 0))
            do {
                _ = try await queue.result(of: hopeless)
                preconditionFailure("an image without width should fail")
            } catch let error as JobUnsuccessful {
                print("refused:", error)
            }
            runner.drain()
            try await group.waitForAll()
        }
    }
}
