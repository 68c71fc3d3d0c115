// Finding the server, and how often it is started again.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { askVersion } from "../src/server/ask";
import { candidates, type Surroundings } from "../src/server/candidates";
import { placeOf } from "../src/server/chosen";
import { Crashes } from "../src/server/crashes";
import { findServer, type Answer } from "../src/server/find";
import { interpreterOf, type Environments } from "../src/server/interpreter";
import { onlyOutside } from "../src/server/trust";

const LINUX: Surroundings = {
  platform: "linux",
  home: "/home/ada",
  setting: "",
  folders: ["/src/one"],
  trusted: true,
  interpreter: null,
  searchPath: "/usr/bin",
  own: null,
};

function paths(change: Partial<Surroundings>): string[] {
  return candidates({ ...LINUX, ...change }).map((candidate) => candidate.path);
}

test("the places to look at, in order", () => {
  const cases: [string, Partial<Surroundings>, string[]][] = [
    [
      "by default",
      {},
      [
        "/src/one/.venv/bin/koreo-ls",
        "/src/one/venv/bin/koreo-ls",
        "/usr/bin/koreo-ls",
        "/home/ada/.local/bin/koreo-ls",
      ],
    ],
    [
      "a selected environment comes first, and each place once",
      { interpreter: "/src/one/.venv/bin/python", folders: ["/src/one"], searchPath: "/usr/bin:/usr/bin" },
      [
        "/src/one/.venv/bin/koreo-ls",
        "/src/one/venv/bin/koreo-ls",
        "/usr/bin/koreo-ls",
        "/home/ada/.local/bin/koreo-ls",
      ],
    ],
    [
      "nothing from within a workspace that is not trusted",
      { trusted: false, interpreter: "/src/one/env/bin/python", searchPath: ".:bin:/usr/bin" },
      ["/usr/bin/koreo-ls", "/home/ada/.local/bin/koreo-ls"],
    ],
    [
      "an interpreter without a folder says nothing",
      { interpreter: "python", folders: [] },
      ["/usr/bin/koreo-ls", "/home/ada/.local/bin/koreo-ls"],
    ],
    [
      "the extension's own environment comes last, trusted or not",
      { trusted: false, own: "/data/server/1.0-ab" },
      ["/usr/bin/koreo-ls", "/home/ada/.local/bin/koreo-ls", "/data/server/1.0-ab/bin/koreo-ls"],
    ],
    ["a setting is the only place", { own: "/data/server/1.0-ab", setting: "/opt/koreo-ls" }, ["/opt/koreo-ls"]],
    ["home in a setting", { setting: " ~/bin/koreo-ls " }, ["/home/ada/bin/koreo-ls"]],
    ["the name of a user is not the home", { setting: "~eve/koreo-ls" }, ["/src/one/~eve/koreo-ls"]],
    [
      "the folder in a setting, for each folder",
      { setting: "${workspaceFolder}/../env/koreo-ls", folders: ["/src/one", "/src/two"] },
      ["/src/env/koreo-ls", "/src/env/koreo-ls"],
    ],
    ["a relative setting", { setting: "env/bin/koreo-ls" }, ["/src/one/env/bin/koreo-ls"]],
    ["a bare name in a setting is on the PATH", { setting: "koreo-ls-dev" }, ["/usr/bin/koreo-ls-dev"]],
    [
      "Windows",
      {
        platform: "win32",
        home: "C:\\Users\\Ada",
        folders: ["C:\\one"],
        interpreter: "D:\\py\\Scripts\\python.exe",
        searchPath: "C:\\bin",
      },
      [
        "D:\\py\\Scripts\\koreo-ls.exe",
        "C:\\one\\.venv\\Scripts\\koreo-ls.exe",
        "C:\\one\\venv\\Scripts\\koreo-ls.exe",
        "C:\\bin\\koreo-ls.exe",
        "C:\\Users\\Ada\\.local\\bin\\koreo-ls.exe",
      ],
    ],
  ];
  for (const [name, change, wanted] of cases) {
    assert.deepEqual(paths(change), wanted, name);
  }
});

async function search(answers: Record<string, Answer>): Promise<string> {
  const places = Object.keys(answers).map((path) => ({ path, source: "a test" }));
  const found = await findServer(places, (path) => Promise.resolve(answers[path] ?? { kind: "absent" }));
  const failures = found.failures.map((failure) => `${failure.path}: ${failure.reason}`);
  return [...failures, found.server === null ? "none" : `${found.server.path} ${found.server.version}`].join("; ");
}

