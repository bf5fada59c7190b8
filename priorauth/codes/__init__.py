"""Codes and identifiers: one file per code system, all of the same shape.

Each module answers the same four questions about text that somebody typed:

    compact(text)    the bare form: no spaces, no punctuation, upper case; never raises
    validate(text)   the compact form, or `errors.InvalidCode` in words that say what to do
    is_valid(text)   yes or no
    format(text)     as people write it; raises like `validate`

Codes whose validity depends on the date of service take it as `on`. Only the shape and our own
short labels of CPT codes are here: their descriptors belong to the American Medical Association.
"""
