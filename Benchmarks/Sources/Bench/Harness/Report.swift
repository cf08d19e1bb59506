/// What a figure is held against.
enum Target: Sendable {
    case atLeast(Double)
    case atMost(Double)
    /// Shown for comparison only.
    case none

    func isMet(by value: Double) -> Bool? {
        switch self {
        case .atLeast(let bound): value >= bound
        case .atMost(let bound): value <= bound
        case .none: nil
        }
    }

    var text: String {
        switch self {
        case .atLeast(let bound): "≥ \(Figures.short(bound))"
        case .atMost(let bound): "≤ \(Figures.short(bound))"
        case .none: ""
        }
    }
}

/// Our figures beside those of one peer or limit, taken in turns; one ratio a pair.
struct Comparison: Sendable {
    var against: String
    /// Empty when the figure is ours alone, or when the peer cannot be run here.
    var figures: [Double]
    /// What the target is about: quotients of ours and theirs, or our own figures.
    var ratios: [Double]
    var target: Target

    var isMet: Bool? { ratios.isEmpty ? nil : target.isMet(by: ratios.median) }
}

/// One measured line of a row.
struct Report: Sendable {
    var row: String
    var what: String
    var unit: String
    var ours: [Double]
    var comparisons: [Comparison] = []
    /// What a reader should know, such as why a peer is missing.
    var notes: [String] = []
}

extension [Double] {
    /// The middle value, of an even number the mean of the two middle ones; 0 when empty.
    var median: Double {
        if isEmpty { return 0 }
        let sorted = sorted()
        let middle = count / 2
        return count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The value below which a part of all lie.
    func percentile(_ part: Double) -> Double {
        if isEmpty { return 0 }
        let sorted = sorted()
        return sorted[Swift.min(count - 1, Int(Double(count) * part))]
    }
}
