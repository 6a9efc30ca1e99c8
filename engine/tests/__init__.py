"""Tests of the engine, by cases and by properties. They need neither Odoo nor a database.

From the root of the repository: `python -m unittest discover -s engine/tests -t .`
"""
