from knowledge.keeping import change_status, delete_note, save_listing, save_note
from knowledge.models import Passage
from knowledge.retrieval import question_words, search_knowledge
from knowledge.tests.factories import ListingFactory, NoteFactory
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory


def search(organization, query, **options):
    with tenant(organization):
        return search_knowledge(organization, query, **options)


def titles(findings):
    return [finding.source.title for finding in findings]


def agency_with_notes():
    organization = OrganizationFactory()
    for title, body in (
        ("Deposit for a rental", "The deposit is two months' rent. It is returned in 30 days."),
        ("Opening hours", "The office is open from Monday to Friday, 9 to 18."),
        ("Pets in rented homes", "Owners decide about animals. A deposit for a pet is 300 EUR."),
        ("Commission when you sell", "Our commission is 4 % of the sale price plus VAT."),
    ):
        NoteFactory(organization=organization, title=title, body=body)
    return organization


def test_a_question_finds_the_note_that_answers_although_not_every_word_is_there(db):
    organization = agency_with_notes()

    findings = search(organization, "When do I get my deposit back after I leave?")

    assert titles(findings)[0] == "Deposit for a rental"
    assert findings[0].note.title == "Deposit for a rental"
    assert findings[0].listing is None
    assert findings[0].as_of == findings[0].note.as_of


def test_a_rare_word_weighs_more_than_a_common_one(db):
    organization = agency_with_notes()
    for number in range(8):
        NoteFactory(organization=organization, title=f"Deposit {number}", body="A deposit.")

    assert titles(search(organization, "commission or deposit", limit=1)) == [
        "Commission when you sell"
    ]


def test_a_typing_error_still_finds_at_a_lower_score(db):
    organization = agency_with_notes()

    (right, *_), (wrong, *_) = (
        search(organization, "commission"),
        search(organization, "comission"),
    )

    assert right.note == wrong.note
    assert right.score == 1.0
    assert 0.5 < wrong.score < right.score


def test_words_that_mean_the_same_find_each_other(db):
    organization = agency_with_notes()

    assert titles(search(organization, "What is your fee?"))[:1] == ["Commission when you sell"]
    assert titles(search(organization, "Are dogs ok?"))[:1] == ["Pets in rented homes"]


def test_the_score_tells_how_much_of_the_question_is_met(db):
    organization = agency_with_notes()

    (met,) = search(organization, "commission", limit=1)
    (half,) = search(organization, "commission cryptocurrency", limit=1)

    assert met.score == 1.0
    assert half.score < 0.6


def test_a_question_about_nothing_known_finds_nothing(db):
    organization = agency_with_notes()

    assert search(organization, "Wie ist das Wetter?") == []
    assert search(organization, "and what about the") == []
    assert search(organization, "") == []
    assert search(organization, "'); DROP & | ! <-> \x00 :*") == []


def test_accents_and_case_do_not_matter(db):
    organization = OrganizationFactory()
    NoteFactory(
        organization=organization, title="Ώρες", body="Το γραφείο στη Γλυφάδα ανοίγει στις 9."
    )

    assert titles(search(organization, "ΓΡΑΦΕΙΟ ΓΛΥΦΑΔΑ")) == ["Ώρες"]


def test_what_a_title_says_comes_before_what_a_text_mentions(db):
    organization = OrganizationFactory()
    NoteFactory(organization=organization, title="Fees", body="They include VAT and more.")
    NoteFactory(organization=organization, title="Taxes and VAT", body="The rate is 19 %, VAT.")

    assert titles(search(organization, "Is there VAT on top?")) == ["Taxes and VAT", "Fees"]


def test_each_note_or_listing_is_found_once_by_its_best_passage(db):
    organization = OrganizationFactory()
    filling = " ".join(f"Sentence number {n} says little about the matter." for n in range(20))
    note = NoteFactory(
        organization=organization, title="Keys", body=f"{filling} Lost keys cost 80 EUR. {filling}"
    )

    (finding,) = search(organization, "What if I lose the keys, what is lost keys cost?")

    assert finding.note == note
    assert "Lost keys cost 80 EUR." in finding.text


def test_a_listing_is_found_by_its_facts_and_only_while_on_offer(db):
    organization = OrganizationFactory()
    listing = ListingFactory(organization=organization, title="Villa Amathea", pool=True)

    assert [f.listing for f in search(organization, "Which one has a pool?")] == [listing]

    with tenant(organization):
        change_status(listing, "sold")
    assert search(organization, "Which one has a pool?") == []


def test_nothing_is_said_about_a_feature_that_is_unknown(db):
    listing = ListingFactory(pool=None, parking=False)

    with tenant(listing.organization):
        text = listing.passages.get(position=0).text

    assert "pool" not in text
    assert "no parking" in text


def test_changing_and_deleting_renews_the_passages(db):
    organization = OrganizationFactory()
    note = NoteFactory(organization=organization, title="Fees", body="Tenants pay nothing.")

    with tenant(organization):
        note.body = "Tenants pay half a month."
        save_note(note)
        assert [passage.text for passage in note.passages.all()] == [
            "Fees\nTenants pay half a month."
        ]
        delete_note(note)
        assert Passage.objects.count() == 0


def test_saving_records_who_changed_what(db):
    organization = OrganizationFactory()
    listing = ListingFactory(organization=organization, reference="A-1")

    with tenant(organization):
        listing.price = 1
        save_listing(listing, by=organization.owner, changes={"price"})
        entry = organization.audit_entries.get(action="listing.changed")

    assert entry.user == organization.owner.user
    assert entry.details == {"reference": "A-1", "changed": ["price"]}


def test_another_organizations_knowledge_is_never_found(db):
    agency_with_notes()

    assert search(OrganizationFactory(), "commission deposit") == []


def test_only_words_that_tell_something_are_searched():
    assert question_words("What is the deposit, please? Deposits!") == ["deposit"]
    assert len(question_words(" ".join(f"word{n}" for n in range(100)))) == 24
