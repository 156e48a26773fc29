"""Tables: which way they read, how a row is called, what its cells answer."""
