// Which Python makes the server's environment. Pure: what the editor and the system say comes in.
import { pathsOf, settingPaths, type Candidate, type Surroundings } from "./candidates";

/** The server needs at least the first, and less than the second. */
export const VERSIONS = { from: [3, 11], before: [3, 14] } as const;
export const NEEDED = "Python 3.11 to 3.13";

/** What a Python says of itself. `makesEnvironments`: it has venv and ensurepip, which Debian ships apart. */
export interface Python {
  version: readonly number[];
  executable: string;
  makesEnvironments: boolean;
}

export type PythonAnswer = { kind: "python"; python: Python } | { kind: "absent" } | { kind: "failed"; reason: string };

export interface PythonSearch {
  python: Python | null;
  /** Why those that were found before cannot be used, as sentences. */
  reasons: string[];
}

/** Asked of a Python; the answer is one line of JSON. */
export const QUESTION = [
  "import json, sys",
  "try:",
  "    import ensurepip, venv",
  "    able = True",
  "except ImportError:",
  "    able = False",
  "print(json.dumps({'version': sys.version_info[:3], 'executable': sys.executable, 'makesEnvironments': able}))",
].join("\n");

const NAMES = ["python3", "python3.13", "python3.12", "python3.11", "python"];
const WINDOWS_NAMES = ["py.exe", "python3.exe", "python.exe"];
const USUAL_FOLDERS = ["/usr/local/bin", "/opt/homebrew/bin", "/usr/bin"]; // when the editor was started with a short PATH

/** The places to try, best first. A setting is the only place. */
export function pythonCandidates(around: Surroundings, setting: string): Candidate[] {
  if (setting.trim() !== "") {
    return settingPaths({ ...around, setting }).map((path) => ({ path, source: "the setting koreo.server.python" }));
  }
  const paths = pathsOf(around.platform);
  const found: Candidate[] = [];
  if (around.trusted && around.interpreter !== null && paths.isAbsolute(around.interpreter)) {
    found.push({ path: around.interpreter, source: "the selected Python environment" });
  }
  const isWindows = around.platform === "win32";
  const folders = around.searchPath.split(paths.delimiter).filter((folder) => paths.isAbsolute(folder));
  const all = [...new Set([...folders, ...(isWindows ? [] : USUAL_FOLDERS)])];
  for (const name of isWindows ? WINDOWS_NAMES : NAMES) {
    found.push(...all.map((folder) => ({ path: paths.join(folder, name), source: "the PATH" })));
  }
  return found;
}

/** The first Python that can make the environment. */
export async function findPython(
  places: readonly Candidate[],
  ask: (path: string) => Promise<PythonAnswer>,
): Promise<PythonSearch> {
  const reasons = new Set<string>();
  for (const { path } of places) {
    const answer = await ask(path);
    if (answer.kind === "python") {
      const reason = unsuited(answer.python);
      if (reason === null) {
        return { python: answer.python, reasons: [...reasons] };
      }
      reasons.add(reason);
    } else if (answer.kind === "failed") {
      reasons.add(`${path} cannot be used: ${answer.reason}.`);
    }
  }
  return { python: null, reasons: [...reasons] };
}

/** What a Python has printed; null if that is not an answer to the question. */
export function readPython(output: string): Python | null {
  let said: unknown;
  try {
    said = JSON.parse(output);
  } catch {
    return null;
  }
  const { version, executable, makesEnvironments } = (said ?? {}) as Record<string, unknown>;
  return Array.isArray(version) && version.every((part) => typeof part === "number") && typeof executable === "string"
    ? { version, executable, makesEnvironments: makesEnvironments === true }
    : null;
}

function unsuited({ version, executable, makesEnvironments }: Python): string | null {
  const [major = 0, minor = 0] = version;
  const what = `Python ${version.join(".")} (${executable})`;
  const number = major * 1000 + minor;
  if (number < VERSIONS.from[0] * 1000 + VERSIONS.from[1]) {
    return `${what} is too old.`;
  }
  if (number >= VERSIONS.before[0] * 1000 + VERSIONS.before[1]) {
    return `${what} is too new.`;
  }
  return makesEnvironments
    ? null
    : `${what} cannot make environments; on Debian and Ubuntu install python${major}.${minor}-venv.`;
}
