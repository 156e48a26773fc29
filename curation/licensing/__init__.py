"""Licences: what their names mean, and which may stand together."""
