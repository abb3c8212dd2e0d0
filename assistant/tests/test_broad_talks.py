# ruff: noqa: E501
"""The same talks in every language: moving, refusing, choosing, changing one's mind, small talk.

Each talk is held by a careful speaker of the language; asserted is what came of it, and that no
sentence was said twice and no question asked again.
"""

import re

import pytest
import time_machine

from assistant.figures import SENTENCE_END
from assistant.tests.talk import Talk, agency
from inbox.models import Conversation
from knowledge.tests.factories import ListingFactory, NoteFactory
from leads.language.packs import language_of
from organizations.tenancy import tenant

NOW = "2026-11-23T10:00:00+02:00"  # a Monday
CODES = ("en", "el", "el-Latn", "es", "de", "fr", "ar")

MOVED_AND_CANCELLED = {
    "en": ("Hi, can I see Skoufa 28 on Saturday at 11?", "👍", "Could we move the viewing to Sunday at 10?", "yes", "What time is my viewing?",
           "Sorry, I have to cancel the viewing", "Actually I can come after all", "yes please"),
    "el": ("Καλημέρα, μπορώ να δω το Skoufa 28 το Σάββατο στις 11;", "👍", "Μπορούμε να μεταφέρουμε την επίσκεψη την Κυριακή στις 10;", "ναι",
           "Τι ώρα είναι το ραντεβού μου;", "Συγγνώμη, πρέπει να ακυρώσω το ραντεβού", "Τελικά μπορώ να έρθω", "ναι παρακαλώ"),
    "el-Latn": ("kalimera, mporo na do to Skoufa 28 to savvato stis 11?", "👍", "mporoume na metaferoume tin episkepsi tin kyriaki stis 10?", "nai",
                "ti ora einai to rantevou mou?", "signomi, prepei na akyroso to rantevou", "telika mporo na ertho", "nai parakalo"),
    "es": ("Hola, ¿puedo ver el Skoufa 28 el sábado a las 11?", "👍", "¿Podemos cambiar la visita al domingo a las 10?", "sí", "¿A qué hora es mi visita?",
           "Lo siento, tengo que cancelar la visita", "Al final sí puedo ir", "sí, por favor"),
    "de": ("Hallo, kann ich Skoufa 28 am Samstag um 11 Uhr sehen?", "👍", "Können wir den Termin auf Sonntag um 10 Uhr verschieben?", "ja", "Wann ist mein Termin?",
           "Tut mir leid, ich muss den Termin absagen", "Ich kann doch kommen", "ja bitte"),
    "fr": ("Bonjour, je peux voir Skoufa 28 samedi à 11h ?", "👍", "On peut déplacer la visite à dimanche 10h ?", "oui", "À quelle heure est ma visite ?",
           "Désolé, je dois annuler la visite", "Finalement je peux venir", "oui s'il vous plaît"),
    "ar": ("مرحبا، هل يمكنني رؤية Skoufa 28 يوم السبت الساعة 11؟", "👍", "هل يمكننا تأجيل الزيارة إلى يوم الأحد الساعة 10؟", "نعم", "متى موعدي؟",
           "آسف، يجب أن ألغي الموعد", "في الحقيقة أستطيع الحضور", "نعم من فضلك"),
}  # fmt: skip
IMPOSSIBLE_DAY = {
    "en": ("Hi, can I see Skoufa 28 on Saturday at 11?", "yes", "Something came up, I can't make it on Saturday. Would Monday work?", "the earlier one",
           "Can we make it an hour later?", "no, leave it"),
    "el": ("Καλημέρα, μπορώ να δω το Skoufa 28 το Σάββατο στις 11;", "ναι", "Κάτι μου έτυχε, δεν μπορώ το Σάββατο. Γίνεται τη Δευτέρα;", "το νωρίτερο",
           "Μπορούμε να το κάνουμε μία ώρα αργότερα;", "όχι, αφήστε το"),
    "el-Latn": ("kalimera, mporo na do to Skoufa 28 to savvato stis 11?", "nai", "kati mou etyxe, den mporo to savvato. ginetai ti deftera?", "to noritero",
                "mporoume na to kanoume mia ora argotera?", "oxi, afiste to"),
    "es": ("Hola, ¿puedo ver el Skoufa 28 el sábado a las 11?", "sí", "Me ha surgido algo, no puedo el sábado. ¿Puede ser el lunes?", "la más temprana",
           "¿Podemos hacerlo una hora más tarde?", "no, déjelo así"),
    "de": ("Hallo, kann ich Skoufa 28 am Samstag um 11 Uhr sehen?", "ja", "Mir ist etwas dazwischengekommen, ich kann am Samstag nicht. Ginge es am Montag?",
           "den früheren", "Geht es eine Stunde später?", "nein, lassen Sie es"),
    "fr": ("Bonjour, je peux voir Skoufa 28 samedi à 11h ?", "oui", "J'ai un empêchement, je ne peux pas samedi. Lundi, c'est possible ?", "le plus tôt",
           "On peut décaler d'une heure plus tard ?", "non, laissez"),
    "ar": ("مرحبا، هل يمكنني رؤية Skoufa 28 يوم السبت الساعة 11؟", "نعم", "طرأ لي شيء، لا أستطيع يوم السبت. هل يناسب يوم الاثنين؟", "الموعد الأبكر",
           "هل يمكن أن نؤخره ساعة؟", "لا، اتركه كما هو"),
}  # fmt: skip
COUNTER_PROPOSAL = {
    "en": ("Hello, I'd like to see Skoufa 28 tomorrow", "No, tomorrow doesn't work. Thursday afternoon?", "none of these, something later", "the last one"),
    "el": ("Καλησπέρα, θέλω να δω το Skoufa 28 αύριο", "Όχι, αύριο δεν μπορώ. Πέμπτη απόγευμα;", "κανένα από αυτά, κάτι πιο αργά", "το τελευταίο"),
    "el-Latn": ("kalispera, thelo na do to Skoufa 28 avrio", "oxi, avrio den mporo. pempti apogevma?", "kanena apo afta, kati pio arga", "to teleftaio"),
    "es": ("Buenos días, quiero ver el Skoufa 28 mañana", "No, mañana no puedo. ¿El jueves por la tarde?", "ninguna de esas, algo más tarde", "la última"),
    "de": ("Guten Morgen, ich möchte Skoufa 28 morgen besichtigen", "Nein, morgen geht nicht. Donnerstagnachmittag?", "keiner davon, etwas später", "den letzten"),
    "fr": ("Bonjour, je voudrais visiter Skoufa 28 demain", "Non, demain je ne peux pas. Jeudi après-midi ?", "aucun, quelque chose de plus tard", "le dernier"),
    "ar": ("مرحبا، أريد زيارة Skoufa 28 غدا", "لا، غدا لا يناسبني. الخميس بعد الظهر؟", "لا شيء منها، وقت متأخر أكثر", "الأخير"),
}  # fmt: skip
ORDINAL = {
    "en": ("Hello, I'd like to see Skoufa 28", "the second one"),
    "el": ("Καλημέρα, θα ήθελα να δω το Skoufa 28", "το δεύτερο"),
    "el-Latn": ("kalimera, tha ithela na do to Skoufa 28", "to deftero"),
    "es": ("Hola, me gustaría ver el Skoufa 28", "la segunda"),
    "de": ("Guten Tag, ich würde gern Skoufa 28 besichtigen", "den zweiten bitte"),
    "fr": ("Bonjour, j'aimerais visiter Skoufa 28", "le deuxième"),
    "ar": ("مرحبا، أود مشاهدة Skoufa 28", "الموعد الثاني"),
}
TWO_IN_ONE = {
    "en": ("Hi, is Skoufa 28 still free, and can I see it tomorrow?", "at 11 please", "ok", "Thanks!"),
    "el": ("Γεια σας, είναι ακόμα διαθέσιμο το Skoufa 28 και μπορώ να το δω αύριο;", "στις 11 παρακαλώ", "εντάξει", "ευχαριστώ!"),
    "el-Latn": ("geia sas, einai akoma diathesimo to Skoufa 28 kai mporo na to do avrio?", "stis 11 parakalo", "entaxei", "efxaristo!"),
    "es": ("Hola, ¿sigue disponible el Skoufa 28 y puedo verlo mañana?", "a las 11 por favor", "vale", "¡gracias!"),
    "de": ("Hallo, ist Skoufa 28 noch frei, und kann ich es morgen besichtigen?", "um 11 bitte", "in Ordnung", "danke!"),
    "fr": ("Bonjour, Skoufa 28 est-il toujours disponible, et puis-je le visiter demain ?", "à 11h s'il vous plaît", "d'accord", "merci !"),
    "ar": ("مرحبا، هل Skoufa 28 ما زالت متاحة، وهل يمكنني زيارتها غدا؟", "الساعة 11 من فضلك", "تمام", "شكرا!"),
}  # fmt: skip
CHANGED_MIND = {
    "en": ("Hi, I want to rent a flat in Neapoli, 2 bedrooms, up to 1500 a month", "Actually one bedroom is enough", "I've changed my mind, I'd rather buy",
           "Is Skoufa 28 free?", "Actually, tell me about Amathountos 71 instead", "I'm no longer interested, thanks"),
    "el": ("Γεια, θέλω να νοικιάσω διαμέρισμα στη Neapoli, 2 υπνοδωμάτια, έως 1500 τον μήνα", "Τελικά ένα υπνοδωμάτιο αρκεί", "Άλλαξα γνώμη, προτιμώ να αγοράσω",
           "Το Skoufa 28 είναι διαθέσιμο;", "Καλύτερα πείτε μου για το Amathountos 71", "Δεν με ενδιαφέρει πια, ευχαριστώ"),
    "el-Latn": ("geia, thelo na noikiaso diamerisma sti Neapoli, 2 ypnodomatia, eos 1500 to mina", "telika ena ypnodomatio arkei", "allaxa gnomi, protimo na agoraso",
                "to Skoufa 28 einai diathesimo?", "kalytera peite mou gia to Amathountos 71", "den me endiaferei pia, efxaristo"),
    "es": ("Hola, quiero alquilar un piso en Neapoli, 2 dormitorios, hasta 1500 al mes", "En realidad basta con un dormitorio", "He cambiado de idea, prefiero comprar",
           "¿Está libre el Skoufa 28?", "Mejor cuénteme del Amathountos 71", "Ya no me interesa, gracias"),
    "de": ("Hallo, ich möchte eine Wohnung in Neapoli mieten, 2 Schlafzimmer, bis 1500 im Monat", "Eigentlich reicht ein Schlafzimmer",
           "Ich habe es mir anders überlegt, ich möchte lieber kaufen", "Ist Skoufa 28 frei?", "Erzählen Sie mir lieber von Amathountos 71", "Ich habe kein Interesse mehr, danke"),
    "fr": ("Bonjour, je veux louer un appartement à Neapoli, 2 chambres, jusqu'à 1500 par mois", "En fait une chambre suffit", "J'ai changé d'avis, je préfère acheter",
           "Skoufa 28 est libre ?", "Parlez-moi plutôt d'Amathountos 71", "Ça ne m'intéresse plus, merci"),
    "ar": ("مرحبا، أريد استئجار شقة في Neapoli، غرفتين نوم، حتى 1500 شهريا", "في الحقيقة غرفة نوم واحدة تكفي", "غيرت رأيي، أفضل الشراء",
           "هل Skoufa 28 متاحة؟", "أخبرني عن Amathountos 71 بدلا من ذلك", "لم أعد مهتما، شكرا"),
}  # fmt: skip
SOCIAL = {
    "en": ("Hello", "How are you?", "Who are you?", "Are you a robot?", "You are an idiot", "Idiot!!", "Wrong number, sorry", "Merry Christmas!", "Thank you, have a nice day"),
    "el": ("Γεια σας", "Τι κάνετε;", "Ποιος είστε;", "Είστε ρομπότ;", "Είσαι ηλίθιος", "Βλάκα!!", "Συγγνώμη, λάθος αριθμός", "Καλά Χριστούγεννα!", "Ευχαριστώ, καλή σας μέρα"),
    "el-Latn": ("geia sas", "ti kanete?", "poios eiste?", "eiste rompot?", "eisai vlakas", "vlaka!!", "signomi, lathos arithmos", "kala xristougenna!", "efxaristo, kali sas mera"),
    "es": ("Hola", "¿Qué tal está?", "¿Quién es usted?", "¿Es usted un robot?", "Eres idiota", "¡Idiota!", "Perdón, me he equivocado de número", "¡Feliz Navidad!", "Gracias, que tenga un buen día"),
    "de": ("Hallo", "Wie geht es Ihnen?", "Wer sind Sie?", "Sind Sie ein Roboter?", "Du bist ein Idiot", "Idiot!!", "Entschuldigung, falsche Nummer", "Frohe Weihnachten!", "Danke, schönen Tag noch"),
    "fr": ("Bonjour", "Comment allez-vous ?", "Qui êtes-vous ?", "Vous êtes un robot ?", "Tu es un idiot", "Idiot !!", "Pardon, mauvais numéro", "Joyeux Noël !", "Merci, bonne journée"),
    "ar": ("مرحبا", "كيف حالك؟", "من أنت؟", "هل أنت روبوت؟", "أنت غبي", "يا غبي!!", "عفوا، الرقم خطأ", "كل عام وأنتم بخير", "شكرا، يوم سعيد"),
}  # fmt: skip
SPAM = {
    "en": ("Congratulations! You have won $5000, click http://win.example now", "We offer SEO services to boost your website ranking"),
    "el": ("Συγχαρητήρια! Κερδίσατε 5000 ευρώ, πατήστε http://win.example", "Προσφέρουμε υπηρεσίες SEO για την ιστοσελίδα σας"),
    "es": ("¡Felicidades! Ha ganado 5000 euros, haga clic en http://win.example", "Ofrecemos servicios de SEO para su página web"),
    "de": ("Glückwunsch! Sie haben 5000 Euro gewonnen, klicken Sie auf http://win.example", "Wir bieten SEO-Dienstleistungen für Ihre Website an"),
    "fr": ("Félicitations ! Vous avez gagné 5000 euros, cliquez sur http://win.example", "Nous proposons des services SEO pour votre site"),
    "ar": ("مبروك! لقد ربحت 5000 دولار، اضغط http://win.example", "نقدم خدمات SEO لموقعكم"),
}  # fmt: skip
# A wish; then cheaper, bigger, another area, closer.
OTHERS = {
    "en": ("Hi, I want to rent a 2 bedroom flat in Neapoli up to 1500 a month", "Something cheaper?", "Something bigger?", "Do you have anything in another area?", "Anything closer to the centre?"),
    "el": ("Γεια, θέλω να νοικιάσω διαμέρισμα στη Neapoli, 2 υπνοδωμάτια, έως 1500 τον μήνα", "Κάτι πιο φτηνό;", "Κάτι μεγαλύτερο;", "Έχετε κάτι σε άλλη περιοχή;", "Κάτι πιο κοντά στο κέντρο;"),
    "el-Latn": ("geia, thelo na noikiaso diamerisma sti Neapoli, 2 ypnodomatia, eos 1500 to mina", "kati pio ftino?", "kati megalytero?", "exete kati se alli perioxi?", "kati pio konta sto kentro?"),
    "es": ("Hola, quiero alquilar un piso en Neapoli, 2 dormitorios, hasta 1500 al mes", "¿Algo más barato?", "¿Algo más grande?", "¿Tienen algo en otra zona?", "¿Algo más cerca del centro?"),
    "de": ("Hallo, ich möchte eine Wohnung in Neapoli mieten, 2 Schlafzimmer, bis 1500 im Monat", "Etwas Günstigeres?", "Etwas Größeres?", "Haben Sie etwas in einer anderen Gegend?", "Etwas näher am Zentrum?"),
    "fr": ("Bonjour, je veux louer un appartement à Neapoli, 2 chambres, jusqu'à 1500 par mois", "Quelque chose de moins cher ?", "Quelque chose de plus grand ?", "Vous avez quelque chose dans un autre quartier ?", "Quelque chose de plus près du centre ?"),
    "ar": ("مرحبا، أريد استئجار شقة في Neapoli، غرفتين نوم، حتى 1500 شهريا", "شيء أرخص؟", "شيء أكبر؟", "هل لديكم شيء في منطقة أخرى؟", "شيء أقرب إلى المركز؟"),
}  # fmt: skip
COMMISSION = {
    "en": ("I want to rent a flat", "What commission do I pay?"),
    "el": ("Θέλω να νοικιάσω ένα διαμέρισμα", "Τι προμήθεια πληρώνω;"),
    "el-Latn": ("thelo na noikiaso ena diamerisma", "ti promithia plirono?"),
    "es": ("Quiero alquilar un piso", "¿Qué comisión pago?"),
    "de": ("Ich möchte eine Wohnung mieten", "Welche Provision zahle ich?"),
    "fr": ("Je veux louer un appartement", "Quelle commission je paie ?"),
    "ar": ("أريد استئجار شقة", "ما العمولة التي أدفعها؟"),
}
# Write to me tomorrow at eleven; I need time; write to me again, but when?
LATER = {
    "en": ("Hi, is Skoufa 28 free?", "Can you write to me tomorrow at 11?", "I'll think about it", "Remind me please", "on Friday"),
    "el": ("Γεια σας, είναι διαθέσιμο το Skoufa 28;", "Γράψτε μου αύριο στις 11", "Θα το σκεφτώ", "Υπενθυμίστε μου παρακαλώ", "την Παρασκευή"),
    "el-Latn": ("geia sas, einai diathesimo to Skoufa 28?", "grapste mou avrio stis 11", "tha to skefto", "ypenthymiste mou parakalo", "tin paraskevi"),
    "es": ("Hola, ¿está disponible el Skoufa 28?", "Escríbame mañana a las 11", "Tengo que pensarlo", "Recuérdemelo, por favor", "el viernes"),
    "de": ("Guten Tag, ist Skoufa 28 noch frei?", "Schreiben Sie mir bitte morgen um 11 Uhr", "Ich überlege es mir", "Erinnern Sie mich bitte", "am Freitag"),
    "fr": ("Bonjour, Skoufa 28 est disponible ?", "Écrivez-moi demain à 11h", "Je vais réfléchir", "Faites-moi signe, s'il vous plaît", "vendredi"),
    "ar": ("مرحبا، هل Skoufa 28 متاحة؟", "راسلني غدا الساعة 11", "سأفكر في الأمر", "ذكرني من فضلك", "يوم الجمعة"),
}  # fmt: skip
IN_ENGLISH = {
    "el": "αγγλικά",
    "es": "inglés",
    "de": "Englisch",
    "fr": "anglais",
    "ar": "الإنجليزية",
}


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=True):
        yield


