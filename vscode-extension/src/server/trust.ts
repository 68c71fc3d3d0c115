// While a workspace is not trusted, nothing that it brings is started.
import { realpath } from "node:fs/promises";
import { pathsOf } from "./candidates";

/** A program that was not asked, or has not answered. */
export type Refusal = { kind: "absent" } | { kind: "failed"; reason: string };

/**
 * Asks only programs that lie outside of the folders. Symbolic links are followed, in both directions: neither a
 * program of the workspace nor one that the workspace names is started, whoever leads to it (a setting, the PATH).
 */
export function onlyOutside<Answer>(
  folders: readonly string[],
  platform: NodeJS.Platform,
  ask: (path: string) => Promise<Answer>,
): (path: string) => Promise<Answer | Refusal> {
  return async (path) => {
    let places: string[];
    try {
      places = [path, await realpath(pathsOf(platform).dirname(path)), await realpath(path)];
    } catch {
      return { kind: "absent" };
    }
    const forbidden = [...folders, ...(await Promise.all(folders.map(realOrAsWritten)))];
    return forbidden.some((folder) => places.some((place) => isWithin(place, folder, platform)))
      ? { kind: "failed", reason: "it is in a workspace that is not trusted" }
      : ask(path);
  };
}

async function realOrAsWritten(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch {
    return folder; // not of this disk
  }
}

/** Whether a path is a folder or lies in it. Upper and lower case are the same where a disk may hold that. */
function isWithin(path: string, folder: string, platform: NodeJS.Platform): boolean {
  const paths = pathsOf(platform);
  const asOneCase = (text: string): string => (platform === "linux" ? text : text.toLowerCase());
  const way = paths.relative(asOneCase(folder), asOneCase(path));
  return way !== ".." && !way.startsWith(`..${paths.sep}`) && !paths.isAbsolute(way);
}
