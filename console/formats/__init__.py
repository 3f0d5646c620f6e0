"""How dates and times are written, language by language: Django asks here for the names of its formats."""
