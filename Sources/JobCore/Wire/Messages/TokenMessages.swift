extension AccessToken: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("id", id)
        writer.field("name", name)
        writer.field("hash", Base64.encode(hash))
        writer.list("scopes", scopes.map(\.rawValue).sorted()) { $0.value($1) }
        writer.list("queues", queues.sorted()) { $0.value($1) }
        writer.field("createdAt", createdAt)
        writer.field("expiresAt", expiresAt)
        writer.field("revokedAt", revokedAt)
        writer.field("worker", worker)
        if let attempt {
            writer.object("attempt") { HeldLease(job: attempt.job, generation: attempt.generation).write(to: &$0) }
        }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        var scopes: Set<AccessScope> = []
        for (index, name) in try fields.strings("scopes", atMost: 100).enumerated() {
            guard let scope = AccessScope(rawValue: name) else {
                throw WireFault(path: "scopes[\(index)]", message: "is no scope")
            }
            scopes.insert(scope)
        }
        guard let hash = Base64.decode(try fields.string("hash")) else {
            throw WireFault(path: "hash", message: "must be base64 with padding")
        }
        self.init(
            id: try fields.string("id"), name: try fields.string("name"), hash: hash, scopes: scopes,
            queues: Set(try fields.strings("queues", atMost: 1_000)), createdAt: try fields.time("createdAt"),
            expiresAt: try fields.optionalTime("expiresAt"), revokedAt: try fields.optionalTime("revokedAt"),
            worker: try fields.optionalString("worker"),
            attempt: try fields.optionalObject("attempt", HeldLease.init(_:)).map {
                Attempt(job: $0.job, generation: $0.generation)
            })
    }
}

/// All tokens.
package struct TokensReply: WireValue {
    package var tokens: [AccessToken]

    package init(tokens: [AccessToken]) {
        self.tokens = tokens
    }

    package func write(to writer: inout WireWriter) {
        writer.list("tokens", tokens) { writer, token in writer.object { token.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        tokens = try fields.list("tokens", AccessToken.init(_:))
    }
}

/// Asks for the token whose secret has a hash.
package struct TokenHash: WireValue {
    package var hash: [UInt8]

    package init(hash: [UInt8]) {
        self.hash = hash
    }

    package func write(to writer: inout WireWriter) { writer.field("hash", Base64.encode(hash)) }

    package init(_ fields: WireObject) throws(WireFault) {
        guard let hash = Base64.decode(try fields.string("hash")) else {
            throw WireFault(path: "hash", message: "must be base64 with padding")
        }
        self.hash = hash
    }
}

/// A token, if there is one.
package struct TokenReply: WireValue {
    package var token: AccessToken?

    package init(token: AccessToken?) {
        self.token = token
    }

    package func write(to writer: inout WireWriter) {
        if let token { writer.object("token") { token.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        token = try fields.optionalObject("token", AccessToken.init(_:))
    }
}

/// Revokes a token.
package struct RevokeRequest: WireValue {
    package var id: String
    package var time: Timestamp

    package init(id: String, time: Timestamp) {
        self.id = id
        self.time = time
    }

    package func write(to writer: inout WireWriter) {
        writer.field("id", id)
        writer.field("at", time)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        id = try fields.string("id")
        time = try fields.time("at")
    }
}