def play(talk: Talk, code: str, texts: tuple[str, ...]) -> list[str]:
    """Hold a talk; each answer is in the customer's language and holds one question at most.

    None is refused by a guardrail, and no sentence of the whole talk is said twice.
    """
    spoken, answers, refused = code.removesuffix("-Latn"), [], []
    for text in texts:
        answers.append(talk.say(text))
        refused += [verdict for verdict in talk.verdicts if not verdict["passed"]]
    assert refused == []
    assert [a for a in answers if a and language_of(a, spoken) != spoken] == []
    assert [a for a in answers if len(re.findall(r"[?؟]", a)) > 1] == []
    assert [said for said in sentences(answers) if sentences(answers).count(said) > 1] == []
    assert talk.refreshed().in_charge == Conversation.InCharge.ASSISTANT
    return answers


def sentences(answers: list[str]) -> list[str]:
    """Each sentence, without the lines that list homes."""
    lines = [line for answer in answers for line in answer.split("\n")]
    told = [line for line in lines if not re.match(r"\d\. ", line)]
    return [said for line in told for said in SENTENCE_END.split(line) if len(said) > 4]


def times(talk: Talk) -> list[str]:
    return [f"{row.starts_at:%d %H:%M}" for row in talk.appointments()]


def shown(answer: str) -> list[str]:
    return re.findall(r"^\d\. ([\w ]+?\d+) \(", answer, re.M)


