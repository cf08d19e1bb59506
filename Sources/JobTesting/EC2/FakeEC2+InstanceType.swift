extension FakeEC2 {
    /// A kind of machine.
    public struct InstanceType: Hashable, Sendable {
        /// Its name, such as `c7g.large`.
        public var name: String
        /// How many virtual processors it has.
        public var vCPUs: Int
        /// How much memory it has, in MiB.
        public var memoryMiB: Int
        /// `arm64` or `x86_64`.
        public var architecture: String
        /// What it costs on demand, in dollars per hour.
        public var onDemandDollars: Double
        /// The zones that offer it; nil for all.
        public var zones: [String]?

        /// Makes a type.
        public init(
            _ name: String, vCPUs: Int, memoryMiB: Int, architecture: String, onDemandDollars: Double,
            zones: [String]? = nil
        ) {
            self.name = name
            self.vCPUs = vCPUs
            self.memoryMiB = memoryMiB
            self.architecture = architecture
            self.onDemandDollars = onDemandDollars
            self.zones = zones
        }

        /// Some common types of both architectures.
        public static let common: [InstanceType] = {
            let arm = [
                ("t4g.small", 2, 2, 0.0168), ("t4g.medium", 2, 4, 0.0336), ("c6g.large", 2, 4, 0.068),
                ("c7g.large", 2, 4, 0.0725), ("c7g.xlarge", 4, 8, 0.145), ("c7g.2xlarge", 8, 16, 0.29),
                ("m6g.large", 2, 8, 0.077), ("m7g.large", 2, 8, 0.0816), ("m7g.xlarge", 4, 16, 0.1632),
                ("r7g.large", 2, 16, 0.1071),
            ]
            let intel = [
                ("t3.small", 2, 2, 0.0208), ("t3.medium", 2, 4, 0.0416), ("c6i.large", 2, 4, 0.085),
                ("c7i.large", 2, 4, 0.08925), ("c7i.xlarge", 4, 8, 0.1785), ("c7i.2xlarge", 8, 16, 0.357),
                ("m6i.large", 2, 8, 0.096), ("m7i.large", 2, 8, 0.1008), ("m7i.xlarge", 4, 16, 0.2016),
                ("r7i.large", 2, 16, 0.1323),
            ]
            return [("arm64", arm), ("x86_64", intel)].flatMap { architecture, types in
                types.map { name, vCPUs, gibibytes, dollars in
                    InstanceType(
                        name, vCPUs: vCPUs, memoryMiB: gibibytes * 1_024, architecture: architecture,
                        onDemandDollars: dollars)
                }
            }
        }()
    }
}
