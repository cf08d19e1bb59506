import JobAWS
import JobCore
import JobTesting
import JobTransport

extension AWSClient {
    /// A client of a scripted or fake service at `http://aws.test`.
    static func test(
        _ transport: any HTTPTransport, credentials: any CredentialProvider = StaticCredentials.test,
        endpoint: String = "http://aws.test", retry: AWSRetry = .standard, time: TimeSource = FastTime().source,
        random: RandomSource = .seeded(1)
    ) -> AWSClient {
        AWSClient(
            region: .usEast1, credentials: credentials, endpoints: AWSEndpoints(all: endpoint), transport: transport,
            retry: retry, time: time, random: random)
    }
}

extension StaticCredentials {
    static let test = StaticCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret-of-tests")
}

/// Answers of AWS in the wire's form.
enum Answer {
    static let url = "http://aws.test/"

    static func ec2Error(_ code: String, _ message: String = "why") -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Response><Errors><Error><Code>\(code)</Code><Message>\(message)</Message></Error></Errors>\
        <RequestID>req-1</RequestID></Response>
        """
    }

    static let noInstances = "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>"

    static let fleet = """
        <CreateFleetResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>\
        <fleetId>fleet-1</fleetId><errorSet/><fleetInstanceSet><item><instanceIds><item>i-1</item></instanceIds>\
        <instanceType>m7g.large</instanceType><lifecycle>spot</lifecycle></item></fleetInstanceSet></CreateFleetResponse>
        """

    static func failure(_ status: Int, _ code: String, headers: HTTPHeaders = [:]) -> ScriptedTransport.Expectation {
        .on(.post, url, respond: status, headers: headers, body: ec2Error(code))
    }

    static func success(_ body: String = noInstances) -> ScriptedTransport.Expectation {
        .on(.post, url, respond: 200, body: body)
    }
}