@pytest.mark.parametrize("code", CODES)
def test_an_appointment_is_moved_told_cancelled_and_taken_back(db, code):
    talk, booked = Talk(), []

    for text in MOVED_AND_CANCELLED[code]:
        play(talk, code, (text,))
        booked.append(times(talk))

    first, moved = ["28 09:00"], ["29 08:00"]
    assert booked == [[], first, first, moved, moved, [], [], moved]


@pytest.mark.parametrize("code", CODES)
def test_no_sentence_is_repeated_while_an_appointment_changes(db, code):
    talk = Talk()

    answers = play(talk, code, MOVED_AND_CANCELLED[code])

    assert len(answers) == 8
    assert "10:00" in answers[4]


@pytest.mark.parametrize("code", CODES)
def test_an_impossible_day_moves_to_the_earlier_time_of_another_and_stays_there(db, code):
    talk = Talk()

    answers = play(talk, code, IMPOSSIBLE_DAY[code])

    assert times(talk) == ["30 08:30"]
    assert "11:30" in answers[4]
    with tenant(talk.organization):
        assert talk.conversation.hand_overs.count() == 0


@pytest.mark.parametrize("code", CODES)
def test_a_refusal_with_another_day_and_then_the_last_of_the_times(db, code):
    talk = Talk()

    answers = play(talk, code, COUNTER_PROPOSAL[code])

    assert answers[1].count("26") == 3
    assert times(talk)[0][:2] == "28"
    assert len(times(talk)) == 1


