"""Loaders: land a file, check it, and bulk-load every record of it as text into the raw schema."""
