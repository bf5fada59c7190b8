"""Scanned and faxed papers: how many pages, their text, and pictures of them.

What came from outside is opened in a child process with little memory, little time and none of our
secrets: a parser that hangs or breaks takes nothing with it.
"""
