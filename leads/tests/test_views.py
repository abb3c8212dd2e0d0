import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from inbox.tests.factories import ContactFactory, ConversationFactory, MessageFactory
from knowledge.folding import fold
from leads.models import Fact, Lead
from leads.recording import known
from leads.tests.factories import FactFactory, LeadFactory
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory

HTMX = {"HX-Request": "true"}


@pytest.fixture
def organization(db):
    return OrganizationFactory()


@pytest.fixture
def site(client, organization):
    """Pages as a member sees them: `site.get(name)`, `site.post(name, data)`, `site.sign_in(…)`."""

    class Site:
        def sign_in(self, member):
            client.force_login(member.user)
            return self

        def get(self, name, query="", headers=None, **kwargs):
            return client.get(self.url(name, **kwargs) + query, headers=headers)

        def post(self, name, data=None, headers=None, **kwargs):
            return client.post(self.url(name, **kwargs), data or {}, headers=headers)

        def url(self, name, **kwargs):
            return reverse(f"leads:{name}", kwargs={"slug": organization.slug, **kwargs})

    return Site().sign_in(organization.owner)


def made(organization, name="Eleni", facts=None, **fields):
    """A lead with a conversation, one message and the given facts."""
    contact = ContactFactory(organization=organization, name=name)
    conversation = ConversationFactory(channel__organization=organization, contact=contact)
    message = MessageFactory(conversation=conversation, body="We need two bedrooms.")
    lead = LeadFactory(organization=organization, contact=contact, **fields)
    for field, value in (facts or {}).items():
        FactFactory(lead=lead, field=field, value=value, evidence=message, quote="two bedrooms")
    lead.conversation, lead.message = conversation, message
    return lead


def names(response):
    return re.findall(r'class="row-title truncate"[^>]*><bdi>([^<]+)', response.text)


def stored(lead):
    with tenant(lead.organization):
        return known(lead)


# The list


def test_the_list_shows_who_wants_what(site, organization):
    facts = {"intent": "rent", "bedrooms": 2, "budget_max": 900, "budget_period": "month"}
    lead = made(organization, facts=facts, stage="qualified", score=48, owner=organization.owner)

    page = site.get("index").text

    assert reverse("leads:detail", args=[organization.slug, lead.code]) in page
    assert reverse("inbox:conversation", args=[organization.slug, lead.conversation.code]) in page
    shown = ("Tenant", "2 bedrooms", "up to 900 per month", "Qualified", "Score 48 of 100", "You")
    assert [text for text in shown if text not in page] == []


def test_a_list_without_leads_says_where_they_come_from(site):
    assert "No leads yet" in site.get("index").text


def test_a_list_in_which_nothing_matches_leads_back_to_all(site, organization):
    made(organization)

    page = site.get("index", "?search=nobody").text

    assert "No lead matches" in page
    assert names(site.get("index")) == ["Eleni"]


@pytest.mark.parametrize(
    "search",
    ["eleni", "799123", "%2B357 991-23", "eleni.k@", "Kosta", "ΕΛΕΝΗ Κ", "Ελένη", "%00eleni"],
)
def test_a_lead_is_found_by_name_number_or_stated_e_mail(site, organization, search):
    contact = ContactFactory(
        organization=organization,
        name="Eleni Ελένη Κ",
        phone="35799123456",
        search_text=fold("Eleni Ελένη Κ"),
    )
    lead = LeadFactory(organization=organization, contact=contact)
    FactFactory(lead=lead, field="email", value="eleni.k@example.org")
    FactFactory(lead=lead, field="name", value="Eleni Kosta")
    made(organization, name="James")

    found = site.get("index", f"?search={search}")

    assert names(found) == ["Eleni Ελένη Κ"]


def test_leads_are_filtered_by_stage_and_owner(site, organization):
    made(organization, name="Mine", stage="offer", owner=organization.owner)
    made(organization, name="Nobody's", stage="offer")
    made(organization, name="Another", owner=MemberFactory(organization=organization))

    assert names(site.get("index", "?stage=offer&sort=name")) == ["Mine", "Nobody&#x27;s"]
    assert names(site.get("index", "?owner=me")) == ["Mine"]
    assert names(site.get("index", "?owner=nobody")) == ["Nobody&#x27;s"]
    assert len(names(site.get("index", "?stage=nonsense&owner=nonsense&sort=nonsense"))) == 3


