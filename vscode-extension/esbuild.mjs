// Bundles the extension into dist/extension.js, with the pictures of the walkthrough beside it; or, with --tests, each
// test into out/test/.
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import * as esbuild from "esbuild";

const flags = new Set(process.argv.slice(2));
const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  logLevel: "warning",
};

// Pictures of the documentation that the walkthrough shows, too.
const PICTURES = ["vscode-problems.png", "vscode-completion.png", "vscode-tests.png", "vscode-preview.png", "vscode-graph.png"];

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
  rmSync("dist", { recursive: true, force: true });
  mkdirSync("dist");
  for (const picture of PICTURES) {
    copyFileSync(`../docs/images/${picture}`, `dist/${picture}`);
  }
  if (flags.has("--watch")) {
    await (await esbuild.context(extension)).watch();
  } else {
    await esbuild.build(extension);
  }
}
