# ruff: noqa: E501  (word lists read better unbroken)
"""Subjects for people in French."""

from knowledge.spelling import Lexicon

GROUPS = r"(?:etrangers?|immigres|migrants|refugies|musulmans|juifs|arabes|noirs|africains|roms|gitans|enfants|familles|etudiants|retraites|homosexuels|gays)"

WORDS = {
    "emergency": Lexicon(
        (
            r"fuite de gaz|(?:ca |cela )?sent(?: \w+)? (?:le )?(?:gaz|brule)|odeur de (?:gaz|brule)|monoxyde|(?:il y a|y a) le feu|(?:il y a|y a) (?:un )?(?:incendie|feu)|(?:maison|appartement|cuisine|immeuble) (?:est )?en feu|au feu|(?:prend|pris) feu|incendie (?:dans|chez)|fumee (?:sort|partout|dans)",
            r"inonde\w*|inondation|(?:tuyau|canalisation|conduite) (?:a |vient d')?(?:\w+ )?(?:eclate|casse|perce|rompu)\w*|rupture de canalisation|degat des eaux|(?:l')?eau (?:coule|sort|tombe|entre) (?:du|de la|par|dans|partout)|(?:plafond|balcon|toit|mur) (?:s'est |vient de s')?(?:effondre|ecroule|tombe)\w*",
            r"cambriol\w+|(?:quelqu'un|on) (?:essaie|tente) (?:d'entrer|de forcer)|effraction|voleurs? (?:dans|chez)|ambulance|samu|pompiers|appel\w+ (?:la )?police|inconsciente?|ne respire (?:pas|plus)|crise cardiaque|saigne|gravement blesse\w*|electrocut\w+|etincelles|decharge electrique",
            r"enferme\w* (?:dehors|dedans|a l'exterieur|dans)|(?:coince|bloque)\w* dans l'ascenseur|porte (?:s'est )?claquee|(?:c'est|j'ai|on a) une (?:\w+ )?urgence|\W*urgence\W*|(?:me tuer|suicid\w+|le tuer|te tuer|vous tuer)",
        ),
        (
            r"(?:risque|assurance|zone|historique|danger)s? (?:\w+ )?(?:d'|de |contre |des |les )?(?:inondations?|inondable|incendies?|cambriolages?|degats? des eaux)|zone inondable|(?:deja|jamais) (?:ete )?(?:inonde\w*|cambriole\w*|eu (?:un |une |des )?(?:degats? des eaux|inondations?|cambriolages?))|(?:sortie|numero|escalier|issue)s? d(?:'urgence|e secours)|en cas d(?:'urgence|'incendie|e besoin)|caserne (?:de |des )?pompiers|(?:alarme|porte|serrure|detecteur) (?:\w+ )?(?:incendie|anti-?effraction|cambriolage)",
        ),
    ),
    "discrimination": Lexicon(
        (
            r"discriminat(?:ions?|oires?)|discriminee?s?|discriminer?|racis(?:te|tes|me)|sexiste|homophob\w+|xenophob\w+|parce que (?:je suis|nous sommes|on est) (?:\w+ )?(?:noire?s?|etrangere?s?|etrangers?|musulmane?s?|juive?s?|arabes?|homosexuelle?s?|gays?|handicapee?s?|enceinte|une femme|agee?s?|immigree?s?)|a cause de (?:ma|mon|notre) (?:origine|religion|couleur|nationalite|handicap|age|nom|accent|race)",
            rf"(?:pas d'|pas de |sans |je ne veux pas d'|aucun )(?:\w+ )?(?:etrangers?|immigres|migrants|musulmans|juifs|arabes|noirs|africains|roms|gitans)|(?:que|seulement) des (?:francais|blancs|chretiens)|(?:louez-vous|acceptez-vous|vous louez|vous acceptez|accepte|acceptent)(?: aux| a des| les| des)? {GROUPS}",
        ),
        (r"sans discrimination",),
    ),
    "people": Lexicon(
        (
            rf"(?:beaucoup|trop|y a-t-il|il y a) (?:\w+ )?(?:d'|de |des )?{GROUPS}(?! (?:a|dans) (?:la visite))|quel(?:s|le)? (?:genre|type|sorte) de (?:gens|voisins|personnes|population)|qui (?:habite|vit|sont les voisins)|comment sont les voisins",
            r"(?:est-ce|c'est|est-il|est) (?:\w+ ){0,4}(?:sur|sure|dangereux|dangereuse)(?= (?:la nuit|le soir|comme)|\W*(?:\?|$))|quartier (?:\w+ )?(?:sur|dangereux|calme et sur)|criminalite|delinquance|insecurite|(?:bonnes|comment sont les) ecoles|ecoles (?:\w+ )?bonnes",
        ),
        (r"(?:suis|est|etes|es|bien) sure? (?:que|de)|paiement (?:\w+ )?(?:est )?(?:sur|securise)|sur (?:de payer|le site)|pas sure?\W*$|bien sur|(?:je suis|tu es|vous etes) (?:\w+ )?sure?",),
    ),
    "benefits": Lexicon((r"apl|caf|rsa|aides? (?:au logement|sociales?)|allocations?(?: \w+)?|aah|allocataire|cheque logement|minimum vieillesse|pole emploi|assedic",)),
    "disability": Lexicon((r"fauteuil roulant|handicap\w*|pmr|chiens? (?:guides?|d'assistance|d'aveugle|de therapie)|aveugle|malvoyant\w*|sourde?|mobilite reduite|deambulateur",), (r"(?:en|a l')aveugle\b",)),
    "legal": Lexicon(
        (
            r"avocate?s?|(?:poursuivre|attaquer) en justice|porter plainte|porte plainte|plainte contre|tribuna(?:l|ux)|au prud'hommes|action en justice|actions? (?:judiciaires?|legales?)|(?:est-ce|c'est) (?:vraiment )?(?:il)?legal|illegale|illegaux|expuls\w+|expulsion|(?:rompre|resilier|casser) (?:le |mon )?(?:bail|contrat)|resiliation|preavis|mes droits|indemnis\w+|dommages et interets|rgpd|donnees personnelles|conseil fiscal|(?:impot|impots|taxe|droits) (?:sur|de) (?:la )?(?:plus-value|succession|mutation|donation|fortune)|plus-value|titre de sejour|carte de sejour|golden visa|visa long sejour|(?:est-ce que )?(?:je|nous) (?:serai|serons|serais) (?:acceptee?s?|acceptes?)|suis-je eligible|ai-je droit",
        ),
        (r"(?:je suis|est|comme|en tant qu') ?(?:\w+ )?avocate?|pres du tribunal|a cote du tribunal|avocats? bien murs?|court de tennis",),
    ),
    "complaint": Lexicon(
        (
            r"(?:me |nous )?plain(?:dre|s|ds)|reclamation|inacceptable|inadmissible|scandaleu\w+|honteu\w+|une honte|(?:mauvais|terrible|horrible|nul|pire|lamentable|deplorable) (?:service|accueil|agence|experience|agent)|(?:service|accueil|agence) (?:est |etait )?(?:\w+ )?(?:nul|nulle|horrible|lamentable|deplorable|catastrophique)|(?:suis|sommes) (?:\w+ )?(?:decue?s?|furieu\w+|en colere|mecontente?s?|enervee?s?|scandalisee?s?|outree?s?)|arnaque\w*|escroqu\w+|escrocs?|menteurs?|menti|(?:rembours\w+)|rendez(?:-moi)? (?:mon argent|ma caution)|(?:mon argent|ma caution) (?:en retour|rendue)",
            r"personne (?:n'|ne )(?:\w+ ){0,2}(?:venu|est venu|repond|repondu|a repondu|rappelle|rappele|a rappele|s'est presente)|(?:attends|attendons|attend) depuis (?:\w+ ){0,3}(?:heures?|jours?|semaines?)|perte de temps|ras[- ]le[- ]bol|marre de|malpoli\w*|pas professionnel|mauvais avis|parler au (?:responsable|directeur)",
        ),
        (r"(?:pas|aucune|rien) (?:a |de )?(?:me plaindre|reclamation|plaindre)|ne (?:me |nous )?plains pas",),
    ),
    "price": Lexicon(
        (
            r"(?:dernier|meilleur|plus bas) prix|negoci\w+|marchand\w+|remise|rabais|reduction|(?:baisser|baisserait|baisse|diminuer|descendre) (?:\w+ )?(?:le |du )?(?:prix|loyer)|(?:accepteriez-vous|accepterait|acceptez-vous|prendrait) (?:\w+ ){0,2}\d[\d.,]*|(?:je propose|j'offre|nous proposons|mon offre) (?:\w+ )?\d?|faire une offre|contre-offre|en dessous du prix",
        ),
        (r"reduction etudiante?|(?:non|pas) negociable|carte de reduction|qu'offrez-vous",),
    ),
}  # fmt: skip
