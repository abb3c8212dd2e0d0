"""Readers of customers' language: pure functions over text, word lists in one module per language."""
