"""`rotate_keys`: nothing is lost, whatever runs beside it and wherever it is killed."""

import contextlib
import threading
import time
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.utils.timezone import now

from inbox.models import Channel
from inbox.tests.factories import ChannelFactory
from organizations import rotating
from organizations.models import AuditEntry, OrganizationKey
from organizations.secrets import (
    SecretUnreadable,
    new_key_text,
    open_for_user,
    seal_for_user,
    version_of,
    wrapped_by,
)
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory, UserFactory


def rotate(*arguments) -> list[str]:
    out = StringIO()
    call_command("rotate_keys", *arguments, stdout=out)
    return out.getvalue().splitlines()


def renew(organization) -> list[str]:
    return rotate("--organization", organization.slug, "--new-data-key")[2:]


def token_of(channel) -> str:
    with tenant(channel.organization_id):
        return str(Channel.objects.get(pk=channel.pk).access_token())


def version(channel) -> int:
    with tenant(channel.organization_id):
        return version_of(Channel.objects.get(pk=channel.pk).sealed_access_token)


def sealed_of(channel) -> bytes:
    with tenant(channel.organization_id):
        return bytes(Channel.objects.get(pk=channel.pk).sealed_access_token)


def versions(organization) -> list[int]:
    with tenant(organization):
        return list(organization.keys.order_by("version").values_list("version", flat=True))


def wrapped_texts() -> list[str]:
    with connection.cursor() as cursor:
        texts = []
        for organization in {channel.organization_id for channel in ChannelFactory.made}:
            with tenant(organization):
                cursor.execute("SELECT wrapped FROM organizations_organizationkey ORDER BY version")
                texts += [text for (text,) in cursor.fetchall()]
    return texts


@pytest.fixture(autouse=True)
def made():
    ChannelFactory.made = []


def channel_with(token="token-1", **fields):
    channel = ChannelFactory(token=token, **fields)
    ChannelFactory.made.append(channel)
    return channel


@pytest.fixture
def newer(settings):
    """Return a function that puts a fresh key before the others."""

    def add() -> None:
        settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS]

    return add


def factor_of(user, secret="JBSWY3DPEHPK3PXP"):
    sealed = seal_for_user(user.pk, secret)
    return Authenticator.objects.create(user=user, type="totp", data={"secret": sealed})


# The newest of ENCRYPTION_KEYS


def test_data_keys_come_under_the_newest_key_and_no_token_is_touched(db, newer):
    channels = [channel_with(f"token-{n}") for n in range(2)]
    with tenant(channels[0].organization_id):
        before = bytes(Channel.objects.get(pk=channels[0].pk).sealed_access_token)
    newer()

    assert rotate()[0] == "Data keys: 2 re-wrapped, 0 under the newest key already, 0 unreadable."
    assert rotate()[0] == "Data keys: 0 re-wrapped, 2 under the newest key already, 0 unreadable."
    assert [wrapped_by(text) for text in wrapped_texts()] == [0, 0]
    assert [token_of(channel) for channel in channels] == ["token-0", "token-1"]
    with tenant(channels[0].organization_id):
        assert bytes(Channel.objects.get(pk=channels[0].pk).sealed_access_token) == before


def test_after_it_the_old_key_is_not_needed_any_more(db, newer, settings):
    channel, user = channel_with(), UserFactory()
    factor = factor_of(user)
    newer()
    rotate()

    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]

    factor.refresh_from_db()
    assert token_of(channel) == "token-1"
    assert open_for_user(user.pk, factor.data["secret"]) == "JBSWY3DPEHPK3PXP"


def test_second_factors_and_recovery_codes_come_under_the_newest_key(db, newer):
    user = UserFactory()
    factor_of(user)
    seed = seal_for_user(user.pk, "a" * 40)
    Authenticator.objects.create(
        user=user, type="recovery_codes", data={"seed": seed, "used_mask": 5}
    )
    newer()

    said = rotate()[1]

    assert said == "Second factors: 2 re-wrapped, 0 under the newest key already, 0 unreadable."
    codes = Authenticator.objects.get(type="recovery_codes")
    assert (wrapped_by(codes.data["seed"]), codes.data["used_mask"]) == (0, 5)
    assert open_for_user(user.pk, codes.data["seed"]) == "a" * 40


