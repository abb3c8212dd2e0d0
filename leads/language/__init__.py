"""Readers of customers' language: pure functions over text; word lists by language."""
