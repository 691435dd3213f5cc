import OAuth
import Testing

@Suite("A moment")
struct TimestampTests {
    @Test func `moves by whole seconds`() {
        let moment = Timestamp(seconds: 100)

        #expect(moment + .seconds(5) == Timestamp(seconds: 105))
        #expect(moment - .minutes(2) == Timestamp(seconds: -20))
        #expect(moment + .milliseconds(1_999) == Timestamp(seconds: 101))
        #expect(Timestamp(seconds: 105) - moment == .seconds(5))
        #expect(moment - Timestamp(seconds: 105) == .seconds(-5))
        #expect(moment < moment + .seconds(1))
    }

    @Test func `stops at the end of time instead of overflowing`() {
        let end = Timestamp(seconds: .max)
        let start = Timestamp(seconds: .min)

        #expect(end + .seconds(1) == end)
        #expect(start - .seconds(1) == start)
        #expect(Timestamp(seconds: 1) + .seconds(Int64.max) == end)
        #expect(Timestamp(seconds: -2) - .seconds(Int64.max) == start)
    }

    @Test func `is long before or long after another, on the right side, however far apart`() {
        #expect(Timestamp(seconds: .max) - Timestamp(seconds: .min) > .days(100_000))
        #expect(Timestamp(seconds: .min) - Timestamp(seconds: .max) < .days(-100_000))
    }

    @Test func `a length counts whole seconds`() {
        #expect(Duration.milliseconds(2_900).wholeSeconds == 2)
        #expect(Duration.days(1).wholeSeconds == 86_400)
        #expect(Duration.hours(2) == .minutes(120))
    }
}

@Suite("A secret")
struct SecretTests {
    @Test func `does not print itself`() {
        let secret = Secret("correct horse")

        #expect("\(secret)" == "•••")
        #expect(String(reflecting: secret) == "•••")
        #expect(secret.exposed == "correct horse")
    }

    @Test func `is the same only byte by byte`() {
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
        #expect(Secret("K") != Secret("\u{212A}"))
        #expect(Secret("") == Secret(""))
    }

    @Test func `is stored as its SHA-256`() {
        #expect(Secret("abc").digest == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0")
    }
}
