"""The MiniMax client and gateway against loopback servers."""
