"""What breaks a rule of fair housing in six languages, and what only looks like it."""

import pytest
from django.urls import reverse

from assistant import guardrails
from assistant.fairhousing import PACKS, WORDS, breaches
from assistant.fairhousing.packs import by_zone, pack_of
from assistant.models import AssistantSettings
from assistant.tests.talk import Talk
from assistant.turn import Reply
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory

UK, US, EU, DEFAULT = (PACKS[code] for code in ("uk", "us", "eu", "default"))

ALARMS = {
    "steering": """
This home is perfect for families.
It's an ideal flat for a young couple.
Great for students!
Mostly professionals live in the building.
It is a Greek neighbourhood.
There are many families here.
The neighbours are nice.
The people there are mostly locals.
You would fit in well there.
We have other tenants, people like you.
It is a quiet street with decent neighbours.
It's in a family area.
Το σπίτι είναι ιδανικό για οικογένειες.
Κατάλληλο για φοιτητές.
Είναι οικογενειακή γειτονιά.
Οι γείτονες είναι ήσυχοι.
Κυρίως μένουν ξένοι εκεί.
El piso es ideal para familias.
Perfecto para una pareja joven o jubilados.
Es un barrio familiar.
Viven sobre todo extranjeros.
Los vecinos son muy amables.
Die Wohnung ist ideal für Familien.
Perfekt für Studenten!
Dort wohnen vor allem Rentner.
Die Nachbarn sind nett.
Eine christliche Nachbarschaft.
L'appartement est idéal pour une famille.
Parfait pour étudiants.
C'est un quartier familial.
Il y a surtout des retraités.
Les voisins sont calmes.
الشقة مثالية للعائلات.
مناسبة للطلاب.
معظم السكان أجانب.
إنها منطقة عائلية.
الجيران طيبون ومحترمون
""",
    "safety": """
It is a safe neighbourhood.
The area is very safe.
There is little crime there.
The crime rate is low.
There are good schools nearby.
It's safe at night.
Είναι ασφαλής γειτονιά.
Η περιοχή είναι επικίνδυνη.
Η εγκληματικότητα είναι χαμηλή.
Έχει καλά σχολεία κοντά.
Es una zona muy segura.
Hay poca delincuencia.
Hay buenos colegios cerca.
Eine sichere Gegend.
Die Kriminalitätsrate ist niedrig.
Es gibt gute Schulen.
Le quartier est sûr.
Il y a peu de criminalité.
De bonnes écoles à proximité.
إنها منطقة آمنة.
معدل الجريمة منخفض
توجد مدارس جيدة
""",
    "question": """
Are you married?
Do you have any children?
How old are you?
Where are you from?
What is your nationality?
How many kids will live there?
Are you planning to start a family?
Do you have a disability?
Είστε παντρεμένος;
Έχετε παιδιά;
Πόσων χρονών είστε;
Από πού είστε;
Ποια είναι η θρησκεία σας;
¿Está usted casado?
¿Tiene hijos?
¿Cuántos años tiene?
¿De dónde es usted?
¿Cuál es su nacionalidad?
Sind Sie verheiratet?
Haben Sie Kinder?
Wie alt sind Sie?
Woher kommen Sie?
Êtes-vous mariée ?
Avez-vous des enfants ?
Quel âge avez-vous ?
D'où venez-vous ?
هل أنت متزوج؟
هل لديك أطفال؟
كم عمرك؟
ما جنسيتك؟
من أين أنت؟
""",
    "exclusion": """
Sorry, no children.
The owner does not accept foreigners.
Women only, please.
The landlord only wants Christians.
We don't rent to immigrants.
It is not suitable for children.
Adults only.
Δεν δέχεται ξένους.
Όχι παιδιά, παρακαλώ.
Μόνο Έλληνες.
No se admiten niños.
Solo para mujeres.
No alquilamos a extranjeros.
Keine Ausländer.
Der Eigentümer vermietet nicht an Familien mit Kindern.
Nur an Frauen.
Pas d'enfants.
Uniquement pour femmes.
Le propriétaire n'accepte pas les étrangers.
لا نقبل الأجانب.
للنساء فقط
بدون أطفال
""",
    "animals": """
No guide dogs, sorry.
We do not accept assistance dogs.
There is an extra fee for an assistance dog.
Δεν δεχόμαστε σκύλους οδηγούς.
No se admiten perros guía.
Keine Assistenzhunde.
Pas de chiens guides.
""",
    "benefits": """
No DSS.
Sorry, we don't accept Section 8 vouchers.
The landlord won't take housing benefit.
Working people only.
Δεν δεχόμαστε επίδομα ενοικίου.
No se aceptan ayudas sociales.
Kein Wohngeld bitte.
Nicht an Bürgergeld-Empfänger.
Pas d'APL.
لا نقبل الإعانات
""",
    "acceptance": """
You will surely be approved.
You'll definitely get the flat.
Your application will be accepted.
You qualify for the mortgage.
The owner will certainly accept you.
You have a very good chance of getting it.
Θα εγκριθείτε σίγουρα.
Η αίτησή σας θα εγκριθεί.
Seguro que le aceptan.
Su solicitud será aprobada.
Sie bekommen sicher die Wohnung.
Ihr Antrag wird genehmigt.
Vous serez accepté.
Votre dossier sera accepté.
ستحصل على القرض
سيتم قبول طلبك
""",
    "bidding": """
Could you offer more than the rent?
For this rent the highest bidder gets it.
If you pay a little more a month, the flat is yours.
We accept your offer of a higher rent.
Can you raise your offer? The landlord has others.
Μπορείτε να δώσετε περισσότερα για το ενοίκιο;
¿Puede pagar un poco más de alquiler?
Können Sie mehr Miete zahlen? Können Sie mehr bieten?
Pouvez-vous proposer un loyer plus élevé, ou payer un peu plus par mois ?
هل يمكنك أن تدفع أكثر للإيجار؟
""",
    "age_or_work": """
Professionals only.
For the over 55s.
No students.
Nur an Berufstätige.
Pas d'étudiants.
No se aceptan estudiantes.
Μόνο επαγγελματίες.
""",
}
FINE = """
It is a family home with three bedrooms.
The church is two minutes away, as a landmark.
It is next to the mosque.
The address is 12 Mosque Street.
It has a white kitchen and black tiles.
The master bedroom has a balcony.
It is a single room.
There is space for a student's desk.
There is a children's playground in the garden.
The kids' room faces the garden.
It has a family bathroom.
The living area is 40 m² and the family room is upstairs.
The street is quiet.
The bus stops in front of the house.
Is it safe to pay the deposit? Please do so only at our office.
The payment is safe with our bank.
The school is 300 m away; the ministry publishes its reports.
How many bedrooms do you need?
Which area do you prefer?
When would you like to move in?
Where are you moving from?
How old is the building? It was built in 1998.
Are you free on Saturday?
Are you looking to buy or to rent?
Do you have a pet?
No pets, sorry.
There is no lift.
There is no parking.
The home is not wheelchair accessible: there are four steps.
The entrance is step-free and the lift is wide.
Assistance animals are not pets; a colleague will answer you personally.
If your application is accepted, the deposit is due.
I can't say whether you will be accepted; the owner decides.
A colleague will tell you whether you qualify.
The seller may consider offers over €300,000.
The highest offer gets it.
We can't accept offers above the advertised rent.
The rent is €1,450 a month, no more and no less.
Your offer is with the owner; a colleague will answer.
The house has a granny flat and a bachelor's studio next door.
Black Sea view from the white villa.
The Christian Street entrance is closed.
Roma Avenue 12 is near the Jewish Museum.
It has benefits of a new build, such as double glazing.
There are no tax benefits that I know of.
The French windows open to an English garden.
German kitchen, Greek marble, Turkish bath.
The Indian restaurant is downstairs.
I will let you know.
Anna will be there with the keys.
Noted. What is your budget?
You are welcome. Have a nice day!
I'd be happy to help you find a good home.
Would you like to view it with your partner?
The building has 12 flats and a women's clinic on the ground floor.
The gym has a men's changing room.
Η μονοκατοικία είναι οικογενειακή κατοικία με κήπο.
Είναι δίπλα στην εκκλησία.
Έχει λευκή κουζίνα και παιδικό δωμάτιο.
Είστε ελεύθεροι το Σάββατο στις 11:00;
Πόσα υπνοδωμάτια θέλετε;
Το ενοίκιο είναι 1.450 € τον μήνα.
Δεν επιτρέπονται κατοικίδια.
Ποια περιοχή προτιμάτε;
Ο δρόμος είναι ήσυχος.
Η οδός Χριστιανών 5 είναι κοντά στο τζαμί.
Es una vivienda familiar con jardín.
Está junto a la iglesia.
La cocina es blanca y el dormitorio principal tiene balcón.
¿Cuántos dormitorios necesita?
¿Está libre el sábado?
No se admiten mascotas.
El alquiler es de 1.450 € al mes.
La calle es tranquila.
No podemos aceptar ofertas por encima del alquiler anunciado.
Ein Einfamilienhaus mit Garten.
Die Kirche ist gegenüber.
Weiße Küche, Kinderzimmer und Elternschlafzimmer.
Wie viele Schlafzimmer brauchen Sie?
Haben Sie am Samstag Zeit?
Haustiere sind nicht erlaubt.
Die Miete beträgt 1.450 € im Monat.
Die Straße ist ruhig.
Das Studentenwerk ist um die Ecke.
Une maison familiale avec jardin.
L'église est à deux pas.
Cuisine blanche, chambre d'enfant et chambre parentale.
Combien de chambres souhaitez-vous ?
Êtes-vous libre samedi ?
Les animaux ne sont pas acceptés.
Le loyer est de 1 450 € par mois.
La rue est calme.
منزل مع غرفة للأطفال وحديقة
بجانب المسجد في شارع الكنيسة
المطبخ أبيض وغرفة النوم الرئيسية واسعة
كم غرفة نوم تحتاج؟
هل أنت متاح يوم السبت؟
الإيجار 1450 يورو شهريا
الحيوانات الأليفة غير مسموح بها
الشارع هادئ
"""


