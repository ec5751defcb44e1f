"""The kinds of errors, by who can act."""


class MynaError(Exception):
    """Any failure Myna knows how to speak about."""


class MemberError(MynaError):
    """The member can fix it."""


class PolicyError(MynaError):
    """The provider refuses the content."""


class TemporaryError(MynaError):
    """Time will fix it."""

    retry_after: float | None = None
    """Seconds before which another try is useless; None where the engine's backoff decides."""


class OperatorError(MynaError):
    """Whoever runs this Myna must act."""
