"""Subjects for people in Greek, Spanish, German, French and Arabic, and what only looks alike."""

import pytest

from assistant.sensitive import SUBJECTS, find_subject, subject_of
from assistant.sensitive_words import LANGUAGES
from assistant.tests.test_fairhousing import cases

TRUE = {
    "emergency": """
Μυρίζει αέριο στην κουζίνα!
Υπάρχει διαρροή αερίου
Φωτιά στο διαμέρισμα
πλημμύρισε το μπάνιο
Έσπασε ο σωλήνας στην κουζίνα
Έγινε διάρρηξη στο σπίτι
κλειδώθηκα έξω
Κλειδωθηκαμε εξω απο το σπιτι
Εγκλωβίστηκα στο ασανσέρ
epiase fotia to spiti
Huele a gas en el piso
Hay una fuga de gas
Hay un incendio en la cocina
Se ha inundado el baño, ¡ayuda!
Se ha roto una tubería
Están intentando entrar en casa, intentan forzar la puerta
Me he quedado encerrada en el ascensor
Es una emergencia
Es riecht nach Gas
Die Küche brennt!
Wir haben einen Rohrbruch
Die Wohnung steht unter Wasser
Bei uns wurde eingebrochen
Ich habe mich ausgesperrt
Ich stecke im Aufzug fest
Es ist ein Notfall
Ça sent le gaz
Il y a une fuite de gaz
Au feu ! La cuisine est en feu
L'appartement est inondé
Un tuyau a éclaté
On a été cambriolés
Je suis coincé dans l'ascenseur
C'est une urgence
هناك تسرب غاز
أشم رائحة الغاز
يوجد حريق في المطبخ
انفجرت ماسورة المياه
تعرضنا للسرقة
أنا عالق في المصعد
هذه حالة طارئة
""",
    "discrimination": """
Αυτό είναι ρατσισμός
Με απορρίψατε επειδή είμαι μουσουλμάνος;
Δεν θέλω ξένους στην πολυκατοικία
Esto es discriminación
¿Es porque soy extranjero?
¿Aceptan inmigrantes?
Das ist Diskriminierung
Liegt es daran, weil ich Ausländer bin?
Vermieten Sie an Ausländer?
C'est de la discrimination
Parce que je suis noir ?
Acceptez-vous les étrangers ?
هذا تمييز عنصري
هل لأنني مسلم؟
هل تقبلون الأجانب؟
""",
    "people": """
Είναι ασφαλής η περιοχή;
Τι κόσμος μένει εκεί;
Πώς είναι τα σχολεία;
¿Es seguro el barrio?
¿Qué tipo de gente vive allí?
¿Hay muchos inmigrantes?
Ist die Gegend sicher?
Was für Leute wohnen dort?
Wohnen dort viele Ausländer?
Le quartier est-il sûr ?
Quel genre de voisins y a-t-il ?
Il y a beaucoup d'étrangers ?
هل المنطقة آمنة؟
من يسكن في العمارة؟
كيف المدارس هناك؟
""",
    "benefits": """
Δέχεστε επίδομα ενοικίου;
Παίρνω στεγαστικό επίδομα
¿Aceptan ayudas al alquiler?
Cobro el ingreso mínimo vital
Ich bekomme Wohngeld
Zahlt das Jobcenter, geht das?
Acceptez-vous les APL ?
Je touche le RSA
أحصل على الضمان الاجتماعي
هل تقبلون مساعدات السكن؟
""",
    "disability": """
Έχω αμαξίδιο
Έχω σκύλο οδηγό
Mi madre va en silla de ruedas
Tengo un perro guía
Ich sitze im Rollstuhl
Ich habe einen Blindenhund
Je suis en fauteuil roulant
J'ai un chien guide
أستخدم كرسي متحرك
ابني من ذوي الاحتياجات الخاصة
""",
    "legal": """
Θα σας κάνω μήνυση
Θα μιλήσω με τον δικηγόρο μου
Πώς μπορώ να σπάσω το συμβόλαιο;
Πόσος είναι ο φόρος μεταβίβασης;
Voy a denunciarles
Mi abogado les llamará
¿Puedo rescindir el contrato?
¿Cuánto es la plusvalía?
Ich werde Sie verklagen
Mein Anwalt meldet sich
Wie lang ist die Kündigungsfrist?
Wie hoch ist die Grunderwerbsteuer?
Je vais porter plainte
Mon avocat vous contactera
Comment résilier le bail ?
Combien d'impôts sur la plus-value ?
سأرفع قضية في المحكمة
سيتصل بكم المحامي
كيف يمكن فسخ العقد؟
كم الضرائب على البيع؟
""",
    "complaint": """
Θέλω να κάνω παράπονο
Απαράδεκτη εξυπηρέτηση!
Κανείς δεν ήρθε στο ραντεβού
Quiero poner una queja
Nadie vino a la visita
Es una estafa
Ich möchte mich beschweren
Niemand ist zum Termin gekommen
Das ist Betrug
Je veux faire une réclamation
Personne n'est venu au rendez-vous
C'est inadmissible
أريد تقديم شكوى
لم يحضر أحد إلى الموعد
هذا احتيال
""",
    "price": """
Ποια είναι η τελευταία τιμή;
Είναι συζητήσιμη η τιμή;
¿Es negociable el precio?
¿Cuál es el último precio?
Ist der Preis verhandelbar?
Was ist der letzte Preis?
Le prix est-il négociable ?
Quel est votre dernier prix ?
ما هو آخر سعر؟
هل السعر قابل للتفاوض؟
""",
}
FINE = """
Γεια σας, ψάχνω διαμέρισμα με δύο υπνοδωμάτια στη Νεάπολη
Είναι ακόμα διαθέσιμο;
Πόσο κοστίζει το ενοίκιο;
Μπορώ να το δω αύριο στις πέντε;
Έχει ασανσέρ και πάρκινγκ;
Η περιοχή μου αρέσει
Έχει τζάκι για φωτιά; Όχι; Εντάξει
Υπάρχει κίνδυνος πλημμύρας;
Είμαι δικηγόρος και ψάχνω γραφείο
Δεν έχω κανένα παράπονο, ευχαριστώ
Επιτρέπονται κατοικίδια;
Πότε μπορώ να σας καλέσω;
Μου ταιριάζει το Σάββατο
Θέλουμε τρία υπνοδωμάτια για εμάς και τα παιδιά
Hola, busco un piso de dos dormitorios en Neapoli
¿Sigue disponible?
¿Cuánto es el alquiler?
¿Puedo verlo mañana a las cinco?
¿Tiene ascensor y garaje?
Soy abogada y busco una oficina
No tengo ninguna queja, gracias
¿Hay riesgo de inundación?
Estoy seguro de que me gusta
¿Es seguro pagar por transferencia?
¿Se admiten mascotas?
Me viene bien el sábado
Somos cuatro, con dos niños, y queremos tres dormitorios
Hallo, ich suche eine Wohnung mit zwei Schlafzimmern
Ist sie noch frei?
Wie hoch ist die Miete?
Kann ich sie morgen um fünf sehen?
Gibt es einen Aufzug und einen Parkplatz?
Ich bin Anwältin und suche ein Büro
Gab es schon mal einen Wasserschaden?
Ich bin mir nicht sicher
Sind Haustiere erlaubt?
Samstag passt mir gut
Wir brauchen drei Zimmer, wir haben zwei Kinder
Bonjour, je cherche un appartement avec deux chambres
Est-il toujours disponible ?
Quel est le loyer ?
Puis-je le visiter demain à cinq heures ?
Y a-t-il un ascenseur et un parking ?
Je suis avocate et je cherche un bureau
Est-ce une zone inondable ?
Bien sûr, merci
Je ne suis pas sûr
Les animaux sont-ils acceptés ?
Samedi me convient
Nous sommes quatre avec deux enfants, il nous faut trois chambres
مرحبا، أبحث عن شقة من غرفتي نوم في نيابولي
هل ما زالت متاحة؟
كم الإيجار؟
هل يمكنني رؤيتها غداً الساعة الخامسة؟
هل يوجد مصعد وموقف سيارات؟
أنا محامي وأبحث عن مكتب
هل يسمح بالحيوانات الأليفة؟
السبت مناسب لي
نحن أربعة مع طفلين ونحتاج ثلاث غرف
ليس لدي أي شكوى، شكراً
Gaspare sent me. Is the flat in Rue Gazan free?
I like the avocado tree; is there a terrace?
The notary is in Court Road
""".strip().splitlines()


@pytest.mark.parametrize(("subject", "text"), cases(TRUE))
def test_message_on_a_subject_for_people_is_found(subject, text):
    assert subject_of(text) == subject


@pytest.mark.parametrize("text", FINE)
def test_plain_message_touches_no_subject(text):
    assert find_subject(text) is None


def test_every_language_knows_every_subject():
    assert {language: set(words) for language, words in LANGUAGES.items()} == {
        language: set(SUBJECTS) for language in LANGUAGES
    }


def test_words_are_kept_as_they_were_written():
    assert find_subject("ΠΡΟΣΟΧΉ, Μυρίζει αέριο!").words == "Μυρίζει αέριο"


def test_gravest_subject_decides_in_a_mixed_message():
    assert subject_of("Απαράδεκτο! Huele a gas. Ich klage.") == "emergency"
