"""A text with its morphemes, and what the gates read in it: found when first asked for, and once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from curation.korean.kiwi import is_content
from datagen.fidelity.denials import Predicate, read_predicates
from datagen.fidelity.facts import Fact, find_facts
from datagen.fidelity.opposites import Term, find_terms, prefixed
from datagen.fidelity.steering import is_instruction

if TYPE_CHECKING:
    from kiwipiepy import Token


@dataclass(frozen=True)
class Analysed:
    """A text as the gates see it; pairs that quote the same text share one, so that nothing in it is read twice."""

    text: str
    tokens: Sequence[Token]

    @cached_property
    def facts(self) -> list[Fact]:
        """Figures, codes, Latin words, words of time, in order."""
        return find_facts(self.text, self.tokens)

    @cached_property
    def predicates(self) -> list[Predicate]:
        """What it affirms and what it denies, in order."""
        return read_predicates(self.tokens)

    @cached_property
    def terms(self) -> list[Term]:
        """Terms that have an opposite, firm or not."""
        return list(find_terms(self.text, self.tokens))

    @cached_property
    def prefixed(self) -> tuple[set[str], set[str]]:
        """The nouns under a denying prefix, and those without one."""
        return prefixed(self.tokens)

    @cached_property
    def content(self) -> frozenset[str]:
        """The forms of its content words."""
        return frozenset(token.form for token in self.tokens if is_content(token))

    @cached_property
    def is_instruction(self) -> bool:
        """Whether it gives orders to a language model."""
        return is_instruction(self.text)
