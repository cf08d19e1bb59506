import Foundation
import JobHTTP
import Testing

/// When connections end, seen from outside.
@Suite(.timeLimit(.minutes(1))) struct ConnectionTests {
    /// Otherwise a client may send its next request on the connection, and take what comes for the answer to that.
    @Test(arguments: ["close", "Close", "TE, close"])
    func theAnswerToALastRequestSaysSoAndIsTheLast(_ connection: String) async throws {
        try await LiveServer.with { server in
            let answer = try await RawConnection(port: server.port).exchange(
                "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: \(connection)\r\n\r\n"
                    + "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nhello there\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            #expect(answer.lowercased().contains("\r\nconnection: close\r\n"))
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(answer)")
        }
    }

    @Test func onlyTheLastOfSeveralAnswersSaysThatItIs() async throws {
        try await LiveServer.with { server in
            let answer = try await RawConnection(port: server.port).exchange(
                "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let answers = answer.lowercased().components(separatedBy: "http/1.1 ").dropFirst()
            #expect(answers.map { $0.prefix(3) } == ["200", "200"])
            #expect(answers.map { $0.contains("\r\nconnection: close\r\n") } == [false, true])
        }
    }

    /// Old clients take the end of the connection for the end of the answer.
    @Test func anAnswerToHTTP10EndsTheConnection() async throws {
        try await LiveServer.with { server in
            let answer = try await RawConnection(port: server.port).exchange("GET /healthz HTTP/1.0\r\nHost: x\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            #expect(answer.lowercased().contains("\r\nconnection: close\r\n"))
        }
    }

    /// Who is refused must not send a long body for nothing.
    @Test func aBodyIsAskedForOnceItsCallerIsKnown() async throws {
        let body = Body.job()
        let head = "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
        let request = "\(head)Content-Length: \(body.utf8.count)\r\n"
        try await LiveServer.with { server in
            let connection = try RawConnection(port: server.port)
            connection.send("\(request)Connection: close\r\n\r\n")
            #expect(await connection.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            #expect(await connection.exchange(body).hasPrefix("HTTP/1.1 201 "))
            let hasty = try await RawConnection(port: server.port).exchange(
                "\(request)Connection: close\r\n\r\n\(body)")
            #expect(hasty.contains("HTTP/1.1 201 "))
        }
        try await LiveServer.with(service: JobService.Configuration(access: .tokens)) { server in
            let answer = try await RawConnection(port: server.port).exchange("\(request)\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 401 "))
            #expect(answer.lowercased().contains("\r\nconnection: close\r\n"))
        }
    }

    @Test func theHeadOfAStreamHasNoLength() async throws {
        try await LiveServer.with { server in
            let id = try #require(try await server.post("/v1/jobs", Body.job()).json.jobID)
            for path in ["/v1/events", "/v1/jobs/\(id)/events", "/v1/jobs/\(id)/logs?follow=true"] {
                let answer = try await RawConnection(port: server.port).exchange(
                    "HEAD \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 200 "))
                #expect(!answer.lowercased().contains("content-length"))
                // Nothing follows that a client could take for the next answer.
                #expect(answer.hasSuffix("\r\n\r\n") && answer.components(separatedBy: "\r\n\r\n").count == 2)
            }
        }
    }
}
