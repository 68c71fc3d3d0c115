// Where the server that the user chooses is kept.

/** What VS Code tells of the values of a setting. */
export interface Values {
  globalValue?: unknown;
  workspaceValue?: unknown;
}

/**
 * Returns which settings to write. A path is that of one machine: in a workspace's settings it would get into the
 * repository. Only where these have the setting already does writing anywhere else change nothing.
 */
export function placeOf(values: Values | undefined): "user" | "workspace" {
  const { workspaceValue } = values ?? {};
  return workspaceValue === undefined ? "user" : "workspace";
}
