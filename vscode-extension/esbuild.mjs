// Bundles the extension into dist/extension.js, or, with --tests, each test into out/test/.
import { readdirSync, rmSync } from "node:fs";
import * as esbuild from "esbuild";

const flags = new Set(process.argv.slice(2));
const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  logLevel: "warning",
};

if (flags.has("--tests")) {
  rmSync("out", { recursive: true, force: true });
  await esbuild.build({
    ...common,
    entryPoints: readdirSync("test").filter((name) => name.endsWith(".test.ts")).map((name) => `test/${name}`),
    outdir: "out/test",
    packages: "external",
    sourcemap: "inline",
  });
} else {
  const extension = {
    ...common,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    external: ["vscode"],
    minify: flags.has("--production"),
    sourcemap: flags.has("--production") ? false : "linked",
  };
  if (flags.has("--watch")) {
    await (await esbuild.context(extension)).watch();
  } else {
    rmSync("dist", { recursive: true, force: true });
    await esbuild.build(extension);
  }
}
