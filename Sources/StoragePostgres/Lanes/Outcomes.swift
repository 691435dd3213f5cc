import AuthorizationServer
import Storage
import Synchronization

// What becomes of the calls of a group.

extension Lane {
    /// A group that the server has answered to the end.
    ///
    /// - Returns: why its connection is of no more use, if so.
    func conclude(_ group: Group, on link: Link, at now: Instant) -> String? {
        guard let failure = group.failure else {
            for (index, call) in group.calls.enumerated() {
                if let error = group.unreadable[index] {
                    call.reply.refuse(error)
                } else {
                    call.reply.give(group.answers[index])
                }
            }
            if !purpose.isReading {
                gauges.units.add(group.calls.count, ordering: .relaxed)
                gauges.commits.add(1, ordering: .relaxed)
                gauges.isWritingFailing.store(false, ordering: .relaxed)
            }
            return nil
        }

        if failure.isOfPreparation { link.prepared.forgetAll() }
        if let call = group.calls.first, group.calls.count == 1 {
            conclude(call, failure, at: now)
        } else if failure.mayBeOfOneCall || isWriteRefused(failure) {
            separate(group, at: now)
        } else {
            for call in group.calls { call.reply.refuse(answer(failure)) }
        }
        return failure.leavesConnectionUseless && !isWriteRefused(failure) ? failure.message : nil
    }

    private func conclude(_ call: Call, _ failure: ServerFailure, at now: Instant) {
        guard failure.isOfTheMoment || failure.isOfPreparation, call.retries < 3 else {
            return call.reply.refuse(answer(failure))
        }
        var call = call
        call.retries += 1
        gauges.retries.add(1, ordering: .relaxed)
        // Whoever it collided with is likely to come again too.
        let pause = failure.isOfTheMoment ? Duration.milliseconds(Int.random(in: 1...20 << call.retries)) : .zero
        repeatCalls([call], after: pause, at: now)
    }

    /// Nothing of the group was kept. The one that failed is tried alone, for it may have failed because of
    /// another; the others together, and one by one when that fails too.
    private func separate(_ group: Group, at now: Instant) {
        gauges.retries.add(group.calls.count, ordering: .relaxed)
        guard let guilty = group.failedCall, group.calls.indices.contains(guilty), !group.isRemainder else {
            for call in group.calls { repeatCalls([call], at: now) }
            return
        }
        var others = group.calls
        let call = others.remove(at: guilty)
        repeatCalls([call], at: now)
        repeatCalls(others, isRemainder: true, at: now)
    }

    private func answer(_ failure: ServerFailure) -> any Error {
        if !purpose.isReading, failure.isOfTheDatabase { gauges.isWritingFailing.store(true, ordering: .relaxed) }
        return isWriteRefused(failure)
            ? StorageError.statement("A statement that writes was sent as a read", sql: failure.sql) : failure.answer
    }

    /// On a connection for reading, "read-only" says nothing about the server.
    private func isWriteRefused(_ failure: ServerFailure) -> Bool { failure.state == "25006" && purpose.isReading }

    /// Groups whose connection is gone. Whether a write has been carried out, nobody knows.
    func conclude(lost groups: [Group], _ reason: String, mayRepeat: Bool, at now: Instant) {
        if !purpose.isReading, !groups.isEmpty { gauges.isWritingFailing.store(true, ordering: .relaxed) }
        for group in groups {
            var readAgain: [Call] = []
            for var call in group.calls {
                guard purpose.isReading, mayRepeat, !call.wasLost else {
                    call.reply.refuse(StoreError.unavailable("PostgreSQL: \(reason)"))
                    continue
                }
                call.wasLost = true
                readAgain.append(call)
            }
            if !readAgain.isEmpty { repeatCalls(readAgain, at: now) }
        }
    }

    /// Answers the calls whose tasks have been cancelled. The server is told too, over a connection of its own
    /// which is never used again: a request to cancel that comes late must not meet another's statement.
    func cancel(_ canceller: Canceller) {
        func isCancelled(_ call: Call) -> Bool { call.cancellation?.isRequested == true }
        for call in waiting.pop(where: isCancelled) {
            gauge.waiting.subtract(1, ordering: .relaxed)
            call.reply.refuse(CancellationError())
        }
        for group in again where group.calls.contains(where: isCancelled) {
            for call in group.calls { call.reply.refuse(CancellationError()) }
        }
        again.removeAll { $0.calls.contains(where: isCancelled) }
        for link in links where link.underWay.contains(where: { $0.calls.contains(where: isCancelled) }) {
            canceller.cancel(link)
            for call in link.letGo().flatMap(\.calls) { call.reply.refuse(CancellationError()) }
        }
    }
}
