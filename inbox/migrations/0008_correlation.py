from django.db import migrations, models

import organizations.correlation


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0007_hand_over_isolation"),
    ]

    operations = [
        migrations.AddField(
            model_name="conversationwork",
            name="correlation_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="outboundwork",
            name="correlation_id",
            field=models.UUIDField(
                default=organizations.correlation.current, editable=False, null=True
            ),
        ),
        migrations.AddField(
            model_name="webhookevent",
            name="correlation_id",
            field=models.UUIDField(
                default=organizations.correlation.current, editable=False, null=True
            ),
        ),
    ]
