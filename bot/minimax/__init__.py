"""MiniMax: a client that could be published alone, and the gateway that fills `SpeechApi`."""
