"""Which language a customer writes, for what code itself says beside Claude's words."""

from functools import cache
from typing import Any

# Letters that one of our languages alone is written in.
SCRIPTS = (("el", "\u0370", "\u03ff"), ("ar", "\u0600", "\u06ff"), ("ru", "\u0400", "\u04ff"))
LANGUAGES = ("en", "el", "es", "de", "fr", "it", "pt", "nl", "ru", "ar", "tr", "pl", "ro")
FEWEST_LETTERS = 10
LEAST_SURE = 0.7
DEFAULT = "en"

# First contact says that a machine writes and how to reach a person. {name} may be empty.
DISCLOSURES = {
    "en": "Hello{name}! I'm {persona}the automated assistant of {agency}. If you'd rather "
    'speak with a person, just write "agent".',
    "el": "Γεια σας{name}! Είμαι {persona}ο αυτόματος βοηθός του γραφείου {agency}. Αν "
    'προτιμάτε να μιλήσετε με άνθρωπο, γράψτε "agent".',
    "es": "¡Hola{name}! Soy {persona}el asistente automático de {agency}. Si prefiere "
    'hablar con una persona, escriba "agent".',
    "de": "Guten Tag{name}! Ich bin {persona}der automatische Assistent von {agency}. Wenn "
    'Sie lieber mit einem Menschen sprechen, schreiben Sie "agent".',
    "fr": "Bonjour{name} ! Je suis {persona}l'assistant automatique de {agency}. Si vous "
    'préférez parler à une personne, écrivez "agent".',
    "it": "Buongiorno{name}! Sono {persona}l'assistente automatico di {agency}. Se "
    'preferisce parlare con una persona, scriva "agent".',
    "pt": "Olá{name}! Sou {persona}o assistente automático de {agency}. Se preferir falar "
    'com uma pessoa, escreva "agent".',
    "nl": "Hallo{name}! Ik ben {persona}de automatische assistent van {agency}. Spreekt u "
    'liever met een mens, schrijf dan "agent".',
    "ru": "Здравствуйте{name}! Я {persona}автоматический помощник агентства {agency}. Если "
    'хотите поговорить с человеком, напишите "agent".',
    "ar": "مرحباً{name}! أنا {persona}المساعد الآلي لدى {agency}. إذا كنت تفضل التحدث مع "
    'شخص، فاكتب "agent".',
    "tr": "Merhaba{name}! Ben {persona}{agency} otomatik asistanıyım. Bir kişiyle görüşmek "
    'isterseniz "agent" yazın.',
    "pl": "Dzień dobry{name}! Jestem automatycznym asystentem {agency}. Jeśli wolisz "
    'porozmawiać z człowiekiem, napisz "agent".',
    "ro": "Bună ziua{name}! Sunt {persona}asistentul automat al {agency}. Dacă preferați "
    'să vorbiți cu o persoană, scrieți "agent".',
}


def language_of(text: str, default: str = DEFAULT) -> str:
    """Return the code of the language, or `default` where the text is too short to tell."""
    for code, first, last in SCRIPTS:
        letters = [letter for letter in text if letter.isalpha()]
        own = sum(first <= letter <= last for letter in letters)
        if letters and own > len(letters) / 2:
            return code
    if sum(map(str.isalpha, text)) < FEWEST_LETTERS:
        return default
    code, likelihood = _identifier().classify(text)
    return code if likelihood >= LEAST_SURE else default


def disclosure(language: str, agency: str, name: str, persona: str = "") -> str:
    """Return the sentence of first contact; `name` is a first name or empty.

    `persona` is what the assistant calls itself, or empty.
    """
    separator = "، " if language == "ar" else " " if language in ("en", "pt") else ", "
    said = f"{separator}{name}" if name else ""
    sentence = DISCLOSURES.get(language, DISCLOSURES[DEFAULT])
    return sentence.format(name=said, agency=agency, persona=as_persona(persona, language))


def as_persona(persona: str, language: str = DEFAULT) -> str:
    """What stands before "the automated assistant": `Lia, ` or nothing."""
    return f"{persona}{'، ' if language == 'ar' else ', '}" if persona else ""


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
