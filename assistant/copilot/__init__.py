"""The copilot of members: it drafts, shortens, translates, changes the tone and answers questions.

`helping.help_with` is the way in. Nothing that it makes is stored or sent: it goes to the member's
browser, and what they put into the composer is theirs. What Claude cost is a row of the ledger.
"""
