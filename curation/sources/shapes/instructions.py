"""Instruction, input and output in fields of their own: Alpaca and the many Korean sets in its layout."""

from curation.sources.shapes.turns import Options, Recognised, Row, pair, system_turn, used, with_context

_TURN = 2  # an exchange of `history`: what was asked, what was answered


def alpaca(row: Row, _: Options) -> Recognised | None:
    """`{"instruction": "다음 문장을 요약해 줘.", "input": "…", "output": "…"}`; Dolly: context, response.

    An input follows its instruction after a blank line; empty or absent it is none. Without an output the instruction
    is a question without an answer. Exchanges in `history` ([[question, answer], …]) come before.
    """
    if "instruction" not in row:
        return None
    given = "input" if "input" in row else "context"
    answer = "output" if "output" in row else "response"
    past = row.get("history")
    turns = pair(with_context(row["instruction"], row.get(given)), row.get(answer))
    names = ("instruction", given, answer, "system")
    if not past:
        return Recognised("alpaca", [*system_turn(row), *turns], used(row, names))
    if not isinstance(past, list) or not all(isinstance(one, list) and len(one) == _TURN for one in past):
        return None
    before = [turn for question, said in past for turn in pair(question, said)]
    return Recognised("alpaca", [*system_turn(row), *before, *turns], used(row, (*names, "history")))
