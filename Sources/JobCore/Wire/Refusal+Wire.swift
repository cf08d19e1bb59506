extension TransitionRefused: WireValue {
    private enum Name: String, CaseIterable {
        case unknownJob, notDue, heldElsewhere, leaseLost, wrongStep, alreadyFinished, stepsRemain, notRetryable
        case notWaiting, stillAlive, versionMismatch, invalidEdit
    }

    package func write(to writer: inout WireWriter) {
        writer.field("refused", name.rawValue)
        switch self {
        case .notDue(let until), .heldElsewhere(let until): writer.field("until", until)
        case .wrongStep(let step), .stepsRemain(let step): writer.field("step", step)
        case .alreadyFinished(let outcome): writer.field("outcome", outcome.rawValue)
        case .notRetryable(let status), .notWaiting(let status), .stillAlive(let status):
            writer.field("status", status.rawValue)
        case .versionMismatch(let version): writer.field("version", version)
        case .invalidEdit(let fault):
            writer.list("errors", fault.issues) { writer, issue in writer.object { issue.write(to: &$0) } }
        case .unknownJob, .leaseLost: break
        }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        let name: Name = try fields.choice("refused")
        switch name {
        case .unknownJob: self = .unknownJob
        case .notDue: self = .notDue(until: try fields.time("until"))
        case .heldElsewhere: self = .heldElsewhere(until: try fields.time("until"))
        case .leaseLost: self = .leaseLost
        case .wrongStep: self = .wrongStep(expected: try fields.integer("step", in: 0...Int.max))
        case .alreadyFinished: self = .alreadyFinished(try fields.choice("outcome"))
        case .stepsRemain: self = .stepsRemain(next: try fields.integer("step", in: 0...Int.max))
        case .notRetryable: self = .notRetryable(try fields.choice("status"))
        case .notWaiting: self = .notWaiting(try fields.choice("status"))
        case .stillAlive: self = .stillAlive(try fields.choice("status"))
        case .versionMismatch: self = .versionMismatch(current: try fields.integer("version", in: 0...Int.max))
        case .invalidEdit: self = .invalidEdit(InvalidJob(issues: try fields.list("errors", FieldIssue.init(_:))))
        }
    }

    private var name: Name {
        switch self {
        case .unknownJob: .unknownJob
        case .notDue: .notDue
        case .heldElsewhere: .heldElsewhere
        case .leaseLost: .leaseLost
        case .wrongStep: .wrongStep
        case .alreadyFinished: .alreadyFinished
        case .stepsRemain: .stepsRemain
        case .notRetryable: .notRetryable
        case .notWaiting: .notWaiting
        case .stillAlive: .stillAlive
        case .versionMismatch: .versionMismatch
        case .invalidEdit: .invalidEdit
        }
    }
}

extension FieldIssue: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("path", path)
        writer.field("message", message)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(path: try fields.string("path"), message: try fields.string("message"))
    }
}