@pytest.mark.parametrize("code", CODES)
def test_the_second_one_is_the_second_of_the_times(db, code):
    talk = Talk()

    play(talk, code, ORDINAL[code])

    assert times(talk) == ["24 14:00"]


@pytest.mark.parametrize("code", CODES)
def test_two_questions_in_one_message_are_both_answered_and_a_time_is_chosen_by_its_hour(db, code):
    talk = Talk()

    answers = play(talk, code, TWO_IN_ONE[code])

    assert "Skoufa 28 (L-1042)" in answers[0]
    assert [hour for hour in ("09:00", "11:00", "13:00") if hour not in answers[0]] == []
    assert times(talk) == ["24 09:00"]
    assert all(answers)
    assert talk.say("👍") == ""


@pytest.mark.parametrize("code", CODES)
def test_a_mind_is_changed_about_rooms_and_about_renting_and_about_the_home(db, code):
    talk = Talk()

    answers = play(talk, code, CHANGED_MIND[code])

    assert shown(answers[0]) == ["Griva Digeni 5"]
    assert shown(answers[1])[0] == "Thessalonikis 9"
    assert shown(answers[2]) == ["Skoufa 28", "Amathountos 71"]
    assert "L-1042" in answers[3]
    assert "Amathountos 71" in answers[4]
    assert "STOP" in answers[5]
    assert talk.lead()["intent"] == "buy"


