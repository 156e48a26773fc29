"""Sentences of prose: what they define, demand, allow, forbid, count or tell apart."""
