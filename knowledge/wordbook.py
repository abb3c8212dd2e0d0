# ruff: noqa: E501 (lists of words)
"""The words of listings in six languages: names of fields, kinds of homes, yes and no.

All are compared folded (`folding.fold`), so accents and case do not matter.
"""

import re

from rapidfuzz import fuzz, process

from knowledge.folding import fold

LEAST_LIKENESS = 88


def _words(text: str) -> list[str]:
    return [fold(word.strip()) for word in text.replace("\n", "|").split("|") if word.strip()]


# English, Greek, Spanish, German, French, Arabic. The first hit counts, exact before alike.
FIELDS: dict[str, list[str]] = {
    name: _words(words)
    for name, words in {
        "reference": """reference|ref|ref no|ref.|ref number|listing id|listing ref|property id|property ref|id|code|listing code|
            κωδικός|κωδ|κωδικός ακινήτου|αναφορά|αρ. αναφοράς|referencia|código|nº referencia|
            referenznummer|referenz|objektnummer|objekt-nr|objekt-id|objektnr|immobilien-id|scout-id|kennung|référence|réf|réf.|code annonce|
            المرجع|رقم المرجع|الرمز|رقم الإعلان""",
        "title": """title|name|headline|listing title|property name|τίτλος|όνομα|τίτλος αγγελίας|título|nombre|titular|
            titel|überschrift|bezeichnung|objekttitel|titre|nom|intitulé|العنوان الرئيسي|الاسم|عنوان الإعلان""",
        "deal": """deal|deal type|offer|offer type|transaction|transaction type|purpose|for|sale or rent|sale/rent|listing type|operation|tenure|
            συναλλαγή|είδος συναλλαγής|σκοπός|πώληση/ενοικίαση|operación|tipo de operación|operacion|
            vermarktungsart|vermarktung|kauf/miete|angebotsart|transaction|type de transaction|type d'offre|type d'annonce|
            نوع العرض|نوع الصفقة|الغرض|بيع/إيجار""",
        "property_type": """property type|type|kind|category|home type|building type|τύπος|τύπος ακινήτου|είδος|είδος ακινήτου|κατηγορία|
            tipo|tipo de inmueble|tipo de propiedad|tipología|objektart|objekttyp|immobilientyp|art|haustyp|wohnungstyp|
            type de bien|nature|catégorie|نوع العقار|النوع|الصنف""",
        "status": "status|state|availability|κατάσταση|διαθεσιμότητα|estado|disponibilidad|verfügbarkeit|statut|état|disponibilité|الحالة|التوفر",
        "price": """price|asking price|sale price|selling price|rent|monthly rent|rent per month|price eur|price (eur)|price (€)|price €|amount|
            τιμή|τιμή πώλησης|ενοίκιο|μίσθωμα|μηνιαίο ενοίκιο|ζητούμενη τιμή|τιμή €|precio|precio de venta|alquiler mensual|renta|precio €|importe|
            preis|kaufpreis|kaltmiete|miete|nettokaltmiete|monatsmiete|preis €|preis (€)|prix|prix de vente|loyer|loyer mensuel|prix €|
            السعر|سعر البيع|الثمن|الإيجار الشهري""",
        "currency": "currency|currency code|νόμισμα|moneda|divisa|währung|devise|monnaie|العملة",
        "price_period": "price period|period|rent period|περίοδος|periodo|zeitraum|période|الفترة",
        "bedrooms": """bedrooms|beds|bed|br|bedroom|no of bedrooms|number of bedrooms|υπνοδωμάτια|υ/δ|υπν.|δωμάτια|κρεβατοκάμαρες|αρ. υπνοδωματίων|
            dormitorios|habitaciones|cuartos|alcobas|nº dormitorios|schlafzimmer|anzahl schlafzimmer|schlafräume|chambres|nb chambres|nombre de chambres|
            chambre|غرف النوم|عدد غرف النوم|غرف""",
        "bathrooms": """bathrooms|baths|bath|no of bathrooms|number of bathrooms|μπάνια|λουτρά|αρ. μπάνιων|baños|cuartos de baño|nº baños|
            badezimmer|bäder|anzahl badezimmer|salles de bain|salles de bains|sdb|nb salles de bain|salle de bain|الحمامات|عدد الحمامات|حمام""",
        "area_m2": """living area|area m2|area (m2)|area (m²)|size|size m2|size (m²)|floor area|floor size|covered area|internal area|sqm|sq m|m2|m²|square metres|square meters|
            surface|built area|εμβαδόν|εμβαδό|τετραγωνικά|τ.μ.|τμ|τ.μ|εμβαδόν (τ.μ.)|καθαρό εμβαδόν|superficie|metros|metros cuadrados|superficie construida|
            superficie útil|superficie (m²)|wohnfläche|fläche|wohnfläche (m²)|wohnfläche m²|wohnfläche in m²|qm|quadratmeter|surface habitable|surface (m²)|surface m2|
            المساحة|المساحة (م²)|مساحة""",
        "plot_m2": """plot|plot size|plot area|plot m2|land area|land size|lot size|plot (m²)|οικόπεδο|εμβαδόν οικοπέδου|parcela|superficie parcela|terreno|superficie del terreno|
            grundstück|grundstücksfläche|grundstück m²|terrain|surface terrain|surface du terrain|مساحة الأرض|الأرض""",
        "floor": "floor|storey|level|floor number|όροφος|planta|piso|etage|stockwerk|geschoss|étage|الطابق|الدور",
        "year_built": """year built|year|built|construction year|year of construction|build year|έτος κατασκευής|έτος|año de construcción|año|año construcción|
            baujahr|année de construction|année|année construction|سنة البناء""",
        "address": "address|street|street address|διεύθυνση|οδός|dirección|calle|domicilio|adresse|straße|strasse|anschrift|rue|العنوان|الشارع",
        "area": "area|district|neighbourhood|neighborhood|suburb|location|quarter|περιοχή|συνοικία|τοποθεσία|zona|barrio|distrito|stadtteil|bezirk|ortsteil|lage|viertel|quartier|secteur|المنطقة|الحي",
        "city": "city|town|municipality|locality|πόλη|δήμος|ciudad|población|municipio|localidad|stadt|ort|gemeinde|ville|commune|المدينة|البلدة",
        "country": "country|country code|χώρα|país|land|pays|الدولة|البلد",
        "furnished": "furnished|furniture|επιπλωμένο|έπιπλα|amueblado|muebles|möbliert|moebliert|möbel|meublé|مفروش|مفروشة",
        "pets_allowed": "pets|pets allowed|pet friendly|κατοικίδια|επιτρέπονται κατοικίδια|mascotas|se admiten mascotas|haustiere|haustiere erlaubt|animaux|animaux acceptés|الحيوانات الأليفة",
        "parking": "parking|garage|parking space|parking spaces|πάρκινγκ|πάρκιν|θέση στάθμευσης|γκαράζ|aparcamiento|garaje|plaza de garaje|stellplatz|parkplatz|tiefgarage|stationnement|place de parking|موقف|موقف سيارات|كراج",
        "laundry": "laundry|washing machine|washer|πλυντήριο|lavadora|lavandería|waschmaschine|waschküche|lave-linge|buanderie|غسالة",
        "elevator": "elevator|lift|ασανσέρ|ανελκυστήρας|ascensor|aufzug|fahrstuhl|ascenseur|مصعد",
        "pool": "pool|swimming pool|πισίνα|piscina|schwimmbad|swimmingpool|piscine|مسبح",
        "balcony": "balcony|terrace|veranda|μπαλκόνι|βεράντα|balcón|terraza|balkon|terrasse|balcon|شرفة|بلكونة",
        "sea_view": "sea view|seaview|θέα θάλασσα|θέα στη θάλασσα|vistas al mar|vista al mar|meerblick|vue mer|vue sur mer|إطلالة بحرية|إطلالة على البحر",
        "heating": "heating|central heating|θέρμανση|calefacción|heizung|chauffage|تدفئة",
        "energy_class": "energy class|energy rating|epc|epc rating|ενεργειακή κλάση|clase energética|certificado energético|calificación energética|energieklasse|energieeffizienzklasse|classe énergie|classe énergétique|dpe|فئة الطاقة",
        "deposit_months": "deposit|deposit months|deposit (months)|εγγύηση|εγγύηση (μήνες)|fianza|fianza (meses)|kaution|kaution (monate)|dépôt de garantie|caution|التأمين",
        "common_expenses": "common expenses|service charge|hoa|common charges|κοινόχρηστα|gastos de comunidad|comunidad|nebenkosten|hausgeld|charges|رسوم الخدمة",
        "available_from": "available from|available|move in|move-in date|availability date|διαθέσιμο από|disponible desde|verfügbar ab|bezugsfrei ab|frei ab|bezug|disponible le|disponible à partir du|date de disponibilité|متاح من|متوفر من",
        "url": "url|link|web page|page|website|listing url|σύνδεσμος|ιστοσελίδα|enlace|página|webseite|lien|page web|الرابط",
        "description": "description|details|text|remarks|notes|περιγραφή|σχόλια|descripción|observaciones|beschreibung|objektbeschreibung|descriptif|texte|الوصف|التفاصيل",
        "agent": "agent|agent email|contact|broker|υπεύθυνος|σύμβουλος|μεσίτης|agente|asesor|makler|ansprechpartner|berater|conseiller|négociateur|الوكيل|المسؤول",
    }.items()
}

