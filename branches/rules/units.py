"""The check sign of a unified social credit code (GB 32100-2015). It warns; no code is refused for it."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z
WEIGHTS = tuple(3**place % 31 for place in range(17))
LENGTH = 18


def check_sign(first_17: str) -> str:
    """The eighteenth sign of a code of the alphabet."""
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(first_17, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def code_doubt(code: str) -> str:
    """What speaks against a code: "length", "sign", "check", or "" for nothing or an empty one."""
    if not code:
        return ""
    if len(code) != LENGTH:
        return "length"
    if any(sign not in ALPHABET for sign in code):
        return "sign"
    return "" if check_sign(code[:17]) == code[17] else "check"
