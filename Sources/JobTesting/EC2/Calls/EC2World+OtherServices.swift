internal import JobCore

extension EC2World {
    mutating func answerSTS(_ call: AWSCall) throws -> XMLNode {
        let result: XMLNode
        switch call.operation {
        case "GetCallerIdentity":
            result = XMLNode(
                "GetCallerIdentityResult",
                [
                    XMLNode("Arn", "arn:aws:iam::\(configuration.accountID):user/fake"), XMLNode("UserId", "AIDAFAKE"),
                    XMLNode("Account", configuration.accountID),
                ])
        case "AssumeRole":
            let role = try call.form.required("RoleArn")
            let session = try call.form.required("RoleSessionName")
            let seconds = try call.form.integer("DurationSeconds") ?? 3_600
            guard seconds >= 900, seconds <= 43_200, session.utf8.count >= 2 else {
                throw EC2Refusal(
                    "ValidationError", "DurationSeconds 900 to 43200, RoleSessionName at least 2 characters")
            }
            let name = role.split(separator: "/").last.map(String.init) ?? role
            let credentials = XMLNode(
                "Credentials",
                [
                    XMLNode("AccessKeyId", "ASIA" + newID("x").dropFirst(2).uppercased()),
                    XMLNode("SecretAccessKey", newID("secret")), XMLNode("SessionToken", newID("token")),
                    XMLNode("Expiration", stamp(now + .seconds(seconds))),
                ])
            let user = XMLNode(
                "AssumedRoleUser",
                [
                    XMLNode("AssumedRoleId", "AROAFAKE:\(session)"),
                    XMLNode("Arn", "arn:aws:sts::\(configuration.accountID):assumed-role/\(name)/\(session)"),
                ])
            result = XMLNode("AssumeRoleResult", [credentials, user])
        default:
            throw EC2Refusal("InvalidAction", "Could not find operation \(call.operation) for version 2011-06-15")
        }
        let metadata = XMLNode("ResponseMetadata", [XMLNode("RequestId", newRequestID())])
        return XMLNode("\(call.operation)Response", [result, metadata])
    }

    func answerSSM(_ call: AWSCall) throws -> JSONValue {
        switch call.operation {
        case "GetParameter":
            let name = call.json?["Name"]?.stringValue ?? ""
            guard let parameter = parameter(name) else { throw EC2Refusal("ParameterNotFound", "") }
            return ["Parameter": parameter]
        case "GetParameters":
            guard case .array(let names)? = call.json?["Names"] else {
                throw EC2Refusal("ValidationException", "Names is missing")
            }
            let texts = names.compactMap(\.stringValue)
            return [
                "Parameters": .array(texts.compactMap { parameter($0) }),
                "InvalidParameters": .array(texts.filter { parameter($0) == nil }.map { .string($0) }),
            ]
        default:
            throw EC2Refusal("UnknownOperationException", "")
        }
    }

    private func parameter(_ name: String) -> JSONValue? {
        configuration.parameters[name].map { value in
            [
                "Name": .string(name), "Type": "String", "Value": .string(value), "Version": 1,
                "LastModifiedDate": .number(Double(start.microseconds / 1_000_000)), "DataType": "text",
                "ARN": .string("arn:aws:ssm:\(configuration.region)::parameter\(name)"),
            ]
        }
    }
}
