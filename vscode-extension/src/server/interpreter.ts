// The Python environment that the user has selected: what the Python extension says, or else a setting. Pure.

/** The part of the API of `ms-python.python` that is asked here (its version 2023.4 and later). */
export interface Environments {
  getActiveEnvironmentPath(resource?: unknown): { path: string };
  resolveEnvironment(path: { path: string }): Promise<{ executable: { uri?: Folder | undefined } } | undefined>;
}

interface Folder {
  fsPath: string;
}

const TIME_LIMIT = 15_000; // milliseconds; looking for environments takes seconds on a cold disk

/**
 * The path of the interpreter; null when none is selected, or only a bare name such as `python`. An extension that
 * fails, or does not answer within the limit, says nothing: the server is started all the same.
 */
export async function interpreterOf(
  environments: Environments | undefined,
  folder: Folder | undefined,
  setting: string,
  { limit = TIME_LIMIT } = {},
): Promise<string | null> {
  const selected = environments && (await orNothing(() => ask(environments, folder), limit));
  if (selected !== undefined) {
    return selected;
  }
  const path = setting.replaceAll("${workspaceFolder}", () => folder?.fsPath ?? "");
  return /[/\\]/.test(path) ? path : null;
}

/** What another extension answers; nothing if it fails (which is its own to tell) or takes longer than the limit. */
export async function orNothing<T>(asked: () => PromiseLike<T>, limit = TIME_LIMIT): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limit, undefined);
  });
  try {
    return await Promise.race([asked(), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function ask(environments: Environments, folder: Folder | undefined): Promise<string | undefined> {
  const resolved = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder));
  return resolved?.executable.uri?.fsPath;
}