def test_a_dry_run_counts_and_changes_nothing(db, newer):
    channel = channel_with()
    factor_of(UserFactory())
    newer()
    before, sealed = wrapped_texts(), sealed_of(channel)

    said = rotate("--dry-run", "--organization", "all", "--new-data-key")

    slug = channel.organization.slug
    assert said == [
        "Data keys: 1 re-wrapped, 0 under the newest key already, 0 unreadable.",
        "Second factors: 1 re-wrapped, 0 under the newest key already, 0 unreadable.",
        f"{slug}: new data key 2; 1 values sealed again.",
        "Nothing was changed.",
    ]
    assert (wrapped_texts(), versions(channel.organization), version(channel)) == (before, [1], 1)
    assert wrapped_by(Authenticator.objects.get().data["secret"]) == 1
    assert sealed_of(channel) == sealed


def test_what_no_key_opens_is_counted_left_alone_and_fails_the_command(db, settings):
    channel, other = channel_with(), channel_with()
    with tenant(other.organization_id), connection.cursor() as cursor:
        settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS]
        cursor.execute("UPDATE organizations_organizationkey SET wrapped = 'lost'")

    with pytest.raises(CommandError, match="1 values do not open"):
        rotate()

    assert token_of(channel) == "token-1"
    assert {wrapped_by(text) for text in wrapped_texts()} == {0, None}
    assert "lost" in wrapped_texts()


def test_what_is_printed_holds_no_value(db, newer):
    channel_with("EAAcanaryToken")
    newer()

    said = "\n".join(rotate("--organization", "all", "--new-data-key"))

    assert [text for text in ("EAA", "gAAAA", *wrapped_texts()) if text in said] == []


# A new data key


def test_a_new_data_key_seals_everything_again_and_the_old_one_goes(db):
    organization = OrganizationFactory()
    first, second = (channel_with(f"token-{n}", organization=organization) for n in range(2))
    other = channel_with("theirs")

    said = renew(organization)

    assert said == [f"{organization.slug}: new data key 2; 2 values sealed again; key 1 deleted."]
    assert [token_of(each) for each in (first, second, other)] == ["token-0", "token-1", "theirs"]
    assert [version(each) for each in (first, second, other)] == [2, 2, 1]
    assert (versions(organization), versions(other.organization)) == ([2], [1])
    with tenant(organization):
        actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
        assert list(actions)[-2:] == ["key.renewed", "key.deleted"]


def test_all_organizations_get_a_new_data_key(db):
    channels = [channel_with() for _ in range(2)]

    rotate("--organization", "all", "--new-data-key")

    assert [version(channel) for channel in channels] == [2, 2]


@pytest.mark.parametrize(
    "arguments", [("--organization", "all"), ("--new-data-key",), ("--new-data-key", "--dry-run")]
)
def test_the_two_options_go_together(db, arguments):
    with pytest.raises(CommandError, match="go together"):
        rotate(*arguments)


def test_an_unknown_organization_is_said_before_anything_is_done(db, newer):
    channel_with()
    newer()

    with pytest.raises(CommandError, match="There is no organization nobody"):
        rotate("--organization", "nobody", "--new-data-key")
    assert [wrapped_by(text) for text in wrapped_texts()] == [1]


def test_a_value_that_does_not_open_stays_and_keeps_its_key(db):
    organization = OrganizationFactory()
    good, bad = (channel_with(f"token-{n}", organization=organization) for n in range(2))
    with tenant(organization), connection.cursor() as cursor:
        damage = (
            "UPDATE inbox_channel SET sealed_access_token = set_byte(sealed_access_token, 20, 0)"
        )
        cursor.execute(f"{damage} WHERE id = %s", [bad.pk])
        cursor.execute("SELECT sealed_access_token FROM inbox_channel WHERE id = %s", [bad.pk])
        (before,) = cursor.fetchone()

    with pytest.raises(CommandError, match="1 values do not open"):
        renew(organization)

    assert (token_of(good), version(good), version(bad)) == ("token-0", 2, 1)
    assert versions(organization) == [1, 2]
    with tenant(organization):
        assert Channel.objects.get(pk=bad.pk).sealed_access_token == bytes(before)


