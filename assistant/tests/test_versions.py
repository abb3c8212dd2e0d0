"""The draft of the assistant's manner and its published versions, and the pages of both."""

import pytest
from django.urls import reverse

from assistant import versions
from assistant.fairhousing.packs import PACKS
from assistant.models import AssistantVersion
from assistant.shape import USUAL_QUESTIONS, Question, Shape
from assistant.shape_forms import ShapeForm
from organizations.models import AuditEntry
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory


@pytest.fixture
def organization(db):
    return OrganizationFactory()


@pytest.fixture
def owner(organization):
    return MemberFactory(organization=organization, role="owner")


def entered(shape: Shape | None = None, **changes: object) -> dict[str, object]:
    """What the browser posts for a shape."""
    form = ShapeForm(shape=shape or Shape(), pack=PACKS["default"], based_on="/0")
    values = {name: form[name].value() for name in form.fields}
    posted = {name: value for name, value in values.items() if value not in (None, "", False)}
    return {k: v for k, v in (posted | changes).items() if v is not None}


def post(client, organization, name, data=None, role="owner", **kwargs):
    member = MemberFactory(organization=organization, role=role)
    client.force_login(member.user)
    url = reverse(f"assistant:{name}", kwargs={"slug": organization.slug, **kwargs})
    return client.post(url, data or {})


def get(client, organization, name, role="owner", **query):
    client.force_login(MemberFactory(organization=organization, role=role).user)
    return client.get(reverse(f"assistant:{name}", args=[organization.slug]), query)


def test_a_saved_form_becomes_a_draft_that_customers_do_not_see(organization, client):
    response = post(client, organization, "shape", entered(persona_name="Lia"))

    with tenant(organization):
        assert response.status_code == 302
        assert versions.draft(organization).shape == Shape(persona_name="Lia")
        assert versions.live_shape(organization) == Shape()


def test_publishing_numbers_the_draft_and_writes_it_down(organization, client):
    post(client, organization, "shape", entered(tone="warm"))

    post(client, organization, "publish", {"note": "Warmer"})

    with tenant(organization):
        live = versions.live(organization)
        last = AuditEntry.objects.latest("pk")
        assert (live.number, live.note, live.shape.tone) == (1, "Warmer", "warm")
        assert versions.draft(organization) is None
        assert (last.action, last.details) == ("assistant.published", {"version": 1})


def test_restoring_makes_a_new_version_and_leaves_the_draft(organization, owner, client):
    with tenant(organization):
        for tone in ("warm", "brief"):
            versions.save_draft(organization, Shape(tone=tone), owner)
            versions.publish(organization, "", owner)
        versions.save_draft(organization, Shape(tone="stiff"), owner)
        first = AssistantVersion.objects.get(number=1)

    post(client, organization, "restore", code=first.code)

    with tenant(organization):
        live = versions.live(organization)
        assert (live.number, live.shape.tone, live.restored_from) == (3, "warm", first)
        assert versions.draft(organization).shape.tone == "stiff"
        assert AuditEntry.objects.latest("pk").details == {"version": 3, "restored": 1}


def test_a_draft_that_says_what_is_live_is_none(organization, owner):
    with tenant(organization):
        versions.save_draft(organization, Shape(tone="warm"), owner)
        versions.save_draft(organization, Shape(), owner)

        assert versions.draft(organization) is None
        with pytest.raises(versions.NothingToPublish):
            versions.publish(organization, "", owner)


def test_the_draft_of_a_colleague_is_not_overwritten(organization, owner, client):
    with tenant(organization):
        versions.save_draft(organization, Shape(tone="warm"), owner)

    response = post(client, organization, "shape", entered(tone="mine"))

    with tenant(organization):
        assert response.status_code == 409
        assert "mine" in response.content.decode()
        assert versions.draft(organization).shape.tone == "warm"


