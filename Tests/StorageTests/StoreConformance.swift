import Testing

/// Every sentence of `Ports/Stores.swift`, on every database. What belongs to one port is in a file of
/// `Conformance/`.
@Suite("What every store promises")
enum StoreConformance {}