PROPERTY_TYPES: dict[str, list[str]] = {
    name: _words(words)
    for name, words in {
        "apartment": "apartment|flat|condo|condominium|unit|διαμέρισμα|apartamento|piso|departamento|wohnung|etagenwohnung|eigentumswohnung|erdgeschosswohnung|mietwohnung|appartement|appart|شقة",
        "studio": "studio|studio flat|studio apartment|bedsit|γκαρσονιέρα|στούντιο|estudio|loft|einzimmerwohnung|1-zimmer-wohnung|studette|استوديو|ستوديو",
        "penthouse": "penthouse|retire|ρετιρέ|ático|atico|dachgeschosswohnung|penthouse-wohnung|dernier étage|بنتهاوس",
        "maisonette": "maisonette|duplex|townhouse|town house|terraced house|μεζονέτα|dúplex|adosado|chalet adosado|reihenhaus|maisonnette|maison de ville|دوبلكس",
        "house": "house|detached house|single family house|single family residence|detached|bungalow|semi-detached|semi-detached house|cottage|home|μονοκατοικία|κατοικία|σπίτι|casa|chalet|casa unifamiliar|haus|einfamilienhaus|doppelhaushälfte|maison|maison individuelle|بيت|منزل",
        "villa": "villa|βίλα|βίλλα|villa de lujo|فيلا",
        "land": "land|plot|field|lot|building plot|οικόπεδο|γη|αγροτεμάχιο|χωράφι|terreno|parcela|solar|grundstück|bauland|terrain|terrain à bâtir|أرض",
        "office": "office|γραφείο|oficina|büro|bureau|مكتب",
        "shop": "shop|retail|store|commercial|κατάστημα|μαγαζί|local|local comercial|tienda|laden|geschäft|ladenlokal|boutique|commerce|local commercial|محل|متجر",
    }.items()
}

