// The text of a preview: notes as comments above what the server sends, links moved down with it. Pure.
import type { Location, Position, Range } from "vscode-languageclient/node";
import type { PreviewAnswer, PreviewLink, PreviewParams } from "../protocol";

export interface Page {
  text: string;
  links: PreviewLink[];
}

const WIDTH = 78; // characters in a line of a comment, without its "# "
const NOTHING = [
  "# There is nothing to preview here.",
  "# Put the cursor into a function with a FunctionTest,",
  "# into a FunctionTest, or into a Workflow.",
].join("\n");

export function layOut(answer: PreviewAnswer | null): Page {
  if (answer === null) {
    return { text: `${NOTHING}\n`, links: [] };
  }
  const head = [answer.title, ...answer.notes].flatMap(wrapped).map((line) => `# ${line}`.trimEnd());
  // A text of nothing but comments repeats the notes, for editors that do not show them.
  const text = /^(#.*\n)*$/.test(answer.text) ? "" : answer.text;
  const lines = head.length + 1;
  const links = answer.links.map(({ range, target }) => ({
    range: { start: moved(range.start, lines), end: moved(range.end, lines) },
    target,
  }));
  return { text: [...head, "", text].join("\n"), links };
}

/** The target of the smallest link that holds a position, with the place it leads from. */
export function linkAt(page: Page, at: Position): { range: Range; target: Location } | null {
  let best: PreviewLink | null = null;
  for (const link of page.links) {
    if (holds(link.range, at) && (best === null || holds(best.range, link.range.start))) {
      best = link;
    }
  }
  return best;
}

/** Reads what a lens or a menu passes: nothing, a URI, parts in order, or one object. */
export function readSource(args: readonly unknown[]): PreviewParams | null {
  const [first, position, test, index] = args;
  if (typeof first === "string") {
    return { uri: first, position: asPosition(position), test: asText(test), case: asNumber(index) };
  }
  if (typeof first === "object" && first !== null && "uri" in first && typeof first.uri === "string") {
    const given: Record<string, unknown> = { ...first };
    return {
      uri: first.uri,
      position: asPosition(given.position),
      test: asText(given.test),
      case: asNumber(given.case),
    };
  }
  return null;
}

/** The lines of a note, none wider than a comment should be: editors do not wrap the preview. */
function wrapped(note: string): string[] {
  const lines: string[] = [];
  for (const paragraph of note.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && line.length + 1 + word.length > WIDTH) {
        lines.push(line);
        line = word;
      } else {
        line = line === "" ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines;
}

function moved(position: Position, lines: number): Position {
  return { line: position.line + lines, character: position.character };
}

function holds(range: Range, at: Position): boolean {
  return !isBefore(at, range.start) && !isBefore(range.end, at);
}

function isBefore(one: Position, other: Position): boolean {
  return one.line < other.line || (one.line === other.line && one.character < other.character);
}

function asPosition(value: unknown): Position | null {
  const isOne = typeof value === "object" && value !== null && "line" in value && "character" in value;
  return isOne ? (value as Position) : null;
}

function asText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function asNumber(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
