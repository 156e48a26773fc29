"""Whether an answer says what its evidence says: facts, bounds, denials, opposites, and what only a task could say."""
