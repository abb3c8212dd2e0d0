# ruff: noqa: E501
"""The German catalogue, in the polite form."""

LOCALE = "de_DE"
AND, OR = "und", "oder"
JOIN = " {word} "
MONEY, MONEY_EXACT = "#,##0 ¤", "#,##0.00 ¤"
DAY, DATE, BUTTON_DAY = "EEEE, d. MMMM", "d. MMMM y", "EEE d. MMM"
AS_OF = "(Stand {day})"
AT = "{day} um {time} Uhr"
PER_MONTH = "im Monat"

SENTENCES: dict[str, list[str]] = {
    "hello_disclosure": [
        "Guten Tag {name}! Ich bin {persona}der automatische Assistent von {agency}. Ich gebe Auskunft zu unseren "
        'Immobilien und vereinbare Besichtigungen; wenn Sie lieber mit einem Menschen sprechen, schreiben Sie "agent".'
    ],
    "hello_disclosure_nameless": [
        "Guten Tag! Ich bin {persona}der automatische Assistent von {agency}. Ich gebe Auskunft zu unseren Immobilien "
        'und vereinbare Besichtigungen; wenn Sie lieber mit einem Menschen sprechen, schreiben Sie "agent".'
    ],
    "disclosure_in_need": [
        "Hier schreibt der automatische Assistent von {agency}; es lesen auch Menschen mit."
    ],
    "hello": ["Guten Tag, schön, wieder von Ihnen zu hören.", "Hallo!", "Guten Tag!"],
    "i_am_a_machine": [
        'Ja, ich bin ein automatischer Assistent von {agency}. Schreiben Sie "agent", dann übernimmt ein Mensch.',
        'Ich bin der automatische Assistent; ein Mensch liest mit und übernimmt, wenn Sie "agent" schreiben.',
    ],
    "you_are_welcome": ["Gern geschehen!", "Sehr gern.", "Es freut mich, dass ich helfen konnte."],
    "goodbye": [
        "Auf Wiedersehen, schreiben Sie jederzeit.",
        "Einen schönen Tag noch! Ich bin da, wenn Sie etwas brauchen.",
    ],
    "nothing_else": [
        "In Ordnung. Schreiben Sie, sobald etwas ist.",
        "Gut, ich bin da, wenn Sie mich brauchen.",
    ],
    "not_interested": [
        "Verstanden, danke für die Nachricht. Wenn sich das ändert, schreiben Sie einfach hier. Für keine Nachrichten mehr schreiben Sie STOP.",
        "In Ordnung, danke für Bescheid. Schreiben Sie, wenn Sie wieder suchen; mit STOP enden alle Nachrichten.",
    ],
    "wrong_number": [
        "Kein Problem, dann war das die falsche Person. Ich schreibe nicht wieder, wenn Sie es nicht tun.",
        "Dann entschuldigen Sie bitte die Störung. Ich schreibe nur, wenn Sie sich wieder melden.",
    ],
    "small_talk": ["Danke der Nachfrage, hier ist alles gut.", "Alles bestens hier, danke."],
    "calm": [
        'Es tut mir leid, dass das ärgerlich ist. Sagen Sie mir, was Sie brauchen, oder schreiben Sie "agent" für einen Menschen.',
        'Ich verstehe Ihren Ärger. Wenn Sie lieber einen Menschen möchten, schreiben Sie "agent", dann antwortet ein Kollege.',
    ],
    "to_a_person": [
        "Selbstverständlich. Ich gebe das an einen Kollegen weiter, der Ihnen hier antwortet."
    ],
    "unsure_to_a_person": [
        "Ich bin nicht sicher, ob ich dabei richtig helfen kann; ein Kollege wird Ihnen hier antworten."
    ],
    "too_many": ["Ein Kollege sieht sich unser Gespräch an und macht hier weiter."],
    "have_number": ["Danke, ich habe Ihre Nummer notiert."],
    "will_ask": [
        "Das liegt mir nicht vor. Ich frage einen Kollegen und Sie hören hier von uns.",
        "Das steht nicht in meinen Unterlagen, deshalb habe ich einen Kollegen gebeten, Ihnen zu antworten.",
        "Das kann ich selbst nicht bestätigen; ein Kollege sagt es Ihnen hier.",
    ],
    "cannot_see": [
        "Danke! Ich kann {thing} nicht selbst öffnen, ein Kollege sieht es sich an.",
        "Angekommen. Ein Kollege sieht es sich an, weil ich {thing} nicht öffnen kann.",
    ],
    "unsure": [
        "Ich bin nicht sicher, ob ich das verstanden habe. Möchten Sie kaufen oder mieten, oder geht es um eine unserer Immobilien?",
        "Entschuldigung, das habe ich nicht ganz verstanden. Können Sie es anders sagen?",
    ],
    "listing_intro": ["{title}: {summary}, {price}."],
    "listing_intro_no_price": ["{title}: {summary}. Der Preis ist nicht hinterlegt."],
    "as_of": ["Das ist der Stand vom {day}; ein Kollege kann sagen, ob es noch gilt."],
    "available": ["{title} ({reference}) ist verfügbar.", "Ja, {title} ist noch verfügbar."],
    "not_available": ["Leider ist {title} nicht mehr verfügbar: {status}."],
    "fact_price": ["Der Preis für {title} beträgt {value}.", "{title} kostet {value}."],
    "fact_rent": ["Die Miete für {title} beträgt {value}.", "{title} kostet {value}."],
    "fact_bedrooms": ["{title} hat {value}."],
    "fact_bathrooms": ["{title} hat {value}."],
    "fact_area_m2": ["{title} hat {value} m² Wohnfläche."],
    "fact_plot_m2": ["Das Grundstück von {title} hat {value} m²."],
    "fact_floor": ["{title} liegt im {value}. Stock.", "Das ist im {value}. Stock."],
    "fact_ground_floor": ["{title} liegt im Erdgeschoss."],
    "fact_year_built": ["{title} wurde {value} gebaut."],
    "fact_address": ["Die Adresse von {title} ist {value}."],
    "fact_energy_class": ["Die Energieklasse von {title} ist {value}."],
    "fact_available_from": ["{title} ist ab {value} verfügbar."],
    "fact_common_expenses": ["Die Nebenkosten von {title} betragen {value}."],
    "fact_deposit": ["Die Kaution für {title} beträgt {value}."],
    "fact_description": ["{value}"],
    "fact_link": ["Hier ist die Seite von {title}: {value}"],
    "yes_feature": ["Ja, {title} hat {feature}.", "Ja, bei {title} gibt es {feature}."],
    "no_feature": ["Nein, bei {title} gibt es das nicht: {feature_plain}."],
    "yes_furnished": ["Ja, {title} ist möbliert."],
    "no_furnished": ["Nein, {title} wird unmöbliert vermietet."],
    "no_furnished_sale": ["Nein, {title} wird unmöbliert verkauft."],
    "yes_pets": ["Ja, bei {title} sind Haustiere erlaubt."],
    "no_pets": ["Nein, bei {title} sind Haustiere nicht erlaubt."],
    "which_listing": [
        "Welche Immobilie meinen Sie? Mit Namen oder Kennziffer finde ich sie.",
        "Können Sie mir sagen, um welche Immobilie es geht?",
    ],
    "matches_one": ["Das passt zu dem, was Sie mir gesagt haben:"],
    "matches_many": ["Diese passen zu dem, was Sie mir gesagt haben:"],
    "matches_first_one": ["Nach dem, was ich bisher weiß, könnte das für Sie interessant sein:"],
    "matches_first_many": [
        "Nach dem, was ich bisher weiß, könnten diese für Sie interessant sein:",
        "Nach dem, was ich bisher weiß, sind diese im Angebot:",
    ],
    "matches_near_one": [
        "Ganz genau passt nichts; am nächsten kommt:",
        "Im Moment gibt es nichts genau Passendes; am nächsten kommt:",
    ],
    "matches_near": [
        "Ganz genau passt nichts; am nächsten kommen:",
        "Im Moment gibt es nichts genau Passendes; am nächsten kommen:",
    ],
    "no_matches": [
        "Im Moment haben wir nichts, was passt. Ich habe Ihren Wunsch für meine Kollegen notiert.",
        "Gerade passt keine unserer Immobilien dazu; meine Kollegen sehen Ihren Wunsch.",
    ],
    "no_more": [
        "Das waren alle, die im Moment passen.",
        "Andere, die passen, habe ich gerade nicht.",
    ],
    "match_line": ["{position}. {title} ({reference}), {summary}, {price}{misses}"],
    "want_viewing": [
        "Möchten Sie sie ansehen?",
        "Soll ich eine Besichtigung vereinbaren?",
        "Wäre eine Besichtigung interessant?",
    ],
    "which_to_see": [
        "Möchten Sie eine davon ansehen?",
        "Lohnt sich eine davon für eine Besichtigung?",
    ],
    "contact": ["Sie erreichen {agency} unter {phone}, oder schreiben Sie einfach hier."],
    "from_knowledge": ["{text}"],
    "ask_for_whom": ["Das kommt darauf an: Fragen Sie als {people}?"],
    "ask_intent": ["Möchten Sie kaufen oder mieten?", "Geht es um Kauf oder Miete?"],
    "ask_locations": ["Welche Gegend wünschen Sie sich?", "Wo soll es sein?"],
    "ask_budget_max": ["Wie hoch ist Ihr Budget?", "An welches Budget denken Sie ungefähr?"],
    "ask_budget_max_rent": [
        "An welche Monatsmiete denken Sie?",
        "Wie hoch ist Ihr Budget im Monat?",
    ],
    "ask_bedrooms": [
        "Wie viele Schlafzimmer brauchen Sie?",
        "Wie viele Schlafzimmer wären richtig?",
    ],
    "ask_property_type": ["Um was für eine Immobilie handelt es sich?"],
    "ask_property_type_wish": ["Was für ein Zuhause suchen Sie?"],
    "ask_timeline_days": ["Wann möchten Sie umziehen?", "Bis wann müssen Sie umziehen?"],
    "ask_timeline_days_owner": [
        "Wann soll sie verkauft oder vermietet sein?",
        "Bis wann soll es erledigt sein?",
    ],
    "want_valuation": [
        "Soll ich den unverbindlichen Besuch eines Kollegen vereinbaren, der sie ansieht und bewertet?"
    ],
    "ask_financing": ["Kaufen Sie bar oder mit Finanzierung?"],
    "ask_address": ["Wie lautet die Adresse der Immobilie?"],
    "noted": ["Notiert.", "Danke, ist notiert.", "In Ordnung.", "Gut zu wissen, danke."],
    "offer_many": [
        "Für {purpose} sind frei: {times}. Was passt Ihnen?",
        "Für {purpose} kann ich anbieten: {times}. Was ist Ihnen lieber?",
        "Wie wäre es für {purpose} mit {times}?",
    ],
    "offer_one": [
        "Für {purpose} ist frei: {times}. Soll ich den Termin eintragen?",
        "Für {purpose} kann ich anbieten: {times}. Soll ich den Termin eintragen?",
    ],
    "not_free": [
        "{wanted} ist leider nicht frei.",
        "Leider ist {wanted} schon vergeben oder außerhalb unserer Zeiten.",
    ],
    "no_times": ["Da sehe ich keine freie Zeit; ein Kollege schlägt Ihnen hier eine vor."],
    "confirm_time": [
        "{when} ist frei. Soll ich {purpose} eintragen?",
        "{when} passt bei uns. Soll ich dafür {purpose} eintragen?",
    ],
    "booked": [
        "Gebucht: {purpose}, {when}, mit {member}. Wir freuen uns auf Sie!",
        "Erledigt, gebucht ist {purpose}, {when}, mit {member}. Bis dann!",
    ],
    "booked_call": ["Gebucht: {member} ruft Sie an, {when}."],
    "where": [
        "Die Adresse ist {address}.",
        "Sie finden es hier: {address}.",
    ],
    "calendar": [
        "Für Ihren Kalender: {link}",
        "Zum Eintragen in Ihren Kalender: {link}",
    ],
    "calendar_again": [
        "Die neue Zeit für Ihren Kalender: {link}",
        "Der Kalendereintrag mit der neuen Zeit: {link}",
    ],
    "slot_gone": [
        "Es tut mir leid, diese Zeit wurde gerade vergeben.",
        "Diese Zeit ist inzwischen leider vergeben.",
    ],
    "moved": [
        "Erledigt, ich habe {yours} verlegt: {when}, mit {member}.",
        "In Ordnung, ich habe {yours} verschoben: {when}, mit {member}.",
    ],
    "cancelled": [
        "Erledigt, ich habe {yours} abgesagt: {when}. Für eine neue Zeit schreiben Sie jederzeit.",
        "Wie Sie möchten, ich habe {yours} abgesagt: {when}. Für einen neuen Termin genügt eine Nachricht.",
    ],
    "confirm_move": [
        "{when} ist frei. Soll ich {purpose} dorthin verschieben?",
        "{when} passt bei uns. Soll ich {purpose} darauf verlegen?",
    ],
    "confirm_cancel": ["Soll ich {what} absagen?"],
    "which_appointment": ["Was meinen Sie: {what}?"],
    "kept": [
        "In Ordnung, ich behalte {yours} bei: {when}, mit {member}.",
        "Gut, es ändert sich nichts. Ich behalte {yours} bei: {when}, mit {member}.",
    ],
    "no_longer_stands": ["Dieser Termin besteht nicht mehr, es gibt also nichts zu ändern."],
    "your_appointment": [
        "Für {yours} ist eingetragen: {when}, mit {member}.",
        "In unserem Kalender finde ich {yours}: {when}, mit {member}.",
    ],
    "late": ["Danke für die Nachricht. Ich sage {member} Bescheid."],
    "no_such_home": [
        "{name} finde ich nicht bei unseren Immobilien. Haben Sie die Kennziffer, oder darf ich andere vorschlagen?"
    ],
    "no_appointment": ["Ich finde keinen Termin von Ihnen. Soll ich einige Zeiten vorschlagen?"],
    "which_home_to_see": [
        "Sehr gern. Welche Immobilie möchten Sie ansehen?",
        "Mit Vergnügen. Um welche unserer Immobilien geht es?",
    ],
    "persuade_person": [
        "Wir finden keine gemeinsame Zeit, deshalb vereinbart ein Kollege sie hier mit Ihnen."
    ],
    "who_i_am": [
        'Sie schreiben mit mir, {persona}dem automatischen Assistenten von {agency}; für einen Menschen schreiben Sie "agent".',
        'Ich bin {persona}der automatische Assistent von {agency}. Ein Mensch liest mit und übernimmt, wenn Sie "agent" schreiben.',
    ],
    "same_to_you": [
        "Danke, das wünsche ich Ihnen auch!",
        "Vielen Dank, Ihnen ebenso!",
    ],
    "not_for_us": [
        "Danke, aber diese Nummer ist nur für Menschen, die ein Zuhause suchen oder eine Immobilie verkaufen oder vermieten möchten.",
        "Mit Angeboten kann ich hier nicht helfen; ich beantworte nur Fragen zu Immobilien und Besichtigungen.",
    ],
    "acknowledged": [
        "Perfekt, danke.",
        "Sehr gut, danke.",
    ],
    "cheaper_one": [
        "Das hier ist günstiger:",
        "Für weniger Geld gibt es:",
    ],
    "cheaper_many": [
        "Diese sind günstiger:",
        "Für weniger Geld gibt es diese:",
    ],
    "cheaper_none": [
        "Günstiger als das Gezeigte habe ich im Moment nichts.",
        "Unter unseren Immobilien ist gerade nichts Günstigeres.",
    ],
    "bigger_one": [
        "Das hier ist größer:",
        "Mit mehr Platz gibt es:",
    ],
    "bigger_many": [
        "Diese sind größer:",
        "Mit mehr Platz gibt es diese:",
    ],
    "bigger_none": [
        "Größer als das Gezeigte habe ich im Moment nichts.",
        "Unter unseren Immobilien ist gerade nichts Größeres.",
    ],
    "smaller_one": [
        "Das hier ist kleiner:",
        "Etwas kleiner ist:",
    ],
    "smaller_many": [
        "Diese sind kleiner:",
        "Etwas kleiner sind diese:",
    ],
    "smaller_none": [
        "Kleiner als das Gezeigte habe ich im Moment nichts.",
        "Unter unseren Immobilien ist gerade nichts Kleineres.",
    ],
    "elsewhere_one": [
        "In einer anderen Gegend gibt es:",
        "Anderswo habe ich:",
    ],
    "elsewhere_many": [
        "In anderen Gegenden gibt es diese:",
        "Anderswo habe ich diese:",
    ],
    "elsewhere_none": [
        "In anderen Gegenden habe ich im Moment nichts, was Ihrem Wunsch nahekommt.",
        "In unseren anderen Gegenden kommt gerade nichts Ihrem Wunsch nahe.",
    ],
    "distances_unknown": [
        "Entfernungen kann ich von hier nicht messen. Wir haben Immobilien in {areas}; welche Gegend passt Ihnen am besten?",
        "Wie weit etwas entfernt ist, kann ich nicht sagen. Unsere Immobilien liegen in {areas}; wo soll ich suchen?",
    ],
    "distances_unknown_one": [
        "Entfernungen kann ich von hier nicht messen; zu {areas} kann Ihnen ein Kollege mehr sagen.",
    ],
    "quoted_in": [
        "Auf {language}, aus den Notizen der Agentur: {text}",
        "Aus den Notizen der Agentur, auf {language} geschrieben: {text}",
    ],
    "will_write": [
        "Gern, ich schreibe Ihnen: {when}.",
        "Natürlich, Sie hören von mir: {when}.",
    ],
    "colleague_will_write": [
        "Gern, ein Kollege schreibt Ihnen: {when}.",
        "Natürlich, meine Kollegen sehen, wann Sie von uns hören möchten: {when}.",
    ],
    "ask_when_to_write": [
        "Wann soll ich Ihnen schreiben?",
        "An welchem Tag möchten Sie von mir hören?",
    ],
    "take_your_time": [
        "Natürlich, lassen Sie sich Zeit. Ich bin da, wenn Sie schreiben.",
        "Es eilt überhaupt nicht. Schreiben Sie, wenn Sie sich entschieden haben.",
    ],
    "follow_up": [
        "Hallo noch einmal! Sie wollten, dass ich schreibe. Kann ich etwas für Sie tun?",
    ],
}

