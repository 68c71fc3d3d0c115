"""Writes docs/checks.md from the rules, so that the page cannot say anything else than the program.

Usage: generate_docs.py [--check]. With `--check` nothing is written, and the exit status is 1 if the page is out of
date.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from koreo_analyzer.checks import RULES, Origin

if TYPE_CHECKING:
    from koreo_analyzer.checks import Rule

PAGE = Path(__file__).parent.parent / "docs" / "checks.md"

_HEAD = """\
# Checks

<!-- Written by tools/generate_docs.py from the rules in analyzer/koreo_analyzer/checks: `make docs` -->

Every problem has a code. `koreo explain CODE` prints what stands here.

An **error** is something that the cluster would refuse, fail on or ignore; a **warning** is probably wrong; an
**info** is about style, compatibility or doubt. `koreo check` exits with 1 when there is an error
(`--fail-on warning` or `info` lowers that). Some codes come from running FunctionTests: `koreo test` reports them, in
the same form and with the same exit status.

Each example is a whole file. The severity of a code is changed for a whole workspace in its `koreo.toml`:

```toml
[severity]
unused-definition = "off"
read-differently = "warning"
```

One problem is hidden by a comment on its line, on the line above, or on the line where a block scalar begins:

```yaml
    text: =legacy.name  # koreo: ignore[unknown-name]
```

`# koreo: ignore-document[unknown-name]`, in any comment of a document, hides all problems of that code in it.

"""

_NOT_IGNORED = frozenset({"unreadable-file", "config", "unused-ignore"})
_UNSHOWN = "It cannot be shown in a Koreo file.\n"


def render() -> str:
    """Return the whole page."""
    rows = "".join(
        f"| [`{rule.code}`](#{rule.code}) | {rule.severity.word} | {rule.summary} |\n"
        for rule in RULES.values()
    )
    table = f"| code | severity | meaning |\n| --- | --- | --- |\n{rows}"
    return _HEAD + table + "".join(map(_section, RULES.values()))


def _section(rule: Rule) -> str:
    found = f", found by `{rule.origin.value}`" if rule.origin is not Origin.READING else ""
    text = f"\n## {rule.code}\n\n**{rule.severity.word}**{found}: {rule.summary}.\n\n{rule.explanation}\n\n"
    examples = (
        _example("Wrong", rule.wrong) + "\n" + _example("Right", rule.right) if rule.wrong else _UNSHOWN
    )
    return text + examples + "\n" + _how_to_turn_off(rule)


def _how_to_turn_off(rule: Rule) -> str:
    everywhere = f'Off: `{rule.code} = "off"` in `koreo.toml`'
    if rule.code in _NOT_IGNORED:
        return f"{everywhere}.\n"
    return f"{everywhere}, or in one place `# koreo: ignore[{rule.code}]`.\n"


def _example(title: str, text: str) -> str:
    return f"{title}:\n\n```yaml\n{text.rstrip()}\n```\n"


def main(arguments: list[str]) -> int:
    """Write or check the page; return the exit status."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    wanted = render()
    present = PAGE.read_text(encoding="utf-8") if PAGE.exists() else None
    if present == wanted:
        return 0
    if arguments:
        print(f"{PAGE} is out of date: run `make docs`", file=sys.stderr)
        return 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
