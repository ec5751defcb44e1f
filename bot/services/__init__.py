"""The use cases: what people may do with Myna, and the rules that decide it."""
