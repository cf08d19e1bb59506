/// What became of deletions, in their order.
package struct DeleteReply: WireValue {
    package var results: [Result<Void, TransitionRefused>]

    package init(results: [Result<Void, TransitionRefused>]) {
        self.results = results
    }

    package func write(to writer: inout WireWriter) {
        writer.list("results", results) { writer, result in
            writer.object { writer in
                if case .failure(let refusal) = result { refusal.write(to: &writer) }
            }
        }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        results = try fields.list("results") { fields throws(WireFault) in
            fields["refused"] == nil ? .success(()) : .failure(try TransitionRefused(fields))
        }
    }
}

/// The settings of named queues.
package struct QueueSettingsReply: WireValue {
    package var queues: [String: NamedQueueSettings]

    package init(queues: [String: NamedQueueSettings]) {
        self.queues = queues
    }

    package func write(to writer: inout WireWriter) {
        writer.map("queues", queues) { writer, settings in writer.object { settings.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        queues = try fields.map("queues", as: "the settings of a queue") { value in
            do throws(WireFault) { return try NamedQueueSettings(try WireObject(value)) } catch { return nil }
        }
    }
}

/// Sets the settings of a named queue.
package struct QueueSettingsRequest: WireValue {
    package var queue: String
    package var settings: NamedQueueSettings

    package init(queue: String, settings: NamedQueueSettings) {
        self.queue = queue
        self.settings = settings
    }

    package func write(to writer: inout WireWriter) {
        writer.field("queue", queue)
        writer.object("settings") { settings.write(to: &$0) }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        queue = try fields.string("queue")
        settings = try fields.object("settings", NamedQueueSettings.init(_:))
    }
}

extension NamedQueueSettings: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.flag("isPaused", isPaused)
        writer.field("concurrency", concurrency)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            isPaused: try fields.bool("isPaused"),
            concurrency: try fields.optionalInteger("concurrency", in: Int.min...Int.max))
    }
}

/// Asks for what changed after a position.
package struct ChangesRequest: WireValue {
    package var position: Int64
    package var limit: Int

    package init(position: Int64, limit: Int) {
        self.position = position
        self.limit = limit
    }

    package func write(to writer: inout WireWriter) {
        writer.field("position", position)
        writer.field("limit", limit)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        position = Int64(try fields.integer("position", in: Int.min...Int.max))
        limit = try fields.integer("limit", in: Int.min...Int.max)
    }
}

/// A place in the feed of changes.
package struct WirePosition: WireValue {
    package var position: Int64

    package init(_ position: Int64) {
        self.position = position
    }

    package func write(to writer: inout WireWriter) { writer.field("position", position) }

    package init(_ fields: WireObject) throws(WireFault) {
        position = Int64(try fields.integer("position", in: Int.min...Int.max))
    }
}

extension ChangePage: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.list("changes", changes) { writer, entry in
            writer.object { writer in
                writer.field("position", entry.position)
                writer.field("job", entry.job)
            }
        }
        writer.field("next", next)
        writer.flag("isGap", isGap)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        let changes = try fields.list("changes") { fields throws(WireFault) in
            ChangeEntry(
                position: Int64(try fields.integer("position", in: Int.min...Int.max)), job: try fields.id("job"))
        }
        self.init(
            changes: changes, next: Int64(try fields.integer("next", in: Int.min...Int.max)),
            isGap: try fields.bool("isGap"))
    }
}

/// Whether there is what was named.
package struct WireAnswer: WireValue {
    package var isKnown: Bool

    package init(_ isKnown: Bool) {
        self.isKnown = isKnown
    }

    package func write(to writer: inout WireWriter) { writer.flag("isKnown", isKnown) }

    package init(_ fields: WireObject) throws(WireFault) { isKnown = try fields.bool("isKnown") }
}
