// Finds the server: the first place whose program answers `--version` as koreo-ls does.
import type { Candidate } from "./candidates";

export interface Server extends Candidate {
  version: string;
}

export interface Failure extends Candidate {
  reason: string;
}

/** What became of asking a program for its version; `absent` when there is no such file. */
export type Answer = { kind: "version"; text: string } | { kind: "absent" } | { kind: "failed"; reason: string };

export type Ask = (path: string) => Promise<Answer>;

export interface Search {
  server: Server | null;
  /** What is there but cannot be used, before the server was found. */
  failures: Failure[];
}

const VERSION = /^koreo-ls (\d+\.\d+\S*)\s*$/m;

export async function findServer(places: readonly Candidate[], ask: Ask): Promise<Search> {
  const failures: Failure[] = [];
  for (const place of places) {
    const answer = await ask(place.path);
    if (answer.kind === "version") {
      const version = VERSION.exec(answer.text)?.[1];
      if (version !== undefined) {
        return { server: { ...place, version }, failures };
      }
      failures.push({ ...place, reason: "it does not answer --version as koreo-ls does" });
    } else if (answer.kind === "failed") {
      failures.push({ ...place, reason: answer.reason });
    }
  }
  return { server: null, failures };
}
