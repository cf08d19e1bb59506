/// Tells an executor why and until when its step must stop; read it when the task is cancelled.
public struct StepStop: Sendable {
    /// What was ordered.
    package struct Order: Sendable {
        package var reason: StopReason
        package var hardStop: Timestamp?

        package init(reason: StopReason, hardStop: Timestamp? = nil) {
            self.reason = reason
            self.hardStop = hardStop
        }
    }

    private let read: @Sendable () -> Order?

    package init(_ read: @escaping @Sendable () -> Order?) {
        self.read = read
    }

    /// A step that is stopped by nobody but its task's cancellation.
    public static let never = StepStop { nil }

    /// The step of a machine that is taken away at a time; for tests of executors.
    public static func interrupted(hardStop: Timestamp) -> StepStop {
        StepStop { Order(reason: .interrupted, hardStop: hardStop) }
    }

    /// When the step must have ended because its machine is taken away; nil while that is not known.
    ///
    /// Until then it may finish what it does and leave what it wants to find again.
    public var hardStop: Timestamp? { read()?.hardStop }

    /// Why it stops; nil while it may go on.
    package var reason: StopReason? { read()?.reason }
}
