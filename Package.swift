// swift-tools-version:6.2
import PackageDescription

// The picture of ARCHITECTURE.md, checked by the compiler: a target exists where it forbids an import.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]

let package = Package(
    name: "gatehouse",
    products: [.executable(name: "gatehouse", targets: ["gatehouse"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // One trait: SwiftPM passes several in an order that changes from run to run, and then builds it anew.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: ["FullFoundation"]),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        .target(name: "OAuth", dependencies: ["Cryptography", crypto]),
        .target(
            name: "Cryptography",
            dependencies: [
                crypto, .product(name: "CryptoExtras", package: "swift-crypto"), "CArgon2", "CCrypt", "COpenSSL",
            ]),
        .target(name: "AuthorizationServer", dependencies: ["OAuth", "Cryptography", crypto, logging, metrics]),
        .target(name: "Storage", dependencies: ["AuthorizationServer", "OAuth"]),
        .target(
            name: "StorageSQLite",
            dependencies: [
                "AuthorizationServer", "Storage", metrics,
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        .target(name: "StoragePostgres", dependencies: ["AuthorizationServer", "Storage", "CPostgreSQL"]),
        .target(
            name: "Web",
            dependencies: [
                "AuthorizationServer", "Cryptography", "OAuth", hummingbird, logging, metrics,
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ] + nio,
            resources: [.embedInCode("Assets"), .embedInCode("Templates")]),
        .target(
            name: "EngineAPI",
            dependencies: [
                "AuthorizationServer", "OAuth", "Web", hummingbird,
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        .executableTarget(
            name: "gatehouse",
            dependencies: [
                "AuthorizationServer", "Cryptography", "EngineAPI", "OAuth", "Storage", "StoragePostgres",
                "StorageSQLite", "Web", hummingbird, logging, metrics,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ] + nio),

        // What `make bench` measures with; no part of the server.
        .executableTarget(name: "bench-baseline", dependencies: [hummingbird, logging]),
        .executableTarget(name: "bench-load", dependencies: nio),

        // What every suite stands on: a clock, a whole server on a database in memory, a browser.
        .target(
            name: "TestSupport",
            dependencies: [
                "AuthorizationServer", "Cryptography", "OAuth", "Storage", "StorageSQLite", "Web", hummingbird, logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            path: "Tests/TestSupport"),

        // A PostgreSQL server of the tests' own, which goes away with them.
        .target(name: "PostgresTesting", dependencies: ["CPostgreSQL"], path: "Tests/PostgresTesting"),

        .testTarget(
            name: "EngineAPITests",
            dependencies: [
                "AuthorizationServer", "Cryptography", "EngineAPI", "OAuth", "Storage", "TestSupport", "Web", logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        .testTarget(name: "CryptographyTests", dependencies: ["Cryptography", crypto]),
        .testTarget(name: "OAuthTests", dependencies: ["Cryptography", "OAuth"]),
        .testTarget(
            name: "AuthorizationServerTests",
            dependencies: [
                "AuthorizationServer", "Cryptography", "OAuth", "Storage", "TestSupport", "Web", crypto,
                .product(name: "JWTKit", package: "jwt-kit"),
            ]),
        .testTarget(
            name: "StorageTests",
            dependencies: [
                "AuthorizationServer", "Cryptography", "OAuth", "PostgresTesting", "Storage", "StoragePostgres",
                "StorageSQLite",
            ]),
        .testTarget(
            name: "StoragePostgresTests",
            dependencies: ["AuthorizationServer", "PostgresTesting", "Storage", "StoragePostgres"]),
        .testTarget(
            name: "ProgramTests",
            dependencies: [
                "AuthorizationServer", "Cryptography", "OAuth", "PostgresTesting", "Storage", "TestSupport", "Web",
                "gatehouse", crypto, logging, metrics,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ] + nio),
        .testTarget(
            name: "StorageSQLiteTests",
            dependencies: [
                "AuthorizationServer", "Storage", "StorageSQLite", .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "AuthorizationServer", "Cryptography", "OAuth", "Storage", "TestSupport", "Web", hummingbird, logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ]),
        .testTarget(
            name: "WebServerTests",
            dependencies: [
                "OAuth", "Web", hummingbird, logging,
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ] + nio),
    ]
)

for target in package.targets where target.type == .regular || target.type == .executable || target.type == .test {
    target.swiftSettings = settings
}
