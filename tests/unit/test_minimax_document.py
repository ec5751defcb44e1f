"""What `docs/minimax.md` says is what the code does."""

import re
from pathlib import Path

from bot.minimax import limits
from bot.minimax.errors import EXCEPTIONS, VERDICTS

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "minimax.md").read_text(encoding="utf-8")


def test_the_table_of_codes_is_the_one_in_use() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+?) \| (\w+) \| (\w+) \|$", DOCUMENT, re.MULTILINE)

    assert [(int(code), meaning, who, again) for code, meaning, who, again in rows] == [
        (code, verdict.meaning, verdict.who.value, verdict.retry.value)
        for code, verdict in VERDICTS.items()
    ]


def test_the_exceptions_of_endpoints_are_the_ones_in_use() -> None:
    rows = re.findall(r"^\| (\d+) from `(\w+)` \| (.+?) \| (\w+) \|", DOCUMENT, re.MULTILINE)

    assert {(endpoint, int(code)): (meaning, who) for code, endpoint, meaning, who in rows} == {
        (key[0].value, key[1]): (verdict.meaning, verdict.who.value)
        for key, verdict in EXCEPTIONS.items()
    }


def test_every_section_that_code_cites_exists() -> None:
    headings = set(re.findall(r"^## (.+)$", DOCUMENT, re.MULTILINE))
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py")]
    cited = {
        section
        for source in sources
        for citation in re.findall(r'docs/minimax\.md((?:,?(?: and)?\s+"[^"]+")+)', source)
        for section in re.findall(r'"([^"]+)"', citation)
    }

    assert cited
    assert cited - headings == set()


def test_every_model_is_named() -> None:
    assert [name for name in limits.MODELS if f"`{name}`" not in DOCUMENT] == []