PURPOSES = {
    "viewing": "eine Besichtigung",
    "viewing_of": "eine Besichtigung von {title}",
    "call": "einen Anruf",
    "valuation": "einen Bewertungstermin",
}
PLAIN_PURPOSES = {"viewing": "Besichtigung", "call": "Anruf", "valuation": "Bewertungstermin"}
YOUR_PURPOSES = {
    "viewing": "Ihre Besichtigung",
    "call": "Ihren Anruf",
    "valuation": "Ihren Bewertungstermin",
}
YOUR_VIEWING_OF = "Ihre Besichtigung von {title}"
ON = "{what}, {when}"
CANCEL_IT, KEEP_IT = "Absagen", "Behalten"
LANGUAGES = {
    "en": "Englisch",
    "el": "Griechisch",
    "es": "Spanisch",
    "de": "Deutsch",
    "fr": "Französisch",
    "ar": "Arabisch",
}
AS_WHOM = {"buy": "Käufer", "rent": "Mieter", "sell": "Verkäufer", "let": "Vermieter"}
PROPERTY_TYPES = {
    "apartment": "Wohnung",
    "studio": "Studio",
    "penthouse": "Penthouse",
    "maisonette": "Maisonette",
    "house": "Haus",
    "villa": "Villa",
    "land": "Grundstück",
    "office": "Büro",
    "shop": "Laden",
}
STATUSES = {
    "reserved": "reserviert",
    "sold": "verkauft",
    "let": "vermietet",
    "withdrawn": "nicht mehr im Angebot",
}
FEATURES = {
    "parking": ("einen Stellplatz", "Stellplatz"),
    "laundry": ("einen Waschmaschinenanschluss", "Waschmaschinenanschluss"),
    "elevator": ("einen Aufzug", "Aufzug"),
    "pool": ("einen Pool", "Pool"),
    "balcony": ("einen Balkon oder eine Terrasse", "Balkon"),
    "sea_view": ("Meerblick", "Meerblick"),
    "heating": ("eine Heizung", "Heizung"),
}
THINGS = {
    "image": "Fotos",
    "video": "Videos",
    "audio": "Sprachnachrichten",
    "document": "Dokumente",
    "sticker": "Sticker",
    "location": "Standorte",
    "contacts": "Kontaktkarten",
    "order": "Bestellungen",
    "unsupported": "solche Nachrichten",
}
MISSES = {
    "price": "über dem Budget",
    "bedrooms": "andere Zahl von Schlafzimmern",
    "bathrooms": "andere Zahl von Bädern",
    "area": "andere Gegend",
    "area_m2": "kleiner",
    "property_type": "andere Art von Immobilie",
    "pets_allowed": "keine Haustiere",
    "furnished": "unmöbliert",
}
WITHOUT = "ohne {field}"
UNKNOWN = "nicht bekannt: {field}"
FIELD_WORDS = {
    "pets_allowed": "Haustiere",
    "area_m2": "Größe",
    "sea_view": "Meerblick",
    "laundry": "Waschmaschine",
    "price": "Preis",
    "parking": "Stellplatz",
    "furnished": "Möbel",
    "pool": "Pool",
    "elevator": "Aufzug",
    "balcony": "Balkon",
    "bedrooms": "Schlafzimmer",
    "bathrooms": "Bäder",
}


def rooms(field: str, value: int) -> str:
    """`2 Schlafzimmer`"""
    return f"{value} {'Schlafzimmer' if field == 'bedrooms' else 'Bad' if value == 1 else 'Bäder'}"


def months_of_rent(months: int) -> str:
    return "eine Monatsmiete" if months == 1 else f"{months} Monatsmieten"


def summary(kind: str, bedrooms: int | None, size: str, area: str) -> str:
    """`Wohnung, 92 m², 2 Schlafzimmer, Kolonaki`"""
    parts = [
        kind,
        f"{size} m²" if size else "",
        rooms("bedrooms", bedrooms) if bedrooms else "",
        area,
    ]
    return ", ".join(filter(None, parts))
