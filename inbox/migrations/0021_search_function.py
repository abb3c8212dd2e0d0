from django.db import migrations

from organizations.definers import CreateDefiner

SIGNATURE = "conversations_with_words(text[], integer)"
DEFINITION = """
CREATE FUNCTION conversations_with_words(
    asked text[], most integer, OUT conversations bigint[], OUT is_complete boolean
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
-- A plan for any words whatever would read the whole table, for words may be frequent.
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    here CONSTANT bigint := current_organization();
    query CONSTANT tsquery := (
        SELECT string_agg(quote_literal(here || ':' || word) || ':*', ' & ')
        FROM unnest(asked) AS word
    )::tsquery;
BEGIN
    WITH people AS MATERIALIZED (
        SELECT contact.id FROM inbox_contact AS contact
        WHERE contact.organization_id = here AND contact.words @@ query LIMIT most
    ), said AS MATERIALIZED (
        SELECT message.conversation_id AS id FROM inbox_message AS message
        WHERE message.organization_id = here AND message.words @@ query
        AND message.revoked_at IS NULL LIMIT most
    ), theirs AS MATERIALIZED (
        SELECT conversation.id FROM people
        JOIN inbox_conversation AS conversation ON conversation.contact_id = people.id
        WHERE conversation.organization_id = here AND (SELECT count(*) FROM people) < most
    )
    SELECT ARRAY(SELECT id FROM theirs UNION SELECT id FROM said),
        (SELECT count(*) FROM people) < most AND (SELECT count(*) FROM said) < most
    INTO conversations, is_complete;
END $$
"""


class Migration(migrations.Migration):
    # The support role, another connection, makes the function.
    atomic = False

    dependencies = [
        ("inbox", "0020_search_and_order"),
    ]

    operations = [CreateDefiner(SIGNATURE, DEFINITION)]
