import Cryptography
import Foundation
import Testing

@Suite("RFC 7517 and RFC 7638: the public key and its name")
struct PublicJWKTests {
    @Test func `the RSA key of RFC 7517 A 2 has the thumbprint of RFC 7638 §3 1`() throws {
        let key = try SigningKey(pem: ExampleKey.rfc7517A2)

        #expect(key.keyID == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        #expect(
            key.publicJWK
                == #"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR"#
                + "1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW"
                + "2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM"
                + #"4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","#
                + #""kid":"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs","use":"sig","alg":"RS256"}"#)
    }

    @Test func `the EC key of RFC 7515 A 3 has its coordinates`() throws {
        let key = try SigningKey(pem: ExampleKey.rfc7515A3)

        #expect(
            key.publicJWK
                == #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
                + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","kid":"\#(key.keyID)","use":"sig","alg":"ES256"}"#
        )
        #expect(key.keyID == "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U")
    }

    @Test func `the Ed25519 key of RFC 8037 A 1 has the thumbprint of A 3`() throws {
        let key = try SigningKey(pem: ExampleKey.rfc8037A1)

        #expect(
            key.publicJWK
                == #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","#
                + #""kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","use":"sig","alg":"EdDSA"}"#)
    }

    @Test("it is JSON without any private member", arguments: SigningKey.Algorithm.allCases)
    func publicOnly(algorithm: SigningKey.Algorithm) throws {
        let key = try SigningKey.generate(algorithm)

        let members = try #require(
            try JSONSerialization.jsonObject(with: Data(key.publicJWK.utf8)) as? [String: String])

        #expect(Set(members.keys).isDisjoint(with: ["d", "p", "q", "dp", "dq", "qi", "k", "oth"]))
        #expect(members["kid"] == key.keyID)
        #expect(members["alg"] == algorithm.rawValue)
    }

    @Test func `a printed key shows its name alone`() throws {
        let key = try SigningKey(pem: ExampleKey.rfc8037A1)

        #expect("\(key)" == "EdDSA key kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        #expect(String(reflecting: [key]) == "[EdDSA key kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k]")
    }
}
