import JobAWS
import Testing

struct FleetWorkerTests {
    @Test func nameAndInstanceAreInverse() {
        #expect(FleetWorker.instance(ofWorker: FleetWorker.name(instance: "i-1")) == "i-1")
    }

    @Test(arguments: ["ec2:", "host:12:abc", "i-1"])
    func otherWorkersHaveNoInstance(name: String) {
        #expect(FleetWorker.instance(ofWorker: name) == nil)
    }
}