STEPS = ("seal", "new_key_text", "used_versions", "auditing.record", "unseal", "version_of")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("call", [0, 1, 2])
def test_killed_anywhere_the_next_run_goes_on(transactional_db, monkeypatch, step, call):
    organization = OrganizationFactory()
    channels = [channel_with(f"token-{n}", organization=organization) for n in range(3)]
    owner, _, name = f"rotating.{step}".rpartition(".")
    place = rotating if owner == "rotating" else rotating.auditing
    original, calls = getattr(place, name), iter(range(1000))

    def dying(*args, **kwargs):
        if next(calls) == call:
            raise KeyboardInterrupt
        return original(*args, **kwargs)

    monkeypatch.setattr(place, name, dying)
    with contextlib.suppress(KeyboardInterrupt):
        renew(organization)
    assert [token_of(channel) for channel in channels] == ["token-0", "token-1", "token-2"]
    monkeypatch.undo()
    begun = versions(organization)[-1]

    renew(organization)

    assert [token_of(channel) for channel in channels] == ["token-0", "token-1", "token-2"]
    latest = versions(organization)
    assert len(latest) == 1
    assert latest[0] in (begun, begun + 1)
    assert {version(channel) for channel in channels} == set(latest)


# Beside others


def run_beside(*works) -> list[BaseException]:
    """Run the functions at once, each with connections of its own; return what they raised."""
    raised, start = [], threading.Barrier(len(works))

    def run(work):
        try:
            start.wait()
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_two_runs_at_once_make_one_key_or_two_but_lose_nothing(transactional_db):
    organization = OrganizationFactory()
    channels = [channel_with(f"token-{n}", organization=organization) for n in range(4)]

    raised = run_beside(*[lambda: renew(organization)] * 2)

    assert raised == []
    assert [token_of(channel) for channel in channels] == [f"token-{n}" for n in range(4)]
    (only,) = versions(organization)
    assert {version(channel) for channel in channels} == {only}


def test_tokens_that_are_changed_and_read_meanwhile_are_never_lost(transactional_db):
    organization = OrganizationFactory()
    channels = [channel_with(f"token-{n}", organization=organization) for n in range(2)]
    stop = threading.Event()
    last: dict[int, str] = {}

    def write() -> None:
        for turn in range(60):
            with tenant(organization.pk):
                channel = Channel.objects.get(pk=channels[0].pk)
                channel.set_access_token(f"turn-{turn}")
                channel.save(update_fields=["sealed_access_token"])
            last[0] = f"turn-{turn}"
        stop.set()

    def read() -> None:
        while not stop.is_set():
            with tenant(organization.pk):
                channel = Channel.objects.get(pk=channels[1].pk)
                time.sleep(0.002)  # so that the key may be replaced between the two
                assert channel.access_token() == "token-1"

    def rotate_again_and_again() -> None:
        while not stop.is_set():
            renew(organization)

    raised = run_beside(write, read, rotate_again_and_again)

    assert raised == []
    assert token_of(channels[0]) == last[0]
    assert token_of(channels[1]) == "token-1"
    assert versions(organization)[-1] > 3


def test_a_row_read_before_and_saved_as_a_whole_after_does_not_bring_the_old_value_back(db):
    channel = channel_with()
    with tenant(channel.organization_id):
        read_before = Channel.objects.get(pk=channel.pk)
    renew(channel.organization)

    with tenant(channel.organization_id):
        read_before.name = "Renamed"
        read_before.save()

    assert (token_of(channel), version(channel)) == ("token-1", 2)


def test_a_row_read_before_still_opens_after(db):
    channel = channel_with()
    with tenant(channel.organization_id):
        read_before = Channel.objects.get(pk=channel.pk)
    renew(channel.organization)

    with tenant(channel.organization_id):
        assert read_before.access_token() == "token-1"


def test_a_value_sealed_with_a_key_that_went_meanwhile_is_refused_and_not_stored(db):
    channel = channel_with()
    with tenant(channel.organization_id):
        slow = Channel.objects.get(pk=channel.pk)
        slow.set_access_token("token-2")
    renew(channel.organization)

    with tenant(channel.organization_id), pytest.raises(SecretUnreadable, match="seal again"):
        slow.save(update_fields=["sealed_access_token"])
    assert token_of(channel) == "token-1"


