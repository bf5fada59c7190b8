"""A second opinion on every clock: slow, plain, and written from the prose by other eyes.

It was written from the words of the law, the research beside it and the rule files as data, before
the engine was read, and shares no code with `priorauth`: its own reader of the TOML, its own
federal holidays from 5 U.S.C. 6103, its own steps, minute by minute and day by day.

    closed_days   which days are closed, federally and in a state
    walking       one minute, one day, one month after the other
    law           the rule files as plain tables
    moments       a happening: an instant, or a whole local day
    reading       rule, start and events -> due, chase and legal instant, or why there is none
    inventing     made-up cases over all rules, zones and years, the awkward days first
    comparing     the same case put to the engine's public door, and what differs

`python -m tests.priorauth.reference --cases 10000 --seed 7` compares and exits 1 on a difference.
"""
