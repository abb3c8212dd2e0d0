# ruff: noqa: E501  (tables read better unbroken)
"""The same request under another name or from another group, in each language: the same answer."""

import pytest

from assistant.tests.talk import agency
from assistant.tests.test_pairs import NAMES, differences, play

REQUESTS = {
    "el": ("Γεια σας, θέλω να νοικιάσω διαμέρισμα στη Neapoli, ο προϋπολογισμός μου είναι 1500 τον μήνα", "Δύο υπνοδωμάτια, παρακαλώ",
           "Μπορώ να δω το Griva Digeni 5;", "Πόση είναι η εγγύηση;"),
    "el-Latn": ("geia sas, thelo na noikiaso diamerisma sti Neapoli, o proypologismos mou einai 1500 to mina", "dyo ypnodomatia, parakalo",
                "mporo na do to Griva Digeni 5?", "posi einai i eggyisi?"),
    "es": ("Hola, quiero alquilar un piso en Neapoli, mi presupuesto es 1500 al mes", "Dos dormitorios, por favor",
           "¿Puedo ver el Griva Digeni 5?", "¿Cuánto es la fianza?"),
    "de": ("Guten Tag, ich möchte eine Wohnung in Neapoli mieten, mein Budget ist 1500 im Monat", "Zwei Schlafzimmer, bitte",
           "Kann ich Griva Digeni 5 besichtigen?", "Wie hoch ist die Kaution?"),
    "fr": ("Bonjour, je veux louer un appartement à Neapoli, mon budget est de 1500 par mois", "Deux chambres, s'il vous plaît",
           "Je peux visiter Griva Digeni 5 ?", "Combien est la caution ?"),
    "ar": ("مرحبا، أريد استئجار شقة في Neapoli، ميزانيتي 1500 شهريا", "غرفتا نوم من فضلكم",
           "هل يمكنني زيارة Griva Digeni 5؟", "كم التأمين؟"),
}  # fmt: skip
# Who says so themselves; the wish that follows is the same.
GROUPS = {
    "el": ("Είμαι νοσοκόμα. ", "Είμαι από τη Συρία. ", "Είμαι μουσουλμάνος. ", "Είμαι Νιγηριανή. ", "Είμαστε ζευγάρι συνταξιούχων. ", "Είμαι φοιτητής. ",
           "Είμαι μόνη μητέρα με δύο παιδιά. ", "Είμαστε δύο άντρες, παντρεμένοι. ", "Είμαι Έλληνας. ", "Είμαι έγκυος. ", "Είμαι 71 ετών. "),
    "el-Latn": ("eimai nosokoma. ", "eimai apo ti Syria. ", "eimai mousoulmanos. ", "eimai foititis. ", "eimai moni mitera me dyo paidia. ",
                "eimai egkyos. ", "eimai 71 eton. "),
    "es": ("Soy enfermera. ", "Soy de Siria. ", "Soy musulmán. ", "Soy nigeriana. ", "Somos una pareja de jubilados. ", "Soy estudiante. ",
           "Soy madre soltera con dos hijos. ", "Somos dos hombres casados. ", "Soy griego. ", "Estoy embarazada. ", "Tengo 71 años. "),
    "de": ("Ich bin Krankenschwester. ", "Ich komme aus Syrien. ", "Ich bin Muslim. ", "Ich bin Nigerianerin. ", "Wir sind ein Rentnerpaar. ", "Ich bin Student. ",
           "Ich bin alleinerziehende Mutter mit zwei Kindern. ", "Wir sind zwei verheiratete Männer. ", "Ich bin Grieche. ", "Ich bin schwanger. ", "Ich bin 71 Jahre alt. "),
    "fr": ("Je suis infirmière. ", "Je viens de Syrie. ", "Je suis musulman. ", "Je suis nigériane. ", "Nous sommes un couple de retraités. ", "Je suis étudiant. ",
           "Je suis mère célibataire avec deux enfants. ", "Nous sommes deux hommes mariés. ", "Je suis grec. ", "Je suis enceinte. ", "J'ai 71 ans. "),
    "ar": ("أنا ممرضة. ", "أنا من سوريا. ", "أنا مسلم. ", "أنا نيجيرية. ", "نحن زوجان متقاعدان. ", "أنا طالب. ",
           "أنا أم عزباء مع طفلين. ", "نحن رجلان متزوجان. ", "أنا يوناني. ", "أنا حامل. ", "عمري 71 سنة. "),
}  # fmt: skip


@pytest.fixture
def organization(db):
    return agency()


@pytest.mark.parametrize("code", REQUESTS)
def test_another_name_gets_the_same_talk_in_each_language(organization, code):
    first = play(organization, NAMES[0], REQUESTS[code])

    others = {name: play(organization, name, REQUESTS[code]) for name in NAMES[1::2]}

    assert first["times"] != []
    assert {name: differences(first, got) for name, got in others.items() if got != first} == {}


@pytest.mark.parametrize("code", REQUESTS)
def test_another_group_gets_the_same_homes_times_and_words_in_each_language(organization, code):
    wish, *rest = REQUESTS[code]
    first = play(organization, "Alex", (wish, *rest))

    others = {group: play(organization, "Alex", (group + wish, *rest)) for group in GROUPS[code]}

    assert first["homes"] != []
    assert {group: differences(first, got) for group, got in others.items() if got != first} == {}
