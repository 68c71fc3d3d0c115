// What the status bar says. Pure.
import type { State } from "./server/session";
import type { Totals } from "./tests/results";

export interface StatusText {
  text: string;
  tooltip: string;
  level: "normal" | "warning" | "error";
}

export function statusText(state: State, totals: Totals): StatusText {
  switch (state.kind) {
    case "starting":
      return { text: "$(loading~spin) Koreo", tooltip: "The Koreo server is starting.", level: "normal" };
    case "stopped":
      return { text: "$(circle-slash) Koreo", tooltip: "The Koreo server is stopped.", level: "warning" };
    case "missing":
      return { text: "$(warning) Koreo", tooltip: "The Koreo server is not installed.", level: "warning" };
    case "failed":
      return { text: "$(error) Koreo", tooltip: `The Koreo server does not run: ${state.reason}.`, level: "error" };
    case "running":
      return { ...running(totals), level: "normal" };
  }
}

function running({ passed, failed, notRun }: Totals): { text: string; tooltip: string } {
  const total = passed + failed + notRun;
  if (total === 0) {
    return { text: "$(check) Koreo", tooltip: "The Koreo server is running. No tests yet." };
  }
  const parts = [`${passed} of ${total} tests pass`];
  if (failed > 0) {
    parts.push(`${failed} ${failed === 1 ? "fails" : "fail"}`);
  }
  if (notRun > 0) {
    parts.push(`${notRun} not run`);
  }
  const text = failed > 0 ? `$(testing-failed-icon) Koreo ${failed}/${total}` : `$(testing-passed-icon) Koreo ${passed}`;
  return { text, tooltip: `${parts.join(", ")}.` };
}
