"""Finished datasets in the shapes other tools read, and on the Hugging Face Hub."""
