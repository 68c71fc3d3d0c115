// A user's hands and eyes in VS Code's web interface: open, type, look. All waits are for what a user would see.
import { createRequire } from "node:module";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";

// The first folder of NODE_PATH holds playwright-core; ES modules do not look there by themselves.
const { chromium } = createRequire(join(process.env.NODE_PATH ?? ".", "x.js"))("playwright-core");

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const PATIENCE = 20_000; // milliseconds for anything to appear

export class Editor {
  /** Opens a browser; `fixtures` are the workspaces, of which copies are made in `folder`. */
  static async open(url, fixtures, folder) {
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
    const context = await browser.newContext({ viewport: { width: 1400, height: 860 } });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    return new Editor(browser, page, url, fixtures, folder);
  }

  constructor(browser, page, url, fixtures, folder) {
    Object.assign(this, { browser, page, url, fixtures, folder, base: folder, copies: 0 });
  }

  close() {
    return this.browser.close();
  }

  /** Opens a fresh copy of a fixture in a fresh window, with one of its files. */
  async window(fixture, file, prepare = () => undefined) {
    this.copies += 1;
    const base = join(this.folder, String(this.copies), fixture);
    cpSync(join(this.fixtures, fixture), base, { recursive: true });
    this.base = base;
    prepare(base);
    const payload = JSON.stringify([["openFile", `vscode-remote://${new URL(this.url).host}${join(base, file)}`]]);
    await this.page.goto(`${this.url}/?folder=${encodeURIComponent(base)}&payload=${encodeURIComponent(payload)}`);
    await this.page.waitForSelector(".monaco-workbench");
    await this.page.waitForSelector(".editor-group-container .monaco-editor .view-line");
  }

  /** Opens another file of the folder. */
  async file(name) {
    await this.press("Control+P");
    await this.page.waitForSelector(".quick-input-widget input");
    await this.page.keyboard.type(name);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: name.split("/").at(-1) }).first().waitFor();
    await this.press("Enter");
    await this.page.locator(".tab.active", { hasText: name.split("/").at(-1) }).first().waitFor();
    await this.page.waitForTimeout(400);
  }

  press(keys) {
    return this.page.keyboard.press(keys);
  }

  type(text) {
    return this.page.keyboard.type(text, { delay: 15 });
  }

  /** Runs a command of the palette. */
  async command(title) {
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: title.split(": ").at(-1) }).first();
    // A list that was opened before a command was there does not learn of it.
    for (let attempt = 1; ; attempt += 1) {
      await this.press("F1");
      await this.page.waitForSelector(".quick-input-widget input");
      await this.page.keyboard.type(title);
      try {
        await row.waitFor({ timeout: 4000 });
        break;
      } catch (error) {
        if (attempt === 5) {
          throw error;
        }
        await this.press("Escape");
      }
    }
    await this.press("Enter");
    await this.page.waitForTimeout(300);
  }

  /** Puts the cursor where `text` begins in the file on disk, `ahead` characters further, in the left editor. */
  async cursor(name, text, ahead = 0) {
    const before = this.text(name).split(text)[0];
    if (before === this.text(name)) {
      throw new Error(`${JSON.stringify(text)} is not in ${name}`);
    }
    const lines = before.split("\n");
    await this.goTo(lines.length, lines.at(-1).length + 1 + ahead);
  }

  async goTo(line, column) {
    await this.press("Control+1");
    await this.press("Control+G");
    await this.page.waitForSelector(".quick-input-widget input");
    await this.page.keyboard.type(`${line}:${column}`);
    await this.press("Enter");
    await this.page.waitForTimeout(250);
  }

  /** Replaces a text that stands in the file on disk; what is pasted is not completed or indented by the editor. */
  async replace(name, was, is) {
    await this.cursor(name, was);
    for (let index = 0; index < was.length; index += 1) {
      await this.press("Shift+ArrowRight");
    }
    await this.page.keyboard.insertText(is);
  }

  /** The file as it is on disk. */
  text(name) {
    return readFileSync(join(this.base, name), "utf8");
  }

  /** Saves, and waits until the file satisfies a condition. */
  async saved(name, condition) {
    // Saved again and again: what is waited for may be an answer of the server.
    await this.until(async () => {
      await this.press("Control+S");
      await this.page.waitForTimeout(300);
      return condition(this.text(name));
    }, `${name} to be saved as expected`);
  }

  /** Throws away what was typed. */
  async revert() {
    await this.press("Control+1");
    await this.command("File: Revert File");
  }

  async texts(selector) {
    return (await this.page.locator(selector).allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " ").trim());
  }

  /** Waits for a text to be seen in one of the elements; returns that element's whole text. */
  async see(selector, wanted, patience = PATIENCE) {
    let seen = [];
    await this.until(async () => {
      seen = await this.texts(selector);
      return seen.some((text) => matches(text, wanted));
    }, `${wanted} in ${selector}`, () => `seen: ${JSON.stringify(seen).slice(0, 600)}`, patience);
    return seen.find((text) => matches(text, wanted));
  }

  async gone(selector, wanted) {
    await this.until(
      async () => !(await this.texts(selector)).some((text) => matches(text, wanted)),
      `${wanted} to go from ${selector}`,
    );
  }

  async until(condition, what, more = () => "", patience = PATIENCE) {
    const end = Date.now() + patience;
    while (!(await condition())) {
      if (Date.now() > end) {
        throw new Error(`waited in vain for ${what} ${more()}`);
      }
      await this.page.waitForTimeout(50);
    }
  }

  /** The frame of a webview that holds an element. */
  async webview(selector) {
    let found = null;
    await this.until(async () => {
      for (const frame of this.page.frames()) {
        if ((await frame.locator(selector).count().catch(() => 0)) > 0) {
          found = frame;
          return true;
        }
      }
      return false;
    }, `a webview with ${selector}`);
    return found;
  }

  /** A picture of the window once nothing moves any more. */
  async shot(path) {
    await this.page.waitForTimeout(700);
    await this.page.screenshot({ path });
  }
}

function matches(text, wanted) {
  return wanted instanceof RegExp ? wanted.test(text) : text.includes(wanted);
}
