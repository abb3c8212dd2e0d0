# ruff: noqa: E501
"""The Arabic catalogue, polite. Foreign names stand between Arabic words, so that lines keep their direction."""

LOCALE = "ar_EG@numbers=latn"
AND, OR = "و", "أو"
JOIN = " {word} "
MONEY, MONEY_EXACT = "#,##0 ¤", "#,##0.00 ¤"
DAY, DATE, BUTTON_DAY = "EEEE d MMMM", "d MMMM y", "EEE d/M"
AS_OF = "(بتاريخ {day})"
AT = "{day} الساعة {time}"
PER_MONTH = "في الشهر"

SENTENCES: dict[str, list[str]] = {
    "hello_disclosure": [
        "مرحباً {name}! أنا {persona}المساعد الآلي لدى {agency}. يمكنني أن أخبركم عن عقاراتنا وأن أرتب الزيارات؛ إذا كنتم تفضلون "
        'التحدث مع شخص فاكتبوا "agent".'
    ],
    "hello_disclosure_nameless": [
        "مرحباً! أنا {persona}المساعد الآلي لدى {agency}. يمكنني أن أخبركم عن عقاراتنا وأن أرتب الزيارات؛ إذا كنتم تفضلون التحدث مع "
        'شخص فاكتبوا "agent".'
    ],
    "disclosure_in_need": ["يكتب لكم المساعد الآلي لدى {agency}؛ ويقرأ معه أشخاص أيضاً."],
    "hello": ["أهلاً بكم من جديد!", "يسعدني أن أسمع منكم.", "أهلاً!"],
    "i_am_a_machine": [
        'نعم، أنا مساعد آلي لدى {agency}. اكتبوا "agent" ليتولى الأمر شخص.',
        'أنا المساعد الآلي؛ يقرأ معي شخص ويتولى الأمر إذا كتبتم "agent".',
    ],
    "you_are_welcome": ["على الرحب والسعة!", "بكل سرور.", "يسعدني أنني ساعدتكم."],
    "goodbye": ["مع السلامة، اكتبوا متى شئتم.", "يوماً سعيداً! أنا هنا إذا احتجتم شيئاً."],
    "nothing_else": ["حسناً. اكتبوا متى استجد شيء.", "تمام، أنا هنا إذا احتجتموني."],
    "not_interested": [
        "فهمت، شكراً لإخباري. إذا تغير ذلك فاكتبوا هنا. لإيقاف كل الرسائل اكتبوا STOP."
    ],
    "wrong_number": ["لا مشكلة، وصلت الرسالة إلى الشخص الخطأ. لن أكتب مجدداً إلا إذا كتبتم."],
    "small_talk": ["شكراً لسؤالكم، كل شيء بخير هنا.", "كل شيء بخير هنا، شكراً."],
    "calm": ['آسف على الإزعاج. أخبروني بما تحتاجون أو اكتبوا "agent" للتحدث مع شخص.'],
    "to_a_person": ["بالطبع. سأحيل الأمر إلى زميل يجيبكم هنا."],
    "unsure_to_a_person": [
        "لست متأكداً من قدرتي على المساعدة في هذا كما ينبغي، لذلك سيجيبكم زميل هنا."
    ],
    "too_many": ["سيطلع زميل على محادثتنا ويتابع من هنا."],
    "have_number": ["شكراً، سجلت رقمكم."],
    "will_ask": [
        "هذه المعلومة ليست لدي. سأسأل زميلاً ونجيبكم هنا.",
        "لا يوجد ذلك في سجلاتي، لذلك طلبت من زميل أن يجيبكم.",
        "لا أستطيع تأكيد ذلك بنفسي؛ سيخبركم زميل هنا.",
    ],
    "cannot_see": [
        "شكراً! لا أستطيع فتح {thing} بنفسي، لذلك سيطلع عليها زميل.",
        "وصلت. سيطلع عليها زميل لأنني لا أستطيع فتح {thing}.",
    ],
    "unsure": [
        "لست متأكداً أنني فهمت. هل تبحثون عن شراء أو إيجار، أم يتعلق الأمر بأحد عقاراتنا؟",
        "عذراً، لم أفهم ذلك جيداً. هل يمكنكم قوله بطريقة أخرى؟",
    ],
    "listing_intro": ["{title}: {summary}، {price}."],
    "listing_intro_no_price": ["{title}: {summary}. السعر غير مسجل."],
    "as_of": ["هذه المعلومة بتاريخ {day}؛ يمكن لزميل أن يخبركم إن كانت ما زالت صحيحة."],
    "available": ["العقار {title} ({reference}) متاح.", "نعم، العقار {title} ما زال متاحاً."],
    "not_available": ["للأسف لم يعد العقار {title} متاحاً: {status}."],
    "fact_price": ["سعر العقار {title} هو {value}.", "ثمن العقار {title} هو {value}."],
    "fact_rent": ["إيجار العقار {title} هو {value}.", "يؤجر العقار {title} بمبلغ {value}."],
    "fact_bedrooms": ["في العقار {title}: {value}."],
    "fact_bathrooms": ["في العقار {title}: {value}."],
    "fact_area_m2": ["مساحة العقار {title} هي {value} م²."],
    "fact_plot_m2": ["مساحة أرض العقار {title} هي {value} م²."],
    "fact_floor": ["العقار {title} في الطابق {value}.", "إنه في الطابق {value}."],
    "fact_ground_floor": ["العقار {title} في الطابق الأرضي."],
    "fact_year_built": ["بني العقار {title} عام {value}."],
    "fact_address": ["عنوان العقار {title} هو {value}."],
    "fact_energy_class": ["فئة الطاقة للعقار {title} هي {value}."],
    "fact_available_from": ["العقار {title} متاح من {value}."],
    "fact_common_expenses": ["المصاريف المشتركة للعقار {title} هي {value}."],
    "fact_deposit": ["التأمين للعقار {title} هو {value}."],
    "fact_description": ["{value}"],
    "fact_link": ["هذه صفحة العقار {title}: {value}"],
    "yes_feature": [
        "نعم، في العقار {title} يوجد {feature}.",
        "نعم، يوجد {feature} في العقار {title}.",
    ],
    "no_feature": ["لا، لا يوجد في العقار {title} {feature_plain}."],
    "yes_furnished": ["نعم، العقار {title} مفروش."],
    "no_furnished": ["لا، العقار {title} يؤجر بدون فرش."],
    "no_furnished_sale": ["لا، العقار {title} يباع بدون فرش."],
    "yes_pets": ["نعم، يسمح بالحيوانات الأليفة في العقار {title}."],
    "no_pets": ["لا، لا يسمح بالحيوانات الأليفة في العقار {title}."],
    "which_listing": [
        "أي عقار تقصدون؟ يساعدني اسمه أو رقمه في العثور عليه.",
        "هل يمكنكم إخباري عن أي عقار يدور الأمر؟",
    ],
    "matches_one": ["هذا يناسب ما أخبرتموني به:"],
    "matches_many": ["هذه تناسب ما أخبرتموني به:"],
    "matches_first_one": ["بحسب ما أعرفه حتى الآن، قد يهمكم هذا:"],
    "matches_first_many": [
        "بحسب ما أعرفه حتى الآن، قد تهمكم هذه:",
        "بحسب ما أعرفه حتى الآن، لدينا هذه:",
    ],
    "matches_near_one": [
        "لا يوجد ما يطابق تماماً؛ الأقرب هو:",
        "لا يوجد حالياً شيء مطابق؛ الأقرب هو:",
    ],
    "matches_near": [
        "لا يوجد ما يطابق تماماً؛ الأقرب هي:",
        "لا يوجد حالياً شيء مطابق؛ الأقرب هي:",
    ],
    "no_matches": ["ليس لدينا حالياً ما يناسب. سجلت رغبتكم لزملائي."],
    "no_more": ["هذه كل العقارات المناسبة حالياً."],
    "match_line": ["{position}. {title} ({reference})، {summary}، {price}{misses}"],
    "want_viewing": ["هل تودون زيارته؟", "هل أرتب لكم زيارة؟", "هل تهمكم الزيارة؟"],
    "which_to_see": ["هل تودون زيارة أحدها؟", "هل يستحق أحدها زيارة؟"],
    "contact": ["يمكنكم الاتصال بنا في {agency} على {phone} أو الكتابة هنا."],
    "from_knowledge": ["{text}"],
    "ask_for_whom": ["هذا يتوقف على صفتكم: هل تسألون بصفة {people}؟"],
    "ask_intent": ["هل تبحثون عن شراء أم إيجار؟", "هل الأمر شراء أم إيجار؟"],
    "ask_locations": ["ما هي المنطقة التي تفضلونها؟", "أين يجب أن يكون؟"],
    "ask_budget_max": ["ما هي ميزانيتكم؟", "ما الميزانية التقريبية لديكم؟"],
    "ask_budget_max_rent": ["ما هو الإيجار الشهري الذي تفكرون فيه؟", "ما هي ميزانيتكم في الشهر؟"],
    "ask_bedrooms": ["كم غرفة نوم تحتاجون؟", "كم غرفة نوم تناسبكم؟"],
    "ask_property_type": ["ما نوع العقار؟"],
    "ask_property_type_wish": ["ما نوع السكن الذي تبحثون عنه؟"],
    "ask_timeline_days": ["متى تودون الانتقال؟", "متى تحتاجون إلى الانتقال؟"],
    "ask_timeline_days_owner": ["متى تودون أن يباع أو يؤجر؟", "إلى متى يجب أن يتم ذلك؟"],
    "want_valuation": ["هل أرتب زيارة زميل، دون أي التزام، ليراه ويقيمه؟"],
    "ask_financing": ["هل ستشترون نقداً أم بتمويل؟"],
    "ask_address": ["ما هو عنوان العقار؟"],
    "noted": ["سجلت ذلك.", "شكراً، سجلت ذلك.", "حسناً.", "من الجيد معرفة ذلك، شكراً."],
    "offer_many": [
        "هذه الأوقات متاحة لترتيب {purpose}: {times}. أيها يناسبكم؟",
        "يمكنني أن أعرض لترتيب {purpose}: {times}. أيها تفضلون؟",
        "ما رأيكم لترتيب {purpose} في {times}؟",
    ],
    "offer_one": [
        "هذا الوقت متاح لترتيب {purpose}: {times}. هل أسجله؟",
        "يمكنني أن أعرض لترتيب {purpose}: {times}. هل أسجله؟",
    ],
    "not_free": [
        "للأسف {wanted} غير متاح.",
        "للأسف {wanted} مشغول أو خارج أوقات عملنا.",
    ],
    "no_times": ["لا أرى وقتاً متاحاً هناك، لذلك سيقترح زميل وقتاً هنا."],
    "confirm_time": [
        "{when} متاح. هل أسجل {purpose}؟",
        "{when} مناسب لنا. هل أسجل {purpose} في هذا الوقت؟",
    ],
    "booked": [
        "تم الحجز: {purpose}، {when}، مع {member}. نتطلع إلى لقائكم!",
        "حسناً، تم الحجز: {purpose}، {when}، مع {member}. إلى اللقاء!",
    ],
    "booked_call": ["تم الحجز: سيتصل بكم {member}، {when}."],
    "where": ["العنوان هو {address}."],
    "calendar": ["لتقويمكم: {link}"],
    "calendar_again": ["الموعد الجديد لتقويمكم: {link}"],
    "slot_gone": ["عذراً، حجز هذا الوقت للتو.", "في هذه الأثناء شغل هذا الوقت، عذراً."],
    "moved": ["حسناً، الموعد الجديد ({purpose_plain}): {when}، مع {member}."],
    "cancelled": ["ألغي الموعد: {purpose_plain}، {when}. اكتبوا متى شئتم لموعد جديد."],
    "confirm_move": [
        "{when} متاح. هل أنقل {purpose} إليه؟",
        "{when} مناسب لنا. هل أنقل {purpose} إلى هذا الوقت؟",
    ],
    "confirm_cancel": ["هل ألغي {what}؟"],
    "which_appointment": ["أيها تقصدون: {what}؟"],
    "kept": ["حسناً، يبقى الموعد ({purpose_plain}): {when}، مع {member}."],
    "no_longer_stands": ["هذا الموعد لم يعد قائماً، فلا يوجد ما يغير."],
    "your_appointment": ["موعدكم ({purpose_plain}): {when}، مع {member}."],
    "late": ["شكراً لإخبارنا. سأعلم {member} بذلك."],
    "no_such_home": ["لا أجد {name} بين عقاراتنا. هل لديكم رقمه، أم أقترح غيره؟"],
    "no_appointment": ["لا أجد موعداً لكم. هل أقترح بعض الأوقات؟"],
    "which_home_to_see": [
        "بكل سرور. أي عقار تودون زيارته؟",
        "بكل ترحيب. عن أي من عقاراتنا يدور الأمر؟",
    ],
    "persuade_person": ["لا نجد وقتاً يناسبنا معاً، لذلك سيرتب زميل ذلك معكم هنا."],
}

