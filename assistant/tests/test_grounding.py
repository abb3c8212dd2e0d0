"""What a reply may claim of prices, counts, sizes, days, times, addresses and availability.

The agency of `talk.py`: Skoufa 28 (L-1042, for sale, €385,000, 92 m², 3rd floor, 2 bedrooms) and
Griva Digeni 5 (L-1020, to let, €1,450 a month, 2 bedrooms) were read in this turn; Agias Fylaxeos
12 is sold. It is Tuesday 24 November 2026, and Saturday 28 November 11:00 and Monday 30 November
15:00 are on offer. The customer wants three bedrooms for at most €400,000.
"""

from datetime import UTC, datetime, timedelta

import pytest

from assistant import guardrails, tools
from assistant.tests.talk import Talk
from assistant.turn import Reply
from knowledge.models import Listing
from organizations.tenancy import tenant
from scheduling.models import Offer

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
OFFERED = (datetime(2026, 11, 28, 9, 0, tzinfo=UTC), datetime(2026, 11, 30, 13, 0, tzinfo=UTC))

TRUE = {
    "en": """
Skoufa 28 has two bedrooms and 92 m².
Skoufa 28 is a 2-bedroom apartment on the third floor.
It has 92 square metres, that is about 990 sq ft.
Griva Digeni 5 has 2 bedrooms and costs €1,450 a month.
Rents start from €1,450 a month.
Skoufa 28 costs €385,000.
Skoufa 28 is still available.
Yes, it is available.
Agias Fylaxeos 12 is no longer available: it is sold.
Agias Fylaxeos 12 has already been sold.
Saturday 28 November at 11:00 is free.
On Saturday at 11 am or Monday at 3 pm.
The next times are Saturday, 28 November, 11:00 and Monday, 30 November, 15:00.
Monday 30 November at 3:00 suits Anna.
November 28 at 11:00 works.
28/11/2026 at 11:00 works.
The address is Skoufa 28, Athens.
You are looking for three bedrooms.
Skoufa 28 may suit you.
The deposit is two months' rent.
It is available now. Shall I ask about the keys?
Feel free to ask; parking is free of charge.
A colleague is available to help.
If it is still available next month, I'll tell you.
It was renovated in 2021.
Today is Tuesday 24 November.
""",
    "el": """
Το Skoufa 28 έχει δύο υπνοδωμάτια και 92 τ.μ.
Είναι στον τρίτο όροφο.
Η τιμή του Skoufa 28 είναι 385.000 ευρώ.
Το Skoufa 28 είναι ακόμα διαθέσιμο.
Το Agias Fylaxeos 12 δεν είναι πλέον διαθέσιμο.
Το Σάββατο 28 Νοεμβρίου στις 11:00 είναι ελεύθερο.
Τη Δευτέρα στις 15:00;
Το ενοίκιο του Griva Digeni 5 είναι 1.450 € τον μήνα.
Ψάχνετε τρία υπνοδωμάτια.
""",
    "es": """
Skoufa 28 tiene dos dormitorios y 92 metros cuadrados.
Está en la tercera planta.
Skoufa 28 cuesta 385.000 €.
Skoufa 28 sigue disponible.
Agias Fylaxeos 12 ya no está disponible.
El sábado 28 de noviembre a las 11:00 está libre.
El lunes a las 15:00.
Griva Digeni 5 cuesta 1.450 € al mes.
Usted busca tres dormitorios.
""",
    "de": """
Skoufa 28 hat zwei Schlafzimmer und 92 Quadratmeter.
Es liegt im dritten Stock.
Skoufa 28 kostet 385.000 €.
Skoufa 28 ist noch frei.
Agias Fylaxeos 12 ist nicht mehr verfügbar.
Samstag, 28. November um 11:00 Uhr ist frei.
Am Montag um 15:00 Uhr.
Griva Digeni 5 kostet 1.450 € im Monat.
Sie suchen drei Schlafzimmer.
Guten Morgen! Am Samstag um 11:00 ginge es.
""",
    "fr": """
Skoufa 28 a deux chambres et 92 mètres carrés.
Il est au troisième étage.
Skoufa 28 coûte 385 000 €.
Skoufa 28 est toujours disponible.
Agias Fylaxeos 12 n'est plus disponible.
Le samedi 28 novembre à 11:00 est libre.
Lundi à 15h00.
Griva Digeni 5 coûte 1 450 € par mois.
Vous cherchez trois chambres.
""",
    "ar": """
Skoufa 28 فيها غرفتا نوم ومساحتها 92 متر مربع.
تقع في الطابق الثالث.
سعر Skoufa 28 هو ٣٨٥٬٠٠٠ يورو.
Skoufa 28 ما زالت متاحة.
Agias Fylaxeos 12 لم تعد متاحة.
السبت 28 نوفمبر الساعة 11:00 مناسب.
يوم السبت الساعة ١١:٠٠
إيجار Griva Digeni 5 هو ١٤٥٠ يورو شهريا.
مساحتها ٩٢ متر مربع
""",
}
FALSE = {
    "en": """
figures: Skoufa 28 has three bedrooms.
figures: Skoufa 28 is a 3-bedroom apartment.
figures: Skoufa 28 has four bathrooms.
figures: Skoufa 28 has two bedrooms and 95 m².
figures: It is on the fifth floor.
figures: It is on the 4th floor.
figures: It has 92 m², about 1,200 sq ft.
figures: It has 1,100 square feet.
figures: Rents start from €1,200 a month.
figures: Skoufa 28 costs between €370,000 and €390,000.
figures: Skoufa 28 costs €384,999.
figures: Skoufa 28 costs €385k, down from €410k.
figures: Griva Digeni 5 is 1,400 euros a month.
figures: The deposit is three months' rent.
figures: It has 6 bedrooms.
figures: It is yours for three hundred thousand euros.
figures: It was renovated in 2019.
availability: Agias Fylaxeos 12 is still available.
availability: Good news: Agias Fylaxeos 12 is available.
availability: Skoufa 28 is no longer available.
availability: Skoufa 28 has already been sold.
availability: Agias Fylaxeos 12 is lovely. It is still available.
dates: Saturday 5 December at 11:00 is free.
dates: Friday 28 November at 11:00 is free.
dates: Tomorrow at 11:00 is free.
dates: On Saturday at 15:00 or Monday at 11:00.
dates: Come on Wednesday at 11:00.
dates: I can offer you 29 November at 11:00.
dates: It is available from 15 January.
dates: November 30 at 11:00 works.
dates: 12/12/2026 works.
dates: See you on Sunday at 11 am.
addresses: The address is Skoufa 30.
addresses: The office is at 12 Baker Street.
addresses: We are at 5 Old Market Square.
contacts: Call nine nine seven seven seven two two two.
contacts: Call +357 99 777 222.
contacts: Call ٩٩٧٧٧٢٢٢.
""",
    "el": """
figures: Το Skoufa 28 έχει τρία υπνοδωμάτια.
figures: Το Skoufa 28 έχει 95 τ.μ.
figures: Είναι στον πέμπτο όροφο.
figures: Η τιμή του Skoufa 28 είναι 375.000 ευρώ.
availability: Το Agias Fylaxeos 12 είναι ακόμα διαθέσιμο.
availability: Το Skoufa 28 δεν είναι πλέον διαθέσιμο.
dates: Το Σάββατο 5 Δεκεμβρίου στις 11:00 είναι ελεύθερο.
dates: Αύριο στις 11:00;
dates: Την Παρασκευή 28 Νοεμβρίου.
addresses: Η διεύθυνση είναι οδός Ερμού 15.
contacts: Καλέστε εννέα εννέα επτά επτά επτά δύο δύο δύο.
""",
    "es": """
figures: Skoufa 28 tiene tres dormitorios.
figures: Skoufa 28 tiene 95 metros cuadrados.
figures: Está en la quinta planta.
figures: Skoufa 28 cuesta 375.000 €.
availability: Agias Fylaxeos 12 sigue disponible.
availability: Skoufa 28 ya no está disponible.
dates: El sábado 5 de diciembre a las 11:00 está libre.
dates: El martes a las 11:00.
dates: El viernes 28 de noviembre.
addresses: Está en la Calle Mayor 15.
contacts: Llame al nueve nueve siete siete siete dos dos dos.
""",
    "de": """
figures: Skoufa 28 hat drei Schlafzimmer.
figures: Skoufa 28 hat 95 Quadratmeter.
figures: Es liegt im fünften Stock.
figures: Skoufa 28 kostet 375.000 €.
availability: Agias Fylaxeos 12 ist noch frei.
availability: Skoufa 28 ist nicht mehr verfügbar.
dates: Samstag, 5. Dezember um 11:00 Uhr ist frei.
dates: Morgen um 11:00 Uhr.
dates: Am Dienstag um 11:00 Uhr.
addresses: Die Adresse ist Hauptstraße 15.
contacts: Rufen Sie an: neun neun sieben sieben sieben zwei zwei zwei.
""",
    "fr": """
figures: Skoufa 28 a trois chambres.
figures: Skoufa 28 a 95 mètres carrés.
figures: Il est au cinquième étage.
figures: Skoufa 28 coûte 375 000 €.
availability: Agias Fylaxeos 12 est toujours disponible.
availability: Skoufa 28 n'est plus disponible.
dates: Le samedi 5 décembre à 11:00 est libre.
dates: Demain à 11h00.
dates: Le vendredi 28 novembre.
addresses: C'est au 15 rue de Rivoli.
contacts: Appelez le neuf neuf sept sept sept deux deux deux.
""",
    "ar": """
figures: Skoufa 28 فيها ثلاث غرف نوم.
figures: Skoufa 28 مساحتها ٩٥ متر مربع.
figures: تقع في الطابق الخامس.
figures: سعر Skoufa 28 هو ٣٧٥٬٠٠٠ يورو.
availability: Agias Fylaxeos 12 ما زالت متاحة.
availability: Skoufa 28 غير متاحة.
dates: السبت 5 ديسمبر الساعة 11:00
dates: غدا الساعة ١١:٠٠
addresses: العنوان شارع الملك فيصل 15
contacts: اتصل ٩٩٧٧٧٢٢٢
""",
}


