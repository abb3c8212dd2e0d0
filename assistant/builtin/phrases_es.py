# ruff: noqa: E501  (word lists read better unbroken)
"""Spanish, without accents: what customers say to the assistant, as patterns. Data only."""

FILLER = r"(?:(?:ok|vale|bueno|pues|y|hola|perfecto|gracias|por favor|perdon|genial)[\s,.!¡-]+)*"
GREET = r"hola|buenos dias|buenas(?: tardes| noches)?|saludos"
THANK = r"(?:muchas |mil )?gracias|muy amable|agradecid[oa]"
GOODBYE = r"adios|buen(?:a)? (?:dia|tarde)|hasta (?:luego|pronto|manana)|chao|buenas noches|nada mas|eso es todo|que tenga(?: un)? buen dia"
AFFIRM = r"si|claro(?: que si)?|por supuesto|vale|ok|de acuerdo|correcto|exacto|perfecto|genial|adelante|me viene bien|me va bien|confirmo|reservelo|hagalo|desde luego|estupendo"
DENY = r"no|que va|mejor no|dejelo|incorrecto|para nada"
NOT_A_DENY = r"no (?:hay problema|antes|tengo (?:mascotas|prisa)|importa|se preocupe)"
NOT_AN_AFFIRM = r"no (?:me (?:viene|va)|puedo|es)"
ORDINAL_CHOICE = r"(?:el|la|opcion|numero)\s+(?P<ordinal>primer[oa]?|segund[oa]|tercer[oa]?|ultim[oa])(?:\s+(?P<noun>piso|casa|apartamento|inmueble))?"
BARE_CHOICE = r"\W*(?:el |la |opcion )?(?P<ordinal>primer[oa]|segund[oa]|tercer[oa]|ultim[oa]|[1-6])(?: por favor|\W)*"
EARLIER_CHOICE = r"(?:el |la )?(?:mas tempran[oa]|mas pronto|primera hora)"
LATER_CHOICE = r"(?:el |la )?mas (?:tarde|tardi[oa])"
ANY_CHOICE = r"cualquiera(?: de (?:ell[oa]s|es[oa]s))?|me da igual|el que sea|el que quiera|todos me van bien"
NONE_OF_THESE = r"ningun[oa](?: de (?:es[oa]s|ell[oa]s))?|(?:algun )?otr[oa]s? (?:hora|dia|momento)s?|no (?:me|nos) (?:viene|va)n? bien|no puedo entonces"
WANT_VIEWING = r"(?:puedo|podria|podemos|quiero|quisiera|me gustaria|querria) (?:ver|visitar|verl[oa]|visitarl[oa]|conocer)\w*|visitarl[oa]|verl[oa]|(?:una |la )?visita|cita para ver|concertar (?:una )?(?:cita|visita)"
NOT_A_VIEWING = r"ver (?:las |unas |mas )?fotos"
WANT_CALL = r"(?:me puede[n]? llamar|llam(?:e|en|a)me|que me llam\w+|quiero (?:una )?llamada)"
WANT_VALUATION = r"valora\w+|tasa\w+|cuanto vale mi"
APPOINTMENT_WORDS = r"cita|visita"
MOVE_APPOINTMENT = MOVE_STRONG = (
    r"(?:cambiar|mover|aplazar|posponer|reprogramar|adelantar|retrasar) (?:la |mi )?(?:cita|visita|hora|llamada)|(?:cambiarl[ao]|moverl[ao]|aplazarl[ao])"
)
CANCEL_APPOINTMENT = CANCEL_WORDS = r"cancel\w+|anul\w+|no (?:voy a|podre) (?:ir|venir|asistir)"
DO_NOT_CANCEL = r"no (?:quiero )?(?:cancel\w+|anul\w+)"
REFUSED = r"no|ya no"
FIND_LISTINGS = r"busc\w+|(?:quiero|quisiera|necesito|me gustaria) (?:comprar|alquilar|encontrar|un|una)|tienen (?:algo|algun\w*|pisos|casas)|que tienen|ensen\w+me"
MORE_LISTINGS = (
    r"(?:algo|algun[oa]?|hay|tienen|tiene|ensen\w+|muestr\w+|ver) (?:algo )?(?:mas|otr[oa]s?)(?! (?:hora|dia|momento)s?)|"
    r"(?:mas|otr[oa]s?) (?:pisos?|casas?|opcion(?:es)?|inmuebles?|viviendas?|propiedades)|^\W*(?:y )?(?:algun[oa]s? )?(?:otr[oa]s?|mas)\W*$"
)
NOT_MORE = (
    r"nada mas|otr[oa] (?:hora|dia)|mas (?:informacion|detalles|tarde|temprano|fotos)|no mas|mas de"
)
ASK_PERSON = r"(?:hablar|comunicarme) con (?:\w+ )?(?:persona|alguien|humano|agente|asesor\w*|encargad\w+|comercial)|^\W*(?:agent|agente|persona|humano)\W*$|quiero (?:un|una) (?:persona|agente|humano)"
COMPLAINT = r"queja|inaceptable|reclamacion|denunci\w+|abogad\w+|estafa|verguenza|indignante"
STOP, START = r"parar|baja|stop", r"alta|start"
SMALL_TALK = r"como (?:esta(?:s|n)?|le va)|que tal"
INSULT = r"idiotas?|imbecil(?:es)?|estupid[oa]s?|inutil(?:es)?|mierda|gilipollas|cabron\w*|joder"
NOT_INTERESTED = r"(?:ya )?no (?:me|nos) interesa|ya (?:he|hemos) encontrado|ya no busc\w+"
WRONG_NUMBER = r"numero equivocado|(?:me|se) (?:he |ha )?(?:equivo\w+) de (?:numero|persona)|(?:yo )?no (?:le|les) (?:he )?escri\w+"
ASK_IF_BOT = r"(?:es|eres|hablo con) (?:usted )?(?:un |una )?(?:robot|bot|maquina|persona|humano)"
ASK_HOURS = r"horario|a que hora (?:abren|cierran)|cuando abren"
ASK_CONTACT = r"(?:su|el) (?:telefono|correo|direccion de la oficina)|donde (?:estan|esta la oficina)|numero de la agencia"
ABOUT_MY_APPOINTMENT = r"(?:cuando|a que hora) (?:es|tengo) (?:mi |la )?(?:cita|visita)|(?:que|cuales) (?:casas?|pisos?|viviendas?|apartamentos?) (?:voy|vamos) a (?:ver|visitar)"
RUNNING_LATE = r"llego tarde|llegare tarde|me retraso|voy con retraso"
ANOTHER_TIME = r"otr[oa] (?:hora|dia)|mejor|mas tarde|antes|en vez"
ATTRIBUTES = {
    "price": r"cuanto (?:cuesta|vale|es|piden)|precio|alquiler", "negotiable": r"negociable|descuento|rebaja", "bedrooms": r"(?:cuantos )?dormitorios|cuantas habitaciones", "bathrooms": r"(?:cuantos )?banos",
    "area_m2": r"metros|superficie|que tamano|como de grande", "address": r"direccion|donde (?:esta|queda)|en que (?:zona|calle|barrio)", "availability": r"disponible|libre", "pets_allowed": r"mascotas?|perros?|gatos?|animales",
    "furnished": r"amueblad[oa]|muebles", "parking": r"garaje|parking|aparcamiento|plaza", "laundry": r"lavadora|lavadero", "floor": r"(?:que )?(?:planta|piso esta)", "photos": r"fotos?|imagenes|video|plano", "link": r"enlace|link|pagina",
    "description": r"mas (?:informacion|detalles|datos)|descripcion|detalles", "deposit": r"fianza|deposito", "bills": r"comunidad|gastos", "heating": r"calefaccion|aire acondicionado", "balcony": r"balcon|terraza", "garden": r"jardin|patio", "pool": r"piscina",
    "elevator": r"ascensor", "view": r"vistas", "year_built": r"ano de construccion|cuando se construyo|antiguedad", "contract": r"contrato|duracion",
}  # fmt: skip
QUESTION = r"\?\s*$|^\W*(?:(?:y|hola|gracias|buenos dias|tambien|pero)\W+)*(?:cuanto\w*|cual\w*|cuando|donde|como|que(?! tenga| le vaya)|quien|tiene|hay|es|esta|puedo|pueden|admiten|sigue)(?!\w)|digame|quisiera saber|envie\w*|mande\w*"
ABOUT_IT = r"lo|la|este|esta|ese|es|tiene|alli|piso|casa|inmueble|todavia|sigue|el skoufa"
HOME_NOUN = r"pisos|casas|inmuebles|viviendas|algo|otr[oa]s?|apartamentos"
HOME_IN = r"(?:el|la) (?:de|que esta en)\s"
VALID_FOR_ALL_HOMES = r"comision|honorarios|documentos|papeles|el proceso|impuestos"
CONDITION = r"\W*(?:pero|aunque)(?!\w)"
FORGET_IT = r"olvidelo|dejelo|ya no me interesa|he encontrado otro"
MOVE_SOFT = r"otr[oa] (?:hora|dia)|(?:mas|un poco) (?:tarde|temprano|antes)|en vez de|podemos (?:hacerlo|quedar)"
CANNOT_COME = r"no (?:puedo|podre|llego)|(?:me )?ha surgido (?:algo|un imprevisto)|me ha salido (?:algo|un imprevisto)"
KEEP_APPOINTMENT = (
    r"dejel[oa](?: como| asi)?|como estaba|no (?:la |lo )?(?:cambie|cancele)|mantener"
)
MY_APPOINTMENT = r"(?:mi|la|nuestra) (?:cita|visita)"
SOONER, LATER_ON, SAME_TIME = (
    r"antes|mas temprano|adelantar",
    r"mas tarde|aplazar|retrasar",
    r"(?:a )?la misma hora",
)
BOTH = r"las dos|los dos|todas|todos|ambas"
KIND_WORDS = {"viewing": r"visita", "call": r"llamada", "valuation": r"valoracion"}

