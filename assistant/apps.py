from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssistantConfig(AppConfig):
    name = "assistant"

    def ready(self) -> None:
        from assistant import configuring, drafts, suggesting
        from inbox import checking, panels, work
        from inbox import suggesting as suggestions
        from inbox.models import Signal
        from organizations import auditing

        work.also_silent(configuring.why_silent)
        suggestions.on_sent(suggesting.keep_promise)
        suggestions.also_doubt(suggesting.doubtful_times)
        panels.register("listing", "assistant:panel", Signal.Kind.CONVERSATION, order=20)
        checking.register("assistant", drafts.warnings_for)
        auditing.register_words(
            "message.sent_despite_warning", _("sent a reply in spite of a warning")
        )
        auditing.register_words("assistant.paused", _("paused the assistant"))
        auditing.register_words("assistant.resumed", _("let the assistant answer again"))
        auditing.register_words("claude.switched_on", _("let Claude answer customers"))
        auditing.register_words("claude.switched_off", _("switched Claude off"))
        auditing.register_words("assistant.changed", _("changed the assistant's settings"))
        auditing.register_words("hand_over.rule_set", _("changed a hand-over rule"))
        auditing.register_words(
            "hand_over.reassurance_set", _("changed what waiting customers are told")
        )
        auditing.register_words("assistant.mode_set", _("switched the assistant for a number"))
        auditing.register_words("assistant.mode_changed", _("changed who answers customers"))
        auditing.register_words("assistant.published", _("published a version of the assistant"))
        auditing.register_words("assistant.restored", _("restored a version of the assistant"))
        auditing.register_words(
            "assistant.draft_discarded", _("discarded the draft of the assistant")
        )
        auditing.register_words(
            "assistant.example_removed", _("took a change of the team out of what is learnt from")
        )
        auditing.register_words(
            "assistant.example_restored",
            _("put a change of the team back into what is learnt from"),
        )
        auditing.register_words("assistant.rehearsed", _("began a rehearsal of the assistant"))
        auditing.register_words("assistant.rehearsal_cancelled", _("stopped a rehearsal"))