def test_leads_are_sorted(site, organization):
    for name, score in (("Beta", 10), ("Alpha", 90), ("Gamma", 50)):
        made(organization, name=name, score=score)

    assert names(site.get("index")) == ["Alpha", "Gamma", "Beta"]
    assert names(site.get("index", "?sort=name")) == ["Alpha", "Beta", "Gamma"]
    assert names(site.get("index", "?sort=newest")) == ["Gamma", "Alpha", "Beta"]
    assert names(site.get("index", "?sort=latest")) == ["Gamma", "Alpha", "Beta"]


def test_a_long_list_has_pages_that_keep_the_filter(site, organization, monkeypatch):
    monkeypatch.setattr("leads.views.PAGE_LENGTH", 2)
    for name in "ABC":
        made(organization, name=name, stage="offer")

    first, second = (site.get("index", f"?stage=offer&sort=name&page={page}") for page in (1, 2))

    assert (names(first), names(second)) == (["A", "B"], ["C"])
    assert "?stage=offer&amp;sort=name&amp;page=2" in first.text


def test_three_leads_cost_as_many_queries_as_one(site, organization):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            site.get("index")
        return len(captured)

    facts = {"intent": "buy", "bedrooms": 2}
    made(organization, facts=facts, owner=MemberFactory(organization=organization))
    site.get("index")
    one = queries()
    for name in ("James", "Lucía"):
        made(organization, name, facts=facts, owner=MemberFactory(organization=organization))

    assert queries() == one


def test_htmx_gets_the_table_alone(site, organization):
    made(organization)

    piece = site.get("index", headers=HTMX)

    assert piece.text.strip().startswith("<section")
    assert piece["Vary"].count("HX-Request") == 1


# One lead


def test_a_lead_shows_its_facts_with_the_way_to_the_message(site, organization):
    lead = made(organization, facts={"bedrooms": 2})

    page = site.get("detail", code=lead.code).text

    pk = lead.message.pk
    thread = reverse("inbox:conversation", args=[organization.slug, lead.conversation.code])
    assert f'href="{thread}?message={pk}#message-{pk}"' in page
    assert "two bedrooms" in page


def test_a_lead_without_facts_and_conversation_has_a_page_too(site, organization):
    lead = LeadFactory(organization=organization)

    response = site.get("detail", code=lead.code)

    assert response.status_code == 200
    assert "Nothing yet." in response.text


def test_a_member_sets_a_fact_and_it_is_locked(site, organization):
    lead = made(organization, facts={"bedrooms": 2})

    response = site.post("set_fact", {"value": "3"}, code=lead.code, field="bedrooms")

    assert response.url == site.url("detail", code=lead.code)
    assert stored(lead) == {"bedrooms": 3}
    page = site.get("detail", code=lead.code).text
    assert "the assistant does not change it" in page
    assert "Earlier values" in page


def test_the_form_of_a_field_holds_what_is_known(site, organization):
    lead = made(organization, facts={"locations": ["Zakaki", "Neapoli"]})

    piece = site.get("set_fact", headers=HTMX, code=lead.code, field="locations").text

    assert 'value="Zakaki, Neapoli"' in piece
    assert "<html" not in piece


def test_without_scripts_the_page_comes_with_the_form_open(site, organization):
    lead = made(organization, facts={"bedrooms": 2})

    page = site.get("set_fact", code=lead.code, field="bedrooms").text

    assert "<html" in page
    assert 'name="value" value="2"' in page


@pytest.mark.parametrize("headers", [HTMX, None], ids=["htmx", "plain"])
def test_a_value_that_does_not_fit_comes_back_with_the_reason(site, organization, headers):
    lead = made(organization, facts={"bedrooms": 2})

    response = site.post(
        "set_fact", {"value": "many"}, headers=headers, code=lead.code, field="bedrooms"
    )

    assert response.status_code == 422
    assert "Enter a number, such as 450000." in response.text
    assert 'value="many"' in response.text
    assert stored(lead) == {"bedrooms": 2}


def test_a_budget_is_set_as_one(site, organization):
    lead = made(organization, facts={"budget_min": 100_000})
    typed = {"budget_min": "", "budget_max": "250,000", "currency": "eur", "budget_period": ""}

    site.post("set_fact", typed, code=lead.code, field="budget")

    assert stored(lead) == {"budget_max": 250_000, "currency": "EUR"}


def test_a_budget_upside_down_comes_back(site, organization):
    lead = made(organization)
    typed = {"budget_min": "300000", "budget_max": "200000", "currency": "EUR"}

    response = site.post("set_fact", typed, headers=HTMX, code=lead.code, field="budget")

    assert response.status_code == 422
    assert stored(lead) == {}


