"""Holidays from outside: looked up once, when a settings file is put in force, and written into it."""
