from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0004_support_isolation"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="auditentry",
            options={"verbose_name_plural": "audit entries"},
        ),
    ]
