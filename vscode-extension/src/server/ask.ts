// Asks programs what they are: a server for its version, a Python for what it can do.
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { tmpdir } from "node:os";
import type { Answer } from "./find";
import { QUESTION, readPython, type PythonAnswer } from "./pythons";
import type { Refusal } from "./trust";

const TIME_LIMIT = 20_000; // milliseconds; a first start of Python on a cold disk takes seconds

export async function askVersion(path: string): Promise<Answer> {
  const said = await outputOf(path, ["--version"]);
  return typeof said === "string" ? { kind: "version", text: said } : said;
}

/** Asks a Python for its version and what it can do. */
export async function askPython(path: string): Promise<PythonAnswer> {
  const said = await outputOf(path, ["-I", "-c", QUESTION]);
  if (typeof said !== "string") {
    return said;
  }
  const python = readPython(said);
  return python === null ? { kind: "failed", reason: "it does not answer as Python does" } : { kind: "python", python };
}

/** What a program prints. It runs in the folder of temporary files, where no project brings modules or versions. */
async function outputOf(path: string, args: string[]): Promise<string | Refusal> {
  try {
    await access(path, constants.X_OK);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES"
      ? { kind: "failed", reason: "it may not be executed" }
      : { kind: "absent" };
  }
  return new Promise((resolve) => {
    const options = { timeout: TIME_LIMIT, windowsHide: true, cwd: tmpdir() };
    execFile(path, args, options, (error, output, errors) => {
      if (error === null) {
        resolve(output);
      } else if (error.killed) {
        resolve({ kind: "failed", reason: `it did not answer within ${TIME_LIMIT / 1000} seconds` });
      } else {
        const lastLine = errors.trim().split("\n").at(-1);
        resolve({ kind: "failed", reason: lastLine === undefined || lastLine === "" ? error.message : lastLine });
      }
    });
  });
}
