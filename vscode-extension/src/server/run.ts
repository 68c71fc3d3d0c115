// Runs a step of an installation, and passes on what it says line by line.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { failureOf, type Step } from "./install";

export interface Watcher {
  line: (text: string) => void;
  /** Ends the step. */
  signal: AbortSignal;
}

/** Why the step has failed; null when it went well. */
export async function runStep({ program, args }: Step, cwd: string, { line, signal }: Watcher): Promise<string | null> {
  const said: string[] = [];
  const child = spawn(program, args, { cwd, signal, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (text) => {
      said.push(text);
      line(text);
    });
  }
  return new Promise((resolve) => {
    child.on("error", (error) => {
      resolve(signal.aborted ? "it was cancelled" : error.message);
    });
    child.on("close", (status) => {
      resolve(status === 0 ? null : failureOf(said, `it ended with status ${status ?? "unknown"}`));
    });
  });
}
