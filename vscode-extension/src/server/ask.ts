// Asks a program for its version.
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import type { Answer } from "./find";

const TIME_LIMIT = 20_000; // milliseconds; a first start of Python on a cold disk takes seconds

export async function askVersion(path: string): Promise<Answer> {
  try {
    await access(path, constants.X_OK);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES"
      ? { kind: "failed", reason: "it may not be executed" }
      : { kind: "absent" };
  }
  return new Promise((resolve) => {
    execFile(path, ["--version"], { timeout: TIME_LIMIT, windowsHide: true }, (error, output, errors) => {
      if (error === null) {
        resolve({ kind: "version", text: output });
      } else if (error.killed) {
        resolve({ kind: "failed", reason: `it did not answer within ${TIME_LIMIT / 1000} seconds` });
      } else {
        const lastLine = errors.trim().split("\n").at(-1);
        resolve({ kind: "failed", reason: lastLine === undefined || lastLine === "" ? error.message : lastLine });
      }
    });
  });
}
