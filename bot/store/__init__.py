"""What Myna remembers: SQLite by default, PostgreSQL by URL, one schema."""
