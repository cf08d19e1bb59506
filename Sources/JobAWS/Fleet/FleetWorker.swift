/// How the worker of an EC2 instance is called: the link between the directory of workers and the list of instances.
public enum FleetWorker {
    /// The worker's name on an instance, such as `ec2:i-0123456789abcdef0`.
    public static func name(instance: String) -> String { "ec2:\(instance)" }

    /// The instance of a worker; nil when the name is not one of a fleet's worker.
    public static func instance(ofWorker name: String) -> String? {
        name.hasPrefix("ec2:") && name.count > 4 ? String(name.dropFirst(4)) : nil
    }
}