test("the first program that answers as koreo-ls does is the server", async () => {
  const good: Answer = { kind: "version", text: "koreo-ls 0.1.0\n" };
  assert.equal(await search({ a: { kind: "absent" }, b: good, c: good }), "b 0.1.0");
  assert.equal(await search({ a: { kind: "absent" } }), "none");
  assert.equal(await search({ a: { kind: "failed", reason: "no Python" }, b: good }), "a: no Python; b 0.1.0");
  const other: Answer = { kind: "version", text: "something 1.0" };
  assert.equal(await search({ a: other }), "a: it does not answer --version as koreo-ls does; none");
  const noisy: Answer = { kind: "version", text: "a warning\nkoreo-ls 1.2.3.dev4\n" };
  assert.equal(await search({ a: noisy }), "a 1.2.3.dev4");
});

test("a program from within a workspace that is not trusted is never started", async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "koreo-trust-")));
  try {
    const [folder, link, outside] = [join(root, "work"), join(root, "link"), join(root, "programs")];
    for (const place of [join(folder, "bin"), outside]) {
      mkdirSync(place, { recursive: true });
      const program = join(place, "koreo-ls");
      writeFileSync(program, `#!/bin/sh\ntouch "${join(root, "executed")}"\necho "koreo-ls 9.9.9"\n`);
      chmodSync(program, 0o755);
    }
    symlinkSync(folder, link);
    symlinkSync(join(folder, "bin", "koreo-ls"), join(outside, "into"));
    symlinkSync(join(outside, "koreo-ls"), join(folder, "bin", "out"));
    const within = [
      join(folder, "bin", "koreo-ls"), // as a setting or the PATH may say it
      join(link, "bin", "koreo-ls"),
      join(outside, "into"),
      join(link, "bin", "out"), // the workspace says what is started
    ];
    const refusal = "it is in a workspace that is not trusted";
    for (const folders of [[folder], [link], [join(root, "other"), folder]]) {
      const ask = onlyOutside(folders, process.platform, (path) => {
        assert.ok(!within.includes(path), `${path} was started`);
        return askVersion(path);
      });
      for (const path of within) {
        assert.deepEqual(await ask(path), { kind: "failed", reason: refusal }, `${path} of ${folders.join()}`);
      }
      assert.deepEqual(await ask(join(folder, "none")), { kind: "absent" });
      assert.deepEqual(await ask(join(outside, "koreo-ls")), { kind: "version", text: "koreo-ls 9.9.9\n" });
    }
    const beside = onlyOutside([join(root, "prog")], process.platform, askVersion);
    assert.equal((await beside(join(outside, "koreo-ls"))).kind, "version", "only the name begins alike");
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("the interpreter is what the Python extension says, or else the setting", async () => {
  const environments = (resolve: () => Promise<string | undefined>): Environments => ({
    getActiveEnvironmentPath: () => ({ path: "selected" }),
    resolveEnvironment: async () => {
      const fsPath = await resolve();
      return { executable: { uri: fsPath === undefined ? undefined : { fsPath } } };
    },
  });
  const setting = "${workspaceFolder}/env/bin/python";
  const cases: [string, Environments | undefined, string | null][] = [
    ["selected", environments(() => Promise.resolve("/opt/py/bin/python")), "/opt/py/bin/python"],
    ["without the extension", undefined, "/w/env/bin/python"],
    ["nothing selected", environments(() => Promise.resolve(undefined)), "/w/env/bin/python"],
    ["the extension fails", environments(() => Promise.reject(new Error("discovery failed"))), "/w/env/bin/python"],
    ["the extension does not answer", environments(() => new Promise(() => undefined)), "/w/env/bin/python"],
    [
      "the extension is broken",
      {
        getActiveEnvironmentPath: () => {
          throw new Error("broken");
        },
        resolveEnvironment: () => Promise.resolve(undefined),
      },
      "/w/env/bin/python",
    ],
  ];
  for (const [name, api, wanted] of cases) {
    assert.equal(await interpreterOf(api, { fsPath: "/w" }, setting, { limit: 50 }), wanted, name);
  }
  assert.equal(await interpreterOf(undefined, undefined, "python"), null, "a bare name");
});

test("a server that ends five times within three minutes stays stopped", () => {
  const minute = 60_000;
  const verdicts = (...times: number[]): string[] => {
    const crashes = new Crashes();
    return times.map((time) => crashes.note(time));
  };
  assert.deepEqual(verdicts(0, 1, 2, 3, 4).slice(3), ["restart", "give up"]);
  assert.deepEqual(verdicts(0, 1, 2, 3, 3 * minute).at(-1), "restart");
});

test("a chosen server is the user's setting, unless the workspace has it", () => {
  assert.equal(placeOf(undefined), "user");
  assert.equal(placeOf({}), "user");
  assert.equal(placeOf({ globalValue: "/a" }), "user");
  assert.equal(placeOf({ globalValue: "/a", workspaceValue: "/b" }), "workspace");
  assert.equal(placeOf({ workspaceValue: "" }), "workspace");
});
