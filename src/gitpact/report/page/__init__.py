"""`gitpact report`: the figures about a history as one HTML page, as Markdown and as JSON."""
