# ruff: noqa: E501  (word lists read better unbroken)
"""Mass mailings that reach an agency's number: prizes, services for websites, quick money.

One list for all languages, because such a message seldom comes in the language of the talk. It must
offer something to the agency or promise money; a link alone, or a word of money, is no spam.
"""

import re

from leads.language.text import without_accents

_SPAM = re.compile(
    r"(?<!\w)(?:"
    # A prize
    r"you(?:'ve| have)? (?:been selected|(?:just )?won (?:a|an|the|our|\W?\d[\d.,]*))|claim your (?:prize|reward|bonus|gift)|lottery winner|"
    r"κερδισατε (?:ενα|το|\W?\d[\d.,]*)|τυχερος νικητης|ha(?:s)? ganado (?:un|una|el|\W?\d[\d.,]*)|reclame su premio|"
    r"sie haben (?:(?:einen?|den) \w+|\W?\d[\d.,]*\W*\w*) gewonnen|gewinn (?:jetzt )?abholen|vous avez gagne (?:un|une|le|\W?\d[\d.,]*)|reclamez votre (?:prix|cadeau)|"
    r"(?:لقد )?ربحت\w* (?:جائزه|جايزه|\W?\d[\d.,]*)|"
    # Services for the agency
    r"(?:we|i) (?:offer|provide|sell|do|are offering|specialize in|specialise in) (?:\w+ ){0,3}(?:seo|backlinks?|web ?(?:design|development|sites?)|app development|digital marketing|lead generation|followers|graphic design|crm software)|"
    r"(?:boost|improve|increase|rank) your (?:\w+ ){0,2}(?:ranking|rankings|website|traffic|sales|google)|"
    r"(?:προσφερουμε|παρεχουμε|αναλαμβανουμε) (?:\w+ ){0,3}(?:seo|ιστοσελιδ\w+|μαρκετινγκ|marketing|διαφημισ\w+)|"
    r"(?:ofrecemos|hacemos|brindamos) (?:\w+ ){0,3}(?:seo|paginas? web|marketing|publicidad)|"
    r"wir (?:bieten|erstellen) (?:\w+ ){0,3}(?:seo(?:-\w+)?|webseiten|webdesign|websites|marketing)|"
    r"(?:nous (?:proposons|offrons|creons)) (?:\w+ ){0,3}(?:seo|sites? (?:web|internet)|marketing|referencement)|"
    r"نقدم (?:\w+ ){0,3}(?:seo|تسويق|تصميم مواقع|خدمات التسويق)|"
    # Quick money
    r"(?:earn|make|gana|gagnez|verdienen sie) (?:up to |hasta |jusqu'a |bis zu )?\W?\d[\d.,]*\W? ?(?:\w+ )?(?:a|per|every|al|por|par|pro|am) (?:day|week|hour|dia|semana|jour|semaine|tag|woche)|"
    r"(?:bitcoin|crypto|forex|κρυπτονομισμ\w+|criptomonedas|kryptowahrung\w*|cryptomonnaies?)(?: \w+){0,2} (?:trading|investment|signals|profits?|επενδυσ\w+|inversion|investissement)|"
    r"(?:online )?casino bonus|free spins|work from home and earn|(?:instant|quick) loan approval"
    r")(?!\w)",
    re.IGNORECASE,
)


def is_spam(text: str) -> bool:
    """Whether the text offers something to the agency, instead of asking for a home or a service."""
    return _SPAM.search(without_accents(text[:2000]).replace("’", "'")) is not None
