"""The history of the tables, run by `bot.store.database` at every start."""
