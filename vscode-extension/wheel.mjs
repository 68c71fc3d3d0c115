// Builds the server's wheel into server/, with a note of what it is (server.json): the package brings its server along.
//
// The Python that builds it is $PYTHON, that of ../.venv, or python3. With hatchling there it needs no network; without, pip
// fetches hatchling.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const TARGET = join(import.meta.dirname, "server");
const WHEEL = /^koreo_lang-(\d[^-]*)-py3-none-any\.whl$/;

const own = process.platform === "win32" ? [".venv", "Scripts", "python.exe"] : [".venv", "bin", "python"];
const python = process.env.PYTHON ?? [join(ROOT, ...own)].find(existsSync) ?? "python3";

rmSync(TARGET, { recursive: true, force: true });
mkdirSync(TARGET);
const hasBackend = spawnSync(python, ["-c", "import hatchling.build"], { stdio: "ignore" }).status === 0;
const offline = hasBackend ? ["--no-build-isolation"] : [];
try {
  const args = ["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", ...offline, "--wheel-dir", TARGET, ROOT];
  execFileSync(python, args, { stdio: ["ignore", "inherit", "inherit"] });
} catch {
  console.error(`
The server's wheel was not built with ${python}. That needs Python 3.11 to 3.13 with pip, and hatchling, which pip
fetches when it is not there. Do \`make install\` in ${ROOT}, or name a Python that has both: PYTHON=/path/to/python npm run package`);
  process.exit(1);
}
const wheel = readdirSync(TARGET).find((name) => WHEEL.test(name));
if (wheel === undefined) {
  console.error(`No wheel of koreo_lang is in ${TARGET}: there is ${readdirSync(TARGET).join(", ") || "nothing"}.`);
  process.exit(1);
}
const note = {
  wheel,
  version: WHEEL.exec(wheel)[1],
  sha256: createHash("sha256").update(readFileSync(join(TARGET, wheel))).digest("hex"),
};
writeFileSync(join(TARGET, "server.json"), `${JSON.stringify(note, null, 2)}\n`);
