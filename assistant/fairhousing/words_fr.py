# ruff: noqa: E501  (word lists read better unbroken)
"""How a French text breaks a rule of fair housing; in the plain spelling of `spelling.py`."""

from knowledge.spelling import Lexicon

GROUPS = r"(?:familles?|couples?|etudiante?s?|celibataires?|retraitee?s?|retraites?|seniors?|personnes agees|jeunes(?: (?:couples|familles|actifs|gens))?|actifs|expatries|etrangers?|immigres|migrants|refugies|chretiens|musulmans|juifs|africains|arabes|asiatiques|chinois|roms|gitans|enfants|femmes|hommes|francais)"
PEOPLE = r"(?:etrangers?|etrangeres?|immigres|migrants|refugies|musulmans?|juifs|africains|arabes|noirs|asiatiques|roms|gitans|enfants?|bebes?|familles(?: avec enfants)?|meres celibataires|handicapes|homosexuels|personnes agees|femmes|hommes)"
ANIMAL = r"chiens? (?:guides?|d'assistance|d'aveugle)"
SUPPORT = r"(?:aides sociales|allocations?|allocataires?|apl|caf|rsa|aides au logement|aide au logement|beneficiaires du rsa|cheques? logement)"

WORDS = {
    "steering": Lexicon(
        (
            rf"(?:ideale?s?|parfaite?s?|adaptee?s?|convient|conviendrait|concue?) (?:\w+ )?(?:pour|a|aux?) (?:une? |des |les |la |jeune |petite |grande )*{GROUPS}",
            rf"(?:surtout|principalement|beaucoup (?:de|d')|plein de|majoritairement|essentiellement|peu (?:de|d')) ?(?:des |jeunes )?{GROUPS}",
            r"(?:quartier|secteur|coin|voisinage) (?:tres |plutot )?(?:familial|jeune|chretien|musulman|juif|mixte|bourgeois|populaire|gay|communautaire)",
            r"(?:bons|gentils|bonne) (?:voisins|frequentation)|des gens (?:bien|tranquilles|calmes)|(?:voisins|habitants|residents) sont (?:\w+ )?(?:gentils|calmes|sympathiques|jeunes|ages|etrangers|respectables)",
            r"(?:gens|personnes|quelqu'un) comme vous|vous (?:vous )?(?:integrerez|integreriez) (?:bien|facilement)",
        ),
        (r"(?:maison|voiture|cuisine|vie|repas) (?:familiale?|de famille)",),
    ),
    "safety": Lexicon(
        (
            r"(?:quartier|secteur|rue|coin|zone|endroit) (?:\w+ )?(?:sure?|dangereu\w+|mal fame|malfame|chaud|craignos)|(?:bon|mauvais) quartier|quartier (?:n')?est (?:pas )?(?:\w+ )?(?:sur|dangereux)|(?:peu|beaucoup|pas) (?:de )?(?:criminalite|delinquance)|taux de (?:criminalite|delinquance)|criminalite",
            r"(?:bonnes|excellentes|meilleures|mauvaises) ecoles|bons (?:colleges|lycees)",
            r"sure? (?:la nuit|le soir|pour (?:les |des |une )?(?:femmes?|enfants|familles?))",
        ),
    ),
    "question": Lexicon(
        (
            r"(?:etes-vous|vous etes|es-tu|tu es|etes vous) (?:\w+ )?(?:mariee?|celibataire|divorcee?|enceinte|musulmane?|chretienne?|chretien|juive?|juif|croyante?|gay|homosexuelle?|etrangere?|etranger|francaise?|francais|handicapee?|immigree?)(?= |\W*\?)",
            r"(?:avez-vous|vous avez|as-tu|avez vous) (?:des |un |une )?(?:enfants?|famille|handicap|problemes de sante)|combien d'enfants",
            r"quel(?:le)? (?:est|sont) (?:votre|ta|ton) (?:age|religion|nationalite|origine|situation (?:familiale|matrimoniale)|etat civil|orientation sexuelle|pays d'origine)|quel age (?:avez|as)|votre (?:religion|nationalite|age|origine)(?=\W*\?)|d'ou (?:venez-vous|viens-tu|etes-vous|venez vous)|de quel pays",
        ),
    ),
    "exclusion": Lexicon(
        (
            rf"(?:pas (?:de|d')|sans|ni|aucun|refuse (?:les|des)|refusent les|n'accepte(?:nt)? (?:pas|aucun)|n'accepte(?:nt)? pas (?:les |d'|de )|ne (?:veut|veulent|loue|louent|prend|prennent|souhaite) pas (?:de |d'|aux |a des |les |louer a des )*) ?(?:les |d'|de )?{PEOPLE}",
            r"(?:uniquement|seulement|exclusivement|que) (?:pour |a |aux |des |les )*(?:femmes|hommes|filles|garcons|francais|europeens|chretiens|couples(?: maries)?|familles|adultes|gens d'ici)|(?:ne convient pas|inadapte|pas adapte) (?:aux|pour les|a des) (?:enfants|familles)",
        ),
        (r"chambre d'enfants?|sans enfants? (?:sur|dans) (?:la|les) photos?",),
    ),
    "age_or_work": Lexicon(
        (
            r"(?:uniquement|seulement|exclusivement) (?:pour |a |aux |des |les )*(?:actifs|retraites|fonctionnaires|cadres)|pas d'etudiants|(?:plus de|des) (?:50|55|60|65) ans(?: et plus)?",
        ),
    ),
    "animals": Lexicon((rf"(?:pas (?:de|d')|sans|n'accepte(?:nt|ns|ons)? pas (?:les |de )?|refus\w+ (?:les |de )?) ?{ANIMAL}|{ANIMAL} (?:interdits?|refuses?|non acceptes?)",)),
    "benefits": Lexicon(
        (
            rf"(?:pas (?:de|d')|sans|aucun\w*|n'accept\w+ pas(?: les| de| d'|)|refus\w+ (?:les )?) ?{SUPPORT}|(?:uniquement|seulement|exclusivement) (?:pour |a |aux |des |les )*(?:salaries|cdi|personnes en cdi)|cdi (?:obligatoire|exige)",
        ),
    ),
    "acceptance": Lexicon(
        (
            r"vous (?:serez|allez etre|seriez) (?:\w+ )?(?:acceptee?s?|acceptes?|approuvee?s?|retenue?s?|refusee?s?)|vous (?:aurez|obtiendrez) (?:\w+ )?(?:le logement|l'appartement|le pret|le credit|votre pret)|votre (?:dossier|demande|pret|candidature) (?:sera|va etre) (?:\w+ )?(?:acceptee?|accepte|approuvee?|retenue?|refusee?)|(?:acceptation|accord) (?:garantie?|assuree?|garanti|assure)|vous remplissez les conditions|vous avez (?:toutes vos|de grandes|de bonnes) chances",
        ),
        (r"(?:si|quand|une fois que|des que|lorsque) (?:vous|votre)[^.!?]{0,50}",),
    ),
    "bidding": Lexicon(
        (
            r"(?:proposer|offrir|payer|proposez|offrez|payez) (?:\w+ ){0,2}(?:plus|davantage)(?! (?:tard|d'infos))|au[- ]dessus du loyer|(?:superieur|plus eleve|plus) (?:au|que le) loyer (?:affiche|demande|annonce)|(?:meilleure|plus haute) offre|plus offrant|surenche\w+|(?:accepte|acceptons|acceptent) votre (?:\w+ )?offre",
        ),
        (r"(?:ne|n'|jamais|sans|aucun\w*)[^.!?;]{0,60}",),
    ),
}  # fmt: skip

RENT = Lexicon((r"loyers?|lou(?:er|e|ez|ent|ons)|location|locataires?|bail|par mois|mensuel\w*",))
