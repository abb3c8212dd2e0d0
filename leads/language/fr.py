# ruff: noqa: E501  (word lists read better unbroken)
"""French, without accents: the text is read as `packs.readable` gives it. Data only."""

CODE = "fr"
NUMBERS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11,
    "douze": 12, "quinze": 15, "vingt": 20, "trente": 30,
}  # fmt: skip
ARTICLES = ("un", "une")
ONE_ROOM = {"bedrooms": "une?", "bathrooms": "une?"}
MULTIPLIERS = {"mille": 1_000, "millions": 1_000_000, "million": 1_000_000}
ORDINALS = {"premier": 1, "premiere": 1, "deuxieme": 2, "second": 2, "seconde": 2, "troisieme": 3}
LAST = ("dernier", "derniere")
ORDINAL_SUFFIX = r"(?:er|e)?"
NTH_SUFFIX = r"(?:er)?"
NTH_CUE = r"le|du|au"
CLAUSE_BREAK = r"[.!?;\n]+(?=\s|$)|(?<!\s),?\s+(?:mais|cependant)(?!\w)|,\s+(?=(?:est-ce|puis-je|peut-on|je peux|y a-t|combien|quand|ou est)(?!\w))"
QUESTION_START = r"(?:(?:oui|non|et|bonjour|ok|alors|aussi|parfait)[\s,.!-]+)*(?:est-ce|est-il|est-elle|y a-t|a-t-|avez-vous|combien|quel\w*|quand|comment|pourquoi|puis-je|peut-on|pourrais-je|pourrait-on)(?!\w)"
QUESTION_INSIDE = r"(?:savoir|dire|demander|verifier|confirmer)\s+(?:\w+\s+){0,3}?(?:si|s'il)(?!\w)"
SEARCH = r"cherch\w+|voudr\w+|veux|voulons|souhait\w+|besoin|il (?:me|nous) faut|aimerai\w*|interess\w+|prefer\w+|doit|quelque chose|avez-vous (?:un|une|des|quelque)"
ABOUT_ONE_HOME = r"^\W*(?:est-ce|est-il|est-elle|y a-t|a-t-|il y a|sont|acceptes?|autorises?)(?!\w)"
INDEFINITE_HOME = r"avez-vous (?:un|une|des|quelque)|quelque chose|cherch\w+|voudr\w+"
_SMALL = r"(?:\s+(?:a|au|aux|dans|le|la|les|un|une|de|du|des|besoin|en|par))*\s*(?:d'|l')?\s*"
NEGATION_BEFORE = rf"(?:pas|sans|sauf|excepte|ni|plutot que|au lieu de|hors|aucune?){_SMALL}"
NEGATION_AFTER = r"\s*(?:n'est pas|ne sont pas|pas)\s+(?:necessaires?|obligatoires?|importants?|utiles?|indispensables?)"
INDIFFERENT = r"(?:peu )?(?:m'|nous )?importe|ca m'est egal|c'est egal|indifferent|pas d'importance"
ADDING = r"aussi|egalement|et|ou|en plus"
OTHER_MATTER = r"calendrier|agenda|rappel|taxi|vol|restaurant|hotel|film|meteo|medecin|dentiste"
BEDROOM = r"chambres?(?: a coucher)?|ch\b"
BATHROOM = r"salles? (?:de|d')\s?(?:bains?|eau)|sdb|sde"
STUDIO = r"studios?|studette"
WHOLE_ROOMS = r"(?:t|f)(?P<number>[1-7])\b|(?P<two>deux)[- ]pieces|(?P<three>trois)[- ]pieces|(?P<four>quatre)[- ]pieces|(?P<digits>\d)[- ]?pieces?"
ABOUT_NUMBER = r"au moins|minimum|environ|seulement"
SQUARE_METRES = r"m2|m²|metres? carres?"
MONEY_SCALES = {r"k|mille": 1_000, r"m|millions?": 1_000_000}
BUDGET = r"budget|depenser|payer|prix|loyer (?:de|max\w*)|jusqu'a|maximum"
AT_MOST = r"jusqu'a|maximum(?: de)?|max|au plus|moins de|en dessous de|pas plus de|ne pas depasser|plafond(?: de)?|inferieur a"
AT_MOST_AFTER = r"maximum|max|au (?:plus|maximum)|ou moins|grand maximum"
AT_LEAST = r"a partir de|au moins|minimum(?: de)?|plus de|au-dessus de|des"
AT_LEAST_AFTER = r"ou plus|minimum|au moins|\+"
RANGE = r"\s*(?:-|–|—|a|et|ou)\s*"
PER_MONTH = r"(?:par|le|/|chaque)\s*mois|mensuels?|/\s*mois|mensuel(?:le)?s?|cc\b|charges comprises"
IN_TOTAL = r"au total|en tout"
NOT_BUDGET = (
    r"caution|depot de garantie|commission|frais|taxes?|salaire|gagne|revenus?|offre|propose|apport"
)
NOT_MONEY_UNITS = r"m2|m²|metres?|km|minutes?|heures?|h\b|jours?|semaines?|mois(?!\w)|ans?|annees?|personnes?|chambres?|salles?|pieces?|%|etages?|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
FEATURES = {
    "pets": r"animaux|animal|chiens?|chiot|chats?|chatte",
    "furnished": r"meublee?s?|meubles|non meublee?s?|vide",
    "parking": r"parkings?|garages?|stationnement|places? de parking|box",
    "laundry": r"lave-linge|machine a laver|buanderie",
}
FEATURE_REVERSED = {"furnished": r"non[- ]meublee?s?|pas meublee?s?|vide|sans meubles"}
OWN_PET = r"(?:j'ai|nous avons|on a)\s+(?:\w+\s+)?(?:chiens?|chats?|animal|animaux|chatte)"
MUST_HAVES = {
    "balcony": r"balcons?", "terrace": r"terrasses?", "garden": r"jardins?", "pool": r"piscines?", "elevator": r"ascenseurs?", "sea view": r"vue (?:sur la )?mer",
    "view": r"(?:belle|jolie) vue|vue degagee", "air conditioning": r"climatisation|clim", "storage": r"cave|cellier", "fireplace": r"cheminee", "ground floor": r"rez-de-chaussee|rdc",
    "top floor": r"dernier etage", "new build": r"neuf|construction neuve", "renovated": r"renovee?s?|refaite? a neuf", "quiet": r"calme", "bright": r"lumineu(?:x|se)", "dishwasher": r"lave-vaisselle",
    "near metro": r"(?:pres|proche) (?:du|d'un|de) (?:metro|gare)", "near a school": r"(?:pres|proche) (?:d'une|de l'|des) ?ecoles?", "wheelchair access": r"acces(?:sible)? (?:pmr|handicape\w*)|fauteuil roulant", "home office": r"bureau",
}  # fmt: skip
PROPERTY_TYPES = {
    "apartment": r"appartements?|apparts?|appart", "house": r"maisons?|pavillons?", "villa": r"villas?", "studio": r"studios?|studette", "townhouse": r"maisons? de ville", "loft": r"lofts?", "duplex": r"duplex",
    "room": r"chambre en colocation|colocation", "land": r"terrains?", "office": r"bureaux", "shop": r"local commercial|locaux commerciaux|boutique", "warehouse": r"entrepots?",
}  # fmt: skip
DEFINITE = r"(?:le|la|l'|cet|cette|ce)\s*"
INTENTS = {
    "let": r"mettre en location|(?:louer|mettre) (?:mon|ma|notre) [\w ]{2,25}|trouver un locataire|locataires?|proprietaire bailleur|bailleur",
    "sell": r"vend(?:re|s|ons)|mettre en vente|estim(?:er|ation) (?:de )?(?:mon|ma|notre)",
    "rent": r"lou(?:er|e)|location|a louer|en location",
    "buy": r"achet(?:er|e|ons)|achat|acquerir|a vendre|investir|investissement|acquisition",
}
INTENT_NOISE = r"(?:combien|quel) est le loyer|le loyer (?:est|comprend)"
MOVING = r"demenag\w+|emmenag\w+|m'installer|vendre (?:d'ici|avant|dans)|vendu\w*|libre a partir|besoin (?:d'ici|pour)|presse"
AT_ONCE = r"des que possible|au plus vite|tout de suite|immediatement|urgent|le plus (?:vite|tot) possible|maintenant"
FINANCING = {
    "mortgage_approved": r"(?:pret|credit) (?:deja )?(?:accorde|accepte|valide|obtenu)|accord de principe|accord de (?:pret|la banque)",
    "cash": r"comptant|cash|en especes|sans (?:pret|credit)",
    "mortgage": r"prets?|credits?|emprunt\w*|hypotheque|financement",
}
NAME_ONLY_CUES = r"je m'appelle|mon nom est|nom:"
NAME = r"(?:je suis|c'est|ici)\s+"
NOT_A_NAME = r"oui|non|interess\w+|le|la|un|une|pas|a|en|de|d'accord|bon|bien|merci|bonjour|disponible|demain|tout|proprietaire|bailleur|parfait|possible"
NAME_ENDS = r"et|mais|de|je"
BEFORE_NAME = r"oui|bien sur|c'est|je suis"
LANGUAGE_NAMES = {
    "en": r"anglais",
    "el": r"grec",
    "es": r"espagnol",
    "fr": r"francais",
    "de": r"allemand",
    "ar": r"arabe",
    "ru": r"russe",
    "it": r"italien",
}
LANGUAGE_CUE = r"(?:parl\w+|ecri\w+|repond\w+)(?: moi| en)*\s+({names})|en ({names}),? (?:s'il vous plait|svp|s'il te plait)|({names}),? (?:svp|s'il vous plait)"
STREET = r"rue|avenue|boulevard|place|impasse"
ADDRESS_CUE = r"adresse(?: est)?:?|(?:situee?|se trouve) (?:au|a)|au"
SURE_ADDRESS_CUE = r"adresse(?: est)?(?: le| au)?|situee? au"
PLACE_CUE = r"a|dans|vers|pres de|aux|au|sur"
NOT_WISHED_PLACE = r"(?:j'habite|nous habitons|je vis|je travaille|nous vivons|je loge)\s+(?:actuellement\s+)?(?:a|au|aux|dans)?|loin de|de"
WISHED_PLACE = r"(?:veux|voudrais|aimerais|souhaite|cherche) (?:a )?(?:vivre|demenager|m'installer|habiter|louer|acheter)"
NOT_A_PLACE = r"[a-z]\w*|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|partir|bientot"
OWN_HOME = r"mon|ma|notre|vend\w+"
PLACE_QUESTION = r"a quelle distance|ou (?:est|se trouve)|combien de temps"
WEEKDAYS = {
    "lundi": 0,
    "mardi": 1,
    "mercredi": 2,
    "jeudi": 3,
    "vendredi": 4,
    "samedi": 5,
    "dimanche": 6,
    "samedis": 5,
}
MONTHS = {
    "janvier": 1,
    "fevrier": 2,
    "mars": 3,
    "avril": 4,
    "mai": 5,
    "juin": 6,
    "juillet": 7,
    "aout": 8,
    "septembre": 9,
    "octobre": 10,
    "novembre": 11,
    "decembre": 12,
}
THE, OF, ON, TO, AND, OR, BUT = (
    r"le|la|les|au|du|ce|pour le",
    r"de|du|d'",
    r"pour",
    r"a|au|jusqu'a",
    r"et",
    r"ou",
    r"mais",
)
ABOUT = r"environ|vers|autour de|a peu pres|aux alentours de|dans les"
OR_MORE = r"ou plus"
TODAY, TOMORROW, DAY_AFTER_TOMORROW = (
    r"aujourd'hui|ce soir|cet apres-midi|ce matin",
    r"demain",
    r"apres-demain|apres demain",
)
THIS, NEXT = r"ce|cette", r"(?!)"
THIS_AFTER = r"prochaine?|qui vient"
WEEK, MONTH, WEEKEND = r"semaine", r"mois", r"week-?\s?ends?"
OF_THIS_WEEK, OF_NEXT_WEEK = (
    r"de cette semaine",
    r"(?:de )?(?:la )?semaine (?:prochaine|suivante|qui vient)",
)
AFTER_NEXT = r"en huit|en quinze"
THIS_WEEK, NEXT_WEEK = r"cette semaine", r"(?:la )?semaine (?:prochaine|suivante|qui vient)"
WEEKDAY_PLURAL = r"en semaine|jours ouvrables"
WEEK_START, WEEK_MIDDLE, WEEK_END = r"debut(?: de)?", r"milieu de", r"fin de"
DAYPARTS = {
    "early": (r"tot le matin|de bonne heure", 8, 10), "morning": (r"(?:le |dans la |en )?(?:matin|matinee)", 8, 12), "noon": (r"(?:le |a )?(?<!apres-)(?<!apres )midi|heure du dejeuner", 12, 14),
    "afternoon": (r"(?:l'|cet |dans l'|en )?apres[- ]midi|apres le travail", 13, 18), "evening": (r"(?:le |en |ce )?(?:soir|soiree)", 17, 21),
}  # fmt: skip
AM, PM = r"du matin|a\.?m\.?", r"(?:du soir|de l'apres-midi|p\.?m\.?)"
NOON = r"a midi|12 ?h(?:eures)? pile"
O_CLOCK = r"h(?:eures?)?\b"
HOUR_THE = r"a|vers"
HALF_AFTER, QUARTER_AFTER, QUARTER_TO_AFTER = r"et demie?", r"et quart", r"moins le quart"
TIME_CUE = r"vers|apres|avant|a partir de"
AFTER = r"apres|a partir (?:de|du)|des|pas avant|depuis"
STRICTLY_AFTER = r"apres"
BEFORE = r"avant|jusqu'(?:a|au)|au plus tard"
AFTER_SUFFIX, BEFORE_SUFFIX = r"ou plus tard|au plus tot", r"ou plus tot|au plus tard"
BETWEEN = r"entre|de|du"
DAY_RANGE = r"-|–|a|au|jusqu'au|et|ou"
NOT_A_DAY_AFTER_ORDINAL = r"\s*(?:h\b|heures?|appartement|etage|chambres?|euros?|pieces?|eme|e\b)"
BEFORE_A_DAY = r"le|du|au|avant|apres"
A_SPAN, HALF_A = r"une?", r"(?:une? )?demi-?e?"
IN_SPAN = IN_A_SPAN = r"dans|d'ici|sous|dans les|en"
FROM_NOW = r"a partir (?:d'aujourd'hui|de maintenant)"
SPAN_UNITS = {r"jours?": 1, r"semaines?": 7, r"mois": 30, r"an(?:nee)?s?": 365}
NEGATED_TIME_BEFORE = r"(?:\bpas|\bsauf|\bexcepte|\bplutot que|\bni)(?:\s+(?:possible|disponible|libre|le|la|a|avant|apres|pour|du|au|jusqu'au|venir))*\s*$"
NEGATED_TIME_AFTER = r"^\s*(?:matin|apres-midi)?,?\s*(?:(?:je|nous|on|ca|c'est)\s+)?(?:ne\s+|n')?(?:peux|pouvons|peut|va|suis|est|convient|marche)?\s*pas"
UNTIL = r"(?:avant|jusqu'(?:au|a))(?: le)?\s*$"
NEW_THOUGHT = r"mais|plutot|peut-etre|jeudi|vendredi"
VISIT = STRONG_VISIT = (
    r"visit\w+|(?:le|la|les) voir|voir (?:le|la|l'|cet|cette)|rendez-vous|rdv|reserv\w+|passer"
)
NOT_A_VISIT = r"pour aujourd'hui|c'est tout|bonne (?:journee|soiree)|emmenag\w+|demenag\w+"
NOT_A_TIME = r"(?:joyeux|joyeuses|bonne) (?:noel|paques|fetes|annee)|bonne (?:journee|soiree|apres-midi)|bon (?:apres-midi|week-end)|bonsoir"
GIVING_UP_VISIT = r"annul\w+|ne veux (?:plus|pas) (?:visiter|voir)"
CORRECTS = r"plutot|finalement|en fait|pardon|je veux dire|non"
CORRECTION = r"plutot|finalement|en fait|pardon|je veux dire|correction|au lieu"
DATE_HINT = r"paques|noel|nouvel an|toussaint"
NOT_ROOMS = r"pas|au lieu de"
ROOM_ADJECTIVES = r"grandes?|petites?|belles?"
BEFORE_BARE_HOUR, AFTER_BARE_HOUR = (
    r"oui|ok|d'accord|alors|a|vers",
    r"h|heures?|c'est bon|parfait|s'il vous plait|me convient",
)
BETWEEN_DAY_AND_HOUR = r"a|vers|le|apres|avant|entre|de|et|plutot|pour|en|dans|la|partir"
ASKED = {
    "bedrooms": r"chambres?[^.!]*\?", "bathrooms": r"salles? de bain[^.!]*\?", "locations": r"(?:quartier|secteur|(?<!\w)ou(?!\w)|quelle zone|quelle ville)[^.!]*\?", "budget_max": r"budget|combien(?! de (?:chambres|salles|pieces))|loyer",
    "timeline_days": r"(?:quand|partir de quand|d'ici quand)[^.!]*(?:emmenag|demenag|vendre|louer|besoin|quand)|partir de quand", "viewing": r"quand[^.!]*(?:visit|disponible|voir|convien)|visite|rendez-vous|quel(?:le)? (?:jour|heure)",
    "name": r"votre nom|vous appelez", "email": r"e-?mail|courriel|adresse mail", "phone": r"telephone|numero", "intent": r"(?:achet|lou)\w+[^.!]* ou [^.!]*(?:lou|achet)", "property_type": r"quel type|quel genre",
    "pets": r"anima\w+[^.!]*\?", "furnished": r"meuble\w*[^.!]*\?", "parking": r"(?:parking|garage)[^.!]*\?", "laundry": r"lave-linge[^.!]*\?", "financing": r"(?:financ\w+|pret|comptant|payer)[^.!]*\?", "address": r"adresse[^.!]*\?", "area_m2_min": r"surface|metres carres",
}  # fmt: skip
YES = r"oui|ouais|bien sur|d'accord|ok|parfait|exact|tout a fait|volontiers|certainement"
NO = r"non|pas|aucune?|jamais"
NO_MATTER = r"peu importe|ca m'est egal|indifferent|pas d'importance"
COMMON_WORDS = "bonjour merci cherche appartement chambres louer acheter demain maintenant martin maison bientot montant"