@pytest.mark.parametrize("code", CODES)
def test_small_talk_insults_and_a_wrong_number_are_answered_each_in_its_way(db, code):
    talk = Talk()

    answers = play(talk, code, SOCIAL[code])

    assert all(answers)
    assert "Litharia Estates" in answers[2]
    assert '"agent"' in answers[4]
    assert talk.lead() == {}
    with tenant(talk.organization):
        assert talk.conversation.hand_overs.count() == 0


@pytest.mark.parametrize("code", SPAM)
def test_mass_mailings_are_declined_and_tell_no_wish(db, code):
    talk = Talk()

    answers = play(talk, code, SPAM[code])

    assert "?" not in answers[1]
    assert talk.lead() == {}


@pytest.mark.parametrize(
    "text",
    [
        "Do you offer a web page for each home?",
        "I won a bit of money and want to buy a flat up to 300000",
        "We offer 350000 for Skoufa 28",
        "We sell our house, do you do the marketing?",
        "Προσφέρω 350.000 για το Skoufa 28",
        "Wir bieten 350.000 Euro",
    ],
)
def test_offers_for_a_home_are_no_mass_mailings(db, text):
    talk = Talk()

    talk.say(text)

    assert [command for command in talk.turn.commands if command["kind"] == "spam"] == []


