"""Turn text as it came into text that can be read, with the way back."""
