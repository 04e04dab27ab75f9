"""Floor 0: who is here, who talks with whom. Knows no Twisted, no bytes, no wording and no clock of its own."""
