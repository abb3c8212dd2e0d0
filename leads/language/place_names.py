# ruff: noqa: E501  (letters of several alphabets)
"""Cities and islands that people call by different names in different languages.

One line a place, its names by comma; forms that Greek declines are named where they are short. An
agency spells its areas in one of these ways, and customers in any.
"""

from functools import lru_cache

from leads.language.text import fold

PLACES = """
Limassol, Limasol, Lemesos, Lemesso, Λεμεσός, Λεμεσό, Λεμεσού, ليماسول, ليمسول
Nicosia, Lefkosia, Nikosia, Nicosie, Λευκωσία, Λευκωσίας, نيقوسيا
Paphos, Pafos, Πάφος, Πάφο, Πάφου, بافوس
Larnaca, Larnaka, Λάρνακα, Λάρνακας, Larnakas, لارنكا, لارناكا
Famagusta, Ammochostos, Famagouste, Αμμόχωστος, Αμμόχωστο, Αμμοχώστου, فاماغوستا
Kyrenia, Keryneia, Girne, Κερύνεια, Κερύνειας, كيرينيا
Ayia Napa, Agia Napa, Αγία Νάπα, Αγίας Νάπας, أيا نابا
Protaras, Πρωταράς, Πρωταρά, بروتاراس
Cyprus, Kypros, Zypern, Chypre, Chipre, Κύπρος, Κύπρο, Κύπρου, قبرص
Athens, Athina, Athen, Athènes, Atenas, Αθήνα, Αθήνας, Αθηνών, أثينا
Thessaloniki, Salonica, Saloniki, Thessalonique, Salonique, Tesalónica, Salónica, Θεσσαλονίκη, Θεσσαλονίκης, سالونيك, تسالونيكي
Piraeus, Pireas, Piräus, Le Pirée, El Pireo, Πειραιάς, Πειραιά, بيرايوس
Patras, Patra, Πάτρα, Πάτρας, باتراس
Heraklion, Iraklio, Irakleio, Ηράκλειο, Ηρακλείου, هيراكليون
Chania, Hania, La Canée, Χανιά, Χανίων, خانيا
Rhodes, Rodos, Rhodos, Rodas, Ρόδος, Ρόδο, Ρόδου, رودس
Corfu, Kerkyra, Korfu, Corfou, Corfú, Κέρκυρα, Κέρκυρας, كورفو
Crete, Kriti, Kreta, Crète, Creta, Κρήτη, Κρήτης, كريت
Mykonos, Míkonos, Μύκονος, Μύκονο, Μυκόνου, ميكونوس
Santorini, Thira, Santorin, Σαντορίνη, Σαντορίνης, Θήρα, سانتوريني
London, Londres, Λονδίνο, Λονδίνου, لندن
Dublin, Dublín, Δουβλίνο, دبلن
Edinburgh, Edimburgo, Édimbourg, Εδιμβούργο, إدنبرة
Paris, París, Παρίσι, Παρισιού, باريس
Marseille, Marsella, Μασσαλία, مرسيليا
Nice, Niza, Nizza, نيس
Lyon, Λυών, ليون
Berlin, Berlín, Βερολίνο, Βερολίνου, برلين
Munich, München, Múnich, Μόναχο, Μονάχου, ميونخ, ميونيخ
Cologne, Köln, Colonia, Κολωνία, كولونيا
Hamburg, Hambourg, Hamburgo, Αμβούργο, هامبورغ
Frankfurt, Francfort, Fráncfort, Φρανκφούρτη, فرانكفورت
Vienna, Wien, Vienne, Viena, Βιέννη, Βιέννης, فيينا
Zurich, Zürich, Zúrich, Ζυρίχη, زيورخ
Geneva, Genf, Genève, Ginebra, Γενεύη, جنيف
Brussels, Bruxelles, Brüssel, Bruselas, Βρυξέλλες, بروكسل
Madrid, Μαδρίτη, مدريد
Barcelona, Barcelone, Βαρκελώνη, برشلونة
Seville, Sevilla, Séville, Σεβίλλη, إشبيلية
Valencia, Βαλένθια, بلنسية, فالنسيا
Malaga, Málaga, Μάλαγα, مالقة, ملقا
Lisbon, Lisboa, Lissabon, Lisbonne, Λισαβόνα, لشبونة
Rome, Roma, Rom, Ρώμη, Ρώμης, روما
Milan, Milano, Mailand, Milán, Μιλάνο, ميلانو
Istanbul, Constantinople, Estambul, Κωνσταντινούπολη, إسطنبول
Dubai, Dubái, Dubaï, Ντουμπάι, دبي
Abu Dhabi, Abou Dabi, Abu Dabi, Άμπου Ντάμπι, أبوظبي, أبو ظبي
Sharjah, Σάρτζα, الشارقة
Doha, Ντόχα, الدوحة
Riyadh, Riad, Ριάντ, الرياض
Beirut, Beyrouth, Beirute, Βηρυτός, Βηρυτό, بيروت
Amman, Ammán, Αμμάν, عمان
Cairo, Kairo, Le Caire, El Cairo, Κάιρο, القاهرة
Casablanca, Καζαμπλάνκα, الدار البيضاء
Marrakesh, Marrakech, Marrakesch, Μαρακές, مراكش
New York, Nueva York, Νέα Υόρκη, Νέας Υόρκης, نيويورك
""".strip()


def other_names(area: str) -> tuple[str, ...]:
    """Return the other names of a place, whichever of them the agency uses; folded."""
    return _by_name().get(fold(area), ())


@lru_cache(maxsize=1)
def _by_name() -> dict[str, tuple[str, ...]]:
    rows = [[fold(name.strip()) for name in line.split(",")] for line in PLACES.splitlines()]
    return {name: tuple(n for n in row if n != name) for row in rows for name in row}
