// Where a server may be. Pure: what the editor and the system say comes in, paths to try come out.
import { posix, win32 } from "node:path";

export interface Surroundings {
  platform: NodeJS.Platform;
  home: string;
  /** The setting `koreo.server.path`, as written; empty when not set. */
  setting: string;
  /** Folders of the workspace; what they bring or select counts only when they are trusted. */
  folders: readonly string[];
  trusted: boolean;
  /** The interpreter of the selected Python environment, if any; a workspace may have selected it. */
  interpreter: string | null;
  /** The variable PATH. */
  searchPath: string;
  /** The environment that this extension has made for a server, if any. */
  own: string | null;
}

export interface Candidate {
  path: string;
  /** Where it comes from, in words that finish "the server from …". */
  source: string;
}

/** The source of a server that this extension has installed. */
export const OWN = "the extension's own environment";

const ENVIRONMENTS = [".venv", "venv"];

/**
 * The places to try, best first. A setting is the only place: who names a server does not want another one.
 */
export function candidates(around: Surroundings): Candidate[] {
  const path = pathsOf(around.platform);
  if (around.setting.trim() !== "") {
    return settingPaths(around).map((found) => ({ path: found, source: "the setting koreo.server.path" }));
  }
  const found: Candidate[] = [];
  const add = (folder: string, source: string): void => {
    found.push({ path: path.join(folder, executable(around.platform)), source });
  };
  if (around.trusted && around.interpreter !== null && path.isAbsolute(around.interpreter)) {
    add(path.dirname(around.interpreter), "the selected Python environment");
  }
  if (around.trusted) {
    for (const folder of around.folders) {
      for (const name of ENVIRONMENTS) {
        add(environmentPrograms(path.join(folder, name), around.platform), `${name} of the workspace`);
      }
    }
  }
  for (const folder of around.searchPath.split(path.delimiter)) {
    if (path.isAbsolute(folder)) {
      add(folder, "the PATH");
    }
  }
  add(path.join(around.home, ".local", "bin"), "~/.local/bin");
  if (around.own !== null) {
    found.push({ path: serverIn(around.own, around.platform), source: OWN });
  }
  const seen = new Set<string>();
  return found.filter((candidate) => !seen.has(candidate.path) && seen.add(candidate.path));
}

/** The folder with the programs of a virtual environment. */
export function environmentPrograms(environment: string, platform: NodeJS.Platform): string {
  return pathsOf(platform).join(environment, platform === "win32" ? "Scripts" : "bin");
}

/** The server that an environment has, if it has one. */
export function serverIn(environment: string, platform: NodeJS.Platform): string {
  return pathsOf(platform).join(environmentPrograms(environment, platform), executable(platform));
}

export function pathsOf(platform: NodeJS.Platform): typeof posix {
  return platform === "win32" ? win32 : posix;
}

function executable(platform: NodeJS.Platform): string {
  return platform === "win32" ? "koreo-ls.exe" : "koreo-ls";
}

/** The paths that a setting means, with `~` and `${workspaceFolder}` filled in: once for each folder if it names the folder. */
export function settingPaths(around: Surroundings): string[] {
  const path = pathsOf(around.platform);
  const setting = around.setting.trim().replace(/^~(?=[/\\]|$)/, () => around.home);
  if (setting.includes("${workspaceFolder}")) {
    return around.folders.map((folder) => path.normalize(setting.replaceAll("${workspaceFolder}", () => folder)));
  }
  if (path.isAbsolute(setting)) {
    return [path.normalize(setting)];
  }
  if (!/[/\\]/.test(setting)) {
    const folders = around.searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
    return folders.map((folder) => path.join(folder, setting));
  }
  return around.folders.map((folder) => path.join(folder, setting));
}
