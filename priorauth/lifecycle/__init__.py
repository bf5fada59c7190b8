"""What may happen to a request, in which order, and who may do it.

`replay` gives where a case stands, `check` refuses what does not fit, `steps_offered` lists what
does, `check_undo` says whether a step may be taken back. The rules are the table in
`transitions.py`; `docs/lifecycle.md` is that table for people.
"""
