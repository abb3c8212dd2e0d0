from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0001_initial"),
        ("organizations", "0002_isolation"),
    ]

    operations = [
        Isolate("Channel"),
        Isolate("ChannelRoute", references=("channel",), policy=False),
        Isolate("Contact"),
        Isolate("Identity", references=("contact",)),
        Isolate(
            "Conversation",
            references=(
                "channel",
                "contact",
                "assignee",
            ),
        ),
        Isolate("ConversationSummary", references=("conversation",)),
        Isolate("ConversationWork", references=("conversation",), policy=False),
        Isolate(
            "Message",
            references=(
                "conversation",
                "channel",
                "author",
                "reply_to",
            ),
        ),
        Isolate("Reaction", references=("message",)),
        Isolate(
            "MessageStatus",
            references=(
                "channel",
                "message",
            ),
        ),
        Isolate("OutboundWork", references=("message",), policy=False),
    ]
