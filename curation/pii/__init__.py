"""Personal data in Korean text: where it stands, and what stands there instead."""
