# ruff: noqa: E501  (word lists read better unbroken)
"""How a Spanish text breaks a rule of fair housing; in the plain spelling of `spelling.py`."""

from knowledge.spelling import Lexicon

GROUPS = r"(?:familias?|parejas?|estudiantes?|solteros?|jubilados?|personas mayores|mayores|ancianos|jovenes|profesionales|expatriados|extranjeros?|inmigrantes?|refugiados?|cristianos?|musulmanes|judios|gitanos|africanos|latinos|chinos|marroquies|rusos|espanoles|ninos|mujeres|hombres|gente (?:joven|mayor|del barrio|de aqui))"
PEOPLE = r"(?:extranjeros?|inmigrantes?|refugiados?|musulmanes|judios|gitanos|africanos|negros|latinos|chinos|marroquies|rusos|ninos|bebes|hijos|familias(?: con (?:ninos|hijos))?|madres solteras|ancianos|personas mayores|discapacitados|gais|gays|homosexuales|mujeres|hombres)"
ANIMAL = r"perros? (?:guia|de asistencia|de servicio)"
SUPPORT = r"(?:ayudas(?: (?:sociales|al alquiler|publicas))?|subsidios?|prestaciones|bonos? (?:de )?alquiler|renta minima|ingreso minimo(?: vital)?)"

WORDS = {
    "steering": Lexicon(
        (
            rf"(?:ideal(?:es)?|perfect[oa]s?|adecuad[oa]s?|indicad[oa]|pensad[oa]|estupend[oa]) para (?:una? |las? |los |unos |jovenes |pequenas? )*{GROUPS}",
            rf"(?:mayoritariamente|sobre todo|muchos|muchas|llen[oa] de|principalmente|casi todos) (?:son |viven )*{GROUPS}",
            r"(?:barrio|zona|vecindario|ambiente) (?:muy )?(?:familiar|joven|cristian[oa]|musulman[a]?|jud[ií][oa]|gay|de (?:familias|extranjeros|inmigrantes|gente bien))",
            r"(?:buenos?|buena) (?:vecinos|gente)|gente (?:bien|decente|tranquila)|(?:vecinos|residentes) son (?:\w+ )?(?:tranquilos|amables|jovenes|mayores|extranjeros|buena gente|educados)",
            r"gente como (?:usted|tu)|alguien como (?:usted|tu)|(?:encajara|encajaria) (?:usted )?(?:bien )?(?:alli|aqui|en el barrio)",
        ),
        (r"(?:casa|vivienda|hogar|salon|coche) familiar",),
    ),
    "safety": Lexicon(
        (
            r"(?:barrio|zona|calle|area) (?:\w+ )?(?:segur[oa]|insegur[oa]|peligros[oa]|conflictiv[oa]|mal[oa])|(?:buen|mal) barrio|(?:buena|mala) zona|(?:es|no es) (?:una? )?(?:zona|barrio)?(?: muy)? (?:segur[oa]|peligros[oa]) (?:de noche|por la noche|para (?:mujeres|ninos|familias))",
            r"(?:poca|mucha|baja|alta|sin) (?:delincuencia|criminalidad)|tasa de (?:delincuencia|criminalidad)",
            r"(?:buenos|excelentes|mejores|malos) (?:colegios|escuelas|institutos)|(?:buenas|excelentes|mejores|malas) escuelas",
        ),
    ),
    "question": Lexicon(
        (
            r"(?:esta|estas|es|eres) (?:usted |tu )?(?:casad[oa]|solter[oa]|divorciad[oa]|embarazada|cristian[oa]|musulman[a]?|judi[oa]|religios[oa]|gay|extranjer[oa]|inmigrante|espanol[a]?|discapacitad[oa])(?= |\W*\?)",
            r"(?:tiene|tienes|tienen) (?:usted |ya )?(?:hijos|ninos|familia|alguna discapacidad|discapacidad|problemas de salud)|cuantos (?:hijos|ninos)",
            r"(?:que|cual es su|cual es tu|su|tu) (?:edad|religion|nacionalidad|raza|estado civil|pais de origen|orientacion sexual)(?: tiene| tienes)?(?= |\W*\?)|cuantos anos (?:tiene|tienes)|de donde (?:es|eres|viene|vienes|son)(?: usted)?(?=\W*\?| originalmente)|de que pais",
        ),
    ),
    "exclusion": Lexicon(
        (
            rf"(?:no (?:se )?(?:\w+ )?(?:admiten?|aceptan?|aceptamos|admitimos|quieren?|quiere|alquilan?|alquilamos|permiten?)|sin|ni|nada de|no a)(?: el piso)?(?: a| con)? {PEOPLE}",
            r"(?:solo|unicamente|exclusivamente|solamente) (?:para |a |se alquila a |queremos )*(?:mujeres|hombres|chicas|chicos|espanoles|europeos|nacionales|comunitarios|cristianos|parejas(?: casadas)?|adultos|familias|gente de aqui)|no apto para (?:ninos|familias)",
        ),
        (r"sin ninos (?:ni|en) (?:la )?foto",),
    ),
    "age_or_work": Lexicon(
        (
            r"(?:solo|unicamente) (?:para |a )?(?:profesionales|jubilados|funcionarios)|(?:no (?:se )?(?:aceptan?|admiten?)|sin) estudiantes|mayores de (?:50|55|60|65)(?: anos)?",
        ),
    ),
    "animals": Lexicon((rf"(?:no (?:se )?(?:aceptan?|admiten?|permiten?)|sin|ni) (?:\w+ )?{ANIMAL}",)),
    "benefits": Lexicon(
        (
            rf"(?:no (?:se )?(?:\w+ )?(?:aceptan?|aceptamos|admiten?|admitimos)|sin)(?: a)?(?: \w+)? (?:con )?{SUPPORT}|(?:solo|unicamente) (?:para |a )?(?:personas |gente )?(?:trabajador\w*|con (?:nomina|contrato indefinido))|(?:tiene|hay) que (?:tener trabajo|trabajar)",
        ),
    ),
    "acceptance": Lexicon(
        (
            r"(?:le|te|les) (?:van a |\w+ran? |\w+ )?(?:aprobaran|aprobar|aceptaran|aceptar|concederan|conceder|aprueban|conceden)(?: \w+)?|(?:sera|seras|seran) (?:\w+ )?(?:aprobad[oa]s?|aceptad[oa]s?|rechazad[oa]s?)|su solicitud (?:sera|va a ser) (?:\w+ )?(?:aprobada|aceptada|rechazada)|(?:aprobacion|aceptacion) (?:garantizada|segura)|(?:usted )?(?:cumple|cumplira) los requisitos|seguro que (?:le|te) (?:aceptan|aprueban|conceden|dan)",
        ),
        (r"(?:si|cuando|en cuanto|una vez que)[^.!?]{0,50}",),
    ),
    "bidding": Lexicon(
        (
            r"(?:ofrecer|pagar|ofrezca|pague|pujar|ofrece) (?:\w+ ){0,2}mas(?! (?:informacion|detalles|tarde))|(?:por encima|mas) (?:del|de la|de lo) (?:precio|renta|alquiler)? ?(?:anunciad[oa]|publicad[oa]|pedid[oa])|(?:mejor|mayor) (?:oferta|postor)|(?:acepta|aceptan|aceptamos|acepto) su (?:\w+ )?oferta|subir (?:su|la) oferta",
        ),
        (r"(?:no|nunca|sin)[^.!?;]{0,60}",),
    ),
}  # fmt: skip

RENT = Lexicon((r"alquil\w*|arrend\w*|inquilin\w*|al mes|mensual\w*|renta",))
