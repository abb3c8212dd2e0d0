"""Which language a customer writes, for what code itself says beside Claude's words."""

from leads.language.recognizing import GREEKLISH, recognize

LANGUAGES = ("en", "el", "es", "de", "fr", "it", "pt", "nl", "ru", "ar", "tr", "pl", "ro")
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
    """Return the code of the language, or `default` where the text is too short to tell.

    Greek in Latin letters is Greek.
    """
    return recognize(text, default, (*LANGUAGES, GREEKLISH)).removesuffix("-Latn")


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