DEALS: dict[str, list[str]] = {
    "sale": _words(
        "sale|for sale|sell|buy|purchase|sales|resale|πώληση|πωλείται|προς πώληση|αγορά|venta|en venta|comprar|"
        "kauf|verkauf|zu verkaufen|kaufen|vente|à vendre|achat|بيع|للبيع"
    ),
    "rent": _words(
        "rent|for rent|to let|let|lease|rental|letting|to rent|ενοικίαση|ενοικιάζεται|προς ενοικίαση|μίσθωση|alquiler|en alquiler|alquilar|"
        "miete|vermietung|zu vermieten|mieten|location|à louer|louer|إيجار|للإيجار"
    ),
}

STATUSES: dict[str, list[str]] = {
    "available": _words(
        "available|active|on offer|on market|for sale|live|instock|διαθέσιμο|ενεργό|disponible|activo|verfügbar|frei|aktiv|actif|متاح|متوفر"
    ),
    "reserved": _words(
        "reserved|under offer|pending|on hold|κρατημένο|κράτηση|υπό διαπραγμάτευση|reservado|reserviert|réservé|sous compromis|محجوز"
    ),
    "sold": _words("sold|soldout|πωλήθηκε|πωλημένο|vendido|verkauft|vendu|مباع"),
    "let": _words("let|rented|leased|νοικιάστηκε|ενοικιάστηκε|alquilado|vermietet|loué|مؤجر"),
    "withdrawn": _words(
        "withdrawn|off market|inactive|archived|unavailable|αποσύρθηκε|ανενεργό|retirado|inactivo|zurückgezogen|inaktiv|retiré|مسحوب"
    ),
}

