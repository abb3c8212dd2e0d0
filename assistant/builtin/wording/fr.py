# ruff: noqa: E501
"""The French catalogue, in the polite form."""

LOCALE = "fr_FR"
AND, OR = "et", "ou"
JOIN = " {word} "
MONEY, MONEY_EXACT = "#,##0 ¤", "#,##0.00 ¤"
DAY, DATE, BUTTON_DAY = "EEEE d MMMM", "d MMMM y", "EEE d MMM"
AS_OF = "(donnée du {day})"
AT = "{day} à {time}"
PER_MONTH = "par mois"

SENTENCES: dict[str, list[str]] = {
    "hello_disclosure": [
        "Bonjour {name} ! Je suis {persona}l'assistant automatique de {agency}. Je peux vous renseigner sur nos biens et "
        'organiser des visites ; si vous préférez parler à une personne, écrivez "agent".'
    ],
    "hello_disclosure_nameless": [
        "Bonjour ! Je suis {persona}l'assistant automatique de {agency}. Je peux vous renseigner sur nos biens et "
        'organiser des visites ; si vous préférez parler à une personne, écrivez "agent".'
    ],
    "disclosure_in_need": [
        "C'est l'assistant automatique de {agency} qui écrit ; des personnes lisent aussi."
    ],
    "hello": ["Bonjour, ravi de vous relire.", "Rebonjour !", "Bonjour !"],
    "i_am_a_machine": [
        'Oui, je suis un assistant automatique de {agency}. Écrivez "agent" et une personne prend le relais.',
        'Je suis l\'assistant automatique ; une personne lit aussi et prend le relais si vous écrivez "agent".',
    ],
    "you_are_welcome": ["Je vous en prie !", "Avec plaisir.", "Ravi d'avoir pu vous aider."],
    "goodbye": [
        "Au revoir, écrivez quand vous voulez.",
        "Bonne journée ! Je suis là si vous avez besoin de quelque chose.",
    ],
    "nothing_else": [
        "Très bien. Écrivez dès qu'il y a quelque chose.",
        "D'accord, je suis là si besoin.",
    ],
    "not_interested": [
        "Compris, merci de me l'avoir dit. Si cela change, écrivez ici. Pour ne plus recevoir de messages, écrivez STOP.",
        "Entendu, merci de nous avoir prévenus. Écrivez-nous quand vous chercherez de nouveau ; STOP met fin aux messages.",
    ],
    "wrong_number": [
        "Pas de souci, le message est arrivé à la mauvaise personne. Je n'écrirai plus sauf si vous le faites.",
        "Alors excusez-nous pour le dérangement. Je n'écrirai que si vous m'écrivez.",
    ],
    "small_talk": ["Merci de demander, tout va bien ici.", "Tout va bien ici, merci."],
    "calm": [
        'Je regrette que ce soit agaçant. Dites-moi ce dont vous avez besoin, ou écrivez "agent" pour parler à une personne.',
        'Je comprends votre agacement. Si vous préférez une personne, écrivez "agent" et un collègue vous répondra.',
    ],
    "to_a_person": ["Bien sûr. Je transmets à un collègue, qui vous répondra ici."],
    "unsure_to_a_person": [
        "Je ne suis pas certain de pouvoir bien vous aider sur ce point ; un collègue vous répondra ici."
    ],
    "too_many": ["Un collègue va regarder notre conversation et poursuivre ici."],
    "have_number": ["Merci, j'ai noté votre numéro."],
    "will_ask": [
        "Je n'ai pas cette information. Je demande à un collègue et nous vous répondrons ici.",
        "Cela ne figure pas dans mes données ; j'ai demandé à un collègue de vous répondre.",
        "Je ne peux pas le confirmer moi-même ; un collègue vous le dira ici.",
    ],
    "cannot_see": [
        "Merci ! Je ne peux pas ouvrir {thing} ; un collègue va regarder.",
        "Bien reçu. Un collègue va regarder, car je ne peux pas ouvrir {thing}.",
    ],
    "unsure": [
        "Je ne suis pas sûr d'avoir compris. Souhaitez-vous acheter ou louer, ou s'agit-il de l'un de nos biens ?",
        "Pardon, je n'ai pas bien compris. Pouvez-vous le dire autrement ?",
    ],
    "listing_intro": ["{title} : {summary}, {price}."],
    "listing_intro_no_price": ["{title} : {summary}. Le prix n'est pas renseigné."],
    "as_of": [
        "Cette donnée date du {day} ; un collègue peut vous dire si elle est toujours valable."
    ],
    "available": ["{title} ({reference}) est disponible.", "Oui, {title} est toujours disponible."],
    "not_available": ["Je regrette, {title} n'est plus disponible : {status}."],
    "fact_price": ["Le prix de {title} est de {value}.", "{title} coûte {value}."],
    "fact_rent": ["Le loyer de {title} est de {value}.", "{title} se loue {value}."],
    "fact_bedrooms": ["{title} compte {value}."],
    "fact_bathrooms": ["{title} compte {value}."],
    "fact_area_m2": ["{title} a une surface de {value} m²."],
    "fact_plot_m2": ["Le terrain de {title} fait {value} m²."],
    "fact_floor": ["{title} se trouve à l'étage {value}.", "C'est à l'étage {value}."],
    "fact_ground_floor": ["{title} se trouve au rez-de-chaussée."],
    "fact_year_built": ["{title} a été construit en {value}."],
    "fact_address": ["L'adresse de {title} est {value}."],
    "fact_energy_class": ["La classe énergétique de {title} est {value}."],
    "fact_available_from": ["{title} est disponible à partir du {value}."],
    "fact_common_expenses": ["Les charges de {title} sont de {value}."],
    "fact_deposit": ["Le dépôt de garantie pour {title} est de {value}."],
    "fact_description": ["{value}"],
    "fact_link": ["Voici la page de {title} : {value}"],
    "yes_feature": ["Oui, {title} a {feature}.", "Oui, il y a {feature} pour {title}."],
    "no_feature": ["Non, {title} n'a pas cela : {feature_plain}."],
    "yes_furnished": ["Oui, {title} est meublé."],
    "no_furnished": ["Non, {title} est loué vide."],
    "no_furnished_sale": ["Non, {title} est vendu sans meubles."],
    "yes_pets": ["Oui, les animaux sont acceptés pour {title}."],
    "no_pets": ["Non, les animaux ne sont pas acceptés pour {title}."],
    "which_listing": [
        "De quel bien parlez-vous ? Son nom ou sa référence m'aide à le trouver.",
        "Pouvez-vous me dire de quel bien il s'agit ?",
    ],
    "matches_one": ["Celui-ci correspond à ce que vous m'avez dit :"],
    "matches_many": ["Ceux-ci correspondent à ce que vous m'avez dit :"],
    "matches_first_one": ["D'après ce que je sais jusqu'ici, celui-ci peut vous intéresser :"],
    "matches_first_many": [
        "D'après ce que je sais jusqu'ici, ceux-ci peuvent vous intéresser :",
        "D'après ce que je sais jusqu'ici, nous avons ceux-ci :",
    ],
    "matches_near_one": [
        "Rien ne correspond exactement ; le plus proche est :",
        "Il n'y a rien d'exactement identique pour le moment ; le plus proche est :",
    ],
    "matches_near": [
        "Rien ne correspond exactement ; les plus proches sont :",
        "Il n'y a rien d'exactement identique pour le moment ; les plus proches sont :",
    ],
    "no_matches": [
        "Pour le moment nous n'avons rien qui corresponde. J'ai noté votre souhait pour mes collègues.",
        "Aucun de nos biens n'y correspond pour l'instant ; mes collègues voient votre souhait.",
    ],
    "no_more": [
        "C'étaient tous ceux qui correspondent pour le moment.",
        "Je n'en ai pas d'autres qui correspondent pour l'instant.",
    ],
    "match_line": ["{position}. {title} ({reference}), {summary}, {price}{misses}"],
    "want_viewing": [
        "Souhaitez-vous le visiter ?",
        "Voulez-vous que j'organise une visite ?",
        "Une visite vous intéresserait-elle ?",
    ],
    "which_to_see": ["Souhaitez-vous visiter l'un d'eux ?", "L'un d'eux mérite-t-il une visite ?"],
    "contact": ["Vous pouvez joindre {agency} au {phone}, ou simplement écrire ici."],
    "from_knowledge": ["{text}"],
    "ask_for_whom": ["Cela dépend : demandez-vous en tant que {people} ?"],
    "ask_intent": ["Souhaitez-vous acheter ou louer ?", "S'agit-il d'un achat ou d'une location ?"],
    "ask_locations": ["Quel quartier vous intéresse ?", "Où devrait-il se trouver ?"],
    "ask_budget_max": ["Quel est votre budget ?", "Quel budget avez-vous à peu près en tête ?"],
    "ask_budget_max_rent": [
        "Quel loyer mensuel avez-vous en tête ?",
        "Quel est votre budget par mois ?",
    ],
    "ask_bedrooms": ["Combien de chambres vous faut-il ?", "Combien de chambres conviendraient ?"],
    "ask_property_type": ["De quel type de bien s'agit-il ?"],
    "ask_property_type_wish": ["Quel type de logement cherchez-vous ?"],
    "ask_timeline_days": ["Quand souhaitez-vous emménager ?", "Pour quand devez-vous emménager ?"],
    "ask_timeline_days_owner": [
        "Quand souhaitez-vous le vendre ou le louer ?",
        "Pour quand cela doit-il être fait ?",
    ],
    "want_valuation": [
        "Voulez-vous que j'organise la visite d'un collègue, sans engagement, pour le voir et l'estimer ?"
    ],
    "ask_financing": ["Achèteriez-vous comptant ou avec un prêt ?"],
    "ask_address": ["Quelle est l'adresse du bien ?"],
    "noted": ["C'est noté.", "Merci, c'est noté.", "D'accord.", "Bon à savoir, merci."],
    "offer_many": [
        "Pour {purpose}, sont libres : {times}. Qu'est-ce qui vous convient ?",
        "Je peux vous proposer pour {purpose} : {times}. Que préférez-vous ?",
        "Que diriez-vous, pour {purpose}, de {times} ?",
    ],
    "offer_one": [
        "Pour {purpose}, est libre : {times}. Voulez-vous que je réserve ?",
        "Je peux vous proposer pour {purpose} : {times}. Voulez-vous que je réserve ?",
    ],
    "not_free": [
        "Je regrette, {wanted} n'est pas libre.",
        "Malheureusement {wanted} est déjà pris ou hors de nos horaires.",
    ],
    "no_times": ["Je ne vois pas de moment libre ; un collègue vous en proposera un ici."],
    "confirm_time": [
        "Le créneau {when} est libre. Voulez-vous que je réserve {purpose} ?",
        "Pour nous, {when} convient. Je réserve {purpose} ?",
    ],
    "booked": [
        "Réservé : {purpose}, {when}, avec {member}. Nous nous réjouissons de vous rencontrer !",
        "C'est fait, réservé : {purpose}, {when}, avec {member}. À bientôt !",
    ],
    "booked_call": ["Réservé : {member} vous appellera {when}."],
    "where": [
        "L'adresse est {address}.",
        "Vous le trouverez ici : {address}.",
    ],
    "calendar": [
        "Pour votre agenda : {link}",
        "Pour l'ajouter à votre agenda : {link}",
    ],
    "calendar_again": [
        "Le nouvel horaire pour votre agenda : {link}",
        "L'entrée d'agenda avec le nouvel horaire : {link}",
    ],
    "slot_gone": [
        "Je regrette, ce créneau vient d'être pris.",
        "Entre-temps ce créneau a été pris, désolé.",
    ],
    "moved": [
        "C'est fait, j'ai déplacé {yours} : {when}, avec {member}.",
        "Entendu, {yours} est à ce nouvel horaire : {when}, avec {member}.",
    ],
    "cancelled": [
        "C'est fait, j'ai annulé {yours} : {when}. Écrivez quand vous voulez pour un autre horaire.",
        "Comme vous voulez, j'ai annulé {yours} : {when}. Pour un autre horaire, il suffit de m'écrire.",
    ],
    "confirm_move": [
        "Le créneau {when} est libre. Voulez-vous que j'y déplace {purpose} ?",
        "Pour nous, {when} convient. J'y déplace {purpose} ?",
    ],
    "confirm_cancel": ["Voulez-vous que j'annule {what} ?"],
    "which_appointment": ["De quoi s'agit-il : {what} ?"],
    "kept": [
        "D'accord, je garde {yours} : {when}, avec {member}.",
        "Très bien, rien ne change. Je garde {yours} : {when}, avec {member}.",
    ],
    "no_longer_stands": ["Ce rendez-vous n'existe plus, il n'y a donc rien à changer."],
    "your_appointment": [
        "Pour {yours}, j'ai noté : {when}, avec {member}.",
        "Dans notre agenda, je vois {yours} : {when}, avec {member}.",
    ],
    "late": ["Merci de prévenir. Je le dis à {member}."],
    "no_such_home": [
        "Je ne trouve pas {name} parmi nos biens. Avez-vous sa référence, ou puis-je en proposer d'autres ?"
    ],
    "no_appointment": [
        "Je ne trouve pas de rendez-vous à votre nom. Voulez-vous que je propose des horaires ?"
    ],
    "which_home_to_see": [
        "Volontiers. Quel bien souhaitez-vous visiter ?",
        "Avec plaisir. De quel bien s'agit-il ?",
    ],
    "persuade_person": [
        "Nous ne trouvons pas d'horaire commun ; un collègue s'en occupera ici avec vous."
    ],
    "who_i_am": [
        "C'est {persona}l'assistant automatique de {agency} qui vous écrit ; pour parler à une personne, écrivez \"agent\".",
        'Je suis {persona}l\'assistant automatique de {agency}. Une personne lit aussi et prend le relais si vous écrivez "agent".',
    ],
    "same_to_you": [
        "Merci, à vous aussi !",
        "Merci beaucoup, à vous de même !",
    ],
    "not_for_us": [
        "Merci, mais ce numéro est destiné à ceux qui cherchent un logement ou ont un bien à vendre ou à louer.",
        "Je ne peux pas donner suite à des offres ; je réponds seulement sur nos biens et les visites.",
    ],
    "acknowledged": [
        "Parfait, merci.",
        "Très bien, merci.",
    ],
    "cheaper_one": [
        "Celui-ci est moins cher :",
        "Pour moins d'argent, il y a celui-ci :",
    ],
    "cheaper_many": [
        "Ceux-ci sont moins chers :",
        "Pour moins d'argent, il y a ceux-ci :",
    ],
    "cheaper_none": [
        "Je n'ai rien de moins cher pour le moment que ce que je vous ai montré.",
        "Il n'y a rien de moins cher parmi nos biens pour l'instant.",
    ],
    "bigger_one": [
        "Celui-ci est plus grand :",
        "Avec plus d'espace, il y a celui-ci :",
    ],
    "bigger_many": [
        "Ceux-ci sont plus grands :",
        "Avec plus d'espace, il y a ceux-ci :",
    ],
    "bigger_none": [
        "Je n'ai rien de plus grand pour le moment que ce que je vous ai montré.",
        "Il n'y a rien de plus grand parmi nos biens pour l'instant.",
    ],
    "smaller_one": [
        "Celui-ci est plus petit :",
        "Un peu plus petit, il y a celui-ci :",
    ],
    "smaller_many": [
        "Ceux-ci sont plus petits :",
        "Un peu plus petits, il y a ceux-ci :",
    ],
    "smaller_none": [
        "Je n'ai rien de plus petit pour le moment que ce que je vous ai montré.",
        "Il n'y a rien de plus petit parmi nos biens pour l'instant.",
    ],
    "elsewhere_one": [
        "Dans un autre quartier, il y a celui-ci :",
        "Ailleurs, j'ai celui-ci :",
    ],
    "elsewhere_many": [
        "Dans d'autres quartiers, il y a ceux-ci :",
        "Ailleurs, j'ai ceux-ci :",
    ],
    "elsewhere_none": [
        "Je n'ai rien dans d'autres quartiers qui s'approche de votre souhait pour le moment.",
        "Dans nos autres quartiers, rien ne s'approche de votre souhait pour l'instant.",
    ],
    "distances_unknown": [
        "Je ne peux pas mesurer les distances d'ici. Nous avons des biens à {areas} ; quel quartier vous convient le mieux ?",
        "Je ne peux pas dire à quelle distance cela se trouve. Nos biens sont à {areas} ; où voulez-vous que je cherche ?",
    ],
    "distances_unknown_one": [
        "Je ne peux pas mesurer les distances d'ici ; un collègue peut vous en dire plus sur {areas}.",
    ],
    "quoted_in": [
        "En {language}, d'après les notes de l'agence : {text}",
        "D'après les notes de l'agence, en {language} : {text}",
    ],
    "will_write": [
        "Volontiers, je vous écrirai : {when}.",
        "Bien sûr, vous aurez de mes nouvelles : {when}.",
    ],
    "colleague_will_write": [
        "Volontiers, un collègue vous écrira : {when}.",
        "Bien sûr, mes collègues voient quand vous voulez de nos nouvelles : {when}.",
    ],
    "ask_when_to_write": [
        "Quand voulez-vous que je vous écrive ?",
        "Quel jour souhaitez-vous de mes nouvelles ?",
    ],
    "take_your_time": [
        "Bien sûr, prenez votre temps. Je suis là quand vous m'écrirez.",
        "Rien ne presse. Écrivez-moi quand vous aurez décidé.",
    ],
    "follow_up": [
        "Rebonjour ! Vous m'aviez demandé d'écrire. Puis-je faire quelque chose pour vous ?",
    ],
}

