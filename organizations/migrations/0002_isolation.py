from django.db import migrations

from organizations.tenancy import CreateTenantFunctions, Isolate, role


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0001_initial"),
        ("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more"),
    ]

    operations = [
        CreateTenantFunctions(),
        Isolate("Member", policy="member"),
        Isolate("Invitation", references=("invited_by",)),
        Isolate("InvitationToken", references=("invitation",), policy=False),
        Isolate("OrganizationKey"),
        Isolate("AuditEntry"),
        # The audit trail is added to, never changed; only the purge (support) removes old rows.
        migrations.RunSQL(
            f'REVOKE UPDATE, DELETE ON organizations_auditentry FROM "{role("default")}";'
            f'REVOKE UPDATE ON organizations_auditentry FROM "{role("support")}"',
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "CREATE INDEX queue_by_due_time ON django_q_ormq (key, lock, id)",
            "DROP INDEX queue_by_due_time",
        ),
        migrations.RunSQL(
            "CREATE TABLE rate_limit_cache (cache_key varchar(255) PRIMARY KEY, "
            "value text NOT NULL, expires timestamptz NOT NULL);"
            "CREATE INDEX rate_limit_cache_expires ON rate_limit_cache (expires)",
            "DROP TABLE rate_limit_cache",
        ),
    ]
