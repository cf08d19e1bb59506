internal import JobCore
internal import JobTransport

extension EC2World {
    typealias Operation = @Sendable (inout EC2World, QueryForm) throws -> [XMLNode?]

    static let operations: [String: Operation] = [
        "RunInstances": { try $0.runInstances($1) }, "CreateFleet": { try $0.createFleet($1) },
        "CreateLaunchTemplate": { try $0.createLaunchTemplate($1) },
        "DeleteLaunchTemplate": { try $0.deleteLaunchTemplate($1) },
        "DescribeLaunchTemplates": { try $0.describeLaunchTemplates($1) },
        "DescribeInstances": { try $0.describeInstances($1) },
        "DescribeInstanceStatus": { try $0.describeInstanceStatus($1) },
        "TerminateInstances": { try $0.terminateInstances($1) }, "GetConsoleOutput": { try $0.getConsoleOutput($1) },
        "CreateTags": { try $0.createTags($1) }, "DeleteTags": { try $0.deleteTags($1) },
        "DescribeSpotInstanceRequests": { try $0.describeSpotInstanceRequests($1) },
        "CancelSpotInstanceRequests": { try $0.cancelSpotInstanceRequests($1) },
        "DescribeSpotPriceHistory": { try $0.describeSpotPriceHistory($1) },
        "DescribeSubnets": { try $0.describeSubnets($1) },
        "DescribeInstanceTypes": { try $0.describeInstanceTypes($1) },
        "DescribeInstanceTypeOfferings": { try $0.describeInstanceTypeOfferings($1) },
        "DescribeVolumes": { try $0.describeVolumes($1) }, "DeleteVolume": { try $0.deleteVolume($1) },
    ]

    /// Answers a request: the fault plan first, then who asks, then what is asked.
    mutating func answer(_ request: ServedRequest) -> ServedAnswer {
        let call = AWSCall(request)
        let fault = fault(for: call.operation)
        let (answer, outcome) = carryOut(call, fault)
        calls.append(
            FakeEC2.Call(
                service: call.service.rawValue, operation: call.operation, at: now, parameters: call.form.pairs,
                accessKeyID: call.signature?.accessKeyID, outcome: outcome))
        return answer
    }

    private mutating func carryOut(_ call: AWSCall, _ fault: FakeEC2.Reply.Effect?) -> (ServedAnswer, String) {
        switch fault {
        case .dropped: return (.closed, "dropped")
        case .page(let status):
            return (.text(status, "<html><body>\(status)</body></html>", type: "text/html"), "\(status)")
        case .error(let code, let message):
            return (refuse(call, EC2Refusal(code: code, message: message)), code)
        case .lost, nil: break
        }
        let isLost = fault == .lost
        do {
            try authorize(call)
            let answer = try perform(call)
            return isLost ? (.closed, "lost") : (answer, "ok")
        } catch let refusal as EC2Refusal {
            return isLost ? (.closed, "lost") : (refuse(call, refusal), refusal.code)
        } catch {
            return (.text(500, "\(error)"), "InternalError")
        }
    }

    private mutating func perform(_ call: AWSCall) throws -> ServedAnswer {
        switch call.service {
        case .ec2:
            guard let operation = Self.operations[call.operation] else {
                throw EC2Refusal("InvalidAction", "The action \(call.operation) is not valid for this web service.")
            }
            if let unknown = KnownParameters.firstUnknown(in: call.form, of: call.operation) {
                throw EC2Refusal("UnknownParameter", "The parameter \(unknown) is not recognized")
            }
            // A call that is refused changes nothing.
            var next = self
            // Except how often it was refused.
            defer { refusals = next.refusals }
            let nodes = try operation(&next, call.form)
            self = next
            let root = XMLNode("\(call.operation)Response", [XMLNode("requestId", newRequestID())] + nodes)
            return xml(200, root, namespace: "http://ec2.amazonaws.com/doc/2016-11-15/")
        case .sts:
            return xml(200, try answerSTS(call), namespace: "https://sts.amazonaws.com/doc/2011-06-15/")
        case .ssm:
            return json(200, try answerSSM(call))
        }
    }

    private mutating func refuse(_ call: AWSCall, _ refusal: EC2Refusal) -> ServedAnswer {
        let id = newRequestID()
        let code = XMLNode("Code", refusal.code)
        let message = XMLNode("Message", refusal.message)
        switch call.service {
        case .ec2:
            let error = XMLNode("Errors", [XMLNode("Error", [code, message])])
            return xml(refusal.status, XMLNode("Response", [error, XMLNode("RequestID", id)]), namespace: nil)
        case .sts:
            let error = XMLNode("Error", [XMLNode("Type", "Sender"), code, message])
            return xml(
                refusal.status, XMLNode("ErrorResponse", [error, XMLNode("RequestId", id)]),
                namespace: "https://sts.amazonaws.com/doc/2011-06-15/")
        case .ssm:
            return json(refusal.status, ["__type": .string(refusal.code), "message": .string(refusal.message)])
        }
    }

    private func xml(_ status: Int, _ root: XMLNode, namespace: String?) -> ServedAnswer {
        .reply(
            status: status,
            headers: ["Content-Type": "text/xml;charset=UTF-8", "Date": AWSDate.http(now + plan.clockOffset)],
            body: Array(root.document(namespace: namespace).utf8))
    }

    private mutating func json(_ status: Int, _ value: JSONValue) -> ServedAnswer {
        .reply(
            status: status,
            headers: [
                "Content-Type": "application/x-amz-json-1.1", "Date": AWSDate.http(now + plan.clockOffset),
                "x-amzn-RequestId": newRequestID(),
            ], body: value.utf8)
    }

    /// The form of a UUID.
    mutating func newRequestID() -> String {
        let digits = newID("x").dropFirst(3) + newID("x").dropFirst(3)
        var parts: [Substring] = []
        var rest = digits[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }
}
