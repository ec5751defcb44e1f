"""The stand-in of MiniMax, spoken to as any client would: no Myna anywhere."""
