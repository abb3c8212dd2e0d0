# ruff: noqa: E501  (word lists read better unbroken)
"""Spanish, without accents: the text is read as `packs.readable` gives it. Data only."""

CODE = "es"
NUMBERS = {
    "un": 1, "una": 1, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
    "diez": 10, "once": 11, "doce": 12, "quince": 15, "veinte": 20, "treinta": 30,
}  # fmt: skip
ARTICLES = ("un", "una")
ONE_ROOM = {"bedrooms": "una?", "bathrooms": "una?"}
MULTIPLIERS = {"mil": 1_000, "millones": 1_000_000, "millon": 1_000_000}
ORDINALS = {
    "primero": 1,
    "primer": 1,
    "primera": 1,
    "segundo": 2,
    "segunda": 2,
    "tercero": 3,
    "tercera": 3,
}
LAST = ("ultimo", "ultima")
CLAUSE_BREAK = r"[.!?;\n]+(?=\s|$)|(?<!\s),?\s+(?:pero|aunque)(?!\w)|,\s+(?=(?:puedo|podria|tiene|hay|esta|cuanto|cuando|donde|admiten)(?!\w))"
QUESTION_START = r"[¿\s]*(?:(?:si|no|y|hola|bueno|vale|tambien|perfecto)[\s,.!¿-]+)*(?:¿|cuanto|cuantos|cual|cuando|donde|como|que|por que|admiten|aceptan|se admiten)(?!\w)"
QUESTION_INSIDE = r"(?:saber|digame|dime|preguntar|confirmar)\s+(?:\w+\s+){0,3}?(?:si|sobre)(?!\w)"
SEARCH = r"busc\w+|quier\w+|quisiera\w*|necesit\w+|me gustaria|nos gustaria|interesad\w+|me interesa|prefier\w+|tiene que|debe|algo|tienen (?:algo|algun\w*|pisos?|casas?)"
ABOUT_ONE_HOME = r"^\W*(?:tiene|hay|esta|es|admiten|aceptan|permiten|incluye|sigue)(?!\w)"
INDEFINITE_HOME = (
    r"tienen (?:algo|algun\w*|pisos|casas)|algo|busc\w+|quier\w+|hay (?:algo|algun\w*|pisos|casas)"
)
_SMALL = r"(?:\s+(?:en|el|la|los|las|un|una|de|tener|tengo|tenemos|necesito|necesitamos|quiero|queremos|hace|hacen|falta|que|sea|este|con))*\s*"
NEGATION_BEFORE = rf"(?:no|sin|excepto|menos|salvo|nada de|ni|tampoco|en vez de|evitar){_SMALL}"
NEGATION_AFTER = r"\s*(?:no)\s+(?:es necesari\w+|hace falta|me hace falta|importa)"
INDIFFERENT = r"no (?:me |nos )?importa|me da igual|nos da igual|es igual|indiferente"
ADDING = r"tambien|ademas|y|o"
OTHER_MATTER = (
    r"calendario|recordatorio|taxi|vuelo|restaurante|hotel|pelicula|el tiempo|medico|dentista"
)
BEDROOM = r"dormitorios?|habitacion(?:es)?|cuartos?|alcobas?|habs?|dorms?"
BATHROOM = r"(?:cuartos? de )?bano?s?|banos?|aseos?"
STUDIO = r"estudios?|monoambientes?|loft estudio"
ABOUT_NUMBER = r"al menos|minimo|unos|solo|por lo menos"
SQUARE_METRES = r"m2|m²|metros(?: cuadrados)?|mts?2?\b|mt2"
MONEY_SCALES = {r"k|mil": 1_000, r"m|millon(?:es)?": 1_000_000}
BUDGET = r"presupuesto|gastar|pagar|pago|puedo llegar|hasta|precio"
AT_MOST = r"hasta|maximo(?: de)?|max|como maximo|menos de|por debajo de|no mas de|tope(?: de)?|inferior a|a lo sumo"
AT_MOST_AFTER = r"maximo|como (?:maximo|mucho)|max|tope|o menos|a lo sumo"
AT_LEAST = r"desde|al menos|minimo(?: de)?|mas de|a partir de|por encima de"
AT_LEAST_AFTER = r"o mas|como minimo|minimo|\+"
RANGE = r"\s*(?:-|–|—|a|y|o|hasta)\s*(?:los\s+)?"
PER_MONTH = r"(?:al|por|cada|/)\s*mes|mensual(?:es)?|/\s*mes"
IN_TOTAL = r"en total|total"
NOT_BUDGET = r"fianza|comision|impuestos|gastos de comunidad|salario|sueldo|gano|cobro|oferta|ofrezco|entrada"
NOT_MONEY_UNITS = r"m2|m²|metros|km|minutos?|horas?|dias?|semanas?|meses|anos?|personas?|dorm\w*|habitac\w*|ban\w*|%|h\b|plantas?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
FEATURES = {
    "pets": r"mascotas?|animales|perr[oa]s?|perrit[oa]s?|gat[oa]s?|gatit[oa]s?",
    "furnished": r"amueblad[oa]s?|muebles|sin amueblar|desamueblad[oa]s?",
    "parking": r"garajes?|parking|aparcamientos?|plazas? de garaje|cochera|estacionamientos?",
    "laundry": r"lavadora|lavanderia|lavadero",
}
FEATURE_REVERSED = {"furnished": r"sin amueblar|desamueblad[oa]s?|sin muebles|vaci[oa]"}
OWN_PET = r"ten(?:go|emos)\s+(?:\w+\s+)?(?:perr\w+|gat\w+|mascotas?)"
MUST_HAVES = {
    "balcony": r"balcon(?:es)?", "terrace": r"terrazas?", "garden": r"jardin(?:es)?|patio", "pool": r"piscinas?|alberca", "elevator": r"ascensor(?:es)?|elevador",
    "sea view": r"vistas? al mar", "view": r"vistas", "air conditioning": r"aire acondicionado", "storage": r"trastero", "fireplace": r"chimenea",
    "ground floor": r"planta baja|bajo", "top floor": r"ultima planta|atico", "new build": r"obra nueva|nueva construccion", "renovated": r"reformad[oa]|renovad[oa]",
    "quiet": r"tranquil[oa]", "bright": r"luminos[oa]|mucha luz", "near metro": r"cerca (?:del|de un|de) (?:metro|estacion)", "near the sea": r"cerca (?:del mar|de la playa)",
    "near a school": r"cerca (?:de un|del|de) (?:colegio|escuela)s?", "heating": r"calefaccion", "gym": r"gimnasio",
}  # fmt: skip
PROPERTY_TYPES = {
    "apartment": r"pisos?|apartamentos?|departamentos?", "house": r"casas?|chalets?|chales?", "villa": r"villas?", "studio": r"estudios?", "townhouse": r"adosad[oa]s?",
    "penthouse": r"aticos?", "duplex": r"duplex", "loft": r"lofts?", "room": r"habitacion en piso compartido", "land": r"terrenos?|parcelas?|solar", "office": r"oficinas?", "shop": r"local(?:es)? comercial(?:es)?|tienda",
}  # fmt: skip
DEFINITE = r"(?:el|la|este|esta|ese|esa)\s+"
INTENTS = {
    "let": r"(?:alquilar|arrendar|poner en alquiler) (?:mi|nuestr[oa]|el piso mio)|poner (?:mi|nuestr[oa]) [\w ]{2,25}en alquiler|inquilin\w+|soy (?:el |la )?(?:propietari\w+|caser\w+)",
    "sell": r"vend(?:er|o|emos|erlo|erla)|poner (?:mi|nuestr[oa]) [\w ]{2,25}a la venta|valora(?:r|cion) (?:de )?mi",
    "rent": r"alquil\w+|arrend\w+|rentar|renta",
    "buy": r"compr(?:a|ar|o|amos|arlo|arla)|en venta|adquirir|invertir|inversion",
}
INTENT_NOISE = r"(?:cuanto|cual) (?:es|cuesta) (?:el alquiler|la renta)|el alquiler (?:es|incluye)"
MOVING = r"mudar\w*|mudanza|trasladar\w*|entrar a vivir|necesito para|vender (?:en|antes)|vendid[oa]|tengo prisa|disponible desde"
AT_ONCE = r"lo antes posible|cuanto antes|inmediatamente|ya mismo|urgente|de inmediato|ahora"
FINANCING = {
    "mortgage_approved": r"hipoteca (?:ya )?(?:pre)?(?:aprobada|concedida)|preaprobad[oa]|preconcedid[oa]",
    "cash": r"al contado|en efectivo|sin hipoteca|sin prestamo",
    "mortgage": r"hipotecas?|prestamo|financiacion|credito|financiad[oa]",
}
NAME_ONLY_CUES = r"me llamo|mi nombre es|nombre:"
NAME = r"(?:soy)\s+"
NOT_A_NAME = r"si|no|el|la|un|una|de|propietari\w+|interesad\w+|buscando|busco|quiero|bien|gracias|hola|manana|hoy|muy"
NAME_ENDS = r"y|pero|de|busco|quiero"
BEFORE_NAME = r"si|claro|soy|es"
LANGUAGE_NAMES = {
    "en": r"ingles",
    "el": r"griego",
    "es": r"espanol|castellano",
    "fr": r"frances",
    "de": r"aleman",
    "ar": r"arabe",
    "ru": r"ruso",
}
LANGUAGE_CUE = r"(?:habl\w+|escrib\w+|respond\w+|contest\w+)(?: en| me)?\s+({names})|en ({names}),? por favor|({names}),? por favor"
STREET = r"calle|avenida|plaza"
ADDRESS_CUE = r"direccion(?: es)?:?|esta en|queda en|ubicad[oa] en|calle|avenida"
SURE_ADDRESS_CUE = r"direccion(?: es)?"
PLACE_CUE = r"en|cerca de|por"
NOT_WISHED_PLACE = (
    r"(?:viv(?:o|imos)|trabaj(?:o|amos)|estoy|resido)\s+(?:ahora\s+)?(?:en)|desde|lejos de|vengo de"
)
WISHED_PLACE = r"(?:quiero|quisiera|me gustaria|busco) (?:vivir|mudarme|alquilar|comprar)"
NOT_A_PLACE = r"[a-z]\w*|lunes|martes|miercoles|jueves|viernes|sabado|domingo|enero|febrero|marzo|efectivo|whatsapp"
OWN_HOME = r"mi|nuestr[oa]|vend\w+"
PLACE_QUESTION = r"a que distancia|donde (?:esta|queda)|cuanto se tarda"
WEEKDAYS = {
    "lunes": 0,
    "martes": 1,
    "miercoles": 2,
    "jueves": 3,
    "viernes": 4,
    "sabado": 5,
    "sabados": 5,
    "domingo": 6,
    "domingos": 6,
}
MONTHS = {
    "enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5, "junio": 6, "julio": 7, "agosto": 8, "septiembre": 9, "setiembre": 9,
    "octubre": 10, "noviembre": 11, "diciembre": 12,
}  # fmt: skip
THE, OF, ON, TO, AND, OR, BUT = (
    r"el|la|los|las|al|para el|el dia|dia",
    r"de|del",
    r"para",
    r"a|hasta",
    r"y|e",
    r"o|u",
    r"pero",
)
ABOUT = r"unos|unas|sobre|alrededor de|hacia|aproximadamente|cerca de|para"
OR_MORE = r"o mas"
TODAY, TOMORROW, DAY_AFTER_TOMORROW = (
    r"hoy|esta (?:tarde|noche|manana)",
    r"(?<!la )(?<!por la )(?<!de la )manana",
    r"pasado manana",
)
THIS, NEXT = r"este|esta|proximo|el proximo|el siguiente", r"(?!)"
THIS_AFTER = r"que viene|proximo|siguiente"
WEEK, MONTH, WEEKEND = r"semana", r"mes", r"fin(?:es)? de semana|finde"
OF_THIS_WEEK = r"de esta semana"
OF_NEXT_WEEK = r"de la (?:proxima semana|semana que viene|semana proxima|siguiente semana)"
THIS_WEEK = r"esta semana"
NEXT_WEEK = r"(?:la )?(?:proxima semana|semana que viene|semana proxima|siguiente semana)"
WEEKDAY_PLURAL = r"entre semana|dias laborables"
WEEK_START, WEEK_END = r"(?:a )?principios de", r"(?:a )?finales de"
DAYPARTS = {
    "early": (r"a primera hora", 8, 10), "morning": (r"(?:por|de|en) la manana|esta manana", 8, 12), "noon": (r"(?:a|al) mediodia", 12, 15),
    "afternoon": (r"(?:por|de|en) la tarde|esta tarde|despues del trabajo", 14, 20), "evening": (r"(?:por|de|en) la noche|esta noche", 19, 22),
}  # fmt: skip
AM, PM = r"a\.?\s?m\.?|de la manana", r"p\.?\s?m\.?|de la (?:tarde|noche)"
NOON = r"al? mediodia|12 del mediodia"
O_CLOCK = r"h(?:oras|rs)?\b|en punto"
HOUR_THE = r"a las|a la|las|sobre las"
HALF_AFTER, QUARTER_AFTER, QUARTER_TO_AFTER = r"y media", r"y cuarto", r"menos cuarto"
TIME_CUE = r"a las|a la|sobre las|hacia las|las|despues de las|antes de las|desde las|hasta las"
AFTER = r"despues del?|desde|a partir del?|pasad[oa]s|no antes del?|mas tarde de"
STRICTLY_AFTER = r"despues del?|mas tarde de"
BEFORE = r"antes del?|hasta|como tarde"
AFTER_SUFFIX, BEFORE_SUFFIX = r"en adelante|o mas tarde|o despues", r"como (?:muy )?tarde|o antes"
BETWEEN = r"entre|de|desde|del"
DAY_RANGE = r"-|–|a|al|hasta|y|o"
NTH_CUE = r"el(?: dia)?|dia"
NOT_A_DAY_AFTER_ORDINAL = (
    r"\s*(?:piso|casa|dormitorio\w*|habitac\w*|ban\w*|opcion|de [a-z]+ de 19|por ciento|%)"
)
A_SPAN, HALF_A = r"un|una", r"medio"
IN_SPAN = IN_A_SPAN = r"en|dentro de|en unos|en menos de"
FROM_NOW = r"a partir de (?:hoy|ahora)"
SPAN_UNITS = {r"dias?": 1, r"semanas?": 7, r"mes(?:es)?": 30, r"anos?": 365}
NEGATED_TIME_BEFORE = r"(?:\bno|\bexcepto|\bmenos|\bsalvo|\btampoco)(?:\s+(?:puedo|podemos|me|nos|viene|bien|va|es|estoy|el|la|los|a|las|para|hasta|antes|antes del|del|en))*\s*$"
NEGATED_TIME_AFTER = r"^\s*(?:por la (?:manana|tarde))?\s*(?:no)\s+(?:puedo|podemos|me (?:viene|va)|nos (?:viene|va)|es posible|estoy)"
UNTIL = r"(?:hasta|antes del?)\s*$"
NEW_THOUGHT = r"pero|mejor|quizas"
VISIT = STRONG_VISIT = (
    r"visit\w+|verl[oa]s?|ver (?:el|la|este|esta|un|una)|cita|conocerl[oa]|reserv\w+|pasar(?:me)? (?:a|por)|quedar"
)
NOT_A_VISIT = (
    r"por (?:todo )?hoy|eso es todo|nada mas|que (?:tenga|tengas)|mudar\w+|entrar a vivir|todo hoy"
)
NOT_A_TIME = r"feli(?:z|ces) (?:navidad|navidades|ano(?: nuevo)?|pascua|fiestas)|buenos dias|buenas (?:tardes|noches)|buen (?:dia|fin de semana)|feliz (?:dia|tarde|noche)"
GIVING_UP_VISIT = r"cancel\w+|anular|no quiero (?:verl[oa]|visitar)"
CORRECTS = r"mejor|en realidad|perdon|quiero decir|no"
CORRECTION = r"mejor|en realidad|perdon|quiero decir|corrijo|en vez"
DATE_HINT = r"semana santa|navidad|ano nuevo|nochevieja"
NOT_ROOMS = r"no|en vez de"
ROOM_ADJECTIVES = r"grandes?|amplias?|amplios?"
BEFORE_BARE_HOUR, AFTER_BARE_HOUR = (
    r"si|vale|ok|entonces|pues|a las|las",
    r"esta bien|bien|perfecto|por favor|me viene bien",
)
BETWEEN_DAY_AND_HOUR = (
    r"a|las|la|sobre|hacia|por|de|el|en|despues|antes|del|desde|hasta|y|mejor|para|entre|alrededor"
)
ASKED = {
    "bedrooms": r"(?:dormitorio|habitacion)\w*[^.!]*\?", "bathrooms": r"bano\w*[^.!]*\?", "locations": r"(?:zona|barrio|donde|que area)[^.!]*\?",
    "budget_max": r"presupuesto|cuanto(?!s)", "timeline_days": r"(?:cuando|desde)[^.!]*(?:mudar|vender|alquil|entrar|necesit|desde)|desde cuando",
    "viewing": r"cuando[^.!]*(?:visit|verl|bien|puede)|visita|cita|que (?:dia|hora)|quiere verl", "name": r"su nombre|como se llama", "email": r"correo|e-?mail", "phone": r"telefono|numero",
    "intent": r"compr\w+[^.!]* o [^.!]*alquil|alquil\w+[^.!]* o [^.!]*compr", "property_type": r"que tipo", "pets": r"mascotas?[^.!]*\?", "furnished": r"amueblad\w+[^.!]*\?", "parking": r"(?:garaje|parking|aparcamiento)[^.!]*\?",
    "laundry": r"lavadora[^.!]*\?", "financing": r"(?:hipoteca|contado|pagar|financi)[^.!]*\?", "address": r"direccion[^.!]*\?", "area_m2_min": r"metros|que tamano",
}  # fmt: skip
YES = r"si|claro|por supuesto|vale|ok|correcto|exacto|de acuerdo|perfecto"
NO = r"no|nada|ningun[oa]?|nunca"
NO_MATTER = r"no (?:me )?importa|me da igual|es igual|indiferente"
COMMON_WORDS = "hola gracias busco quiero dormitorios habitaciones alquiler comprar manana tarde presupuesto maximo salida mejor madrid"