def cases(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(rule, line) for rule, lines in table.items() for line in lines.strip().splitlines()]


@pytest.mark.parametrize(("rule", "text"), cases(ALARMS))
def test_text_that_breaks_a_rule_is_found(rule, text):
    assert rule in [breach.rule for breach in breaches(text, DEFAULT)]


@pytest.mark.parametrize("text", FINE.strip().splitlines())
@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_text_about_a_home_raises_no_alarm(text, pack):
    assert breaches(text, pack) == []


def test_enough_is_tried():
    assert len(cases(ALARMS)) + len(FINE.strip().splitlines()) == 262


def test_words_are_given_as_they_were_written():
    [breach] = breaches("Γεια! Η ΠΕΡΙΟΧΉ ΕΊΝΑΙ Επικίνδυνη.", EU)

    assert (breach.rule, breach.words) == ("safety", "ΠΕΡΙΟΧΉ ΕΊΝΑΙ Επικίνδυνη")


@pytest.mark.parametrize(
    "text",
    [
        "It is perfect for fam\u200bilies",
        "ＰＥＲＦＥＣＴ　ＦＯＲ　ＦＡＭＩＬＩＥＳ",
        "perfect  for\nfamilies",
        "Ιδανικο για οικογενειες",
        "ideal fuer Familien",
    ],
)
def test_no_spelling_hides_a_breach(text):
    assert [breach.rule for breach in breaches(text, DEFAULT)] == ["steering"]