PURPOSES = {
    "viewing": "une visite",
    "viewing_of": "une visite de {title}",
    "call": "un appel",
    "valuation": "une visite d'estimation",
}
PLAIN_PURPOSES = {"viewing": "visite", "call": "appel", "valuation": "visite d'estimation"}
YOUR_PURPOSES = {
    "viewing": "votre visite",
    "call": "votre appel",
    "valuation": "votre visite d'estimation",
}
YOUR_VIEWING_OF = "votre visite de {title}"
ON = "{what}, {when}"
CANCEL_IT, KEEP_IT = "Annuler", "Garder"
LANGUAGES = {
    "en": "anglais",
    "el": "grec",
    "es": "espagnol",
    "de": "allemand",
    "fr": "français",
    "ar": "arabe",
}
AS_WHOM = {"buy": "acheteur", "rent": "locataire", "sell": "vendeur", "let": "propriétaire"}
PROPERTY_TYPES = {
    "apartment": "appartement",
    "studio": "studio",
    "penthouse": "penthouse",
    "maisonette": "duplex",
    "house": "maison",
    "villa": "villa",
    "land": "terrain",
    "office": "bureau",
    "shop": "boutique",
}
STATUSES = {"reserved": "réservé", "sold": "vendu", "let": "loué", "withdrawn": "retiré"}
FEATURES = {
    "parking": ("une place de parking", "parking"),
    "laundry": ("un branchement lave-linge ou une buanderie", "buanderie"),
    "elevator": ("un ascenseur", "ascenseur"),
    "pool": ("une piscine", "piscine"),
    "balcony": ("un balcon ou une terrasse", "balcon"),
    "sea_view": ("une vue sur la mer", "vue sur la mer"),
    "heating": ("le chauffage", "chauffage"),
}
THINGS = {
    "image": "les photos",
    "video": "les vidéos",
    "audio": "les messages vocaux",
    "document": "les documents",
    "sticker": "les stickers",
    "location": "les positions",
    "contacts": "les fiches de contact",
    "order": "les commandes",
    "unsupported": "ce type de message",
}
MISSES = {
    "price": "au-dessus du budget",
    "bedrooms": "autre nombre de chambres",
    "bathrooms": "autre nombre de salles de bain",
    "area": "autre quartier",
    "area_m2": "plus petit",
    "property_type": "autre type de bien",
    "pets_allowed": "animaux non acceptés",
    "furnished": "non meublé",
}
WITHOUT = "sans {field}"
UNKNOWN = "non renseigné : {field}"
FIELD_WORDS = {
    "pets_allowed": "animaux",
    "area_m2": "surface",
    "sea_view": "vue sur la mer",
    "laundry": "lave-linge",
    "price": "prix",
    "parking": "parking",
    "furnished": "meubles",
    "pool": "piscine",
    "elevator": "ascenseur",
    "balcony": "balcon",
    "bedrooms": "chambres",
    "bathrooms": "salles de bain",
}


def rooms(field: str, value: int) -> str:
    """`2 chambres`"""
    one, many = (
        ("chambre", "chambres") if field == "bedrooms" else ("salle de bain", "salles de bain")
    )
    return f"{value} {one if value < 2 else many}"


def months_of_rent(months: int) -> str:
    return "un mois de loyer" if months == 1 else f"{months} mois de loyer"


def summary(kind: str, bedrooms: int | None, size: str, area: str) -> str:
    """`appartement de 92 m² avec 2 chambres, Kolonaki`"""
    words = f"{kind} de {size} m²" if size else kind
    if bedrooms:
        words += f" avec {rooms('bedrooms', bedrooms)}"
    return f"{words}, {area}"
