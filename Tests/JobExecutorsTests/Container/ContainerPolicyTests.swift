import JobCore
import JobExecutors
import JobTransport
import Testing

/// Containers on a real engine: images and what of the host they may use.
@Suite(.containerEngine, .timeLimit(.minutes(1))) struct ContainerPolicyTests {
    @Test("A permitted directory can be shown for reading and writing, or for reading only")
    func mounts() async throws {
        try await TestEngine.run { engine in
            let directory = try TemporaryDirectory()
            try directory.file("in/data", "hello")
            try directory.directory("out")
            let recorder = ProgressRecorder()
            let step = engine.shell("cat /in/data; echo written > /out/result; echo x > /in/data || echo refused") {
                action in
                action.mounts = [
                    .init(source: "\(directory.path)/in", target: "/in", isReadOnly: true),
                    .init(source: "\(directory.path)/out", target: "/out"),
                ]
            }
            _ = try await engine.executor { $0.mountableDirectories = [directory.path] }
                .run(step, reporting: recorder.report)

            #expect(recorder.text(.stdout) == "hellorefused\n")
            #expect(directory.text("out/result") == "written\n")
            #expect(directory.text("in/data") == "hello")
        }
    }

    @Test("A missing image with pull: never fails the step for good")
    func never() async throws {
        try await TestEngine.run { engine in
            let failure = try await engine.executor().failure(of: engine.step("true") { $0.image = "no-such-image:1" })

            #expect(failure.code == .invalidStep)
            #expect(!failure.isRetryable)
            #expect(failure.message.contains("no-such-image:1"))
        }
    }

    @Test("An image that is there is used without its registry, except with pull: always")
    func pullPolicy() async throws {
        try await TestEngine.run { engine in
            let image = "127.0.0.1:1/jobkit-test"
            try await engine.call(.post, "/images/\(TestEngine.image)/tag?repo=\(image)&tag=\(engine.job)")
            let step = { (pull: ContainerAction.Pull) in
                engine.step("true") { action in
                    action.image = "\(image):\(engine.job)"
                    action.pull = pull
                }
            }
            #expect(try await engine.executor().run(step(.missing)) { _ in }.exitCode == 0)
            let recorder = ProgressRecorder()
            let failure = try await engine.executor().failure(of: step(.always), recorder)
            try await engine.call(.delete, "/images/\(image):\(engine.job)")

            #expect(failure.code == .unavailable, "\(failure)")
            #expect(failure.isRetryable)
            #expect(failure.message.contains("pulling the image \(image)"))
            #expect(recorder.notes == ["pulling \(image):\(engine.job)"])
        }
    }

    @Test("A registry that cannot be reached is a passing trouble")
    func unreachable() async throws {
        try await TestEngine.run { engine in
            let step = engine.step("true") { action in
                action.image = "127.0.0.1:1/nothing:1"
                action.pull = .missing
            }
            let failure = try await engine.executor().failure(of: step)

            #expect(failure.code == .unavailable, "\(failure)")
            #expect(failure.isRetryable)
            #expect(failure.message.contains("connection refused"))
        }
    }
}