def test_what_was_published_meanwhile_is_not_taken_back_by_an_older_form(organization, owner):
    with tenant(organization):
        seen = versions.stamp(organization)
        versions.save_draft(organization, Shape(tone="warm"), owner)
        versions.publish(organization, "", owner)

        with pytest.raises(versions.EditedMeanwhile):
            versions.save_draft(organization, Shape(tone="mine"), owner, based_on=seen)


@pytest.mark.parametrize("action", ["publish", "discard"])
def test_a_draft_that_one_has_not_seen_is_neither_published_nor_discarded(
    organization, owner, client, action
):
    with tenant(organization):
        versions.save_draft(organization, Shape(tone="warm"), owner)
        seen = versions.stamp(organization)
        versions.save_draft(organization, Shape(tone="stiff"), owner)

    post(client, organization, action, {"based_on": seen})

    with tenant(organization):
        assert versions.draft(organization).shape.tone == "stiff"
        assert versions.live(organization) is None


def test_the_difference_is_told_in_words():
    after = Shape(
        tone="warm",
        questions={**USUAL_QUESTIONS, "sell": (Question("address", True, "Where is it?"),)},
        hours={0: ("09:00", "18:00")},
        languages=("el",),
    )

    told = [(c.label, c.before, c.after) for c in versions.diff(Shape(), after)]

    assert told == [
        ("Tone", "", "warm"),
        (
            "Questions: Sellers",
            "1. Address (required)\n2. Property type (required)\n3. Time frame (days) (required)",
            "1. Address (required): “Where is it?”",
        ),
        ("Hours", "Always", "Monday 09:00–18:00"),
        ("Languages", "All", "Greek"),
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ask_buy_pets": "on"}, "Write this question in your own words."),
        ({"ask_buy_pets": "on", "text_buy_pets": "Pets"}, "End it with a question mark."),
        ({"always": "no"}, "Give at least one day with hours"),
        ({"always": "no", "from_0": "09:00"}, "Give both times, or neither."),
        (
            {"ask_buy_pets": "on", "text_buy_pets": "Is it perfect for a family?"},
            "Fair-housing rules forbid",
        ),
        ({"website": "nowhere"}, "Enter a valid URL."),
    ],
)
def test_a_wrong_entry_is_shown_with_its_error_and_saves_nothing(organization, client, wrong, said):
    response = post(client, organization, "shape", entered(**wrong))

    with tenant(organization):
        assert response.status_code == 422
        assert said in response.content.decode()
        assert versions.draft(organization) is None


def test_the_form_gives_back_the_order_of_the_questions(organization, client):
    wanted = (Question("bedrooms", True), Question("pets", False, "Any pets?"))
    shape = Shape(questions={**USUAL_QUESTIONS, "rent": wanted}, hours={2: ("20:00", "08:00")})

    post(client, organization, "shape", entered(shape))

    with tenant(organization):
        assert versions.draft(organization).shape == shape


@pytest.mark.parametrize("name", ["shape", "publish", "discard"])
def test_agents_read_and_do_not_change(organization, owner, client, name):
    with tenant(organization):
        versions.save_draft(organization, Shape(tone="warm"), owner)

    response = post(client, organization, name, entered(tone="mine"), role="agent")

    with tenant(organization):
        assert response.status_code == 403
        assert versions.draft(organization).shape.tone == "warm"
    assert get(client, organization, "shape", role="agent").status_code == 200


def test_any_two_versions_are_compared(organization, owner, client):
    with tenant(organization):
        codes = []
        for tone in ("warm", "brief", "stiff"):
            versions.save_draft(organization, Shape(tone=tone), owner)
            codes.append(versions.publish(organization, "", owner).code)

    page = get(client, organization, "versions", **{"from": codes[0], "to": codes[2]})

    changes = [(change.before, change.after) for change in page.context["changes"]]
    assert changes == [("warm", "stiff")]


def test_the_page_without_versions_leads_to_the_form(organization, client):
    page = get(client, organization, "versions").content.decode()

    assert "Nothing was published yet" in page
