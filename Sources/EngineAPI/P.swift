public import Hummingbird
public import Web

public func addEngineRoutes(to router: Router<Context>, _ services: Services) {}
