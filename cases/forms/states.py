"""The states and territories whose law can govern a plan, by their postal letters."""

_LETTERS = (
    "AL AK AZ AR CA CO CT DE DC FL GA GU HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH "
    "NJ NM NY NC ND OH OK OR PA PR RI SC SD TN TX UT VT VI VA WA WV WI WY"
)
STATES = tuple((letters, letters) for letters in _LETTERS.split())
