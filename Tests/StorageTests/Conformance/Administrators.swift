import AuthorizationServer
import OAuth
import Testing

extension StoreConformance {
    /// Two nodes at once, fifty times each.
    @Suite("about administrators who act at once")
    struct Administrators {
        @Test(
            "of two administrators who each take the other's level, account or domain away, one stays",
            arguments: Backend.available)
        func lastOnes(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            var stayed = try await place("first", on: stage)
            for round in 0..<50 {
                let places = [stayed, try await place("place-\(round)", on: stage)]

                let removed = try await atOnce(2) { index in
                    (index, try await self.remove(places[index], how: (round + index * (round / 4)) % 4, on: stage))
                }

                let left = removed.filter { !$0.1 }.map { places[$0.0] }
                stayed = try #require(left.first)
                #expect(left.count == 1)
                #expect(try await stage.store.hasAdministrator())
            }
        }

        private typealias Place = (domain: Domain, administrator: User)

        private func place(_ name: String, on stage: Stage) async throws -> Place {
            let domain = try await stage.addDomain(name)
            return (domain, try await stage.addAdministrator("ada", in: domain))
        }

        /// Whether the administrator was taken away.
        private func remove(_ place: Place, how: Int, on stage: Stage) async throws -> Bool {
            var changed = place.administrator
            switch how {
            case 0: changed.permissions = .support
            case 1: changed.isDisabled = true
            case 2: return try await stage.store.delete(user: changed.id)
            default: return try await stage.store.delete(domain: place.domain.id)
            }
            return try await stage.store.update(changed)
        }

        @Test("of two keys made at once, one signs", arguments: Backend.available)
        func keys(_ backend: Backend) async throws {
            let stage = try await Stage(backend)
            for round in 0..<50 {
                _ = try await atOnce(2) { index in
                    try await stage.store.insert(
                        StoredSigningKey(
                            id: "key-\(round)-\(index)", domain: stage.domain.id, algorithm: "RS256",
                            sealedPEM: "sealed", createdAt: Stage.now, retiresAt: nil),
                        retiringOthersAt: Stage.now + .days(1))
                }

                let signing = try await stage.store.signingKeys(of: stage.domain.id).filter { $0.retiresAt == nil }
                #expect(signing.count == 1)
            }
        }
    }
}
