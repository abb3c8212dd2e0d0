from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0010_version_one"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="assistantsettings",
            name="instructions",
        ),
        migrations.RemoveField(
            model_name="assistantsettings",
            name="persona_name",
        ),
        migrations.RemoveField(
            model_name="assistantsettings",
            name="public_email",
        ),
        migrations.RemoveField(
            model_name="assistantsettings",
            name="tone",
        ),
        migrations.RemoveField(
            model_name="assistantsettings",
            name="website",
        ),
    ]
