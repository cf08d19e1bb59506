internal import JobCore

extension EC2World {
    /// A candidate that names something that exists.
    struct Place: Hashable, Sendable {
        let candidate: FleetCandidate
        let spot: Spot
    }

    /// The candidates that can be launched at all, and why the others cannot.
    func places(_ candidates: [FleetCandidate], _ lifecycle: FakeEC2.Lifecycle) -> ([Place], [Fleet.Miss]) {
        var places: [Place] = []
        var misses: [Fleet.Miss] = []
        for candidate in candidates {
            do {
                let spot = try spot(
                    type: candidate.type, image: candidate.imageID ?? candidate.settings.imageID,
                    subnetID: candidate.subnetID, zone: candidate.zone, lifecycle: lifecycle)
                places.append(Place(candidate: candidate, spot: spot))
            } catch let refusal as EC2Refusal {
                misses.append(.init(candidate: candidate, lifecycle: lifecycle, refusal: refusal))
            } catch {
                continue
            }
        }
        return (places, misses)
    }

    /// The order in which places are filled; those that hold nothing come last, and are reported when they are needed.
    func ordered(_ places: [Place], by strategy: String) -> [Place] {
        func depth(_ place: Place) -> Int { capacity(of: place.spot.pool) ?? .max }
        func rank(_ place: Place) -> (Int, Double, Double) {
            let price = price(of: place.spot.pool, at: now)
            let priority = place.candidate.priority ?? .infinity
            let isEmpty = depth(place) == 0 ? 1 : 0
            return switch strategy {
            case "prioritized": (isEmpty, priority, price)
            case "capacity-optimized": (isEmpty, -Double(depth(place)), price)
            case "capacity-optimized-prioritized": (isEmpty, priority, -Double(depth(place)))
            default: (isEmpty, price, 0)
            }
        }
        return places.enumerated().sorted { left, right in
            let (one, other) = (rank(left.element), rank(right.element))
            return one == other ? left.offset < right.offset : one < other
        }.map(\.element)
    }

    /// The natural logarithm for numbers in `0 ..< 1` and `1`, so that no C library decides about a replay.
    static func logarithm(_ x: Double) -> Double {
        guard x > 0 else { return -40 }
        // x = m · 2^e with m in 1 ..< 2; ln m by its series in (m-1)/(m+1), which converges for all such m.
        let m = x.significand
        let z = (m - 1) / (m + 1)
        var term = z
        var sum = 0.0
        for k in stride(from: 1.0, through: 41, by: 2) {
            sum += term / k
            term *= z * z
        }
        return 2 * sum + Double(x.exponent) * 0.693_147_180_559_945_3
    }
}
