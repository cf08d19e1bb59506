// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of JobKit never resolve or build the examples.
let package = Package(
    name: "Examples",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "JobKit", path: ".."),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.0.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.0.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.0.0"),
    ],
    targets: [
        .executableTarget(
            name: "Embedding",
            dependencies: [
                .product(name: "JobCore", package: "JobKit"),
                .product(name: "JobSQLite", package: "JobKit"),
                .product(name: "JobExecutors", package: "JobKit"),
            ]
        ),
        // Compiled, not run: the lines that the README shows.
        .target(
            name: "Readme",
            dependencies: [
                .product(name: "JobCore", package: "JobKit"),
                .product(name: "JobSQLite", package: "JobKit"),
                .product(name: "JobExecutors", package: "JobKit"),
            ]
        ),
        // Compiled, not run: the lines that the guides show.
        .target(
            name: "Guide",
            dependencies: [
                .product(name: "JobClient", package: "JobKit"),
                .product(name: "JobCore", package: "JobKit"),
                .product(name: "JobExecutors", package: "JobKit"),
                .product(name: "JobSQLite", package: "JobKit"),
                .product(name: "JobTransport", package: "JobKit"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .executableTarget(
            name: "TypedHandler",
            dependencies: [.product(name: "JobCore", package: "JobKit")]
        ),
        // Another Hummingbird server that mounts the job service.
        .executableTarget(
            name: "WebServer",
            dependencies: [
                .product(name: "JobClient", package: "JobKit"),
                .product(name: "JobCore", package: "JobKit"),
                .product(name: "JobExecutors", package: "JobKit"),
                .product(name: "JobHTTP", package: "JobKit"),
                .product(name: "JobSQLite", package: "JobKit"),
                .product(name: "JobTransport", package: "JobKit"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        // A queue that JobKit does not know, and the tests that show it keeps the contract.
        .target(name: "OutsiderQueue", dependencies: [.product(name: "JobCore", package: "JobKit")]),
        .testTarget(
            name: "OutsiderQueueTests",
            dependencies: [
                "OutsiderQueue",
                .product(name: "JobCore", package: "JobKit"),
                .product(name: "JobTesting", package: "JobKit"),
            ]
        ),
        // A kind of step of one's own.
        .target(name: "OutsiderExecutor", dependencies: [.product(name: "JobCore", package: "JobKit")]),
        // Handlers of a small shop, and their unit tests.
        .target(name: "Shop", dependencies: [.product(name: "JobCore", package: "JobKit")]),
        .testTarget(
            name: "UnitTesting",
            dependencies: [
                "Shop", "OutsiderExecutor",
                .product(name: "JobAWS", package: "JobKit"),
                .product(name: "JobCore", package: "JobKit"),
                .product(name: "JobExecutors", package: "JobKit"),
                .product(name: "JobTesting", package: "JobKit"),
                .product(name: "JobTransport", package: "JobKit"),
            ]
        ),
    ]
)
