from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0008_correlation"),
    ]

    operations = [
        migrations.AlterField(
            model_name="conversation",
            name="hand_over_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", ""),
                    ("asked", "Asks for a person"),
                    ("unsure", "Assistant unsure"),
                    ("complaint", "Complaint"),
                    ("sensitive", "Sensitive subject"),
                    ("emergency", "Emergency"),
                    ("fair_housing", "Fair housing"),
                    ("legal", "Legal question"),
                    ("price", "Price negotiation"),
                    ("loop", "Too many messages"),
                    ("turn_cap", "Long conversation"),
                    ("failed", "Assistant failed"),
                    ("stale", "Old messages arrived"),
                    ("paused", "Assistant paused"),
                    ("media", "Sent something to look at"),
                    ("unsent", "Reply not delivered"),
                    ("taken_over", "Taken over"),
                    ("called", "Called"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="handover",
            name="reason",
            field=models.CharField(
                choices=[
                    ("", ""),
                    ("asked", "Asks for a person"),
                    ("unsure", "Assistant unsure"),
                    ("complaint", "Complaint"),
                    ("sensitive", "Sensitive subject"),
                    ("emergency", "Emergency"),
                    ("fair_housing", "Fair housing"),
                    ("legal", "Legal question"),
                    ("price", "Price negotiation"),
                    ("loop", "Too many messages"),
                    ("turn_cap", "Long conversation"),
                    ("failed", "Assistant failed"),
                    ("stale", "Old messages arrived"),
                    ("paused", "Assistant paused"),
                    ("media", "Sent something to look at"),
                    ("unsent", "Reply not delivered"),
                    ("taken_over", "Taken over"),
                    ("called", "Called"),
                ],
                max_length=12,
            ),
        ),
    ]
