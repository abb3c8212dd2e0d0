import pytest

from inbox.models import Contact, Identity, Message
from inbox.own_words import own_words
from inbox.tests.factories import ConversationFactory, MessageFactory
from organizations.tenancy import tenant

NUMBER = "35799123456"


@pytest.fixture
def conversation(db):
    conversation = ConversationFactory(contact__name="Eleni Kosta")
    with tenant(conversation.organization):
        Identity.objects.update_or_create(
            organization=conversation.organization,
            contact=conversation.contact,
            kind=Identity.Kind.PHONE,
            defaults={"value": NUMBER},
        )
        yield conversation


@pytest.fixture
def said(conversation):
    def say(kind: str, body: str, payload: object = None) -> str:
        fields = {"kind": kind, "body": body, "payload": payload or {}}
        return own_words(MessageFactory(conversation=conversation, **fields))

    return say


def card(name: str = "Nikos Plumber", phone: str = "+357 99 654321", **more: object) -> dict:
    return {"name": {"formatted_name": name}, "phones": [{"phone": phone}], **more}


@pytest.mark.parametrize("kind", ["text", "interactive", "button", "image", "video"])
def test_what_was_typed_or_chosen_is_said(said, kind):
    assert said(kind, "Two bedrooms") == "Two bedrooms"


def test_the_card_of_somebody_else_says_nothing(said):
    assert said("contacts", "Nikos Plumber, +357 99 654321", {"contacts": [card()]}) == ""


@pytest.mark.parametrize(
    "own",
    [
        card(name="ELENI Kosta"),
        card(phone="+357 99 123456"),
        card(phone="", phones=[{"wa_id": NUMBER}]),
        card(origin="contact_request"),
    ],
    ids=["name", "number", "id on WhatsApp", "asked for"],
)
def test_a_card_of_their_own_or_one_that_was_asked_for_is_said(said, own):
    assert said("contacts", "the card", {"contacts": [own]}) == "the card"


@pytest.mark.parametrize(
    "payload",
    [
        {"contacts": [card(phone="+357 99 123456"), card()]},
        {"contacts": "Eleni Kosta"},
        {"contacts": [None]},
        {"contacts": [{"name": {"formatted_name": 7}, "phones": [None, {"phone": 7}]}]},
        {},
    ],
    ids=["two cards", "text", "nothing", "numbers", "empty"],
)
def test_cards_of_another_shape_say_nothing(said, payload):
    assert said("contacts", "the card", payload) == ""


def test_a_nameless_card_is_not_that_of_a_nameless_customer(conversation):
    Contact.objects.filter(pk=conversation.contact.pk).update(name="", profile_name="")
    conversation.contact.refresh_from_db()
    shared = {"contacts": [card(name="")]}
    message = MessageFactory(
        conversation=conversation, kind="contacts", body="+357 99 654321", payload=shared
    )

    assert own_words(message) == ""


def test_of_an_order_only_the_words_beside_it_are_said(said):
    body = "For the garden\n2 × L-1042 (1500000 EUR)"

    assert said("order", body, {"order": {"text": "For the garden"}}) == "For the garden"
    assert said("order", body) == ""


def test_a_pin_and_the_name_of_a_file_say_nothing_and_a_caption_does(said):
    assert said("location", "Kato Paphos\n34.7, 32.4") == ""
    assert (
        said("document", "budget 500000.pdf", {"document": {"filename": "budget 500000.pdf"}}) == ""
    )
    assert (
        said("document", "My ID", {"document": {"filename": "a.pdf", "caption": "My ID"}})
        == "My ID"
    )


def test_what_we_wrote_is_given_as_it_is(conversation):
    ours = MessageFactory(
        conversation=conversation, direction=Message.Direction.OUTBOUND, body="Good morning"
    )

    assert own_words(ours) == "Good morning"
