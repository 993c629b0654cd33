"""Put the hooks in and take them out; nothing that was there before is lost."""
