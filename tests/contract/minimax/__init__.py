"""The client and the stand-in of MiniMax agree on the wire, though neither knows the other."""
