"""What the ids and names of the service's own voices give away."""

import pytest

from bot.minimax.our_voices import stock_voice


@pytest.mark.parametrize(
    ("voice_id", "voice_name", "name", "language"),
    [
        ("English_Graceful_Lady", "", "Graceful Lady", "English"),
        ("English_expressive_narrator", "Expressive", "Expressive", "English"),
        ("Chinese (Mandarin)_News_Anchor", "", "News Anchor", "Chinese"),
        ("Chinese (Cantonese)_Host", "", "Host", "Chinese,Yue"),
        ("Cantonese_GentleLady", "", "Gentle Lady", "Chinese,Yue"),
        ("Spanish_SereneWoman", " ", "Serene Woman", "Spanish"),
        ("hindi_male_1_v2", "", "male 1 v2", "Hindi"),
        ("English", "", "English", "English"),
        ("Wise_Woman", "", "Wise Woman", None),
        ("male-qn-qingse", "青涩青年音色", "青涩青年音色", None),
        ("moss_audio_7", "Korean Singer", "Korean Singer", "Korean"),
        ("auto_tune", "", "auto tune", None),
        ("Englishman_in_NY", "", "Englishman in NY", None),
        ("_", "", "", None),
    ],
)
def test_a_stock_voice_has_a_readable_name_and_a_language_where_one_can_be_guessed(
    voice_id: str, voice_name: str, name: str, language: str | None
) -> None:
    voice = stock_voice(voice_id, voice_name)

    assert (voice.voice_id, voice.name, voice.language) == (voice_id, name, language)