def test_packs_differ_where_the_law_does():
    advance = "Please pay six months' rent up front."
    older = "The community is 55 and over."

    assert {code: [b.rule for b in breaches(advance, pack)] for code, pack in PACKS.items()} == {
        "default": [], "eu": [], "uk": ["rent_in_advance"], "us": [],
    }  # fmt: skip
    assert {code: [b.rule for b in breaches(older, pack)] for code, pack in PACKS.items()} == {
        "default": ["age_or_work"], "eu": ["age_or_work"], "uk": ["age_or_work"], "us": [],
    }  # fmt: skip


def test_only_a_rent_may_not_be_bid_up():
    text = "Could you pay a little more?"

    assert [b.rule for b in breaches(text, UK, is_about_rent=True)] == ["bidding"]
    assert breaches(text, UK, is_about_rent=False) == []


def test_every_rule_has_a_reason_a_source_and_words():
    rules = {rule: law for pack in PACKS.values() for rule, law in pack.rules.items()}

    assert [rule for rule, law in rules.items() if not (str(law.reason) and law.source)] == []
    assert sorted(set().union(*WORDS.values())) == sorted(rules)


@pytest.mark.parametrize(
    ("zone", "code"),
    [
        ("Europe/London", "uk"),
        ("America/New_York", "us"),
        ("America/Indiana/Knox", "us"),
        ("Europe/Athens", "eu"),
        ("Asia/Nicosia", "eu"),
        ("Asia/Dubai", "default"),
        ("America/Toronto", "default"),
        ("Europe/Zurich", "default"),
    ],
)
def test_time_zone_tells_the_jurisdiction(zone, code):
    assert by_zone(zone) == code


