"""Whether an answer says what its evidence says: facts, bounds, denials, opposites, and what only its task could say."""
