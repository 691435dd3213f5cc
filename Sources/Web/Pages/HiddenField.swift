/// A name and a value that a form sends along.
public struct HiddenField: Sendable {
    public let name: String
    public let value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