def test_a_key_is_not_deleted_under_a_value_that_is_being_stored(transactional_db):
    channel = channel_with()
    organization = channel.organization
    with tenant(organization):
        OrganizationKey.objects.create(
            organization=organization, version=2, wrapped=new_key_text(), retired_at=None
        )
        OrganizationKey.objects.filter(version=1).update(retired_at=now())
    stored, written = threading.Event(), []

    def write() -> None:
        with tenant(organization.pk):
            late = Channel.objects.get(pk=channel.pk)
            OrganizationKey.objects.filter(version=2).update(retired_at=now())
            OrganizationKey.objects.filter(version=1).update(retired_at=None)
            late.set_access_token("late")  # with version 1, as if it began before
            OrganizationKey.objects.filter(version=1).update(retired_at=now())
            OrganizationKey.objects.filter(version=2).update(retired_at=None)
            late.save(update_fields=["sealed_access_token"])
            written.append(version_of(late.sealed_access_token))
            stored.set()
            time.sleep(0.3)

    def rotate_beside() -> None:
        stored.wait(5)
        renew(organization)

    assert run_beside(write, rotate_beside) == []
    assert written == [1]
    assert (token_of(channel), version(channel), versions(organization)) == ("late", 2, [2])


def test_a_value_stored_while_its_key_is_retired_keeps_the_key_until_it_is_sealed_anew(
    transactional_db, monkeypatch
):
    """A new row, which the rotation neither sees nor waits for before it is committed."""
    organization = channel_with().organization
    late = Channel(organization=organization, phone_number_id="late", display_phone_number="1")
    sealed, begun, stored = threading.Event(), threading.Event(), threading.Event()
    begin = rotating._begin

    def begin_and_tell(organization):
        renewal = begin(organization)
        begun.set()
        stored.wait(5)
        return renewal

    monkeypatch.setattr(rotating, "_begin", begin_and_tell)

    def write() -> None:
        with tenant(organization.pk):
            late.set_access_token("late")
            sealed.set()
            begun.wait(5)
            late.save()
            stored.set()
            time.sleep(0.5)  # so that the rotation would delete the key before the commit

    def rotate_beside() -> None:
        sealed.wait(5)
        renew(organization)

    assert run_beside(write, rotate_beside) == []
    assert (token_of(late), version(late), versions(organization)) == ("late", 2, [2])


def test_a_token_changed_while_the_old_one_is_sealed_again_is_the_one_that_stays(
    transactional_db, monkeypatch
):
    channel = channel_with()
    sealing, seal = threading.Event(), rotating.seal

    def seal_slowly(*args):
        value = seal(*args)
        sealing.set()
        time.sleep(0.5)
        return value

    monkeypatch.setattr(rotating, "seal", seal_slowly)

    def write() -> None:
        sealing.wait(5)
        with tenant(channel.organization_id):
            row = Channel.objects.get(pk=channel.pk)
            row.set_access_token("token-2")
            row.save(update_fields=["sealed_access_token"])

    assert run_beside(write, lambda: renew(channel.organization)) == []
    assert (token_of(channel), version(channel)) == ("token-2", 2)


def test_a_recovery_code_used_while_the_seed_is_wrapped_again_stays_used(
    transactional_db, newer, monkeypatch
):
    user = UserFactory()
    seed = seal_for_user(user.pk, "a" * 40)
    codes = Authenticator.objects.create(
        user=user, type="recovery_codes", data={"seed": seed, "used_mask": 1}
    )
    newer()
    wrapping, wrap = threading.Event(), rotating.wrap

    def wrap_slowly(text):
        value = wrap(text)
        wrapping.set()
        time.sleep(0.5)
        return value

    monkeypatch.setattr(rotating, "wrap", wrap_slowly)

    def use_one() -> None:
        wrapping.wait(5)
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().get(pk=codes.pk)
            row.data["used_mask"] = 3
            row.save(update_fields=["data"])

    assert run_beside(use_one, rotate) == []
    codes.refresh_from_db()
    assert (codes.data["used_mask"], wrapped_by(codes.data["seed"])) == (3, 0)
