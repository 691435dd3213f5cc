public import AuthorizationServer
public import OAuth

extension SQLStore {
    func insertion(of event: Event) -> Statement {
        Statement(
            """
            INSERT INTO event (id, domain_id, at, kind, actor, subject, address, detail)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            .text(generate.next(12)), .id(event.domain), .moment(event.at), .text(event.kind.rawValue),
            .text(event.actor), .text(event.subject), .text(event.address), .text(event.detail))
    }

    /// The same, if `mark` holds; `mark` names `markedBy` as $9.
    func insertion(of event: Event, if mark: String, _ markedBy: String) -> Statement {
        Statement(
            """
            INSERT INTO event (id, domain_id, at, kind, actor, subject, address, detail)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE \(mark)
            """,
            .text(generate.next(12)), .id(event.domain), .moment(event.at), .text(event.kind.rawValue),
            .text(event.actor), .text(event.subject), .text(event.address), .text(event.detail), .text(markedBy))
    }

    public func record(_ event: Event) async throws {
        _ = try await database.write([insertion(of: event)])
    }

    public func events(of domain: DomainID, _ request: ListRequest) async throws -> Page<Event> {
        try await page(
            "domain_id, at, kind, actor, subject, address, detail", from: "event",
            where:
                "domain_id = $1 AND (kind LIKE $2 ESCAPE '\\' OR actor LIKE $2 ESCAPE '\\' OR subject LIKE $2 ESCAPE '\\')",
            order: "at DESC, id", [.id(domain), Self.pattern(request.search)], request
        ) { row in
            var row = row.reader()
            return Event(
                domain: try row.id(), at: try row.moment(), kind: Event.Kind(rawValue: try row.text()) ?? .administered,
                actor: try row.optionalText(), subject: try row.optionalText(), address: try row.optionalText(),
                detail: try row.optionalText())
        }
    }
}
