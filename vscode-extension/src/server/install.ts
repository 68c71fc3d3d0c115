// How to install the server: the commands, as a terminal takes them. Pure.
import { environmentPrograms, pathsOf } from "./candidates";

/** The distribution that holds koreo-ls. */
export const DISTRIBUTION = "koreo-lang";

export interface Step {
  program: string;
  args: string[];
}

/**
 * The steps that put the server into `.venv` of a folder: make the environment unless it is there, then install.
 *
 * `python` is the interpreter to make it with; null: whatever the system calls Python.
 */
export function installSteps(
  folder: string,
  platform: NodeJS.Platform,
  environment: { exists: boolean; python: string | null },
): Step[] {
  const path = pathsOf(platform);
  const target = path.join(folder, ".venv");
  const inside = path.join(
    environmentPrograms(target, platform),
    platform === "win32" ? "python.exe" : "python",
  );
  const install = { program: inside, args: ["-m", "pip", "install", "--upgrade", DISTRIBUTION] };
  if (environment.exists) {
    return [install];
  }
  const python = environment.python ?? (platform === "win32" ? "py" : "python3");
  return [{ program: python, args: ["-m", "venv", target] }, install];
}
