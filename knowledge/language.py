# ruff: noqa: E501  (word lists read better unbroken)
"""Words of each language that say nothing about a subject, and words that mean the same.

All are folded and singular, as `folding.folded_words` gives them.
"""

from knowledge.folding import folded_words


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _idea(words: str) -> frozenset[str]:
    """Words as they are indexed, Arabic ones also in the spelling that people use for it."""
    return frozenset(folded_words(words)) | frozenset(folded_words(words.translate(_ARABIC)))


_ARABIC = str.maketrans({"ة": "ه", "ى": "ي", "ؤ": "و"})


STOP_WORDS = {
    "en": _set("""
        a about after all also am an and any anyone anything are at be been before bring but by
        can come could d did do doe does don else ever for from get give go got had ha has have
        having hello help hey hi how i if in into is it its itself just know let like ll m make
        many may me might mine more most much must my need no not now of off ok okay on once one
        only or other our out over please re s say see shall should since so some something soon
        still such sure t take tell than thank that the their them then there these they thing
        this those to too up us use ve very want was way we well were what when where whether
        which while who whom why will with would wonder yes you your
    """),
    # A word that tells something in another of our languages stands in none of these.
    "el": _idea("""
        τι πως που ποτε ποιο ποια ποιος ποιον ποσο ποσα ποση γιατι ο η το οι τα τον την τη του της των τους τις στο στη στην στον στα στις
        και κι να θα δεν δε μη μην με για απο σε ως αν εαν ειναι ειμαι ειστε ηταν εχω εχει εχετε εχουμε εχουν υπαρχει υπαρχουν μπορω μπορει
        μπορειτε πρεπει θελω θελετε θα ηθελα χρειαζομαι χρειαζεται πληρωνω πληρωσω πληρωνουμε πληρωνει δινω κοστιζει κανει γινεται ισχυει
        εγω εσεις εσας μου σας μας αυτο αυτη αυτα ενα ενας μια πολυ πιο επισης παρακαλω ευχαριστω γεια καλημερα καλησπερα ναι οχι λοιπον
    """),
    "es": _idea("""
        que cual cuales cuanto cuanta cuantos cuantas cuando donde como quien por para con sin de del la las el los un una unos unas y o
        en se lo le les su sus mi mis es son esta estan hay tiene tienen tengo tenemos puedo puede pueden podria debo hace falta quiero
        necesito pago pagar pagamos cuesta cuestan vale usted ustedes yo esto eso muy tambien favor gracias hola buenos buenas dias si no
    """),
    "de": _idea("""
        was wie wo wann wer welche welcher welches welchen warum der das den dem des ein eine einen einem einer und oder mit ohne fur
        ist sind hat haben habe gibt kann konnen muss mussen darf soll ich wir sie es mir mich ihr ihre mein meine zu zum zur bei vom von
        im auf nicht auch noch bitte danke hallo guten tag ja nein zahle zahlen bezahlen kostet brauche viel hoch
    """),
    "fr": _idea("""
        que quoi quel quelle quels quelles combien quand comment qui pourquoi le les un une des du et ou avec sans pour dans au aux est
        sont ont avez faut puis peut peux pouvez dois doit je nous vous il elle ils ce cela cette mon votre vos y ne pas plus aussi merci
        bonjour oui non paie paye payer payons coute besoin demande
    """),
    "ar": _idea("""
        ما ماذا هل كم متى متي أين كيف من في على إلى عن مع هو هي هذا هذه التي الذي أن أنا نحن أنتم لديكم عندكم يوجد هناك يمكن يمكنني يجب
        أريد أحتاج أدفع أدفعها ندفع تكلف لي لكم لو و أو لا نعم شكرا مرحبا فضلك
    """),
}