PERIODS: dict[str, list[str]] = {
    "month": _words(
        "month|per month|monthly|pm|pcm|p.m.|/month|μήνας|το μήνα|ανά μήνα|μηνιαία|mes|al mes|mensual|monat|pro monat|monatlich|mois|par mois|mensuel|شهر|شهريا"
    ),
    "total": _words("total|in total|once|σύνολο|total price|gesamt|σε σύνολο|المجموع"),
}

YES = set(_words("yes|y|true|1|x|✓|✔|v|ναι|αληθές|sí|si|s|verdadero|ja|j|wahr|oui|o|vrai|نعم"))
NO = set(_words("no|n|false|0|✗|✘|none|όχι|οχι|ψευδές|falso|nein|falsch|kein|keine|non|faux|لا"))
UNKNOWN = set(
    _words(
        "-|–|—|n/a|na|null|none|unknown|?|tbc|tba|άγνωστο|δ/υ|desconocido|unbekannt|k.a.|k. a.|inconnu|nc|غير معروف"
    )
)
ON_REQUEST = re.compile(
    fold(
        r"on request|upon request|poa|p\.o\.a|κατόπιν|επικοινωνήστε|a consultar|consultar|auf anfrage|sur demande|nous consulter|عند الطلب"
    )
)
GROUND_FLOOR = set(
    _words(
        "ground|ground floor|gf|g|ισόγειο|bajo|planta baja|pb|erdgeschoss|eg|parterre|rez-de-chaussée|rdc|أرضي|الطابق الأرضي"
    )
)
COUNTRIES: dict[str, list[str]] = {
    "CY": _words("cyprus|κύπρος|chipre|zypern|chypre|قبرص"),
    "GR": _words("greece|ελλάδα|hellas|grecia|griechenland|grèce|اليونان"),
    "ES": _words("spain|ισπανία|españa|spanien|espagne|إسبانيا"),
    "DE": _words("germany|γερμανία|alemania|deutschland|allemagne|ألمانيا"),
    "FR": _words("france|γαλλία|francia|frankreich|فرنسا"),
    "AT": _words("austria|αυστρία|österreich|autriche"),
    "CH": _words("switzerland|ελβετία|suiza|schweiz|suisse"),
    "IT": _words("italy|ιταλία|italia|italien|italie"),
    "PT": _words("portugal|πορτογαλία"),
    "GB": _words(
        "united kingdom|uk|great britain|england|ηνωμένο βασίλειο|reino unido|großbritannien|royaume-uni"
    ),
    "US": _words("united states|usa|us|estados unidos|vereinigte staaten|états-unis"),
    "AE": _words("united arab emirates|uae|الإمارات|emirates"),
}


def word_of(text: str, book: dict[str, list[str]]) -> str | None:
    """The entry of a book whose words the text is, in one of six languages, or None."""
    said = fold(" ".join(text.split()))
    if said in book:
        return said
    for name, words in book.items():
        if said in words:
            return name
    every = {word: name for name, words in book.items() for word in words if len(word) >= 6}
    if len(said) < 6:
        return None
    close = process.extractOne(said, every.keys(), scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS)
    return every[close[0]] if close else None


def guess_fields(headers: list[str]) -> dict[str, int]:
    """Which column holds which field, by the names in the first row; each column at most once."""
    found: dict[str, int] = {}
    folded = [_heading(header) for header in headers]
    for position, heading in enumerate(folded):
        name = next((name for name, words in FIELDS.items() if heading in words), None)
        name = name or (heading.replace(" ", "_") if heading.replace(" ", "_") in FIELDS else None)
        if name and name not in found:
            found[name] = position
    taken = set(found.values())
    for position, heading in enumerate(folded):
        if position in taken or not heading:
            continue
        name = word_of(heading, {name: FIELDS[name] for name in FIELDS if name not in found})
        if name:
            found[name] = position
    return found


def _heading(header: str) -> str:
    return " ".join(fold(header).replace("_", " ").split()).strip(" *:")
