# ruff: noqa: E501  (word lists read better unbroken)
"""French, without accents: what customers say to the assistant, as patterns. Data only."""

FILLER = (
    r"(?:(?:ok|d'accord|bon|alors|et|bonjour|merci|super|pardon|parfait|s'il vous plait)[\s,.!-]+)*"
)
GREET = r"bonjour|bonsoir|salut|coucou|rebonjour"
THANK = r"merci(?: beaucoup| bien)?|mille mercis|je vous remercie"
GOODBYE = r"au revoir|a bientot|a plus|bonne (?:journee|soiree|nuit)|c'est tout|rien d'autre"
AFFIRM = r"oui|ouais|bien sur|d'accord|ok|parfait|exact|tout a fait|volontiers|certainement|ca me va|ca marche|c'est bon|reservez|allez-y|entendu|avec plaisir"
DENY = r"non|pas vraiment|plutot pas|laissez tomber|faux"
NOT_A_DENY = r"non (?:meuble|plus)|pas (?:avant|apres|de probleme|d'animaux)"
NOT_AN_AFFIRM = r"(?:ne|n') ?\w+ pas|ca ne va pas|pas possible"
ORDINAL_CHOICE = r"(?:le|la|l'option|numero)\s+(?P<ordinal>premiere?|deuxieme|seconde?|troisieme|derniere?)(?:\s+(?P<noun>appartement|maison|bien))?"
BARE_CHOICE = r"\W*(?:le |la )?(?P<ordinal>premiere?|deuxieme|troisieme|derniere?|[1-6])(?: s'il vous plait|\W)*"
EARLIER_CHOICE = r"(?:le |la )?plus tot"
LATER_CHOICE = r"(?:le |la )?plus tard"
ANY_CHOICE = r"n'importe lequel|peu importe|ca m'est egal|tous me vont|comme vous voulez"
NONE_OF_THESE = r"aucun(?:e)?(?: d'(?:eux|entre eux))?|(?:un |une )?autre (?:horaire|jour|heure|creneau|moment)s?|d'autres (?:horaires|creneaux|jours)|(?:ca |ils )?ne (?:me |nous )?convien\w+ pas"
WANT_VIEWING = r"visiter|(?:peux|pourrais|pourrait|peut|voudrais|voudrions|aimerais|aimerions|veux|souhaite|souhaiterais)(?:-(?:je|on))?(?: bien)? voir|(?:le|la|les) (?:voir|visiter)|(?:une |la )?visite|voir (?:l'appartement|la maison|le bien)|prendre rendez-vous|rdv"
NOT_A_VIEWING = r"voir (?:des |les )?photos"
WANT_CALL = (
    r"(?:pouvez-vous |merci de )?(?:me rappeler|m'appeler|appelez-moi|rappelez-moi)|etre rappele\w*"
)
WANT_VALUATION = r"estim\w+|combien vaut (?:mon|ma)"
APPOINTMENT_WORDS = r"rendez-vous|visite|rdv"
MOVE_APPOINTMENT = MOVE_STRONG = (
    r"changer (?:d'heure|de jour|d'horaire)|(?:deplacer|reporter|decaler|changer|avancer|repousser) (?:le |la |mon |ma |notre )?(?:rendez-vous|visite|rdv|heure|horaire)|la (?:reporter|decaler)|le (?:reporter|decaler)"
)
CANCEL_APPOINTMENT = CANCEL_WORDS = r"annul\w+|je ne (?:viens|viendrai) (?:pas|plus)"
DO_NOT_CANCEL = r"n'annulez pas|ne pas annuler|pas annuler"
REFUSED = r"pas|plus"
FIND_LISTINGS = r"cherch\w+|(?:voudrais|veux|souhaite|aimerais) (?:acheter|louer|trouver)|avez-vous (?:des|un|une|quelque chose)|qu'avez-vous|montrez-moi"
MORE_LISTINGS = r"(?:quelque chose |avez-vous )?(?:d'autres?|autre chose)(?: appartements?| maisons?| biens?| options?)?"
NOT_MORE = r"rien d'autre|d'autres (?:horaires|jours|creneaux|photos)|autre (?:jour|heure|horaire)"
ASK_PERSON = r"parler (?:a|avec) (?:\w+ )?(?:personne|quelqu'un|humain|agent|conseiller\w*|collegue)|^\W*(?:agent|humain|personne|un humain)\W*$|un vrai (?:humain|conseiller)"
COMPLAINT = r"plainte|reclamation|inadmissible|inacceptable|scandale\w*|avocat|arnaque|honteux"
STOP, START = r"arretez|stop", r"start"
SMALL_TALK = r"comment (?:allez-vous|ca va|vas-tu|vous allez)|(?:vous allez|tu vas|ca va) bien|ca va(?=\W*\?)"
INSULT = r"idiot\w*|connard|merde|con|stupide|imbecile|putain"
NOT_INTERESTED = r"(?:ne |n')?(?:m'|nous )interesse\w* (?:plus|pas)|(?:ne suis |ne sommes )?(?:pas|plus) interesse\w*|(?:j'ai|nous avons) (?:deja )?trouve|ne cherche plus"
WRONG_NUMBER = r"(?:mauvais|faux) numero|vous vous trompez|(?:erreur|trompe) de numero|je ne vous ai (?:pas|jamais) ecrit"
ASK_IF_BOT = r"(?:etes-vous|es-tu|vous etes|c'est|je parle a) (?:un |une )?(?:robot|bot|machine|humain|personne)"
ASK_HOURS = r"horaires d'ouverture|quand etes-vous ouvert\w*|a quelle heure (?:ouvrez|fermez)"
ASK_CONTACT = r"(?:votre|le) (?:telephone|numero|e-?mail|adresse de l'agence)|ou est (?:l'agence|votre bureau)|comment vous joindre"
ABOUT_MY_APPOINTMENT = r"(?:quand|a quelle heure) (?:est|a lieu) (?:deja )?(?:mon|ma|notre|le|la) (?:rendez-vous|visite|rdv)|quel(?:le)?s? (?:biens?|logements?|maisons?|appartements?) (?:vais-je|allons-nous|je vais|on va) (?:voir|visiter)"
RUNNING_LATE = r"en retard|du retard"
ANOTHER_TIME = r"autre (?:heure|jour|horaire)|plutot|plus tard|plus tot|au lieu"
ATTRIBUTES = {
    "price": r"combien (?:coute|vaut|ca)|quel est le (?:prix|loyer)|prix|loyer|combien", "negotiable": r"negociable|remise", "bedrooms": r"combien de (?:chambres|pieces)|chambres", "bathrooms": r"salles? de bains?",
    "area_m2": r"surface|metres carres|quelle taille|superficie", "address": r"adresse|ou (?:est|se trouve)|quel quartier|quelle rue", "availability": r"disponible|libre", "pets_allowed": r"animaux|chiens?|chats?",
    "furnished": r"meublee?|meubles", "parking": r"parking|garage|stationnement", "laundry": r"lave-linge|machine a laver|buanderie", "floor": r"(?:quel )?etage", "photos": r"photos?|images|video|plan", "link": r"lien|page|site",
    "description": r"(?:plus d'|plus de )?(?:informations?|details|infos)|description", "deposit": r"caution|depot de garantie", "bills": r"charges", "heating": r"chauffage|climatisation", "balcony": r"balcon|terrasse", "garden": r"jardin", "pool": r"piscine", "elevator": r"ascenseur",
    "view": r"vue", "year_built": r"annee de construction|quand (?:a-t-il ete )?construit", "contract": r"duree du bail|bail|contrat",
}  # fmt: skip
QUESTION = r"\?\s*$|^\W*(?:(?:et|bonjour|merci|aussi|mais)\W+)*(?:combien|quel\w*|quand|ou|comment|qui|est-ce|y a-t|a-t-il|est-il|puis-je|peut-on|pouvez-vous|avez-vous)(?!\w)|dites-moi|envoyez-moi|je voudrais savoir"
ABOUT_IT = r"il|elle|le|la|ce|cet|cette|est|a|appartement|maison|bien|toujours|encore|y a-t-il"
HOME_NOUN = r"appartements|maisons|biens|quelque chose|autres?"
HOME_IN = r"celui (?:de|a|dans)\s"
VALID_FOR_ALL_HOMES = r"commission|honoraires|documents|demarches|frais d'agence|impots"
CONDITION = r"\W*(?:mais|cependant)(?!\w)"
FORGET_IT = r"laissez tomber|oubliez|plus interesse\w*|trouve autre chose"
MOVE_SOFT = r"autre (?:heure|jour|horaire)|plus (?:tard|tot)|decaler|au lieu de"
CANNOT_COME = (
    r"(?:ne |n')?(?:peux|pouvons) (?:pas|plus)(?: venir)?|contretemps|ne pourrai pas|empechement"
)
KEEP_APPOINTMENT = (
    r"laissez(?:-l[ea])?(?! tomber)|on garde|gardez|ne (?:changez|annulez) (?:rien|pas)|comme prevu"
)
MY_APPOINTMENT = r"(?:mon|ma|le|la|notre) (?:rendez-vous|visite|rdv)"
SOONER, LATER_ON, SAME_TIME = (
    r"plus tot|avancer",
    r"plus tard|reporter|repousser",
    r"(?:a )?la meme heure",
)
BOTH = r"les deux|tous|toutes"
KIND_WORDS = {"viewing": r"visite", "call": r"appel", "valuation": r"estimation"}