@pytest.mark.parametrize("code", CODES)
def test_cheaper_bigger_and_elsewhere_are_searched_against_what_was_shown(db, code):
    organization = agency()
    ListingFactory(
        organization=organization, agent=organization.member, reference="L-1030", deal="rent",
        title="Ledras 3", price=1_300, price_period="month", bedrooms=2, area="Zakaki", area_m2=80,
    )  # fmt: skip
    talk = Talk(organization)

    answers = play(talk, code, OTHERS[code])

    assert [shown(answer) for answer in answers] == [
        ["Griva Digeni 5"], ["Thessalonikis 9"], ["Griva Digeni 5"], ["Ledras 3"], [],
    ]  # fmt: skip
    assert [area for area in ("Neapoli", "Zakaki") if area not in answers[4]] == []
    with tenant(organization):
        assert talk.conversation.hand_overs.count() == 0


def test_a_price_that_is_too_high_brings_cheaper_homes_and_none_where_there_is_none(db):
    talk = Talk()
    talk.say("Hi, what flats do you have to rent in Neapoli?")

    answer = talk.say("that's too expensive for me")

    assert shown(answer) == []
    assert "nothing cheaper" in answer


@pytest.mark.parametrize("code", CODES)
def test_who_asks_for_the_commission_hears_of_it_alone_and_in_which_language_it_is_written(
    db, code
):
    talk = Talk()
    talk.say(COMMISSION[code][0])

    answer = talk.say(COMMISSION[code][1])

    assert "Tenants pay no agency commission." in answer
    assert "deposit" not in answer
    named = IN_ENGLISH.get(code.removesuffix("-Latn"), "")
    assert named in answer
    assert ("agency's notes" in answer) is False


