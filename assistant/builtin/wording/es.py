# ruff: noqa: E501
"""The Spanish catalogue, in the polite form."""

LOCALE = "es_ES"
AND, OR = "y", "o"
JOIN = " {word} "
MONEY, MONEY_EXACT = "#,##0 ¤", "#,##0.00 ¤"
DAY, DATE, BUTTON_DAY = "EEEE d 'de' MMMM", "d 'de' MMMM 'de' y", "EEE d MMM"
AS_OF = "(dato del {day})"
AT = "{day} a las {time}"
PER_MONTH = "al mes"

SENTENCES: dict[str, list[str]] = {
    "hello_disclosure": [
        "¡Hola, {name}! Soy {persona}el asistente automático de {agency}. Puedo informarle sobre "
        'nuestros inmuebles y concertar visitas; si prefiere hablar con una persona, escriba "agent".'
    ],
    "hello_disclosure_nameless": [
        "¡Hola! Soy {persona}el asistente automático de {agency}. Puedo informarle sobre nuestros "
        'inmuebles y concertar visitas; si prefiere hablar con una persona, escriba "agent".'
    ],
    "disclosure_in_need": [
        "Le escribe el asistente automático de {agency}; también leen personas."
    ],
    "hello": ["¡Hola de nuevo!", "Hola, me alegra leerle.", "¡Hola!"],
    "i_am_a_machine": [
        'Sí, soy un asistente automático de {agency}. Escriba "agent" y le atenderá una persona.',
        'Soy el asistente automático; una persona también lee y le atiende si escribe "agent".',
    ],
    "you_are_welcome": ["¡De nada!", "Es un placer.", "Me alegra haber ayudado."],
    "goodbye": [
        "Hasta pronto, escriba cuando quiera.",
        "¡Que tenga un buen día! Aquí estoy si necesita algo.",
    ],
    "nothing_else": ["De acuerdo. Escriba cuando surja algo.", "Bien, aquí estoy si me necesita."],
    "not_interested": [
        "Entendido, gracias por decírmelo. Si cambia, escriba aquí. Para no recibir más mensajes, escriba STOP.",
        "Muy bien, gracias por avisarnos. Escríbanos cuando vuelva a buscar; con STOP se acaban los mensajes.",
    ],
    "wrong_number": [
        "No pasa nada, el mensaje llegó a la persona equivocada. No volveré a escribir a menos que usted lo haga.",
        "Entonces disculpe la molestia. No escribiré más si usted no lo hace.",
    ],
    "small_talk": ["Gracias por preguntar, todo bien por aquí.", "Por aquí todo bien, gracias."],
    "calm": [
        'Siento que esto sea molesto. Dígame qué necesita o escriba "agent" para hablar con una persona.',
        'Entiendo su enfado. Si prefiere a una persona, escriba "agent" y le responderá un compañero.',
    ],
    "to_a_person": ["Por supuesto. Se lo paso a un compañero, que le responderá aquí."],
    "unsure_to_a_person": [
        "No estoy seguro de poder ayudarle bien con eso, así que le responderá aquí un compañero."
    ],
    "too_many": ["Un compañero revisará nuestra conversación y seguirá desde aquí."],
    "have_number": ["Gracias, he anotado su número."],
    "will_ask": [
        "Ese dato no lo tengo. Preguntaré a un compañero y le responderemos aquí.",
        "No figura en mis datos, así que he pedido a un compañero que le responda.",
        "No puedo confirmarlo yo; un compañero se lo dirá aquí.",
    ],
    "cannot_see": [
        "¡Gracias! No puedo abrir {thing}, así que lo verá un compañero.",
        "Recibido. Lo verá un compañero, porque yo no puedo abrir {thing}.",
    ],
    "unsure": [
        "No estoy seguro de haber entendido. ¿Busca comprar o alquilar, o se trata de uno de "
        "nuestros inmuebles?",
        "Disculpe, no lo he entendido bien. ¿Puede decirlo de otra manera?",
    ],
    "listing_intro": ["{title}: {summary}, {price}."],
    "listing_intro_no_price": ["{title}: {summary}. El precio no consta."],
    "as_of": ["El dato es del {day}; un compañero puede decirle si sigue vigente."],
    "available": ["{title} ({reference}) está disponible.", "Sí, {title} sigue disponible."],
    "not_available": ["Lo siento, {title} ya no está disponible: {status}."],
    "fact_price": ["El precio de {title} es {value}.", "{title} cuesta {value}."],
    "fact_rent": ["El alquiler de {title} es {value}.", "{title} se alquila por {value}."],
    "fact_bedrooms": ["{title} tiene {value}."],
    "fact_bathrooms": ["{title} tiene {value}."],
    "fact_area_m2": ["{title} tiene {value} m² de superficie."],
    "fact_plot_m2": ["La parcela de {title} tiene {value} m²."],
    "fact_floor": ["{title} está en la planta {value}.", "Está en la planta {value}."],
    "fact_ground_floor": ["{title} está en la planta baja."],
    "fact_year_built": ["{title} se construyó en {value}."],
    "fact_address": ["La dirección de {title} es {value}."],
    "fact_energy_class": ["La clase energética de {title} es {value}."],
    "fact_available_from": ["{title} está disponible desde el {value}."],
    "fact_common_expenses": ["Los gastos de comunidad de {title} son {value}."],
    "fact_deposit": ["La fianza de {title} es de {value}."],
    "fact_description": ["{value}"],
    "fact_link": ["Esta es la página de {title}: {value}"],
    "yes_feature": ["Sí, {title} tiene {feature}.", "Sí, hay {feature} en {title}."],
    "no_feature": ["No, {title} no tiene {feature_plain}."],
    "yes_furnished": ["Sí, {title} está amueblado."],
    "no_furnished": ["No, {title} se alquila sin muebles."],
    "no_furnished_sale": ["No, {title} se vende sin muebles."],
    "yes_pets": ["Sí, en {title} se admiten mascotas."],
    "no_pets": ["No, en {title} no se admiten mascotas."],
    "which_listing": [
        "¿A qué inmueble se refiere? Con su nombre o referencia lo encuentro.",
        "¿Puede decirme de qué inmueble se trata?",
    ],
    "matches_one": ["Este encaja con lo que me ha dicho:"],
    "matches_many": ["Estos encajan con lo que me ha dicho:"],
    "matches_first_one": ["Por lo que sé hasta ahora, quizá le interese este:"],
    "matches_first_many": [
        "Por lo que sé hasta ahora, quizá le interesen estos:",
        "Por lo que sé hasta ahora, tenemos estos:",
    ],
    "matches_near_one": [
        "Ninguno encaja del todo; el más cercano es:",
        "Ahora mismo no hay nada exactamente así; el más cercano es:",
    ],
    "matches_near": [
        "Ninguno encaja del todo; los más cercanos son:",
        "Ahora mismo no hay nada exactamente así; los más cercanos son:",
    ],
    "no_matches": [
        "Ahora mismo no tenemos nada que encaje. He anotado lo que busca para mis compañeros.",
        "De momento ninguno de nuestros inmuebles encaja con eso; mis compañeros ven lo que busca.",
    ],
    "no_more": [
        "Esos eran todos los que encajan ahora mismo.",
        "De momento no tengo otros que encajen.",
    ],
    "match_line": ["{position}. {title} ({reference}), {summary}, {price}{misses}"],
    "want_viewing": [
        "¿Le gustaría verlo?",
        "¿Concierto una visita?",
        "¿Le interesaría una visita?",
    ],
    "which_to_see": ["¿Le gustaría ver alguno de ellos?", "¿Merece alguno una visita?"],
    "contact": ["Puede llamar a {agency} al {phone} o escribir aquí."],
    "from_knowledge": ["{text}"],
    "ask_for_whom": ["Depende: ¿pregunta como {people}?"],
    "ask_intent": ["¿Busca comprar o alquilar?", "¿Se trata de compra o de alquiler?"],
    "ask_locations": ["¿Qué zona le interesa?", "¿En qué zona debería estar?"],
    "ask_budget_max": ["¿Cuál es su presupuesto?", "¿Qué presupuesto aproximado tiene?"],
    "ask_budget_max_rent": [
        "¿Qué alquiler mensual tiene en mente?",
        "¿Cuál es su presupuesto al mes?",
    ],
    "ask_bedrooms": ["¿Cuántos dormitorios necesita?", "¿Cuántos dormitorios le vendrían bien?"],
    "ask_property_type": ["¿Qué tipo de inmueble es?"],
    "ask_property_type_wish": ["¿Qué tipo de vivienda busca?"],
    "ask_timeline_days": ["¿Cuándo le gustaría mudarse?", "¿Para cuándo necesita mudarse?"],
    "ask_timeline_days_owner": [
        "¿Cuándo le gustaría venderlo o alquilarlo?",
        "¿Para cuándo debería estar hecho?",
    ],
    "want_valuation": [
        "¿Concierto la visita de un compañero, sin compromiso, para verlo y valorarlo?"
    ],
    "ask_financing": ["¿Compraría al contado o con hipoteca?"],
    "ask_address": ["¿Cuál es la dirección del inmueble?"],
    "noted": ["Anotado.", "Gracias, anotado.", "De acuerdo.", "Es bueno saberlo, gracias."],
    "offer_many": [
        "Para {purpose} están libres: {times}. ¿Cuál le viene bien?",
        "Puedo ofrecerle para {purpose}: {times}. ¿Cuál prefiere?",
        "¿Qué le parece para {purpose}: {times}?",
    ],
    "offer_one": [
        "Para {purpose} está libre: {times}. ¿Lo reservo?",
        "Puedo ofrecerle para {purpose}: {times}. ¿Lo reservo?",
    ],
    "not_free": [
        "Lo siento, {wanted} no está libre.",
        "Por desgracia, {wanted} ya está ocupado o fuera de nuestro horario.",
    ],
    "no_times": ["No veo ningún hueco libre entonces; un compañero le propondrá uno aquí."],
    "confirm_time": [
        "El {when} está libre. ¿Reservo {purpose}?",
        "El {when} nos viene bien. ¿Reservo {purpose} para entonces?",
    ],
    "booked": [
        "Reservado: {purpose}, {when}, con {member}. ¡Le esperamos!",
        "Hecho, queda reservado: {purpose}, {when}, con {member}. ¡Hasta entonces!",
    ],
    "booked_call": ["Reservado: {member} le llamará el {when}."],
    "where": [
        "La dirección es {address}.",
        "Lo encontrará en {address}.",
    ],
    "calendar": [
        "Para su calendario: {link}",
        "Para añadirlo a su calendario: {link}",
    ],
    "calendar_again": [
        "La nueva hora para su calendario: {link}",
        "La entrada de calendario con la nueva hora: {link}",
    ],
    "slot_gone": [
        "Lo siento, esa hora acaba de ocuparse.",
        "Entretanto esa hora se ha ocupado, lo siento.",
    ],
    "moved": [
        "Hecho, he cambiado {yours}: {when}, con {member}.",
        "Listo, {yours} pasa a esta hora: {when}, con {member}.",
    ],
    "cancelled": [
        "Hecho, he cancelado {yours}: {when}. Escriba cuando quiera para otra hora.",
        "Como quiera, he cancelado {yours}: {when}. Si desea otra hora, basta con que me escriba.",
    ],
    "confirm_move": [
        "El {when} está libre. ¿Cambio {purpose} a esa hora?",
        "El {when} nos viene bien. ¿Cambio {purpose} a entonces?",
    ],
    "confirm_cancel": ["¿Cancelo {what}?"],
    "which_appointment": ["¿A cuál se refiere: {what}?"],
    "kept": [
        "De acuerdo, mantengo {yours}: {when}, con {member}.",
        "Muy bien, no cambia nada. Mantengo {yours}: {when}, con {member}.",
    ],
    "no_longer_stands": ["Esa cita ya no está en pie, así que no hay nada que cambiar."],
    "your_appointment": [
        "Para {yours} tengo anotado: {when}, con {member}.",
        "En nuestro calendario veo {yours}: {when}, con {member}.",
    ],
    "late": ["Gracias por avisar. Se lo digo a {member}."],
    "no_such_home": [
        "No encuentro {name} entre nuestros inmuebles. ¿Tiene su referencia o le propongo otros?"
    ],
    "no_appointment": ["No encuentro ninguna cita suya. ¿Le propongo algunas horas?"],
    "which_home_to_see": [
        "Con mucho gusto. ¿Qué inmueble le gustaría ver?",
        "Encantado. ¿De cuál de nuestros inmuebles se trata?",
    ],
    "persuade_person": [
        "No coincidimos con las horas, así que un compañero lo acordará aquí con usted."
    ],
    "who_i_am": [
        'Le escribe {persona}el asistente automático de {agency}; para hablar con una persona, escriba "agent".',
        'Soy {persona}el asistente automático de {agency}. Una persona también lee y le atiende si escribe "agent".',
    ],
    "same_to_you": [
        "¡Gracias, igualmente!",
        "¡Muchas gracias, lo mismo le deseo!",
    ],
    "not_for_us": [
        "Gracias, pero este número es solo para quien busca vivienda o tiene una para vender o alquilar.",
        "Con ofertas no puedo ayudarle; aquí solo respondo sobre inmuebles y visitas.",
    ],
    "acknowledged": [
        "Perfecto, gracias.",
        "Muy bien, gracias.",
    ],
    "cheaper_one": [
        "Este es más barato:",
        "Por menos dinero está este:",
    ],
    "cheaper_many": [
        "Estos son más baratos:",
        "Por menos dinero están estos:",
    ],
    "cheaper_none": [
        "De momento no tengo nada más barato que lo que le he mostrado.",
        "Ahora mismo no hay nada más barato entre nuestros inmuebles.",
    ],
    "bigger_one": [
        "Este es más grande:",
        "Con más espacio está este:",
    ],
    "bigger_many": [
        "Estos son más grandes:",
        "Con más espacio están estos:",
    ],
    "bigger_none": [
        "De momento no tengo nada más grande que lo que le he mostrado.",
        "Ahora mismo no hay nada más grande entre nuestros inmuebles.",
    ],
    "smaller_one": [
        "Este es más pequeño:",
        "Algo más pequeño es este:",
    ],
    "smaller_many": [
        "Estos son más pequeños:",
        "Algo más pequeños son estos:",
    ],
    "smaller_none": [
        "De momento no tengo nada más pequeño que lo que le he mostrado.",
        "Ahora mismo no hay nada más pequeño entre nuestros inmuebles.",
    ],
    "elsewhere_one": [
        "En otra zona está este:",
        "En otra parte tengo este:",
    ],
    "elsewhere_many": [
        "En otras zonas están estos:",
        "En otra parte tengo estos:",
    ],
    "elsewhere_none": [
        "De momento no tengo en otras zonas nada que se acerque a lo que busca.",
        "En nuestras otras zonas no hay ahora nada que se acerque a lo que busca.",
    ],
    "distances_unknown": [
        "Desde aquí no puedo medir distancias. Tenemos inmuebles en {areas}; ¿qué zona le conviene más?",
        "A qué distancia está no se lo puedo decir. Nuestros inmuebles están en {areas}; ¿dónde quiere que busque?",
    ],
    "distances_unknown_one": [
        "Desde aquí no puedo medir distancias; un compañero puede contarle más sobre {areas}.",
    ],
    "quoted_in": [
        "En {language}, de las notas de la agencia: {text}",
        "De las notas de la agencia, escrito en {language}: {text}",
    ],
    "will_write": [
        "Con mucho gusto, le escribiré: {when}.",
        "Por supuesto, tendrá noticias mías: {when}.",
    ],
    "colleague_will_write": [
        "Con mucho gusto, le escribirá un compañero: {when}.",
        "Por supuesto, mis compañeros ven cuándo quiere noticias nuestras: {when}.",
    ],
    "ask_when_to_write": [
        "¿Cuándo quiere que le escriba?",
        "¿Qué día le gustaría tener noticias mías?",
    ],
    "take_your_time": [
        "Por supuesto, tómese su tiempo. Aquí estoy cuando me escriba.",
        "No hay ninguna prisa. Escríbame cuando lo haya decidido.",
    ],
    "follow_up": [
        "¡Hola de nuevo! Me pidió que le escribiera. ¿Puedo ayudarle en algo?",
    ],
}

