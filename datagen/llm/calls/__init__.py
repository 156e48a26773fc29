"""How models are called: the door to LangChain, the journal, pace, keys and prices; nothing here knows a plan."""
