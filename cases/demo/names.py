"""Invented names. No combination is taken from a real person."""

FIRST = (
    "Avery", "Blake", "Casey", "Dana", "Emerson", "Finley", "Harper", "Indra", "Jamie", "Jules",
    "Kai", "Logan", "Micah", "Morgan", "Noel", "Oakley", "Parker", "Quinn", "Reese", "Riley",
    "Rowan", "Sasha", "Skyler", "Taylor", "Wren", "Zoé",
)  # fmt: skip
LAST = (
    "Abbott", "Birch", "Castellano", "Delacroix", "Eklund", "Fairweather", "Greenaway", "Haddad",
    "Ibarra", "Jankowski", "Kowalski", "Larsen", "Mbeki", "Novak", "Nuñez", "O'Brien", "Okafor",
    "Patel", "Quist", "Rossi", "Silva", "Smith-Lee", "Tanaka", "Ueda", "Vargas", "Weiss", "Young",
    "Zhao",
)  # fmt: skip
REPRESENTATIVES = ("Maria G", "Devon", "T. Banks", "Priya S.", "Lou", "Andre P", "Kim W.")
