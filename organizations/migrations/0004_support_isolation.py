from django.db import migrations

from organizations.tenancy import Isolate, role

APP, SUPPORT = role("default"), role("support")

# What a role does not need it may not do. The log of the admin is written by staff alone.
LESS = f"""
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM "{APP}", "{SUPPORT}";
REVOKE INSERT, UPDATE, DELETE ON django_admin_log FROM "{APP}";
REVOKE UPDATE ON django_admin_log FROM "{SUPPORT}";
REVOKE UPDATE, DELETE ON organizations_supportaccess FROM "{APP}";
REVOKE UPDATE ON organizations_supportaccess FROM "{SUPPORT}";
GRANT UPDATE (closed_at) ON organizations_supportaccess TO "{SUPPORT}";
DO $$ BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;
"""

MORE = f"""
GRANT INSERT, UPDATE, DELETE ON django_migrations TO "{APP}", "{SUPPORT}";
GRANT INSERT, UPDATE, DELETE ON django_admin_log TO "{APP}";
GRANT UPDATE ON django_admin_log TO "{SUPPORT}";
DO $$ BEGIN
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC', current_database());
END $$;
"""

# Nobody may change the log, so it keeps the id of a user who is gone, as the audit trail does.
KEEP_THE_LOG = """
DO $$ DECLARE name text;
BEGIN
    FOR name IN SELECT conname FROM pg_constraint WHERE contype = 'f'
        AND conrelid = 'django_admin_log'::regclass
        AND confrelid = 'organizations_user'::regclass
    LOOP
        EXECUTE format('ALTER TABLE django_admin_log DROP CONSTRAINT %I', name);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0003_support"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [
        Isolate("SupportAccess"),
        migrations.RunSQL(LESS, MORE),
        migrations.RunSQL(KEEP_THE_LOG, migrations.RunSQL.noop),
    ]
