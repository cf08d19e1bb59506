public import JobCore

extension FailureCode {
    /// The container reached its memory limit and was killed for it.
    public static let outOfMemory: FailureCode = "out_of_memory"
}
