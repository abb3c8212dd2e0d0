"""WhatsApp's Cloud API: what arrives, what it means, and how we send."""
