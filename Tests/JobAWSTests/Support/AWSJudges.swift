import Glibc
import Testing

/// What `Scripts/aws-judges` has prepared.
enum AWSJudges {
    /// The Python with boto3 and moto; nil where nobody has prepared it.
    static let python = getenv("JOBKIT_AWS_PYTHON").map { String(cString: $0) }
    /// The folder of AWS's signing test suite.
    static let suite = getenv("JOBKIT_SIGV4_SUITE").map { String(cString: $0) }
    /// Where CI runs, missing judges fail the tests instead of skipping them.
    static let isRequired = getenv("CI") != nil
}

extension Trait where Self == ConditionTrait {
    /// Runs the tests where the judges are prepared, and in CI.
    static var awsJudges: Self {
        .enabled(
            if: AWSJudges.python != nil || AWSJudges.isRequired,
            #"there is nobody to judge; run eval "$(Scripts/aws-judges)""#)
    }
}
