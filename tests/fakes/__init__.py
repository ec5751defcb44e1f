"""Working fakes of the ports."""
