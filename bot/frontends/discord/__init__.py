"""Discord: connection, addresses, delivery, views. Commands are in the top-level `cogs`."""
