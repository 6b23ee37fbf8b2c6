"""Packages of others, played for the Python blocks of the pages."""
