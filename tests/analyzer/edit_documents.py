"""Random YAML documents with comments in all places and every style, and random data to put into them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

TEXTS = (
    "a", "two words", "5", "yes", "null", "", " ", "=inputs.a", "=a ? b : c", "x: y", "a #b", "it's", 'say "hi"',
    "{a}", "[", "- x", "1:30", "2020-01-01", "~", "a\nb", "a\nb\n", "\n", "  indented\nlines", "tab\there", "é😀",
    "\u00a0x", "\x07", "back\\slash", "trailing ", "a\n\nb\n", "a\n\n", "#", "---", "key:", "a" * 90, "0x1f", "1e3",
    "<<", "=", "a,b", "a\n  b\n c", "\u2028", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "'", '"', "a\r\nb",
    "word " * 30,
)  # fmt: skip
SCALARS = (None, True, False, 0, 5, -3, 1.5, 2**40, 1e30, 1.5e-9, "plain", "other", *TEXTS)
KEYS = ("a", "b", "c", "name", "label", "x-y", "yes", "5", "k k", "q:r", "d", "e", "", "n", "<<", "é")
# What stands in documents is read the same by Kubernetes and PyYAML, so that both can be asked afterwards.
WRITTEN = (
    "1", "-7", "1.5", "true", "null", "plain", "two words", "=inputs.a + 1", '"double"', "'single'", '"a\\nb"',
    "'it''s'", '"#no"', "http://x/y", "", "~",
)  # fmt: skip
WRITTEN_KEYS = ("a", "b", "c", "d", "e", "f", '"quoted"', "'single'", "name", "label", "k-k")


def data(random: Random, depth: int = 0) -> Any:
    """Return random plain data."""
    kind = random.random()
    if depth > 2 or kind < 0.45:
        return random.choice(SCALARS)
    if kind < 0.75:
        return {key: data(random, depth + 1) for key in random.sample(KEYS, random.randrange(4))}
    return [data(random, depth + 1) for _ in range(random.randrange(4))]


def mutated(random: Random, value: Any, depth: int = 0) -> Any:
    """Return data like the given: some parts changed, removed and added."""
    if depth and random.random() < 0.15:
        return data(random, depth)
    if isinstance(value, dict):
        parts = {
            key: mutated(random, part, depth + 1) for key, part in value.items() if random.random() < 0.85
        }
        if random.random() < 0.3:
            parts[random.choice(KEYS)] = data(random, depth + 1)
        return parts
    if isinstance(value, list):
        items = [mutated(random, part, depth + 1) for part in value if random.random() < 0.85]
        if random.random() < 0.3:
            items.insert(random.randrange(len(items) + 1), data(random, depth + 1))
        return items
    return value


def grown(random: Random, value: Any) -> Any:
    """Return data from which nothing is removed: scalars changed, keys and items added."""
    if isinstance(value, dict):
        parts = {key: grown(random, part) for key, part in value.items()}
        if value and random.random() < 0.3:
            parts.setdefault(random.choice(KEYS), data(random, 1))
        return parts
    if isinstance(value, list):
        items = [grown(random, part) for part in value]
        if value and random.random() < 0.3:
            items.append(data(random, 1))
        return items
    return random.choice(SCALARS) if random.random() < 0.2 else value


class Writer:
    """Writes one random document; every comment in it has a number of its own."""

    def __init__(self, random: Random, *, anchors: bool = False) -> None:
        self.random = random
        self.anchors = anchors
        self.names: list[str] = []
        self.mappings: list[str] = []
        self.comments = self.named = 0
        self.width = random.choice((2, 2, 2, 4, 3, 1))
        self.dash = random.choice((0, 2, 2, 1))
        self.gap = random.choice((2, 2, 2, 4))

    def document(self) -> str:
        """Return the text of a document."""
        random = self.random
        lines = self.above(0)
        if random.random() < 0.3:
            lines.append("---" + self.beside())
        kind = random.random()
        if kind < 0.8:
            lines += self.mapping(0, 0)
        elif kind < 0.95:
            lines += self.sequence(0, 0)
        else:
            lines.append(self.flow(0))
        lines += self.above(0)
        newline = random.choice(("\n", "\n", "\n", "\r\n"))
        return newline.join(lines) + random.choice((newline, newline, "", newline * 2))

    def comment(self) -> str:
        self.comments += 1
        return f"# c{self.comments}."

    def above(self, column: int) -> list[str]:
        """Return blank lines and comments that may stand above a part."""
        random = self.random
        lines: list[str] = []
        if random.random() < 0.1:
            lines.append(random.choice(("", "", " " * random.randrange(6))))
        if random.random() < 0.15:
            column = column if random.random() < 0.7 else random.randrange(column + 4)
            lines.append(" " * column + self.comment())
        return lines

    def beside(self) -> str:
        return " " * self.random.randrange(1, 4) + self.comment() if self.random.random() < 0.2 else ""

    def anchor(self) -> str:
        """Return an anchor, a tag or nothing, with a blank before it."""
        if self.anchors and self.random.random() < 0.15:
            self.named += 1
            name = f"x{self.named}"
            self.names.append(name)
            return f" &{name}"
        return ""

    def keys(self) -> list[str]:
        return self.random.sample(WRITTEN_KEYS, self.random.randrange(1, 5))

    def mapping(self, column: int, depth: int) -> list[str]:
        """Return the lines of a block mapping."""
        lines: list[str] = []
        margin = " " * column
        if self.mappings and self.anchors and self.random.random() < 0.3:
            lines.append(f"{margin}<<: *{self.random.choice(self.mappings)}")
        for key in self.keys():
            if lines:
                lines += self.above(column)
            colon = self.random.choice((":", ":", ":", " :"))
            lines += self.value(f"{margin}{key}{colon}", column, depth, self.width, self.dash)
        return lines

    def sequence(self, column: int, depth: int) -> list[str]:
        """Return the lines of a block sequence."""
        lines: list[str] = []
        margin = " " * column
        for _ in range(self.random.randrange(1, 4)):
            if lines:
                lines += self.above(column)
            kind = self.random.random()
            if kind < 0.3 and depth < 3:
                below = self.mapping if kind < 0.2 else self.sequence
                inner = below(column + self.gap, depth + 1)
                lines += [margin + "-".ljust(self.gap) + inner[0].lstrip(" "), *inner[1:]]
            else:
                lines += self.value(f"{margin}-", column, depth, self.gap, self.gap)
        return lines

    def value(self, before: str, column: int, depth: int, width: int, dash: int) -> list[str]:
        """Return the lines of a value that begin with a key or a dash."""
        random = self.random
        kind = random.random()
        if self.names and kind < 0.1:
            return [f"{before} *{random.choice(self.names)}{self.beside()}"]
        if depth < 3 and kind < 0.5:
            named = len(self.names)
            before += self.anchor()
            anchored = len(self.names) > named
            self.names, hidden = self.names[:named], self.names[named:]
            head = [before + self.beside(), *self.above(column + width)]
            if kind < 0.35:
                lines = head + self.mapping(column + width, depth + 1)
                if anchored:
                    self.mappings += hidden
            else:
                lines = head + self.sequence(column + dash, depth + 1)
            self.names += hidden
            return lines
        if kind < 0.65:
            return self.block(before, column, width)
        before += self.anchor()
        if kind < 0.8:
            return [f"{before} {self.flow(depth, column + 1)}{self.beside()}"]
        if kind < 0.85:
            return [before, *self.above(column + 1), " " * (column + 1) + "below" + self.beside()]
        if kind < 0.9:
            return [before + " several", " " * (column + 2) + "lines of plain" + self.beside()]
        tag = random.choice(("", "", "", "", " !!str"))
        text = random.choice(WRITTEN)
        return [before + tag + (" " + text if text else "") + self.beside()]

    def block(self, before: str, column: int, width: int) -> list[str]:
        random = self.random
        header = random.choice("||>") + random.choice(("", "", "-", "+"))
        lines = [f"{before} {header}{self.beside()}"]
        for _ in range(random.randrange(1, 4)):
            lines.append(" " * (column + width) + random.choice(("line", "# not a comment", "a: b", "- c")))
            if random.random() < 0.2:
                lines.append("")
        return lines

    def flow(self, depth: int, column: int = 1) -> str:
        """Return a collection in brackets, on one line or on several."""
        random = self.random
        margin = " " * column
        is_mapping = random.random() < 0.5
        several = random.random() < 0.2
        padding = random.choice(("", " "))
        parts = [self.part(depth) for _ in range(random.randrange(4))]
        if is_mapping:
            parts = [f"{key}: {part}" for key, part in zip(self.keys(), parts, strict=False)]
        start, end = "{}" if is_mapping else "[]"
        if not several or not parts:
            return start + padding + random.choice((", ", ",", ", ")).join(parts) + padding + end
        lines = [start + self.beside()]
        for index, part in enumerate(parts):
            comma = "," if index + 1 < len(parts) or random.random() < 0.3 else ""
            lines.append(f"{margin}  {part}{comma}{self.beside()}")
            if random.random() < 0.1:
                lines.append(margin + self.comment())
        return "\n".join([*lines, margin + end])

    def part(self, depth: int) -> str:
        random = self.random
        if self.names and random.random() < 0.15:
            return f"*{random.choice(self.names)} "
        if depth < 3 and random.random() < 0.25:
            return self.flow(depth + 1)
        return random.choice([text for text in WRITTEN if text and not text.startswith("=")])
