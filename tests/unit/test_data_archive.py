"""What somebody gets of what is kept about them: all of it, readable, harmless, not too big."""

import io
import json
import random
import zipfile
from datetime import UTC, datetime
from html.parser import HTMLParser

from bot.domain.people import PersonId
from bot.domain.privacy import PersonalData, Record, Section
from bot.frontends.data_archive import pack
from bot.frontends.data_page import page
from bot.frontends.wording_data import SECTIONS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WHO = PersonId("discord:1")
HOSTILE = "<script>alert('x')</script> & \"<img src=x onerror=alert(1)>\""


class Tags(HTMLParser):
    """Collects what a browser would see in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def data_of(records: list[Record], section: Section = Section.SPEECHES) -> PersonalData:
    return PersonalData(WHO, NOW, {section: records})


def speech(number: int, text: str) -> Record:
    return {
        "key": f"discord-{number}",
        "created_at": f"2026-11-23T12:{number:02}:00+00:00",
        "text": text,
    }


def unpacked(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_each_kind_is_a_file_beside_a_page_to_read() -> None:
    sections: dict[Section, list[Record]] = {section: [] for section in Section}
    sections[Section.CONSENTS_GIVEN] = [{"statement": "owner_allowed_once_v1"}]
    files = unpacked(pack(PersonalData(WHO, NOW, sections)).content)

    assert set(files) == {"index.html", "readme.txt", *(f"{one.value}.json" for one in Section)}
    (consent,) = json.loads(files["consents_given.json"])
    assert consent["wording"] == "The owner of the voice allowed this one clone."
    assert json.loads(files["voices.json"]) == []


def test_the_page_runs_nothing_and_loads_nothing_whatever_is_in_it() -> None:
    html = page(data_of([{"text": HOSTILE, HOSTILE: [HOSTILE], "options": {HOSTILE: HOSTILE}}]))

    seen = Tags(html)
    assert not seen.tags & {"script", "img", "link", "iframe", "form", "object"}
    assert not {one for one in seen.attributes if one.startswith("on") or one == "src"}
    assert HOSTILE in seen.text
    assert "default-src 'none'" in html


def test_the_page_says_times_money_and_truths_as_people_do() -> None:
    record: Record = {
        "at": "2026-11-23T12:00:00+00:00", "amount_microdollars": 1_500_000, "counted": True,
        "server": None, "options": {"text": "Hi.", "language": None}, "kind": 5,
    }  # fmt: skip

    text = Tags(page(data_of([record], Section.CHARGES))).text

    assert "23 Nov 2026, 12:00" in text
    assert "Amount$1.50" in text
    assert "Countedyes" in text
    assert "Text: Hi." in text
    assert "Language" not in text


def test_every_kind_has_a_title_and_says_so_where_there_is_nothing() -> None:
    text = Tags(page(PersonalData(WHO, NOW, {}))).text

    assert set(SECTIONS) == set(Section)
    assert all(title in text for title, _ in SECTIONS.values())
    assert text.count("Nothing of this kind is kept.") == len(Section)


def test_a_long_list_is_shown_by_its_newest_and_the_file_has_all() -> None:
    records = [speech(number % 60, f"text {number}") for number in range(300)]

    files = unpacked(pack(data_of(records)).content)

    assert "The newest 200 of 300" in files["index.html"]
    assert "text 250" not in files["index.html"]
    assert len(json.loads(files["speeches.json"])) == 300


def test_what_is_too_big_loses_its_oldest_texts_and_says_so() -> None:
    noise = random.Random(1)  # noqa: S311  nothing secret
    texts = ["".join(chr(noise.randrange(32, 127)) for _ in range(2000)) for _ in range(40)]
    records = [speech(59 - number, text) for number, text in enumerate(texts)]

    archive = pack(data_of(records), at_most=60_000)

    assert archive.is_cut
    assert len(archive.content) <= 60_000
    files = unpacked(archive.content)
    kept = [one["text"] for one in json.loads(files["speeches.json"])]
    left_out = kept.count(None)
    assert 0 < left_out < 40
    assert kept[-left_out:] == [None] * left_out
    assert kept[0] == texts[0]
    assert f"The {left_out} oldest texts are left out" in files["index.html"]
    assert f"The {left_out} oldest texts are left out" in files["readme.txt"]


def test_what_is_too_big_without_texts_loses_its_oldest_records_and_says_so() -> None:
    noise = random.Random(1)  # noqa: S311  nothing secret
    records: list[Record] = [{"digest": f"{noise.getrandbits(256):064x}"} for _ in range(2000)]

    archive = pack(data_of(records, Section.FILES), at_most=50_000)

    assert archive.is_cut
    files = unpacked(archive.content)
    left = json.loads(files["posted_files.json"])
    assert left == records[: len(left)]
    assert 0 < len(left) < 2000
    assert "older records of this kind did not fit" in files["readme.txt"]


def test_what_fits_is_whole() -> None:
    assert not pack(data_of([speech(1, "Hello.")])).is_cut
