extension JobEvent: WireValue {
    /// What an event is called on the wire.
    private enum Name: String, CaseIterable {
        case claim, heartbeat, stepSucceeded, succeeded, failed, snoozed, released, interrupted, cancel, retry, edit
    }

    package func write(to writer: inout WireWriter) {
        writer.field("job", job)
        writer.field("event", name.rawValue)
        change.leaseKey?.write(to: &writer)
        switch change {
        case .claim(let worker, let lease):
            writer.field("worker", worker)
            writer.field("lease", lease)
        case .heartbeat(_, let lease, let progress):
            writer.field("lease", lease)
            if let progress { writer.object("progress") { progress.write(to: &$0) } }
        case .stepSucceeded(_, let step, let output):
            writer.field("step", step)
            if output != .none { writer.object("output") { output.write(to: &$0) } }
        case .failed(_, let failure): writer.object("failure") { failure.write(to: &$0) }
        case .snoozed(_, let duration): writer.field("for", duration)
        case .released(_, let reason), .interrupted(_, let reason): writer.field("reason", reason)
        case .cancel(let reason): writer.field("reason", reason)
        case .edit(let edit, let version):
            writer.object("edit") { edit.write(to: &$0) }
            writer.field("ifVersion", version)
        case .succeeded, .retry: break
        }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        let name: Name = try fields.choice("event")
        self.init(try Self.change(name, fields), of: try fields.id("job"))
    }

    private var name: Name {
        switch change {
        case .claim: .claim
        case .heartbeat: .heartbeat
        case .stepSucceeded: .stepSucceeded
        case .succeeded: .succeeded
        case .failed: .failed
        case .snoozed: .snoozed
        case .released: .released
        case .interrupted: .interrupted
        case .cancel: .cancel
        case .retry: .retry
        case .edit: .edit
        }
    }

    private static func change(_ name: Name, _ fields: WireObject) throws(WireFault) -> Change {
        switch name {
        case .claim: .claim(worker: try fields.string("worker"), lease: try fields.duration("lease"))
        case .heartbeat:
            .heartbeat(
                try LeaseKey(fields), lease: try fields.duration("lease"),
                progress: try fields.optionalObject("progress", JobProgress.init(_:)))
        case .stepSucceeded:
            .stepSucceeded(
                try LeaseKey(fields), step: try fields.integer("step", in: Int.min...Int.max),
                output: try fields.optionalObject("output", StepOutput.init(_:)) ?? .none)
        case .succeeded: .succeeded(try LeaseKey(fields))
        case .failed: .failed(try LeaseKey(fields), try fields.object("failure", StepFailure.init(_:)))
        case .snoozed: .snoozed(try LeaseKey(fields), for: try fields.duration("for"))
        case .released: .released(try LeaseKey(fields), reason: try fields.string("reason"))
        case .interrupted: .interrupted(try LeaseKey(fields), reason: try fields.string("reason"))
        case .cancel: .cancel(reason: try fields.optionalString("reason"))
        case .retry: .retry
        case .edit:
            .edit(
                try fields.object("edit", JobEdit.init(_:)),
                ifVersion: try fields.optionalInteger("ifVersion", in: 0...Int.max))
        }
    }
}

extension JobEdit: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("priority", priority)
        writer.field("queue", queue)
        writer.field("notBefore", notBefore)
        writer.field("deadline", deadline)
        if let tags { writer.map("tags", tags) { $0.value($1) } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            priority: try fields.optionalInteger("priority", in: Int.min...Int.max),
            queue: try fields.optionalString("queue"), notBefore: try fields.optionalTime("notBefore"),
            deadline: try fields.optionalDuration("deadline"),
            // No tags at all is a change too.
            tags: fields["tags"] == nil ? nil : try fields.texts("tags"))
    }
}
