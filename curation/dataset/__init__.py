"""The curated folder: its shards, ledger and verdicts, what its manifest says, one row's story."""