PURPOSES = {
    "viewing": "زيارة",
    "viewing_of": "زيارة للعقار {title}",
    "call": "مكالمة",
    "valuation": "زيارة تقييم",
}
PLAIN_PURPOSES = {"viewing": "زيارة", "call": "مكالمة", "valuation": "زيارة تقييم"}
YOUR_PURPOSES = {"viewing": "زيارتكم", "call": "مكالمتكم", "valuation": "زيارة التقييم"}
YOUR_VIEWING_OF = "زيارتكم للعقار {title}"
ON = "{what}، {when}"
CANCEL_IT, KEEP_IT = "إلغاء", "إبقاء"
AS_WHOM = {"buy": "مشترٍ", "rent": "مستأجر", "sell": "بائع", "let": "مالك"}
PROPERTY_TYPES = {
    "apartment": "شقة",
    "studio": "استوديو",
    "penthouse": "بنتهاوس",
    "maisonette": "دوبلكس",
    "house": "منزل",
    "villa": "فيلا",
    "land": "أرض",
    "office": "مكتب",
    "shop": "محل",
}
STATUSES = {"reserved": "محجوز", "sold": "بيع", "let": "أُجّر", "withdrawn": "لم يعد معروضاً"}
FEATURES = {
    "parking": ("موقف سيارات", "موقف سيارات"),
    "laundry": ("مكان للغسالة", "مكان للغسالة"),
    "elevator": ("مصعد", "مصعد"),
    "pool": ("مسبح", "مسبح"),
    "balcony": ("شرفة", "شرفة"),
    "sea_view": ("إطلالة على البحر", "إطلالة على البحر"),
    "heating": ("تدفئة", "تدفئة"),
}
THINGS = {
    "image": "الصور",
    "video": "مقاطع الفيديو",
    "audio": "الرسائل الصوتية",
    "document": "المستندات",
    "sticker": "الملصقات",
    "location": "المواقع",
    "contacts": "بطاقات الاتصال",
    "order": "الطلبات",
    "unsupported": "هذا النوع من الرسائل",
}
MISSES = {
    "price": "فوق الميزانية",
    "bedrooms": "عدد آخر من غرف النوم",
    "bathrooms": "عدد آخر من الحمامات",
    "area": "منطقة أخرى",
    "area_m2": "أصغر",
    "property_type": "نوع آخر من العقارات",
    "pets_allowed": "بدون حيوانات",
    "furnished": "غير مفروش",
}
WITHOUT = "بدون {field}"
UNKNOWN = "غير مسجل: {field}"
FIELD_WORDS = {
    "pets_allowed": "الحيوانات",
    "area_m2": "المساحة",
    "sea_view": "إطلالة على البحر",
    "laundry": "الغسالة",
    "price": "السعر",
    "parking": "موقف سيارات",
    "furnished": "الفرش",
    "pool": "مسبح",
    "elevator": "مصعد",
    "balcony": "شرفة",
    "bedrooms": "غرف النوم",
    "bathrooms": "الحمامات",
}


def rooms(field: str, value: int) -> str:
    """`3 غرف نوم`; Arabic counts one, two, three to ten, and more."""
    one, two, few, many = (
        ("غرفة نوم واحدة", "2 غرفتا نوم", "غرف نوم", "غرفة نوم")
        if field == "bedrooms"
        else ("حمام واحد", "2 حمام", "حمامات", "حماماً")
    )
    if value in (1, 2):
        return one if value == 1 else two
    return f"{value} {few if value % 100 in range(3, 11) else many}"


def months_of_rent(months: int) -> str:
    if months in (1, 2):
        return "إيجار شهر واحد" if months == 1 else "إيجار شهرين"
    return f"إيجار {months} {'أشهر' if months in range(3, 11) else 'شهراً'}"


def summary(kind: str, bedrooms: int | None, size: str, area: str) -> str:
    """`شقة 92 م²، 2 غرفتا نوم، Kolonaki`"""
    words = f"{kind} {size} م²" if size else kind
    if bedrooms:
        words += f"، {rooms('bedrooms', bedrooms)}"
    return f"{words}، {area}"
