// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of JobKit never resolve or build the benchmarks. Run it by Scripts/bench.
let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "JobKit", path: ".."),
        // The one that JobHTTP is built on, to be measured without JobHTTP.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "Bench",
            dependencies: [
                .product(name: "JobCore", package: "JobKit"),
                .product(name: "JobSQLite", package: "JobKit"),
                .product(name: "JobTransport", package: "JobKit"),
                .product(name: "JobExecutors", package: "JobKit"),
                .product(name: "JobClient", package: "JobKit"),
                .product(name: "JobAWS", package: "JobKit"),
                .product(name: "JobTesting", package: "JobKit"),
                .product(name: "jobctl", package: "JobKit"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]
        )
    ]
)
