"""Embedders, BM25 over Kiwi morphemes, the FAISS store and their fusion."""
