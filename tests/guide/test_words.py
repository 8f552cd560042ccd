"""Candidates read the guide from the age of 12: short sentences, common words."""

import re
from html import unescape

import pytest
from django.template.loader import render_to_string

from portal.guide.contents import CANDIDATE, GUIDES
from portal.guide.facts import facts

HIGHEST_GRADE = 6.5  # Flesch-Kincaid grade: years at school, so 11 to 12 years of age
MOST_WORDS = 25  # of one sentence


def sentences(html: str) -> list[list[str]]:
    html = re.sub(r"<table.*?</table>|<h2>.*?</h2>|<figure.*?</figure>", " ", html, flags=re.S)
    html = re.sub(r"</(li|p|dt|dd|ol|dl)>", ". ", html)
    text = unescape(re.sub(r"<[^>]+>", "", html))
    found = (re.findall(r"[A-Za-z’'-]+", part) for part in re.split(r"[.!?:]+\s", text))
    return [words for words in found if words]


def syllables(word: str) -> int:
    word = re.sub(r"(?:es|ed|e)$", "", word.lower()) or word
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def grade(found: list[list[str]]) -> float:
    words = [word for sentence in found for word in sentence]
    return 0.39 * len(words) / len(found) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize("part", GUIDES[CANDIDATE].parts, ids=lambda part: part.slug)
def test_candidates_part_is_easy_to_read(part):
    html = render_to_string(part.template, {"guide": GUIDES[CANDIDATE], "facts": facts()})
    found = sentences(html.partition("shown on the page")[0] + html.partition("zip</p>")[2])
    assert round(grade(found), 1) <= HIGHEST_GRADE
    assert [" ".join(sentence) for sentence in found if len(sentence) > MOST_WORDS] == []


def test_measure_tells_easy_words_from_hard_ones():
    easy, hard = (
        "The cat sat on the mat.",
        "Institutional accreditation necessitates comprehensive documentation.",
    )
    assert grade(sentences(easy)) < 2 < 20 < grade(sentences(hard))