# Set for an agency, and kept by replies, follow-ups and rules


@pytest.fixture
def turn(db):
    talk = Talk()
    talk.say("Hello")
    return talk.turn


def verdict(turn, text: str) -> dict:
    with tenant(turn.organization):
        verdicts = guardrails.check(turn, Reply(text=text))
    return next(it for it in verdicts if it["guardrail"] == "fair_housing")


def test_reply_that_breaks_a_rule_does_not_pass_and_says_which(turn):
    assert verdict(turn, "It is perfect for families.") == {
        "guardrail": "fair_housing",
        "passed": False,
        "detail": "steering: perfect for families",
    }


def test_what_is_written_later_keeps_the_rules_as_well(turn):
    with tenant(turn.organization):
        harmless = guardrails.is_harmless(turn, "How is your search going?")
        steering = guardrails.is_harmless(turn, "This one is perfect for families!")

    assert (harmless, steering) == (True, False)


def test_agency_chooses_its_jurisdiction_and_else_its_time_zone_does(db):
    organization = OrganizationFactory(timezone="Europe/London")
    with tenant(organization):
        by_itself = pack_of(organization).code
        AssistantSettings.objects.create(organization=organization, jurisdiction="us")
        chosen = pack_of(organization).code

    assert (by_itself, chosen) == ("uk", "us")


def test_customer_s_wish_to_rent_tells_that_an_offer_is_a_bid(db):
    renter, buyer = Talk(), Talk()
    renter.say("I want to rent a flat in Neapoli")
    buyer.say("I want to buy a flat in Neapoli")

    assert verdict(renter.turn, "Could you pay a little more?")["passed"] is False
    assert verdict(buyer.turn, "Could you pay a little more?")["passed"] is True


def test_settings_show_the_rules_and_store_the_choice(db, client):
    organization = OrganizationFactory(timezone="Europe/London")
    member = MemberFactory(organization=organization, role="owner")
    client.force_login(member.user)
    address = reverse("assistant:settings", kwargs={"slug": organization.slug})
    posted = reverse("assistant:jurisdiction", kwargs={"slug": organization.slug})

    shown = client.get(address).content.decode()
    stored = client.post(posted, {"jurisdiction": "us"})

    assert "By the time zone: United Kingdom" in shown
    assert "Renters&#x27; Rights Act 2025" in shown
    assert stored.status_code == 302
    assert "42 U.S.C." in client.get(address).content.decode()