@pytest.mark.parametrize("field", ["viewing", "currency", "religion"])
def test_a_field_that_members_do_not_set_has_no_form(site, organization, field):
    lead = made(organization)

    assert site.post("set_fact", {"value": "x"}, code=lead.code, field=field).status_code == 404


def test_a_fact_is_unlocked(site, organization):
    lead = made(organization)
    site.post("set_fact", {"value": "3"}, code=lead.code, field="bedrooms")

    site.post("unlock_fact", code=lead.code, field="bedrooms")

    with tenant(organization):
        assert lead.facts.get().locked_by is None


def test_a_whole_budget_is_unlocked_and_removed(site, organization):
    lead = made(organization)
    typed = {"budget_max": "200000", "currency": "EUR"}
    site.post("set_fact", typed, code=lead.code, field="budget")

    site.post("unlock_fact", code=lead.code, field="budget")
    with tenant(organization):
        assert [fact.locked_by for fact in lead.facts.all()] == [None, None]

    site.post("remove_fact", code=lead.code, field="budget")
    assert stored(lead) == {}


def test_a_removed_fact_stays_in_the_history(site, organization):
    lead = made(organization, facts={"viewing": {"date": "2026-11-28"}})

    response = site.post("remove_fact", headers=HTMX, code=lead.code, field="viewing")

    assert "Earlier values" in response.text
    assert stored(lead) == {}


def test_removing_a_field_that_no_lead_has_is_a_404(site, organization):
    lead = made(organization)

    assert site.post("remove_fact", code=lead.code, field="religion").status_code == 404
    assert site.post("unlock_fact", code=lead.code, field="religion").status_code == 404


def test_a_member_chooses_the_stage_and_lets_go_of_it(site, organization):
    lead = made(organization)

    page = site.post("set_stage", {"stage": "offer"}, headers=HTMX, code=lead.code)
    assert f"Chosen by {organization.owner.user.name}" in page.text

    site.post("set_stage", {"stage": ""}, code=lead.code)
    with tenant(organization):
        lead.refresh_from_db()
        assert (lead.stage, lead.stage_set_by) == ("offer", None)


def test_a_stage_that_does_not_exist_changes_nothing(site, organization):
    lead = made(organization)

    site.post("set_stage", {"stage": "friend"}, code=lead.code)

    with tenant(organization):
        assert Lead.objects.get().stage == "new"


def test_a_lead_gets_an_owner(site, organization):
    lead, member = made(organization), MemberFactory(organization=organization)

    site.post("set_owner", {"member": member.pk}, code=lead.code)
    with tenant(organization):
        assert Lead.objects.get().owner == member

    site.post("set_owner", {"member": ""}, code=lead.code)
    with tenant(organization):
        assert Lead.objects.get().owner is None


def test_a_member_of_another_agency_is_no_owner(site, organization):
    lead, stranger = made(organization), MemberFactory()

    assert site.post("set_owner", {"member": stranger.pk}, code=lead.code).status_code == 404


def test_a_lead_of_another_agency_is_not_there(site):
    lead = made(OrganizationFactory())

    assert site.get("detail", code=lead.code).status_code == 404
    assert site.post("set_stage", {"stage": "won"}, code=lead.code).status_code == 404


# The card beside a conversation


def test_the_card_shows_the_lead_of_a_conversation(site, organization):
    lead = made(organization, facts={"intent": "buy", "bedrooms": 2}, score=30)

    card = site.get("panel", code=lead.conversation.code).text

    assert "Buyer" in card
    assert "Score 30 of 100" in card
    assert f"#message-{lead.message.pk}" in card


def test_a_conversation_without_a_lead_has_a_card_that_says_so(site, organization):
    conversation = ConversationFactory(channel__organization=organization)

    assert (
        "The first message of the customer makes a lead."
        in site.get("panel", code=conversation.code).text
    )


def test_a_contact_who_opted_out_is_marked(site, organization):
    lead = made(organization)
    with tenant(organization):
        lead.contact.opted_out_at = now()
        lead.contact.save(update_fields=["opted_out_at"])

    assert "asked for no more messages" in site.get("detail", code=lead.code).text


def test_what_customers_write_is_shown_as_text(site, organization):
    lead = made(organization, name="<script>alert(1)</script>")
    FactFactory(lead=lead, field="address", value="<img src=x onerror=1>", quote="<b>")

    for page in (site.get("index"), site.get("detail", code=lead.code)):
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "<b></q>" not in page.text
    with tenant(organization):
        assert Fact.objects.count() == 1