# Each group is one idea in the mouth of a customer.
ALIKE = {
    "en": (
        {"flat", "apartment"},
        {"fee", "commission", "charge"},
        {"pet", "animal", "dog", "cat"},
        {"document", "paper", "paperwork"},
        {"elevator", "lift"},
        {"tenant", "renter"},
        {"rent", "rental"},
        {"laundry", "washer"},
        {"electricity", "power"},
        {"utility", "bill"},
        {"balcony", "veranda", "terrace"},
        {"pool", "swimming"},
        {"seller", "vendor"},
        {"hour", "open", "opening"},
    ),
    # The same idea in all six languages, so that a Greek question finds an English note.
    "all": (
        _idea(
            "commission fee προμηθεια αμοιβη μεσιτικα μεσιτικη comision honorarios provision maklerprovision maklergebuhr courtage honoraires عمولة العمولة عمولتكم أتعاب"
        ),
        _idea(
            "deposit εγγυηση εγγυησεις fianza deposito kaution mietkaution caution تأمين التأمين"
        ),
        _idea(
            "pet animal κατοικιδιο κατοικιδια ζωα σκυλος σκυλο σκυλι γατα mascota mascotas perro gato animales haustier haustiere hund katze tiere animaux chien حيوانات الحيوانات كلب قطة"
        ),
        _idea(
            "document paperwork δικαιολογητικα χαρτια εγγραφα documentos documento papeles unterlagen dokumente papiere documents dossier مستندات المستندات وثائق الوثائق أوراق"
        ),
        _idea(
            "contract lease συμβολαιο μισθωτηριο μισθωση contrato mietvertrag vertrag contrat عقد العقد"
        ),
        _idea("utility bill κοινοχρηστα λογαριασμοι gastos comunidad nebenkosten فواتير الفواتير"),
        _idea(
            "hour opening ωραριο ωρες horario horarios offnungszeiten geoffnet horaires ouvert ouverture ساعات دوام الدوام"
        ),
        _idea(
            "tax φορος φοροι φορολογια impuestos impuesto steuer steuern impots taxe ضريبة الضريبة ضرائب الضرائب"
        ),
        _idea("key κλειδι κλειδια llave llaves schlussel clef clefs مفتاح المفتاح مفاتيح المفاتيح"),
        _idea("rent ενοικιο ενοικια alquiler miete loyer إيجار الإيجار"),
        _idea(
            "tenant renter ενοικιαστης ενοικιαστες ενοικιαστη inquilino inquilinos arrendatario mieter locataire locataires مستأجر المستأجر مستأجرين المستأجرين"
        ),
        _idea(
            "landlord owner ιδιοκτητης ιδιοκτητες ιδιοκτητη propietario propietarios vermieter eigentumer proprietaire proprietaires bailleur مالك المالك"
        ),
        _idea(
            "buyer αγοραστης αγοραστες αγοραστη comprador compradores kaufer acheteur acheteurs acquereur مشتري المشتري"
        ),
        _idea(
            "seller πωλητης πωλητες πωλητη vendedor vendedores verkaufer vendeur vendeurs بائع البائع"
        ),
        _idea(
            "mortgage loan δανειο δανεια hipoteca prestamo kredit hypothek pret hypotheque قرض القرض تمويل"
        ),
        _idea(
            "parking παρκινγκ γκαραζ aparcamiento garaje parkplatz stellplatz stationnement موقف مواقف"
        ),
    ),
}

# What stands beside the name of a street, and after a number that is not a house number.
STREET_WORDS = _set("avenue ave street str st road rd lane square drive way odos leoforos")
COUNTED = _set(
    "bed bedroom bath bathroom room sqm m m2 am pm people person month year day oclock euro eur"
)

# Part of many titles, so that alone they name no home.
COMMON_IN_TITLES = _set("""
    apartment flat studio penthouse maisonette house villa land plot office shop townhouse loft
    garden court hill terrace heights park residence home sea view tower building new breeze
""")

_ALL_STOP_WORDS = frozenset().union(*STOP_WORDS.values())


def is_stop_word(word: str) -> bool:
    """Whether a word says nothing in any language: a question does not say which it is in."""
    return word in _ALL_STOP_WORDS


def alike(word: str) -> set[str]:
    """The other words that mean nearly the same."""
    groups = [group for groups in ALIKE.values() for group in groups if word in group]
    return set().union(*groups) - {word}
