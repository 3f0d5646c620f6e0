"""A command line, taken apart as a POSIX shell (and bash's $'…') would, with nothing run and nothing filled in.

Quotes, escapes, continued lines, comments, here-documents and redirections are read. What only a shell could fill in
($NAME, $(…), `…`) stays as it was written, and its word is marked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from pools.dialects.unreadable import Problem, Unreadable, place_of

_DEEPEST: Final = 20  # commands within commands; more is no command but an attack
_BLANK: Final = re.compile(r"(?:[ \t\r]|\\\r?\n)+")
_PLAIN: Final = re.compile(r"[^ \t\r\n'\"\\$`;|&<>()]+")
_PLAIN_IN_DOUBLE: Final = re.compile(r'[^"\\$`]+')
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_ENDS: Final = ";|&()\n"
_ANSI: Final = {"n": 10, "t": 9, "r": 13, "a": 7, "b": 8, "e": 27, "E": 27, "f": 12, "v": 11}
_ANSI_CODE: Final = re.compile(r"x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})")


@dataclass(frozen=True)
class Word:
    """One word of a command: what a program would be given, and where it stands in the text.

    `variable` is the first thing that only a shell could fill in, as written; empty where there is none.
    """

    text: str
    start: int
    end: int
    variable: str = ""


@dataclass
class Command:
    """One simple command. `stdin` is its here-document or here-string."""

    words: list[Word] = field(default_factory=list)
    stdin: Word | None = None


def commands(text: str) -> list[Command]:
    """Every simple command of `text` in order; pipes, lists and groups are taken apart, functions are not known.

    Raises `Unreadable` where a quote, a bracket or a here-document has no end.
    """
    reader = _Reader(text)
    reader.read()
    return [command for command in reader.done if command.words]


@dataclass
class _HereDocument:
    command: Command
    end: str
    strips_tabs: bool
    is_quoted: bool


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.done: list[Command] = [Command()]
        self.waiting: list[_HereDocument] = []

    def read(self) -> None:
        while self.at < len(self.text):
            if blank := _BLANK.match(self.text, self.at):
                self.at = blank.end()
                continue
            here = self.text[self.at]
            if here == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif here in _ENDS:
                self.at += 1
                self.done.append(Command())
                if here == "\n":
                    self._here_documents()
            elif here in "<>":
                self._redirection()
            else:
                word = self._word()
                # A number right before a redirection is the number of a file, no word of the command.
                if not (word.text.isdecimal() and self.text[self.at : self.at + 1] in {"<", ">"}):
                    self.done[-1].words.append(word)
        for left in self.waiting:
            raise Unreadable(Problem.UNCLOSED, *place_of(self.text, len(self.text)), what=f"<<{left.end}")

    def _unclosed(self, start: int, what: str) -> Unreadable:
        return Unreadable(Problem.UNCLOSED, *place_of(self.text, start), what=what)

    # ---- Redirections ----

    def _redirection(self) -> None:
        found = re.compile(r"<<<|<<-?|<&?|>[>&|]?").match(self.text, self.at)
        assert found is not None  # noqa: S101 - it was asked for at one of these
        self.at = found.end()
        if blank := _BLANK.match(self.text, self.at):
            self.at = blank.end()
        start = self.at
        target = self._word() if self.text[start : start + 1] not in {"", *_ENDS, "<", ">"} else None
        if target is None:
            return
        if found[0] == "<<<":
            self.done[-1].stdin = target
        elif found[0].startswith("<<"):
            is_quoted = bool(re.search(r"['\"\\]", self.text[start : self.at]))
            self.waiting.append(_HereDocument(self.done[-1], target.text, found[0] == "<<-", is_quoted))

    def _here_documents(self) -> None:
        for wanted in self.waiting:
            start, lines = self.at, []
            while True:
                if self.at >= len(self.text):
                    raise self._unclosed(start, f"<<{wanted.end}")
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                line = self.text[self.at : end].removesuffix("\r")
                self.at = end + 1
                line = line.lstrip("\t") if wanted.strips_tabs else line
                if line == wanted.end:
                    break
                lines.append(line)
            said = "\n".join(lines)
            variable = "" if wanted.is_quoted else _first_variable(said)
            wanted.command.stdin = Word(said, start, self.at, variable)
        self.waiting.clear()

    # ---- Words ----

    def _word(self) -> Word:
        start, parts, variable = self.at, [], ""
        while self.at < len(self.text):
            here = self.text[self.at]
            if plain := _PLAIN.match(self.text, self.at):
                parts.append(plain[0])
                self.at = plain.end()
            elif here == "\\":
                parts.append(self._escaped())
            elif here == "'":
                parts.append(self._single())
            elif here == '"' or self.text.startswith('$"', self.at):
                said, inner = self._double()
                parts.append(said)
                variable = variable or inner
            elif self.text.startswith("$'", self.at):
                parts.append(self._ansi())
            elif here in "$`":
                said = self._expansion()
                parts.append(said)
                variable = variable or (said if len(said) > 1 else "")
            else:
                break
        return Word("".join(parts), start, self.at, variable)

    def _escaped(self) -> str:
        after = self.text[self.at + 1 : self.at + 3]
        if after.startswith("\n") or after == "\r\n":
            self.at += 2 if after.startswith("\n") else 3
            return ""
        self.at = min(self.at + 2, len(self.text))
        return after[:1]

    def _single(self) -> str:
        start = self.at + 1
        end = self.text.find("'", start)
        if end < 0:
            raise self._unclosed(self.at, "'")
        self.at = end + 1
        return self.text[start:end]

    def _double(self, depth: int = 0) -> tuple[str, str]:
        start = self.at
        self.at += 1 if self.text[self.at] == '"' else 2
        parts, variable = [], ""
        while self.at < len(self.text):
            here = self.text[self.at]
            if plain := _PLAIN_IN_DOUBLE.match(self.text, self.at):
                parts.append(plain[0])
                self.at = plain.end()
            elif here == '"':
                self.at += 1
                return "".join(parts), variable
            elif here == "\\":
                after = self.text[self.at + 1 : self.at + 2]
                # Within double quotes a backslash means something before these only.
                parts.append("" if after == "\n" else after if after in {"$", "`", '"', "\\"} else f"\\{after}")
                self.at += 2
            else:
                said = self._expansion(depth)
                parts.append(said)
                variable = variable or (said if len(said) > 1 else "")
        raise self._unclosed(start, '"')

    def _ansi(self) -> str:
        """$'…': escapes as in C. Codes of bytes are put together as UTF-8."""
        start, raw = self.at, bytearray()
        self.at += 2
        while self.at < len(self.text):
            here = self.text[self.at]
            self.at += 1
            if here == "'":
                try:
                    return raw.decode("utf-8", "strict")
                except UnicodeDecodeError:
                    raise Unreadable(Problem.CHARACTER, *place_of(self.text, start)) from None
            if here != "\\":
                raw += here.encode("utf-8", "surrogatepass")
                continue
            raw += self._ansi_escape()
        raise self._unclosed(start, "$'")

    def _ansi_escape(self) -> bytes:
        if code := _ANSI_CODE.match(self.text, self.at):
            self.at = code.end()
            byte, four, eight, octal = code.groups()
            if byte or octal:
                return bytes([int(byte, 16) if byte else int(octal, 8) & 0xFF])
            number = int(four or eight, 16)
            return chr(number).encode("utf-8", "surrogatepass") if number <= 0x10FFFF else b"?"  # noqa: PLR2004
        letter = self.text[self.at : self.at + 1]
        self.at += 1
        return bytes([_ANSI[letter]]) if letter in _ANSI else letter.encode("utf-8", "surrogatepass")

    # ---- What a shell would fill in ----

    def _expansion(self, depth: int = 0) -> str:
        """`$NAME`, `${…}`, `$(…)` or `…` in backticks, as written; a dollar that begins none of them is itself."""
        start = self.at
        if self.text[self.at] == "`":
            self.at = self._after("`", self.at + 1, start)
        elif self.text.startswith("$(", self.at):
            self._substitution(depth + 1)
        elif self.text.startswith("${", self.at):
            self.at = self._after("}", self.at + 2, start)
        else:
            name = _NAME.match(self.text, self.at + 1)
            self.at = name.end() if name else self.at + 1
        return self.text[start : self.at]

    def _after(self, closing: str, at: int, start: int) -> int:
        while at < len(self.text):
            if self.text[at] == closing:
                return at + 1
            at += 2 if self.text[at] == "\\" else 1
        raise self._unclosed(start, self.text[start : start + 2].rstrip())

    def _substitution(self, depth: int) -> None:
        """Step over `$(…)`, quotes and further ones within it included."""
        start, opened = self.at, 0
        if depth > _DEEPEST:
            raise self._unclosed(start, "$(")
        self.at += 1
        while self.at < len(self.text):
            here = self.text[self.at]
            if here == "'":
                self._single()
            elif here == '"':
                self._double(depth)
            elif here == "\\":
                self.at += 2
            elif here in "$`":
                self._expansion(depth)
            else:
                self.at += 1
                opened += {"(": 1, ")": -1}.get(here, 0)
                if opened == 0 and here == ")":
                    return
        raise self._unclosed(start, "$(")


def _first_variable(text: str) -> str:
    found = re.search(r"(?<!\\)(?:\$(?:[A-Za-z_{(]\w*)|`)", text)
    return found[0] if found else ""
