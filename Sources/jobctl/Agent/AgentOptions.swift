internal import ArgumentParser
internal import JobCore

/// What a worker is told that runs on a machine of a fleet.
struct AgentOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Become a worker of the server by the one-use token in this file; the server says which queues to serve, "
                + "how many jobs to run at a time, and for how long.", valueName: "file"))
    var enrolmentFile: String?

    @Flag(help: "Watch what EC2 tells this instance: stop and give jobs back before it is taken away.")
    var ec2 = false

    @Option(
        help: ArgumentHelp("What this machine is called at the server; with --ec2 the instance's id.", valueName: "id"))
    var instance: String?

    @Option(
        help: ArgumentHelp("End after so long without a job.", valueName: "duration"),
        transform: ArgumentReading.duration)
    var idleExit: Duration?

    @Option(
        help: ArgumentHelp("End when the store could not be reached for so long.", valueName: "duration"),
        transform: ArgumentReading.duration)
    var lostExit: Duration?

    @Option(help: ArgumentHelp("End after so many jobs.", valueName: "number"))
    var maxJobs: Int?

    @Option(
        help: ArgumentHelp(
            "Where steps keep checkpoints, such as s3://bucket/prefix; default with the job, up to 16 MiB.",
            valueName: "url"),
        transform: { text in
            guard let place = BucketPlace(text) else {
                throw ValidationError("'\(text)' is no place in S3; write s3://bucket/prefix")
            }
            return place
        })
    var checkpoints: BucketPlace?

    func validate() throws {
        if let idleExit, idleExit <= .zero { throw ValidationError("--idle-exit must be more than 0s") }
        if let lostExit, lostExit <= .zero { throw ValidationError("--lost-exit must be more than 0s") }
        if let maxJobs, maxJobs < 1 { throw ValidationError("--max-jobs must be at least 1") }
        if let instance {
            let request = EnrolmentRequest(instance: instance, secretHash: Array(repeating: 0, count: 32))
            if (try? request.validate()) == nil {
                throw ValidationError("--instance must be 1 to 50 letters, digits, . _ or -")
            }
        }
        if enrolmentFile != nil, !ec2, instance == nil {
            throw ValidationError("--enrolment-file needs --ec2, or --instance to say what this machine is called")
        }
    }
}

/// A bucket, and the start of the keys in it.
struct BucketPlace: Hashable {
    let bucket: String
    let prefix: String

    /// Reads `s3://bucket` or `s3://bucket/prefix`; nil for anything else.
    init?(_ text: String) {
        guard text.hasPrefix("s3://") else { return nil }
        let parts = text.dropFirst(5).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bucket = parts.first, (3...63).contains(bucket.utf8.count) else { return nil }
        self.bucket = String(bucket)
        prefix = parts.count == 2 ? String(parts[1]) : ""
    }
}
