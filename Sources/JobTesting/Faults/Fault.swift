public import JobCore

/// Something that goes wrong at certain calls of a ``FaultyQueue``.
///
/// ```swift
/// queue.inject(.fail(.enqueue, call: 2))           // the second enqueue stores nothing and throws
/// queue.inject(.loseReply(to: .settle))            // the outcome is stored, but its worker hears of an error
/// queue.inject(.crash(.before, .settle))           // the work is done, and nobody writes it down any more
/// queue.inject(.fail(.heartbeat, calls: 1...3))    // three renewals of leases fail
/// ```
public struct Fault: Hashable, Sendable {
    /// A kind of call.
    ///
    /// A call of `apply` is of several kinds at once: ``apply``, and one more for each sort of event in it.
    public enum Operation: String, Hashable, Sendable, CaseIterable {
        /// Storing jobs.
        case enqueue
        /// Leasing jobs.
        case claim
        /// Applying any events.
        case apply
        /// Renewing leases.
        case heartbeat
        /// Recording that a step is done.
        case step
        /// Ending an attempt: succeeded, failed, snoozed, released or interrupted.
        case settle
        /// Asking for a job to be stopped.
        case cancel
        /// Bringing a finished job back.
        case retry
        /// An apply with a change by people.
        case edit
        /// Appending to logs.
        case append
        /// Reading one job.
        case job
        /// Reading a log.
        case log
        /// Listing jobs.
        case page
        /// Counting jobs.
        case counts
        /// Deleting old jobs.
        case prune
        /// Asking when the next job is due.
        case nextDue
        /// Asking for cancelled jobs.
        case cancelRequests
        /// Telling the directory of workers.
        case report
        /// Storing an artifact.
        case artifact
        /// Everything else that a service does: deleting jobs, settings, workers, changes, tokens, artifacts.
        case service
    }

    /// When something goes wrong, seen from what the call does to the store.
    public enum Moment: String, Hashable, Sendable, CaseIterable {
        /// Nothing has been stored.
        case before
        /// Everything has been stored, but the caller has not heard of it.
        case after
    }

    enum Effect: Hashable, Sendable {
        case fail(Moment, code: QueueError.Code)
        case crash(Moment)
        case deliverTwice
        case hold(ObjectIdentity<Gate>)
    }

    let operation: Operation
    let calls: ClosedRange<Int>
    let effect: Effect

    /// The call throws and has stored nothing.
    ///
    /// - Parameters:
    ///   - operation: the kind of call.
    ///   - call: the number of the call of this kind, from 1, counted from when the fault is injected.
    ///   - code: the kind of trouble; most kinds make a runner try again, some make it end.
    public static func fail(
        _ operation: Operation, call: Int = 1, with code: QueueError.Code = .unavailable
    ) -> Fault {
        fail(operation, calls: call...call, with: code)
    }

    /// Several calls throw and have stored nothing.
    public static func fail(
        _ operation: Operation, calls: ClosedRange<Int>, with code: QueueError.Code = .unavailable
    ) -> Fault {
        Fault(operation: operation, calls: calls, effect: .fail(.before, code: code))
    }

    /// The call does what it should, but throws: the answer was lost.
    public static func loseReply(to operation: Operation, call: Int = 1) -> Fault {
        Fault(operation: operation, calls: call...call, effect: .fail(.after, code: .unavailable))
    }

    /// The process that calls dies: this call and all later ones throw, and nothing more is stored for it.
    ///
    /// `.crash(.before, .settle)` is the crash between a side effect and its acknowledgement.
    public static func crash(_ moment: Moment, _ operation: Operation, call: Int = 1) -> Fault {
        Fault(operation: operation, calls: call...call, effect: .crash(moment))
    }

    /// What is written comes twice, as from a network that repeats it; the caller gets the first answer.
    ///
    /// For what writes: `enqueue`, `append`, `apply` and its sorts of events. Other calls are not repeated.
    public static func deliverTwice(_ operation: Operation, call: Int = 1) -> Fault {
        Fault(operation: operation, calls: call...call, effect: .deliverTwice)
    }

    /// The call waits in front of a gate, before it does anything.
    public static func hold(_ operation: Operation, at gate: Gate, call: Int = 1) -> Fault {
        Fault(operation: operation, calls: call...call, effect: .hold(ObjectIdentity(gate)))
    }
}

/// A reference compared by identity.
struct ObjectIdentity<Object: AnyObject & Sendable>: Hashable, Sendable {
    let object: Object

    init(_ object: Object) { self.object = object }

    static func == (left: Self, right: Self) -> Bool { left.object === right.object }

    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(object)) }
}

extension Fault.Operation {
    /// The kinds of a call that applies events.
    static func kinds(of events: [JobEvent], hasLogs: Bool) -> Set<Fault.Operation> {
        var kinds: Set<Fault.Operation> = hasLogs ? [.append] : []
        if !events.isEmpty { kinds.insert(.apply) }
        for event in events {
            switch event.change {
            case .heartbeat: kinds.insert(.heartbeat)
            case .stepSucceeded: kinds.insert(.step)
            case .succeeded, .failed, .snoozed, .released, .interrupted: kinds.insert(.settle)
            case .cancel: kinds.insert(.cancel)
            case .retry: kinds.insert(.retry)
            case .edit: kinds.insert(.edit)
            case .claim: kinds.insert(.claim)
            }
        }
        return kinds
    }
}
