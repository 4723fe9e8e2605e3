"""Numbers of rights and companies that were never issued, with right check digits."""

from __future__ import annotations

_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def application_number(year: int, kind: int, serial: str) -> str:
    """A Chinese application number, ``CN`` + year + kind + seven digits + ``.`` + check digit.

    Weights 2 to 9, then 2 to 5, modulo 11; ten is X (State IP Office, 2003).
    """
    digits = f"{year}{kind}{serial}"
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return f"CN{digits}.{'X' if remainder == 10 else remainder}"


def credit_code(authority_and_region: str, number: int) -> str:
    """A unified social credit code (GB 32100-2015): eight characters, the organisation's nine, a check character."""
    body = f"{number:08d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    check = 11 - sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
    first = authority_and_region + body + {10: "X", 11: "0"}.get(check, str(check))
    total = sum(_CODE.index(character) * pow(3, place, 31) for place, character in enumerate(first))
    return first + _CODE[(31 - total % 31) % 31]
