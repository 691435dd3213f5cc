import AuthorizationServer
import OAuth

/// An application as PlaceOS's clients read it.
///
/// - Parameter secret: known while the application is being made; only its digest is kept.
func json(_ client: Client, secret: Secret? = nil) -> JSON {
    .object([
        .init("id", .integer(client.number)), .init("name", .string(client.name)),
        .init("secret", .text(secret?.exposed)), .init("scopes", .string(client.scope.description)),
        .init("owner_id", .string(client.domain.text)),
        .init("redirect_uri", .string(client.redirectURIs.joined(separator: "\n"))),
        .init("confidential", .bool(client.isConfidential)),
        .init("skip_authorization", .bool(client.skipsAuthorization)),
        .init("subsystems", .texts(client.subsystems)), .init("uid", .string(client.id.text)),
        .init("created_at", .moment(client.createdAt)), .init("updated_at", .moment(client.updatedAt)),
    ])
}
