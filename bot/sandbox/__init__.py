"""Stand-ins for Discord and MiniMax, and a visit to try Myna on them with no account."""