PURPOSES = {
    "viewing": "una visita",
    "viewing_of": "una visita a {title}",
    "call": "una llamada",
    "valuation": "una visita de valoración",
}
PLAIN_PURPOSES = {"viewing": "visita", "call": "llamada", "valuation": "visita de valoración"}
YOUR_PURPOSES = {
    "viewing": "su visita",
    "call": "su llamada",
    "valuation": "su visita de valoración",
}
YOUR_VIEWING_OF = "su visita a {title}"
ON = "{what}, {when}"
CANCEL_IT, KEEP_IT = "Cancelar", "Mantener"
LANGUAGES = {
    "en": "inglés",
    "el": "griego",
    "es": "español",
    "de": "alemán",
    "fr": "francés",
    "ar": "árabe",
}
AS_WHOM = {"buy": "comprador", "rent": "inquilino", "sell": "vendedor", "let": "propietario"}
PROPERTY_TYPES = {
    "apartment": "piso",
    "studio": "estudio",
    "penthouse": "ático",
    "maisonette": "dúplex",
    "house": "casa",
    "villa": "villa",
    "land": "terreno",
    "office": "oficina",
    "shop": "local",
}
STATUSES = {"reserved": "reservado", "sold": "vendido", "let": "alquilado", "withdrawn": "retirado"}
FEATURES = {
    "parking": ("aparcamiento", "aparcamiento"),
    "laundry": ("toma de lavadora o lavadero", "lavadero"),
    "elevator": ("ascensor", "ascensor"),
    "pool": ("piscina", "piscina"),
    "balcony": ("balcón o terraza", "balcón"),
    "sea_view": ("vistas al mar", "vistas al mar"),
    "heating": ("calefacción", "calefacción"),
}
THINGS = {
    "image": "fotos",
    "video": "vídeos",
    "audio": "mensajes de voz",
    "document": "documentos",
    "sticker": "stickers",
    "location": "ubicaciones",
    "contacts": "contactos",
    "order": "pedidos",
    "unsupported": "este tipo de mensaje",
}
MISSES = {
    "price": "por encima del presupuesto",
    "bedrooms": "otro número de dormitorios",
    "bathrooms": "otro número de baños",
    "area": "otra zona",
    "area_m2": "más pequeño",
    "property_type": "otro tipo de inmueble",
    "pets_allowed": "sin mascotas",
    "furnished": "sin muebles",
}
WITHOUT = "sin {field}"
UNKNOWN = "sin datos: {field}"
FIELD_WORDS = {
    "pets_allowed": "mascotas",
    "area_m2": "superficie",
    "sea_view": "vistas al mar",
    "laundry": "lavadero",
    "price": "precio",
    "parking": "aparcamiento",
    "furnished": "muebles",
    "pool": "piscina",
    "elevator": "ascensor",
    "balcony": "balcón",
    "bedrooms": "dormitorios",
    "bathrooms": "baños",
}


def rooms(field: str, value: int) -> str:
    """`2 dormitorios`"""
    noun = {"bedrooms": "dormitorio"}.get(field, "baño")
    return f"{value} {noun}{'' if value == 1 else 's'}"


def months_of_rent(months: int) -> str:
    return "un mes de alquiler" if months == 1 else f"{months} meses de alquiler"


def summary(kind: str, bedrooms: int | None, size: str, area: str) -> str:
    """`piso de 92 m² con 2 dormitorios en Kolonaki`"""
    words = f"{kind} de {size} m²" if size else kind
    if bedrooms:
        words += f" con {rooms('bedrooms', bedrooms)}"
    return f"{words} en {area}"
