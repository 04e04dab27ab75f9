"""Floor 1: text to domain and domain to text. Knows no Twisted and no bytes."""
