"""Why a reminder did not go out, in words for the administrator's desk."""

from orgportal.core.messages import OUTCOMES

BY_CLASS = {"5": "refused_for_good", "4": "refused_for_now"}


def outcome_words(code: str) -> str:
    """The sentence of a code as it is kept with a mail or a notice."""
    _, _, number = code.rpartition("smtp_")
    key = BY_CLASS.get(number[:1], "other") if code.startswith("smtp_") else code
    return str(OUTCOMES.get(key, OUTCOMES["other"])).format(code=number or code)
