# ruff: noqa: E501  (letters of several alphabets)
"""Greek in Latin letters, derived from the Greek pack: each Greek letter stands for its spellings."""

import re
from types import ModuleType
from typing import Any

DIGRAPHS = {
    "αι": "(?:ai|e)", "ει": "(?:ei|i|h|y)", "οι": "(?:oi|i|y)", "ου": "(?:ou|oy|u)", "υι": "(?:yi|ui|i)",
    "αυ": "(?:a[uyvf])", "ευ": "(?:e[uyvf])", "μπ": "(?:mp|b)", "ντ": "(?:nt|d)", "γκ": "(?:gk|g)",
    "γγ": "(?:gg|ng|g)", "γχ": "(?:gx|nx|nch|gch)", "ββ": "(?:[bv]{1,2})", "σσ": "(?:ss?)", "λλ": "(?:ll?)",
    "νν": "(?:nn?)", "μμ": "(?:mm?)", "ρρ": "(?:rr?)", "ττ": "(?:tt?)", "κκ": "(?:kk?)", "ππ": "(?:pp?)",
}  # fmt: skip
LETTERS = {
    "α": "a", "β": "[vb]", "γ": "[gy]", "δ": "d", "ε": "e", "ζ": "z", "η": "[ihy]", "θ": "(?:th|8)",
    "ι": "[iyj]", "κ": "[kc]", "λ": "l", "μ": "m", "ν": "n", "ξ": "(?:ks|x|3)", "ο": "o", "π": "p",
    "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "[yuih]", "φ": "(?:f|ph)", "χ": "(?:ch|kh|x|h)",
    "ψ": "(?:ps)", "ω": "(?:w|o)",
}  # fmt: skip
GREEK = re.compile("|".join([*DIGRAPHS, *LETTERS]))


class SoundingLike(dict[str, Any]):
    """Words to values, looked up as they sound: `savato`, `savvato` and `sabbato` are one."""

    def __getitem__(self, word: str) -> Any:
        value = self.get(word)
        if value is None:
            raise KeyError(word)
        return value

    def get(self, word: str, default: Any = None) -> Any:
        for fragment, value in self.items():
            if re.fullmatch(fragment, word, re.IGNORECASE):
                return value
        return default


def derived_from(greek: ModuleType) -> ModuleType:
    """The Greek pack with every fragment in the spellings people type it in Latin letters."""
    derived = ModuleType("greeklish")
    for name, value in vars(greek).items():
        if name.isupper():
            setattr(derived, name, _spelled(value))
    derived.CODE = "el-Latn"
    return derived


def _spelled(value: Any) -> Any:
    if isinstance(value, str):
        value = value.replace("[α-ω]", "[a-z]")
        return GREEK.sub(lambda m: DIGRAPHS.get(m.group()) or LETTERS[m.group()], value)
    if isinstance(value, tuple):
        return tuple(_spelled(part) for part in value)
    if isinstance(value, dict):
        spelled = {_spelled(key): _spelled(part) for key, part in value.items()}
        return SoundingLike(spelled) if any(GREEK.search(key) for key in value) else spelled
    return value