ASK_WHO = r"qui (?:etes-vous|es-tu|est-ce|est la)|vous etes qui|t'es qui|comment vous appelez-vous|a qui (?:je parle|ai-je)"
GOOD_WISHES = r"joyeux noel|joyeuses (?:fetes|paques)|bonne annee|bonnes fetes|meilleurs voeux"
COME_AFTER_ALL = r"finalement (?:je |c'est )?(?:peux|pourrai|viens|viendrai|bon)|je (?:peux|pourrai) (?:finalement|quand meme)(?: venir)?"
BOOK_AGAIN = r"(?:autre|nouveau|nouvelle) (?:rendez-vous|visite|rdv)"
CANCEL_POLICY = r"(?:frais|conditions|delai) d'annulation|si j'annule|si je dois annuler"
ASKS_WHETHER = r"(?:je peux|puis-je|peut-on|on peut) (?:\w+ )?annuler|peut-etre annuler|comment (?:j'annule|annuler)"
_A, _U = r"une demi-?|demi-?|une?|deux|trois|\d{1,3}", r"minutes?|heures?|jours?|semaines?"
SHIFT = (
    rf"(?:d'|de )?(?P<amount1>{_A})\s?(?P<unit1>{_U}) (?P<way1>plus tard|plus tot|avant|apres)|"
    rf"(?P<way2>decal\w+|retard\w+|repouss\w+|report\w+|avanc\w+)(?: \w+){{0,3}}? (?:d'|de )(?P<amount2>{_A})\s?(?P<unit2>{_U})"
)
EARLIER_WAY, HALF = r"plus tot|avant|avanc\w+", r".*demi-?"
SHIFT_UNITS = {"minutes": r"minutes?", "hours": r"heures?", "days": r"jours?", "weeks": r"semaines?"}  # fmt: skip
NAMES_BEFORE = r"(?:rendez-vous|visite|rdv|appel)(?: (?:de|du|le))*\s*$|au lieu (?:de|du)\s*$|(?<!\w)(?:du|de)\s*$"
COMPARED = {
    "cheaper": r"moins cher\w*|plus (?:abordable|economique)s?|meilleur marche|(?:trop|un peu|tres) cher\w*|hors (?:de )?(?:mon )?budget",
    "bigger": r"plus (?:grand|spacieux|spacieuse|vaste)\w*|(?:trop|un peu|tres) petit\w*", "smaller": r"plus petit\w*|(?:trop|un peu|tres) grand\w*",
    "elsewhere": r"(?:dans )?(?:un |une )?(?:autre|d'autres) (?:quartier|secteur|zone|coin|endroit)s?|ailleurs",
    "closer": r"plus (?:pres|proche)s?(?: (?:du|de|de la|des)\b.{0,40})?|(?:trop|un peu|tres) loin",
}  # fmt: skip

REMIND_ME = (
    r"(?:ecrivez|reecrivez|recrivez|recontactez|relancez)-moi|faites-moi signe|rappelez-le-moi"
)
NEEDS_TIME = r"(?:je vais|laissez-moi|je dois|nous allons|on va) (?:y )?reflechir|je (?:vous )?(?:reviens|recontacte|tiens au courant)(?: vers vous)?|besoin (?:d'un peu )?de temps"
