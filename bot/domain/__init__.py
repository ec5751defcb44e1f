"""What Myna is about: frozen types and errors, standard library only."""
