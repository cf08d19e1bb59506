internal import JobCore

/// What the monitor knows, so that each thing is told once; decides without asking anybody.
struct NoticeMemory: Sendable {
    /// One poll of one item: its text, nil when it is not there.
    enum Reading: Sendable {
        case found(String?)
        case failed(String)
    }

    /// So many polls in a row must fail before it says that it is blind: one lost answer is no news.
    static let patience = 3

    private var interruption: (action: InterruptionAction, at: Timestamp)?
    private var rebalance = false
    private var events: Set<String> = []
    private var lifecycle: String?
    private var failures = 0
    private var failingSince: Timestamp?
    private var isBlind = false

    /// The poll of `spot/instance-action`, which also tells whether the service can be heard.
    mutating func action(_ reading: Reading, at now: Timestamp) -> [InstanceNotice] {
        switch reading {
        case .failed(let reason): return failed(reason, at: now)
        case .found(let text):
            guard let text else { return heard() }
            guard let value = try? JSONParser.parse(text.utf8), let word = value["action"]?.stringValue else {
                return failed("spot/instance-action is no JSON object with an action", at: now)
            }
            // A time that is missing or nonsense must not hide the notice: it is two minutes at most.
            let at = value["time"]?.stringValue.flatMap { Timestamp($0) } ?? now + .seconds(120)
            // A word that is not known yet is taken as the worst one.
            return heard() + interrupted(InterruptionAction(rawValue: word) ?? .terminate, at: at)
        }
    }

    /// A time that moves on with each poll is no news; an earlier one is.
    private mutating func interrupted(_ action: InterruptionAction, at: Timestamp) -> [InstanceNotice] {
        if let known = interruption, known.action == action, known.at <= at { return [] }
        interruption = (action, at)
        return [.interruption(action, at: at)]
    }

    mutating func rebalance(_ text: String?, at now: Timestamp) -> [InstanceNotice] {
        guard let text, !rebalance else { return [] }
        rebalance = true
        let time = (try? JSONParser.parse(text.utf8))?["noticeTime"]?.stringValue.flatMap { Timestamp($0) }
        return [.rebalance(at: time ?? now)]
    }

    mutating func maintenance(_ text: String?) -> [InstanceNotice] {
        guard let text, case .array(let items)? = try? JSONParser.parse(text.utf8) else { return [] }
        var notices: [InstanceNotice] = []
        for item in items.prefix(100) {
            guard let code = item["Code"]?.stringValue, item["State"]?.stringValue ?? "active" == "active" else {
                continue
            }
            let before = item["NotBefore"]?.stringValue
            guard events.insert("\(item["EventId"]?.stringValue ?? "") \(code) \(before ?? "")").inserted else {
                continue
            }
            notices.append(.maintenance(event: code, notBefore: before.flatMap(HTTPDate.parse)))
        }
        return notices
    }

    mutating func lifecycle(_ text: String?) -> [InstanceNotice] {
        guard let state = text?.trimmingSpace, !state.isEmpty, state.utf8.count <= 64, state != lifecycle else {
            return []
        }
        let isFirst = lifecycle == nil
        lifecycle = state
        // The usual state is no news unless it was another one before.
        return isFirst && state == "InService" ? [] : [.lifecycle(state: state)]
    }

    private mutating func failed(_ reason: String, at now: Timestamp) -> [InstanceNotice] {
        failures += 1
        let since = failingSince ?? now
        failingSince = since
        guard failures >= Self.patience, !isBlind else { return [] }
        isBlind = true
        return [.blind(since: since, reason: reason)]
    }

    private mutating func heard() -> [InstanceNotice] {
        failures = 0
        failingSince = nil
        defer { isBlind = false }
        return isBlind ? [.sighted] : []
    }
}