def test_a_note_in_greek_is_announced_to_who_writes_english(db):
    talk = Talk()
    NoteFactory(
        organization=talk.organization,
        title="Κλειδιά",
        body="Τα κλειδιά τα δίνει το γραφείο μας μετά την υπογραφή του συμβολαίου.",
    )

    answer = talk.say("Where do I get the keys?")

    assert "In Greek, from the agency's notes: Τα κλειδιά τα δίνει το γραφείο μας" in answer
    assert [verdict for verdict in talk.verdicts if not verdict["passed"]] == []


@pytest.mark.parametrize("code", CODES)
def test_who_asks_for_it_is_written_to_again_and_who_needs_time_is_left_in_peace(db, code):
    talk, planned = Talk(), []

    for text in LATER[code]:
        answer = play(talk, code, (text,))[0]
        with tenant(talk.organization):
            rows = talk.conversation.follow_ups.filter(state="planned")
            planned.append([f"{row.due_at:%d %H:%M}" for row in rows])
            texts = [row.text for row in rows]

    assert planned == [[], ["24 09:00"], ["24 09:00"], ["24 09:00"], ["27 08:00"]]
    assert language_of(texts[0], "en") == code.removesuffix("-Latn")
    assert answer.count("?") == 0
    assert "viewing" not in talk.lead() or "date" not in talk.lead()["viewing"]
    assert talk.appointments() == []


@pytest.mark.parametrize("text", ["write to me in two hours", "remind me in 2 hours please"])
def test_hours_from_now_are_counted_from_now(db, text):
    talk = Talk()

    answer = talk.say(text)

    with tenant(talk.organization):
        [row] = talk.conversation.follow_ups.filter(state="planned")
    assert f"{row.due_at:%d %H}" == "23 10"
    assert "Monday 23 November at 12:0" in answer
