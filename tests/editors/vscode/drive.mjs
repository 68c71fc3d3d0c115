// node drive.mjs URL FIXTURES FOLDER [CHECK…]: does in the editor what a user does, and looks whether it shows what it should.
// Prints a line a check; pictures go to $KOREO_SHOTS.
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Editor } from "./editor.mjs";

const [url, fixtures, folder, ...chosen] = process.argv.slice(2);
const shots = process.env.KOREO_SHOTS ?? folder;
const TEXT = "greeting-text.k.yaml";
const PROBLEMS = ".markers-panel .monaco-list-row";
const SELECTION = "#status\\.editor\\.selection";
const STATUS = "#koreo-lang\\.koreo\\.koreo\\.status";

const CHECKS = {
  async "diagnostics"(editor) {
    await editor.window("hello", TEXT);
    await editor.see("#status\\.editor\\.mode", "Koreo");
    await editor.see(STATUS, /Koreo \d/);
    await editor.command("Problems: Focus on Problems View");
    await editor.replace(TEXT, "locals.words[", "locals.wrods[");
    await editor.see(PROBLEMS, /wrods/);
    await editor.page.waitForSelector(".squiggly-error");
    await editor.press("Escape"); // what is offered after the bracket
    await editor.shot(join(shots, "vscode-problems.png"));
    await editor.revert();
    await editor.gone(PROBLEMS, /wrods/);
  },

  async "hover"(editor) {
    await editor.window("hello", TEXT);
    await editor.see(STATUS, /Koreo \d/);
    await editor.cursor(TEXT, "inputs.name + ", 8);
    await editor.command("Show or Focus Hover");
    await editor.see(".monaco-hover .hover-contents", /name/);
    await editor.shot(join(shots, "vscode-hover.png"));
  },

  async "completion"(editor) {
    await editor.window("hello", TEXT);
    await editor.see(STATUS, /Koreo \d/);
    await editor.replace(TEXT, 'inputs.name + "!"', '+ "!"');
    await editor.cursor(TEXT, 'inputs.name + "!"', 0);
    await editor.type("inputs.");
    await editor.press("Space");
    await editor.press("ArrowLeft");
    await editor.press("Control+Space");
    await editor.see(".suggest-widget.visible .monaco-list-row", /^language/);
    await editor.shot(join(shots, "vscode-completion.png"));
    await editor.press("Escape");
    await editor.revert();
  },

  async "rename"(editor) {
    await editor.window("hello", TEXT);
    await editor.see(STATUS, /Koreo \d/);
    await editor.cursor(TEXT, "words:", 1);
    await editor.press("F2");
    const box = editor.page.locator(".rename-box input");
    await box.fill("greetings");
    await box.press("Enter");
    await editor.saved(TEXT, (text) => text.includes("greetings:") && text.includes("locals.greetings["));
    await editor.press("Control+Z");
    await editor.saved(TEXT, (text) => text.includes("locals.words["));
  },

  async "tests"(editor) {
    await editor.window("hello", TEXT);
    await editor.command("Testing: Focus on Test Explorer View");
    const rows = ".test-explorer .monaco-list-row";
    await editor.see(rows, /greeting-text-test/);
    await editor.see(STATUS, /Koreo \d/);
    await editor.replace(TEXT, "Bonjour, Ada!", "Bonsoir, Ada!");
    await editor.see(STATUS, /1\/\d/);
    await editor.page.waitForTimeout(500); // a failure opens its test, a click opens or closes it
    await editor.page.locator(rows, { hasText: "greeting-text-test" }).first().click();
    await editor.page.waitForTimeout(500);
    if (!(await editor.texts(rows)).some((text) => text.includes("another language"))) {
      await editor.press("ArrowRight");
    }
    await editor.see(rows, /another language/);
    await editor.page.waitForSelector(".test-explorer .codicon-testing-failed-icon");
    await editor.cursor(TEXT, "Bonjour, Ada!"); // lenses are asked for only where the focus is
    await editor.see(".codelens-decoration", /accept actual value/);
    await editor.shot(join(shots, "vscode-tests.png"));
    await editor.revert();
    await editor.see(STATUS, /Koreo \d+$/);
    await editor.command("Test: Run All Tests");
    await editor.page.waitForSelector(".test-explorer .codicon-testing-passed-icon");
  },

  async "preview"(editor) {
    await editor.window("hello", "greeting-config.k.yaml");
    await editor.see(STATUS, /Koreo \d/);
    await editor.cursor("greeting-config.k.yaml", "apiConfig:", 2);
    await editor.command("Koreo: Open Preview to the Side");
    const preview = '.editor-group-container:has(.tab.active[data-resource-name^="Koreo preview"]) .view-line';
    await editor.see(preview, /text: Hello, Ada!/);
    await editor.replace("greeting-config.k.yaml", "    text: Hello, Ada!", "    text: Hello, Eve!");
    await editor.see(preview, /text: Hello, Eve!/);
    await editor.shot(join(shots, "vscode-preview.png"));
    await editor.page.locator(preview, { hasText: "text: Hello" }).first().click();
    await editor.press("F12");
    await editor.see(SELECTION, /^Ln 19,/);
  },

  async "graph"(editor) {
    const file = "workflows/stateless-crud-app.k.yaml";
    await editor.window("stateless-crud-app", file);
    await editor.see(STATUS, /Koreo \d/);
    await editor.press("Control+B"); // more room
    await editor.command("Koreo: Open Graph of the Workflow");
    const frame = await editor.webview("[data-step]");
    await editor.shot(join(shots, "vscode-graph.png"));
    const step = frame.locator("[data-step]", { hasText: "credentials" }).first();
    await step.click();
    const line = editor.text(file).split("\n").findIndex((text) => text.includes("label: credentials")) + 1;
    await editor.see(SELECTION, new RegExp(`^Ln ${line},`));
  },

  // What happens on the disk, outside of the editor.
  async "watching"(editor) {
    await editor.window("hello", "hello.k.yaml");
    await editor.see(STATUS, /Koreo \d/);
    await editor.command("Koreo: Open Preview to the Side");
    const preview = '.editor-group-container:has(.tab.active[data-resource-name^="Koreo preview"]) .view-line';
    await editor.see(preview, /the Greeting in greeting.yaml/);
    rmSync(join(editor.base, "greeting.yaml"));
    await editor.see(preview, /made up/);
    await editor.command("Problems: Focus on Problems View");
    const folder = join(editor.base, "more", "deep");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "two.k.yaml"), editor.text(TEXT).split("---")[0].replace("locals.words[", "locals.wrods["));
    await editor.see(PROBLEMS, /wrods/);
    rmSync(join(editor.base, "more"), { recursive: true });
    await editor.gone(PROBLEMS, /wrods/);
  },

  async "crash"(editor) {
    await editor.window("hello", TEXT);
    await editor.see(STATUS, /Koreo \d/);
    const [pid] = processesIn(editor.base, "koreo-ls");
    process.kill(pid, "SIGKILL");
    await editor.until(() => processesIn(editor.base, "koreo-ls").some((other) => other !== pid), "another server");
    await editor.see(STATUS, /Koreo \d/);
    await editor.replace(TEXT, "locals.words[", "locals.wrods[");
    await editor.page.waitForSelector(".squiggly-error");
    await editor.revert();
  },

  async "first start"(editor) {
    await editor.window("hello", TEXT);
    await editor.see(STATUS, /Koreo \d/);
    await editor.command("Koreo: Get Started");
    await editor.see(".gettingStartedContainer .step-title", /Install the server/);
    await editor.page.waitForTimeout(2500); // the text beside it is a page of its own
    await editor.shot(join(shots, "vscode-walkthrough.png"));
    await editor.command("Koreo: Server Status");
    await editor.see(".view-line", /"version": "\d/);
  },

  async "no server"(editor) {
    await editor.window("hello", TEXT, (base) => set(base, { "koreo.server.path": "/nowhere/koreo-ls" }));
    await editor.see(".notification-toast", /no server at the place/);
    await editor.see(".notification-toast", /Open settings/);
    set(editor.base, {});
    await editor.page.waitForSelector(`${STATUS} .codicon-check, ${STATUS} .codicon-testing-passed-icon`);
  },

  // Needs a package index for what the server depends on.
  async "install"(editor) {
    await editor.window("hello", TEXT, (base) => set(base, { "koreo.server.path": "" }));
    await editor.see(".notification-toast", /is not installed/);
    await editor.shot(join(shots, "vscode-no-server.png"));
    await editor.page.locator(".notification-toast .monaco-button", { hasText: "Install the server" }).click();
    await editor.see(".notification-toast", /fetching/);
    await editor.shot(join(shots, "vscode-installing.png"));
    await editor.see(STATUS, /Koreo \d/, 300_000);
    await editor.replace(TEXT, "locals.words[", "locals.wrods[");
    await editor.page.waitForSelector(".squiggly-error");
    await editor.revert();
    await editor.command("Koreo: Server Status");
    await editor.see(".view-line", /"server": ".*\/server\/\d\S*\/bin\/koreo-ls"/);

    // A newer extension, or what looks like one.
    const extensions = join(folder, "..", "extensions");
    const extension = readdirSync(extensions).find((name) => name.startsWith("koreo-lang.koreo-"));
    const note = join(extensions, extension, "server", "server.json");
    writeFileSync(note, JSON.stringify({ ...JSON.parse(readFileSync(note, "utf8")), version: "99.0", sha256: "0".repeat(64) }));
    await editor.command("Developer: Reload Window");
    await editor.see(".notification-toast", /brings the Koreo server 99\.0; the one that runs is \d/, 60_000);
    await editor.page.locator(".notification-toast .monaco-button", { hasText: "Update" }).click();
    const storage = join(folder, "..", "data", "User", "globalStorage", "koreo-lang.koreo", "server");
    const updated = () => readdirSync(storage).join() === "99.0-00000000"; // and the old one is gone
    await editor.until(updated, "the new environment alone", () => readdirSync(storage).join(), 300_000);
    await editor.see(STATUS, /Koreo \d/);
  },
};

/** Writes the settings of a workspace. */
function set(base, settings) {
  mkdirSync(join(base, ".vscode"), { recursive: true });
  writeFileSync(join(base, ".vscode", "settings.json"), JSON.stringify(settings));
}

/** The processes that work in a folder and have a word in their command line (Linux). */
function processesIn(place, word) {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === place && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(word);
    } catch {
      return false; // gone, or someone else's
    }
  });
}

const editor = await Editor.open(url, fixtures, folder);
let failed = 0;
for (const [name, check] of Object.entries(CHECKS)) {
  if (chosen.length > 0 ? !chosen.includes(name) : name === "install" && process.env.KOREO_OFFLINE) {
    continue;
  }
  const started = Date.now();
  const took = () => `(${((Date.now() - started) / 1000).toFixed(1)} s)`;
  try {
    await check(editor);
    console.log(`ok ${name} ${took()}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok ${name} ${took()}\n    ${String(error.message).replaceAll("\n", "\n    ")}`);
    await editor.page.screenshot({ path: join(shots, `failed-${name.replaceAll(" ", "-")}.png`) });
  }
}
await editor.close();
process.exitCode = failed > 0 ? 1 : 0;
