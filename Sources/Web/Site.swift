public import AuthorizationServer
public import Logging
import OAuth

/// What every route needs to read a request: which domain it is for, and whom to believe about it.
public struct Site: Sendable {
    public let directory: Directory
    public let proxies: TrustedProxies
    public let logger: Logger
    public let admission: Admission
    let errors = OAuthErrorMetrics()
    /// In bytes.
    public let bodyLimit: Int

    public init(
        directory: Directory, proxies: TrustedProxies, logger: Logger, bodyLimit: Int = 65_536,
        admission: Admission = Admission()
    ) {
        self.directory = directory
        self.proxies = proxies
        self.logger = logger
        self.bodyLimit = bodyLimit
        self.admission = admission
    }
}
