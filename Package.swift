// swift-tools-version: 6.2
import PackageDescription

/// Async functions stay with their caller: between an actor on an event loop and what it awaits there, no thread changes.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A system library target: a module map and a shim header under `Shared/<name>`, nothing else.
func library(_ name: String) -> Target { .systemLibrary(name: name, path: "Shared/\(name)") }

/// A module under `Shared/`.
func shared(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Shared/\(name)", swiftSettings: strict)
}

/// Files that people's browsers get, as C arrays (`#embed`): in Swift they would take minutes to compile.
func files(_ name: String) -> Target {
  .target(name: name, path: "Shared/\(name)", exclude: ["README.md", "LICENSE", "dist"])
}

/// A service: an executable under `Services/`, its SQL migrations (or other files) beside it and built in.
func service(
  _ name: String, _ dependencies: [Target.Dependency], embedded: [String] = ["Migrations"], exclude: [String] = []
) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: "Services/\(name)", exclude: exclude,
    resources: embedded.map { .embedInCode($0) }, swiftSettings: strict)
}

/// Tests of one module, under `Tests/<name>`.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: strict)
}

let package = Package(
  name: "mailout",
  targets: [
    library("CLinux"), library("CRabbitMQ"), library("CPostgres"), library("CCurl"),
    library("CMicroHTTPD"), library("CSodium"), library("CJose"),
    files("CSwaggerUI"),
    // libphonenumber speaks C++ only: a C header over it.
    .target(
      name: "CPhoneNumber", path: "Shared/CPhoneNumber", linkerSettings: [.linkedLibrary("phonenumber")]),

    shared("EventLoop", ["CLinux"]),
    shared("AMQP", ["CRabbitMQ", "EventLoop"]),
    shared("Postgres", ["CPostgres", "EventLoop"]),
    shared("HTTPClient", ["CCurl", "EventLoop"]),
    shared("SMTPClient", ["CCurl", "EventLoop"]),
    shared("HTTPServer", ["CMicroHTTPD", "EventLoop"]),
    shared("Security", ["CSodium", "CJose", "EventLoop"]),
    shared("PhoneNumbers", ["CPhoneNumber"]),
    shared("Service", ["Contracts", "EventLoop", "HTTPServer"]),
    shared("Contracts"),
    shared("Messaging", ["AMQP", "Contracts", "EventLoop", "Postgres", "Service"]),

    service(
      "Gateway", ["AMQP", "CSwaggerUI", "Contracts", "HTTPServer", "Messaging", "Security", "Service"],
      embedded: ["OpenAPI", "AsyncAPI"]),
    service(
      "Customer",
      [
        "Contracts", "EventLoop", "HTTPClient", "Messaging", "PhoneNumbers", "Postgres", "SMTPClient", "Security",
        "Service",
      ],
      embedded: ["Migrations", "Samples"]),
    service("MailoutScheduler", ["AMQP", "Contracts", "EventLoop", "Messaging", "Postgres", "Service"]),
    service("Sender", ["AMQP", "Contracts", "EventLoop", "HTTPClient", "Messaging", "Postgres", "Service"]),
    service("Stats", ["AMQP", "Contracts", "EventLoop", "Messaging", "Postgres", "Service"]),
    service("FakeProvider", ["HTTPServer", "Service"], embedded: [], exclude: ["README.md"]),
    service("Bench", ["EventLoop", "HTTPClient"], embedded: []),

    tests("EventLoopTests", ["EventLoop"]),
    tests("AMQPTests", ["AMQP", "TestSupport"]),
    tests("PostgresTests", ["Postgres"]),
    tests("HTTPClientTests", ["EventLoop", "HTTPClient"]),
    tests("SMTPClientTests", ["SMTPClient"]),
    tests("HTTPServerTests", ["HTTPServer", "HTTPClient"]),
    tests("PhoneNumbersTests", ["PhoneNumbers"]),
    tests("SecurityTests", ["Security"]),
    tests("ServiceTests", ["EventLoop", "Service", "HTTPClient", "TestSupport"]),
    tests(
      "ContractsTests",
      ["Contracts", "Customer", "MailoutScheduler", "Messaging", "Sender", "Service", "Stats", "TestSupport"],
      exclude: ["Fixtures"]),
    tests(
      "GatewayTests",
      ["Contracts", "Gateway", "HTTPClient", "HTTPServer", "Messaging", "Security", "Service", "TestSupport"]),
    tests(
      "CustomerTests",
      ["Contracts", "Customer", "HTTPClient", "HTTPServer", "Messaging", "SMTPClient", "Security", "Service"]),
    tests("MessagingTests", ["AMQP", "Contracts", "Messaging", "Service"]),
    tests("MailoutSchedulerTests", ["MailoutScheduler", "TestSupport"]),
    tests("SenderTests", ["Sender", "TestSupport"]),
    tests("StatsTests", ["Stats"]),
    tests("FakeProviderTests", ["EventLoop", "FakeProvider", "HTTPClient", "HTTPServer", "Service"]),
    tests(
      "IntegrationTests",
      [
        "AMQP", "Contracts", "Customer", "EventLoop", "FakeProvider", "Gateway", "HTTPClient", "HTTPServer",
        "MailoutScheduler", "Messaging", "Postgres", "SMTPClient", "Security", "Sender", "Service", "Stats",
        "TestSupport",
      ], exclude: ["Contacts/Samples", "OpenID", "SMTP"]),
    tests("EndToEndTests", ["AMQP", "Contracts", "EventLoop", "HTTPClient", "Messaging", "Postgres", "TestSupport"]),
    // What several test targets need.
    .target(name: "TestSupport", dependencies: ["Postgres"], path: "Tests/TestSupport", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c2x,
  cxxLanguageStandard: .cxx17
)
