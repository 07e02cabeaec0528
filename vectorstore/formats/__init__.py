"""Turn files of every common kind into documents: text as it came, and what they say of it."""
