"""The Meta twin: the WhatsApp Cloud API on loopback, with a phone page for its customers."""

from .twin import CustomerPhone, MetaTwin, NoReply

__all__ = ["CustomerPhone", "MetaTwin", "NoReply"]
