// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of JobKit never resolve or build the examples.
let package = Package(
    name: "Examples",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "JobKit", path: "..")],
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
        .executableTarget(
            name: "TypedHandler",
            dependencies: [.product(name: "JobCore", package: "JobKit")]
        ),
    ]
)
