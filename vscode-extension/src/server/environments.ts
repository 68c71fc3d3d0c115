// Which of the environments that this extension has made is used, and whether it should be made anew. Pure.

/** The server that the extension brings along: a wheel, its version, and its SHA-256 in hexadecimal digits. */
export interface Bundle {
  wheel: string;
  version: string;
  sha256: string;
}

export interface Choice {
  /** The name of the environment to use; null when there is none. */
  name: string | null;
  /** Whether the extension brings a newer server than that one, or another one of the same version. */
  update: boolean;
}

/** Each server has an environment of its own, so that one that cannot be made leaves the other as it is. */
export function environmentName({ version, sha256 }: Bundle): string {
  return `${version}-${sha256.slice(0, 8)}`;
}

/** The environment of the bundled server, or else that of the newest one. `finished` are names, in any order. */
export function chooseEnvironment(finished: readonly string[], bundle: Bundle | null): Choice {
  const wanted = bundle === null ? null : environmentName(bundle);
  if (wanted !== null && finished.includes(wanted)) {
    return { name: wanted, update: false };
  }
  const newest = finished.toSorted((one, other) => compareVersions(versionOf(other), versionOf(one)))[0];
  if (newest === undefined) {
    return { name: null, update: false };
  }
  return { name: newest, update: bundle !== null && compareVersions(bundle.version, versionOf(newest)) >= 0 };
}

function versionOf(name: string): string {
  return name.replace(/-[^-]*$/, "");
}

const STAGES = ["dev", "a", "b", "rc", "", "post"];

/** Below zero if the first version is the older one. Versions are those of PEP 440, as far as this project uses them. */
export function compareVersions(one: string, other: string): number {
  const [mine, theirs] = [parts(one), parts(other)];
  for (let i = 0; i < Math.max(mine.length, theirs.length); i++) {
    const difference = (mine[i] ?? 0) - (theirs[i] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

/** Four numbers of the release, its stage, the number of that: 1.2rc3 gives 1, 2, 0, 0, 3, 3. */
function parts(version: string): number[] {
  const found = /^(\d+(?:\.\d+)*)(?:\.?(dev|a|b|rc|post)(\d*))?/.exec(version);
  const release = (found?.[1] ?? "0").split(".").map(Number);
  return [0, 1, 2, 3].map((i) => release[i] ?? 0).concat(STAGES.indexOf(found?.[2] ?? ""), Number(found?.[3] ?? 0));
}
