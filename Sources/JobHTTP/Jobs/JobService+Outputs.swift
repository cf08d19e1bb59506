internal import Hummingbird
internal import JobCore

extension JobService {
    /// `GET /v1/jobs/{id}/steps/{name}/output`: what a step's latest finished attempt produced.
    func readOutput(_ request: JobRequest) async throws -> Response {
        let name = try request.parameter("name")
        let job = try await visibleJob(try request.jobID(), for: request.principal)
        guard let index = job.spec.steps.firstIndex(where: { $0.name == name }) else {
            throw Problem.notFound("the job has no such step")
        }
        guard let output = job.steps[index].output else { throw Problem.notFound("the step has no output yet") }
        return Response(json: output.document)
    }
}
