# ruff: noqa: E501  (word lists read better unbroken)
"""Subjects for people in Spanish."""

from knowledge.spelling import Lexicon

GROUPS = r"(?:extranjeros?|inmigrantes?|refugiados?|musulmanes|judios|gitanos|negros|africanos|marroquies|latinos|ninos|familias|estudiantes|ancianos|gays|homosexuales)"

WORDS = {
    "emergency": Lexicon(
        (
            r"(?:fuga|escape) de gas|huele a (?:gas|quemado)|monoxido|(?:hay|tenemos) (?:un )?(?:fuego|incendio)|se (?:esta )?(?:quema|quemando|incendia|incendiando)|incendio en|sale humo|esta ardiendo",
            r"inundad[oa]|inundacion|se (?:esta )?inund\w+|(?:reventado|reventa|roto|rompio|reventó|revento) (?:una? |la |el )?(?:tuberia|caneria|cano)|(?:sale|cae|entra|gotea) agua (?:del|por|de)|se (?:ha )?(?:caido|derrumbado|cayo) (?:el|la|parte del) (?:techo|balcon|pared)",
            r"(?:estan|han) (?:entrado|entrando) (?:a robar|ladrones)|(?:nos|me) (?:han|estan) (?:robado|robando)|ladron(?:es)? en|intentan? (?:entrar|forzar)|robo en (?:casa|el piso)|forzado la puerta",
            r"ambulancia|llam\w+ a la policia|inconsciente|no respira|infarto|sangrando|herid[oa] grave|descarga electrica|chispas|(?:me|nos) (?:he|hemos) quedado (?:fuera|encerrad[oa]s?|atrapad[oa]s?)|(?:encerrad|atrapad)[oa]s? en (?:el )?ascensor|(?:es|tenemos|tengo) una (?:emergencia|urgencia)|\W*emergencia\W*|(?:matarme|suicid\w+|matarlo|voy a matar)",
        ),
        (
            r"(?:riesgo|seguro|zona|historial|peligro) (?:de|contra) (?:inundacion(?:es)?|incendios?|robos?)|(?:se ha inundado|se inundo) (?:alguna vez|antes)|(?:alguna vez|nunca) se (?:ha )?inund\w+|(?:salida|numero|escalera|telefono)s? de emergencia|en caso de (?:emergencia|incendio)|(?:alarma|puerta|detector) (?:de|contra|anti) ?(?:incendios|robos?|humo|gas)|parque de bomberos",
        ),
    ),
    "discrimination": Lexicon(
        (
            r"discrimina(?:cion|n|do|da|dos|das|ndo|r|torio|toria)?|racis(?:ta|tas|mo)|machista|sexista|homofob\w+|xenofob\w+|(?:porque|por) (?:soy|somos|ser) (?:\w+ )?(?:negr[oa]s?|extranjer[oa]s?|musulman\w*|gitan[oa]s?|gays?|lesbiana|inmigrantes?|judi[oa]s?|mujer|mayor|embarazada|latin[oa]s?|marroqui)|estoy embarazada y (?:me|no)|por mi (?:raza|religion|nacionalidad|origen|color|discapacidad|acento|edad)",
            rf"(?:sin|no quiero|nada de|que no haya) (?:\w+ )?(?:extranjeros|inmigrantes|musulmanes|gitanos|negros|moros|marroquies|judios)|solo (?:espanoles|cristianos|blancos)|(?:alquilan?|aceptan?|admiten?) (?:\w+ )?(?:a )?{GROUPS}",
        ),
        (r"indiscriminad\w+",),
    ),
    "people": Lexicon(
        (
            rf"(?:hay|viven|muchos|demasiados) (?:\w+ )?{GROUPS}|que (?:tipo de|clase de) (?:gente|vecinos|personas)|quien(?:es)? viven?|como son los vecinos",
            r"(?:es|como de|muy) (?:\w+ ){0,3}(?:segur[oa]|peligros[oa])(?: \w+)? ?(?:barrio|zona|de noche|por la noche)?(?=\W*(?:\?|$))|(?:barrio|zona) (?:\w+ )?(?:segur[oa]|peligros[oa])|delincuencia|criminalidad|inseguridad|(?:buenos|buenas|que) (?:colegios|escuelas)|colegios (?:buenos|cerca son buenos)",
        ),
        (r"segur[oa] (?:pagar|enviar|transferir|de que|que)|(?:estoy|estas|esta) segur[oa]|(?:pago|enlace|web|pagina) (?:\w+ )?segur[oa]|es segur[oa] (?:pagar|el pago)",),
    ),
    "benefits": Lexicon((r"ayuda(?:s)? (?:al alquiler|sociales|publicas)|bono (?:de )?alquiler|bono joven|subsidio|prestacion(?:es)? (?:por|de)|ingreso minimo(?: vital)?|renta minima|cobro (?:el paro|una ayuda|ayudas|prestacion|una pension)|vale de vivienda",)),
    "disability": Lexicon((r"silla de ruedas|discapaci\w+|minusval\w+|perros? (?:guia|de asistencia|de apoyo|de terapia)|movilidad reducida|cieg[oa]|sord[oa]|andador",), (r"a ciegas",)),
    "legal": Lexicon(
        (
            r"abogad[oa]s?|demandar\w*|denunci\w+|demanda judicial|juzgado|tribunal(?:es)?|a juicio|acciones legales|asesoria legal|(?:es|seria) (?:esto |eso )?(?:i)?legal|ilegal(?:es)?|desahuci\w+|desaloj\w+|(?:romper|rescindir|cancelar) (?:el |mi )?(?:contrato|arrendamiento)|incumplimiento|mis derechos|indemnizacion|rgpd|proteccion de datos|asesoria fiscal|impuesto (?:de|sobre) (?:sucesiones|transmisiones|plusvalia|donaciones|la renta)|plusvalia|permiso de residencia|golden visa|visado|(?:me|nos) (?:aprobaran|aceptaran|concederan)|cumplo los requisitos|tengo derecho a",
        ),
        (r"(?:soy|es|somos|como) (?:\w+ )?abogad[oa]s?|cerca de(?:l| los) (?:juzgado|tribunal)\w*|pista de (?:tenis|padel)",),
    ),
    "complaint": Lexicon(
        (
            r"quej(?:a|as|arme|o|arnos)|reclamacion|reclamar|inaceptable|indignad[oa]s?|indignante|vergonzos[oa]|una verguenza|(?:pesim[oa]|horrible|terrible|fatal|mal|malisim[oa]) (?:servicio|atencion|trato|agencia|experiencia)|(?:servicio|atencion|trato) (?:\w+ ){0,2}(?:pesim[oa]|horrible|terrible|fatal|malisim[oa])|(?:estoy|estamos) (?:\w+ )?(?:hart[oa]s?|enfadad[oa]s?|decepcionad[oa]s?|furios[oa]s?|molest[oa]s?|cabread[oa]s?)|estafa\w*|timo|fraude|enganad[oa]|mentiros[oa]s?|me (?:han )?(?:mentido|mintieron)|devuelv\w+ (?:me )?(?:mi|el|la) (?:dinero|fianza|deposito)|(?:quiero|exijo) (?:mi dinero|un reembolso|que me devuelvan)|reembolso",
            r"nadie (?:\w+ ){0,2}(?:vino|contesta|contesto|responde|respondio|aparecio|ha venido|me llama|me ha llamado|llamo)|no (?:vino|aparecio|se presento) nadie|(?:llevo|llevamos) (?:\w+ ){0,3}(?:horas?|dias?|semanas?) esperando|perdida de tiempo|maleducad[oa]s?|poco profesional|hoja de reclamaciones",
        ),
        (r"(?:no tengo|sin|ninguna) quejas?|no me quejo",),
    ),
    "price": Lexicon(
        (
            r"(?:ultimo|mejor|minimo) precio|negocia(?:ble|r|cion)|regate\w+|descuento|rebaja\w*|(?:bajar|bajarian|bajan|bajaria|reducir) (?:\w+ )?(?:el )?precio|(?:aceptaria|aceptarian|aceptan|acepta) (?:\w+ )?\d[\d.,]*|(?:ofrezco|ofrecemos|mi oferta es|le ofrezco|os doy) (?:\w+ )?\d?|hacer una oferta|contraoferta|por debajo del precio",
        ),
        (r"descuento (?:de )?estudiante|no negociable|que (?:mas )?ofrecen",),
    ),
}  # fmt: skip
