"""What Myna does, whoever asks: Discord today, other chat platforms as further faces."""
