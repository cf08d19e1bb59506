internal import JobCore

extension StepFailure {
    /// What an engine's error means for the step.
    init(_ error: EngineError) {
        let text = error.description
        switch error.kind {
        case .unusableAddress, .permissionDenied:
            self.init(.notPermitted, text, isRetryable: false)
        case .notRunning, .lost, .malformed:
            self.init(.unavailable, text)
        case .unsupportedVersion:
            self.init(.unavailable, text, isRetryable: false)
        case .refused(let status):
            if status == 403 {
                self.init(.notPermitted, text, isRetryable: false)
            } else if status == 400 || status == 404 || Self.isFaultOfStep(error.detail) {
                self.init(.invalidStep, "\(text); correct the step or the image", isRetryable: false)
            } else {
                self.init(.unavailable, text)
            }
        }
    }

    /// What a failed pull means for the step.
    static func pull(_ error: EngineError) -> StepFailure {
        guard let status = error.status else { return StepFailure(error) }
        let text = error.detail.lowercased()
        // A registry that answers tells whether there is such an image; docker.io says the same for a private one.
        if names(text, ["manifest unknown", "not found", "repository does not exist", "no matching manifest"])
            || status == 404
        {
            return StepFailure(
                .invalidStep, "\(error); correct the image's name, or let the engine log in to its registry",
                isRetryable: false)
        }
        if names(text, ["unauthorized", "authentication required", "access denied", "forbidden", "no basic auth"]) {
            return StepFailure(
                .notPermitted, "\(error); pull the image onto the worker's machine with an account that may",
                isRetryable: false)
        }
        if status == 400 { return StepFailure(error) }
        return StepFailure(.unavailable, "\(error); check the way to the registry")
    }

    /// An image that is not there and may not be fetched.
    static func missingImage(_ image: ImageReference) -> StepFailure {
        StepFailure(
            .invalidStep,
            "the engine has no image \(image), and the step says pull: never; load it, or say pull: missing",
            isRetryable: false)
    }

    /// The engine was there, and went away while the container ran.
    static func engineWentAway(_ error: EngineError) -> StepFailure {
        if error.status == 404 {
            return StepFailure(.unavailable, "the container was removed by somebody else while it ran; \(error)")
        }
        return StepFailure(.unavailable, "the container engine went away while the container ran; \(error)")
    }

    // Podman and old engines say 500 for what the step's author can correct.
    private static func isFaultOfStep(_ detail: String) -> Bool {
        names(
            detail.lowercased(),
            [
                "executable file not found", "no such file or directory: unknown", "permission denied: unknown",
                "exec format error", "not found in $path", "unable to find user", "unable to find group",
                "no matching entries in passwd", "cannot mkdir", "is not a directory", "not a directory: unknown",
            ])
    }

    private static func names(_ text: String, _ words: [String]) -> Bool {
        words.contains { text.contains($0) }
    }
}
