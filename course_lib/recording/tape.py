"""What a recording is: instructions over numbered registers."""

import math

MOST_INSTRUCTIONS = 5_000


class NotRecordable(ValueError):
    """A function does something that cannot be noted down, such as a branch on a value."""


class Refusal(BaseException):
    """Raised inside a function that is recorded; ``except Exception`` in it does not stop it."""


class Tape:
    """Instructions ``(target, operation, *sources)``; what is computed twice is noted once."""

    def __init__(self):
        self.size = 0
        self.inputs, self.instructions = {}, []
        self.refused = None  # the first refusal; a bare ``except`` may have swallowed it
        self._constants, self._known = {}, {}

    def input(self, name):
        """The register of a new input."""
        self.inputs[name] = self._new()
        return self.inputs[name]

    def constant(self, value):
        """The register of a number."""
        key = (value, math.copysign(1, value)) if value == value else "nan"  # -0 is not 0
        if key not in self._constants:
            self._constants[key] = self._new(), value
        return self._constants[key][0]

    def note(self, operation, *sources):
        """The register of a result."""
        key = (operation, *sources)
        if key not in self._known:
            if len(self.instructions) >= MOST_INSTRUCTIONS:
                raise self.refusal(f"it takes more than {MOST_INSTRUCTIONS} operations")
            self._known[key] = self._new()
            self.instructions.append((self._known[key], *key))
        return self._known[key]

    def refusal(self, reason):
        """The error to raise."""
        self.refused = self.refused or Refusal(reason)
        return self.refused

    def program(self, outputs, also=()):
        """The recording as plain data, without what neither ``outputs`` nor ``also`` need.

        ``outputs`` is name -> register, ``also`` are further registers to keep.
        """
        if self.refused:
            raise self.refused
        needed = {*outputs.values(), *also}
        kept = []
        for target, operation, *sources in reversed(self.instructions):
            if target in needed:
                needed.update(sources)
                kept.append([target, operation, *sources])
        constants = [[r, _plain(v)] for r, v in self._constants.values() if r in needed]
        return {
            "size": self.size,
            "inputs": [[name, register] for name, register in self.inputs.items()],
            "constants": constants,
            "instructions": kept[::-1],
            "outputs": [[name, register] for name, register in outputs.items()],
        }

    def _new(self):
        self.size += 1
        return self.size - 1


def _plain(value):
    """A number as JSON can have it."""
    return value if math.isfinite(value) else str(value)