@pytest.fixture
def turn(db):
    talk = Talk()
    talk.say("I want to buy a home with three bedrooms, my budget is 400,000 euros")
    turn = talk.turn
    turn.now, turn.state["focus"], turn.offered = NOW, None, []
    with tenant(talk.organization):
        Listing.objects.filter(reference="L-1042").update(bedrooms=2, bathrooms=1)
        homes = dict(Listing.objects.values_list("reference", "pk"))
        for position, start in enumerate(OFFERED):
            Offer.objects.create(
                organization=talk.organization,
                conversation=talk.conversation,
                kind="viewing",
                member=talk.organization.member,
                starts_at=start,
                ends_at=start + timedelta(hours=1),
                expires_at=start,
                position=position,
            )
    turn.sources.clear()
    turn.evidence.clear()
    tools.describe_listing(turn, listing_id=homes["L-1042"])
    tools.describe_listing(turn, listing_id=homes["L-1020"])
    tools.search_knowledge(turn, query="deposit fees tenants")
    turn.evidence += ["2026-11-28 11:00", "2026-11-30 15:00"]
    return turn


def failed(turn, text: str) -> list[str]:
    with tenant(turn.organization):
        verdicts = guardrails.check(turn, Reply(text=text, backend="claude"))
    return [it["guardrail"] for it in verdicts if not it["passed"]]


def lines(table: str) -> list[str]:
    return table.strip().splitlines()


@pytest.mark.parametrize("language", TRUE)
def test_claims_that_rows_give_pass(turn, language):
    assert {text: found for text in lines(TRUE[language]) if (found := failed(turn, text))} == {}


@pytest.mark.parametrize("language", FALSE)
def test_claims_that_no_row_gives_are_found(turn, language):
    cases = [line.split(": ", 1) for line in lines(FALSE[language])]

    assert [(g, text, failed(turn, text)) for g, text in cases if g not in failed(turn, text)] == []


def test_enough_claims_are_tried():
    assert sum(len(lines(it)) for it in [*TRUE.values(), *FALSE.values()]) == 164


def test_home_that_a_reply_names_is_cited_by_the_run(turn):
    before = [source["label"] for source in turn.sources]

    failed(turn, "Amathountos 71 has 2 bedrooms.")

    added = [source["label"] for source in turn.sources if source["label"] not in before]
    assert added == ["Amathountos 71"]
