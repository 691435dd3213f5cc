/// The parameters of one request: query, form and JSON body merged into one map, as PlaceOS's clients
/// send them in any of the three.
///
/// RFC 6749 §3.1 and §3.2: a parameter must not be there twice, and one without a value counts as
/// absent. Nothing else of a request's text reaches the endpoints.
public struct Parameters: Sendable, Equatable {
    /// One more is refused: nobody's honest request has as many.
    public static let most = 100

    private var values: [String: String] = [:]

    public init() {}

    public init(_ pairs: KeyValuePairs<String, String>) throws(OAuthError) {
        for (name, value) in pairs { try add(name, value) }
    }

    /// The value, or `nil` when the parameter is absent or blank.
    public subscript(name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    /// Whether the parameter is there, be it with an empty value.
    public func has(_ name: String) -> Bool { values[name] != nil }

    public var names: some Collection<String> { values.keys }
    public var isEmpty: Bool { values.isEmpty }

    /// - Throws: `invalid_request` when the parameter is missing or blank.
    public func require(_ name: String) throws(OAuthError) -> String {
        guard let value = self[name] else { throw .missing(name) }
        return value
    }

    /// - Throws: `invalid_request` for a name that is there already, an array- or hash-shaped name
    ///   (`scope[]`, `user[id]`), a NUL, or one parameter too many.
    public mutating func add(_ name: String, _ value: String) throws(OAuthError) {
        guard values.count < Self.most else {
            throw .invalidRequest("There are more than \(Self.most) parameters.")
        }
        guard !name.utf8.contains(UInt8(ascii: "[")) else {
            throw .invalidRequest("A parameter is written as an array or a hash; each takes one plain value.")
        }
        guard !name.utf8.contains(0), !value.utf8.contains(0) else {
            throw .invalidRequest("A parameter contains a NUL character.")
        }
        guard values.updateValue(value, forKey: name) == nil else {
            throw .invalidRequest("A parameter is given more than once.")
        }
    }

    /// The body's parameters beside the query's. The same parameter in both places is let through only
    /// with the same value: with two values nobody can tell which one a proxy or a log has seen.
    public func merging(_ body: Parameters) throws(OAuthError) -> Parameters {
        var merged = self
        for (name, value) in body.values {
            if let known = merged.values[name] {
                guard known == value else {
                    throw .invalidRequest("A parameter is given in the query and in the body with different values.")
                }
            } else {
                merged.values[name] = value
            }
        }
        guard merged.values.count <= Self.most else {
            throw .invalidRequest("There are more than \(Self.most) parameters.")
        }
        return merged
    }
}
