// How the server is put into an environment of its own: the commands, and what pip says while it works. Pure.
import { environmentPrograms, pathsOf } from "./candidates";

export interface Step {
  /** What it does, for the one who waits. */
  title: string;
  program: string;
  args: string[];
}

/**
 * The steps: make the environment, install the wheel. Python is isolated (-I), so that neither the folder where it runs nor
 * PYTHONPATH brings modules. Dependencies come from the index that the user's pip is configured for.
 */
export function installSteps(python: string, environment: string, wheel: string, platform: NodeJS.Platform): Step[] {
  const inside = pathsOf(platform).join(
    environmentPrograms(environment, platform),
    platform === "win32" ? "python.exe" : "python",
  );
  return [
    { title: "making an environment", program: python, args: ["-I", "-m", "venv", "--clear", environment] },
    {
      title: "fetching packages",
      program: inside,
      args: ["-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input", wheel],
    },
  ];
}

/** What a line of pip tells the one who waits; null if nothing. */
export function progressOf(line: string): string | null {
  const fetched = /^\s*(?:Downloading|Using cached) (?:\S*\/)?([A-Za-z0-9_.]+?)-\d/.exec(line)?.[1];
  if (fetched !== undefined) {
    return `fetching ${fetched.replaceAll("_", "-")}`;
  }
  const packages = /^Installing collected packages: (.*)$/.exec(line)?.[1];
  return packages === undefined ? null : `installing ${packages.split(",").length} packages`;
}

const UNREACHABLE =
  /NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|Could not fetch URL|Network is unreachable/;

/** Why a step has failed, from what it said: the sentence's end, without a stop. */
export function failureOf(lines: readonly string[], status: string): string {
  const said = lines.map((line) => line.trim()).filter((line) => line !== "");
  if (said.some((line) => UNREACHABLE.test(line))) {
    return "the package index cannot be reached; pip's settings `index-url` and `proxy` say where it is";
  }
  const error = said.findLast((line) => /^(ERROR|error):/.test(line)) ?? said.findLast((line) => line.startsWith("Error:"));
  return (error?.replace(/^(ERROR|error|Error):\s*/, "") ?? said.at(-1) ?? status).replace(/\.$/, "");
}
