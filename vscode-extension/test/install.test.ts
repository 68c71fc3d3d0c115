// Installing the server: which Python, which environment, which commands, and what is told.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { askPython } from "../src/server/ask";
import type { Surroundings } from "../src/server/candidates";
import { chooseEnvironment, compareVersions, environmentName, type Bundle } from "../src/server/environments";
import { failureOf, installSteps, progressOf } from "../src/server/install";
import { Environments } from "../src/server/own";
import { findPython, pythonCandidates, VERSIONS, type PythonAnswer } from "../src/server/pythons";
import { runStep } from "../src/server/run";
import { onlyOutside } from "../src/server/trust";

const AROUND: Surroundings = {
  platform: "linux",
  home: "/home/ada",
  setting: "",
  folders: ["/w"],
  trusted: true,
  interpreter: null,
  searchPath: "/a:/usr/bin:relative",
  own: null,
};

const bundle = (version: string, sha256 = "abcdef0123456789"): Bundle => ({ wheel: "server.whl", version, sha256 });

function inFolder(use: (folder: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "koreo-install-")));
    try {
      await use(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

test("the environment of the bundled server is used, else the newest", () => {
  const cases: [string[], Bundle | null, string | null, boolean][] = [
    [[], bundle("1.0"), null, false],
    [["1.0-abcdef01"], bundle("1.0"), "1.0-abcdef01", false],
    [["0.9-00000000", "0.10-00000000"], bundle("1.0"), "0.10-00000000", true],
    [["1.0-00000000"], bundle("1.0"), "1.0-00000000", true], // another build
    [["1.1-00000000"], bundle("1.0"), "1.1-00000000", false], // the extension is the older one
    [["1.1-00000000", "1.0-abcdef01"], bundle("1.0"), "1.0-abcdef01", false],
    [["1.1-00000000", "1.2-00000000"], null, "1.2-00000000", false],
  ];
  for (const [finished, brought, name, update] of cases) {
    assert.deepEqual(chooseEnvironment(finished, brought), { name, update }, `${finished.join()} ${brought?.version ?? ""}`);
  }
});

test("versions in order", () => {
  const order = ["0.9", "0.10.dev1", "0.10a1", "0.10b1", "0.10rc1", "0.10rc2", "0.10", "0.10.post1", "0.10.1", "1.0"];
  assert.deepEqual(order.toReversed().sort(compareVersions), order);
  assert.equal(compareVersions("1.0", "1.0.0"), 0);
});

test("where Python is looked for", () => {
  const paths = (change: Partial<Surroundings>, setting = ""): string[] =>
    pythonCandidates({ ...AROUND, ...change }, setting).map(({ path }) => path);
  assert.deepEqual(paths({}, "~/py/bin/python"), ["/home/ada/py/bin/python"]);
  assert.equal(paths({ interpreter: "/w/.venv/bin/python" })[0], "/w/.venv/bin/python");
  assert.ok(!paths({ trusted: false, interpreter: "/w/.venv/bin/python" }).includes("/w/.venv/bin/python"));
  assert.deepEqual(paths({}).slice(0, 5), [
    "/a/python3",
    "/usr/bin/python3",
    "/usr/local/bin/python3",
    "/opt/homebrew/bin/python3",
    "/a/python3.13",
  ]);
  assert.ok(paths({ searchPath: "" }).includes("/usr/bin/python3"), "an empty PATH");
  assert.deepEqual(paths({ platform: "win32", searchPath: "C:\\py" }), [
    "C:\\py\\py.exe",
    "C:\\py\\python3.exe",
    "C:\\py\\python.exe",
  ]);
});

test("the first Python that suits makes the environment; of the others is told why not", async () => {
  const python = (minor: number, makesEnvironments = true): PythonAnswer => ({
    kind: "python",
    python: { version: [3, minor, 1], executable: `/bin/3.${minor}`, makesEnvironments },
  });
  const found = async (answers: PythonAnswer[]): Promise<[string | undefined, string[]]> => {
    const places = answers.map((_, i) => ({ path: String(i), source: "a test" }));
    const { python: chosen, reasons } = await findPython(places, (path) =>
      Promise.resolve(answers[Number(path)] ?? { kind: "absent" }),
    );
    return [chosen?.executable, reasons];
  };
  assert.deepEqual(await found([python(12), python(13)]), ["/bin/3.12", []]);
  assert.deepEqual(await found([{ kind: "absent" }]), [undefined, []]);
  assert.deepEqual(await found([python(9), python(9), python(14), python(11, false), { kind: "failed", reason: "no" }, python(11)]), [
    "/bin/3.11",
    [
      "Python 3.9.1 (/bin/3.9) is too old.",
      "Python 3.14.1 (/bin/3.14) is too new.",
      "Python 3.11.1 (/bin/3.11) cannot make environments; on Debian and Ubuntu install python3.11-venv.",
      "4 cannot be used: no.",
    ],
  ]);
});

test("the versions are those that the package asks for", () => {
  const { from, before } = VERSIONS;
  const wanted = `requires-python = ">=${from.join(".")},<${before.join(".")}"`;
  assert.ok(readFileSync("../pyproject.toml", "utf8").includes(wanted), wanted);
});

test(
  "a program is asked as Python is; one of a workspace that is not trusted never",
  inFolder(async (folder) => {
    const program = (name: string, does: string): string => {
      const path = join(folder, name);
      writeFileSync(path, `#!/bin/sh\n${does}\n`);
      chmodSync(path, 0o755);
      return path;
    };
    const answer = '{"version": [3, 12, 4], "executable": "/opt/python", "makesEnvironments": true}';
    assert.deepEqual(await askPython(program("good", `[ "$1" = -I ] && echo '${answer}'`)), {
      kind: "python",
      python: { version: [3, 12, 4], executable: "/opt/python", makesEnvironments: true },
    });
    assert.deepEqual(await askPython(program("other", "echo hello")), {
      kind: "failed",
      reason: "it does not answer as Python does",
    });
    assert.deepEqual(await askPython(join(folder, "none")), { kind: "absent" });
    const touching = program("python3", `touch ${join(folder, "ran")}`);
    const refused = await onlyOutside([folder], process.platform, askPython)(touching);
    assert.deepEqual(refused, { kind: "failed", reason: "it is in a workspace that is not trusted" });
    assert.ok(!readdirSync(folder).includes("ran"));
  }),
);

test("the commands", () => {
  const lines = (...args: Parameters<typeof installSteps>): string[] =>
    installSteps(...args).map((step) => [step.program, ...step.args].join(" "));
  assert.deepEqual(lines("/usr/bin/python3.12", "/data/1.0-ab", "/x/server/k.whl", "linux"), [
    "/usr/bin/python3.12 -I -m venv --clear /data/1.0-ab",
    "/data/1.0-ab/bin/python -I -m pip install --disable-pip-version-check --no-input /x/server/k.whl",
  ]);
  assert.match(lines("py.exe", "C:\\d", "C:\\k.whl", "win32")[1] ?? "", /^C:\\d\\Scripts\\python\.exe -I -m pip/);
});

test("what pip says, in short", () => {
  const cases: [string, string | null][] = [
    ["Collecting pygls>=2.0", null],
    ["  Downloading google_re2-1.1.20251105-1-cp311-cp311-manylinux.whl (630 kB)", "fetching google-re2"],
    ["Using cached PyYAML-6.0.2-cp311-cp311-linux.whl (762 kB)", "fetching PyYAML"],
    ["Downloading https://index.example/x/rich-13.7.0-py3-none-any.whl (240 kB)", "fetching rich"],
    ["Installing collected packages: regex, rich, koreo-lang", "installing 3 packages"],
  ];
  for (const [line, wanted] of cases) {
    assert.equal(progressOf(line), wanted, line);
  }
  const unreachable = "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError(...)': /simple/rich/";
  assert.match(failureOf([unreachable, "ERROR: No matching distribution found for rich"], ""), /index cannot be reached/);
  assert.equal(failureOf(["x", "ERROR: No matching distribution found for rich>=13.7.", "[notice] y"], ""), "No matching distribution found for rich>=13.7");
  assert.equal(failureOf(["Error: [Errno 28] No space left on device: '/data'"], ""), "[Errno 28] No space left on device: '/data'");
  assert.equal(failureOf([], "it ended with status 3"), "it ended with status 3");
});

test(
  "an environment counts when it is finished, and replaces the others",
  inFolder(async (folder) => {
    const [storage, extension] = [join(folder, "storage"), join(folder, "extension")];
    const environments = new Environments(storage, extension);
    assert.equal(await environments.bundle(), null);
    assert.deepEqual(await environments.find(), { folder: null, update: false });

    const make = async (version: string, { finished = true } = {}): Promise<string> => {
      const brought = bundle(version);
      mkdirSync(join(extension, "server"), { recursive: true });
      writeFileSync(join(extension, "server", brought.wheel), "");
      writeFileSync(join(extension, "server", "server.json"), JSON.stringify(brought));
      await environments.begin(brought);
      mkdirSync(environments.folderOf(brought), { recursive: true });
      if (finished) {
        await environments.finish(brought);
      }
      return environments.folderOf(brought);
    };
    const old = await make("1.0");
    assert.deepEqual(await environments.find(), { folder: old, update: false });
    await make("2.0", { finished: false });
    assert.deepEqual(await environments.find(), { folder: old, update: true }, "one that failed leaves the other");
    const recent = await make("2.0");
    assert.deepEqual(await environments.find(), { folder: recent, update: false });
    await environments.tidy();
    assert.deepEqual(readdirSync(join(storage, "server")), [environmentName(bundle("2.0"))]);
    await environments.begin(bundle("2.0"));
    assert.deepEqual(await environments.find(), { folder: null, update: false }, "it is made again");
  }),
);

test(
  "a step tells its lines and why it failed, and can be ended",
  inFolder(async (folder) => {
    const run = async (does: string, signal = new AbortController().signal): Promise<[string | null, string[]]> => {
      const lines: string[] = [];
      const step = { title: "trying", program: "/bin/sh", args: ["-c", does] };
      return [await runStep(step, folder, { line: (text) => lines.push(text), signal }), lines];
    };
    assert.deepEqual(await run("pwd; echo two"), [null, [folder, "two"]]);
    assert.deepEqual(await run("echo ERROR: no disk.; exit 4"), ["no disk", ["ERROR: no disk."]]);
    assert.deepEqual(await run("exit 4"), ["it ended with status 4", []]);
    const stop = new AbortController();
    setTimeout(() => {
      stop.abort();
    }, 50);
    assert.deepEqual(await run("exec sleep 20", stop.signal), ["it was cancelled", []]);
  }),
);