ASK_WHO = r"quien (?:es(?: usted)?|eres|me escribe|habla)(?!\w)|como se llama|con quien hablo"
GOOD_WISHES = r"feliz (?:navidad|ano(?: nuevo)?|pascua)|felices (?:fiestas|pascuas)"
COME_AFTER_ALL = r"(?:al final|finalmente) (?:si )?(?:que )?(?:puedo|podre|voy|ire)|si (?:que )?(?:puedo|podre) (?:ir|venir)|siempre si"
BOOK_AGAIN = r"otra (?:cita|visita)|nueva (?:cita|visita)|reservar otra"
CANCEL_POLICY = r"(?:coste|gastos|politica|plazo) de cancelacion|si (?:tengo que )?cancel\w+"
ASKS_WHETHER = r"(?:puedo|podria|se puede) (?:cancelar|anular)|quiza(?:s)? (?:cancele|tenga que cancelar)|como (?:cancelo|anulo)"
SHIFT = r"(?P<amount1>media|una?|dos|tres|\d{1,3}) (?P<unit1>minutos?|horas?|dias?|semanas?) (?P<way1>mas tarde|mas temprano|antes|despues)"
EARLIER_WAY, HALF = r"temprano|antes", r"media"
SHIFT_UNITS = {"minutes": r"minutos?", "hours": r"horas?", "days": r"dias?", "weeks": r"semanas?"}  # fmt: skip
NAMES_BEFORE = r"(?:cita|visita|llamada)(?: (?:del?|el|la|de la|de las))*\s*$|(?:en vez|en lugar) del?(?: el)?\s*$|desde(?: el)?\s*$"
COMPARED = {
    "cheaper": r"mas (?:barat|economic|asequible)\w*|menos car\w+|(?:demasiado|muy|un poco) car[oa]|fuera de mi presupuesto",
    "bigger": r"mas (?:grande|ampli[oa]|espacios[oa])s?|(?:demasiado|muy|un poco) pequen\w+", "smaller": r"mas pequen\w+|(?:demasiado|muy|un poco) grande",
    "elsewhere": r"(?:en )?otr[oa]s? (?:zona|barrio|parte|area)s?|en otr[oa] (?:sitio|lugar)",
    "closer": r"mas cerca(?: (?:del?|de la)\b.{0,40})?|mas cercan\w+|(?:demasiado|muy|un poco) lejos",
}  # fmt: skip

REMIND_ME = r"(?:recuerdeme|recuerdame|recuerdemelo|escrib(?:a|e|an)me|contacte\w*me)(?! (?:que|como|cuando|donde|el|la|los))"
NEEDS_TIME = r"(?:lo|me lo) (?:voy a |vamos a )?(?:pensare|pensar|pienso|pensamos)|tengo que pensar\w*|dejeme pensarlo|(?:ya )?le (?:aviso|avisare|digo algo)|necesito (?:mas |un poco de )?tiempo"
