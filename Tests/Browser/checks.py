"""Counts what held and what did not, and says so."""


class Checks:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def that(self, holds, sentence, detail=""):
        """Notes whether `sentence` is true; `detail` says what was seen when it is not."""
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {sentence}{f': {detail}' if detail else ''}")
        return bool(holds)

    def summary(self):
        return f"{self.passed} passed, {self.failed} failed"
