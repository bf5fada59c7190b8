"""Two-letter codes of the states, the District of Columbia and the territories (USPS).

>>> validate(" ny")
'NY'
>>> validate("Texas")
'TX'
"""

from __future__ import annotations

from priorauth.errors import InvalidCode

NAMES = {
    "AL": "Alabama",
    "AK": "Alaska",
    "AZ": "Arizona",
    "AR": "Arkansas",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DE": "Delaware",
    "DC": "District of Columbia",
    "FL": "Florida",
    "GA": "Georgia",
    "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "IA": "Iowa",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "ME": "Maine",
    "MD": "Maryland",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MS": "Mississippi",
    "MO": "Missouri",
    "MT": "Montana",
    "NE": "Nebraska",
    "NV": "Nevada",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NY": "New York",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VT": "Vermont",
    "VA": "Virginia",
    "WA": "Washington",
    "WV": "West Virginia",
    "WI": "Wisconsin",
    "WY": "Wyoming",
    "PR": "Puerto Rico",
    "GU": "Guam",
    "VI": "US Virgin Islands",
    "AS": "American Samoa",
    "MP": "Northern Mariana Islands",
}
CODES = frozenset(NAMES)
_BY_NAME = {name.upper(): code for code, name in NAMES.items()}


def compact(text: str) -> str:
    """Two letters, upper case, from an abbreviation or a whole name."""
    letters = "".join(text.split()).replace(".", "").upper()
    return _BY_NAME.get(" ".join(text.split()).upper(), letters)


def validate(text: str) -> str:
    """The two letters, or InvalidCode."""
    code = compact(text)
    if code not in CODES:
        raise InvalidCode(
            text,
            f"{text.strip() or 'Nothing'} is not a state. Use its two letters, such as NY or DC.",
        )
    return code


def is_valid(text: str) -> bool:
    """Whether `validate` accepts the text."""
    try:
        validate(text)
    except InvalidCode:
        return False
    return True


def format(text: str) -> str:
    """States are written as they are stored."""
    return validate(text)
