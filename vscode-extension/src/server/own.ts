// The server that the extension brings along, and the environments that it has made for it, on disk.
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chooseEnvironment, environmentName, type Bundle } from "./environments";

const FINISHED = ".koreo-installed"; // in each environment that was made to its end

export interface OwnServer {
  /** The environment to use; null when there is none. */
  folder: string | null;
  /** Whether the extension brings a newer server than that. */
  update: boolean;
}

export class Environments {
  private readonly place: string;
  private readonly wheels: string;

  /** `storage` is the extension's folder of the user's; `extension` is where it is installed. */
  constructor(storage: string, extension: string) {
    this.place = join(storage, "server");
    this.wheels = join(extension, "server");
  }

  /** What the extension brings along; null in a build without a server. */
  async bundle(): Promise<Bundle | null> {
    try {
      const bundle = JSON.parse(await readFile(join(this.wheels, "server.json"), "utf8")) as Bundle;
      await stat(this.wheelOf(bundle));
      return bundle;
    } catch {
      return null;
    }
  }

  wheelOf(bundle: Bundle): string {
    return join(this.wheels, bundle.wheel);
  }

  folderOf(bundle: Bundle): string {
    return join(this.place, environmentName(bundle));
  }

  async find(): Promise<OwnServer> {
    const { name, update } = chooseEnvironment(await this.finished(), await this.bundle());
    return { folder: name === null ? null : join(this.place, name), update };
  }

  /** Makes room for an environment, which is not there until it is finished. Returns the folder to work in. */
  async begin(bundle: Bundle): Promise<string> {
    await mkdir(this.place, { recursive: true });
    await rm(join(this.folderOf(bundle), FINISHED), { force: true });
    return this.place;
  }

  async finish(bundle: Bundle): Promise<void> {
    await writeFile(join(this.folderOf(bundle), FINISHED), "");
  }

  /** Removes what is neither used nor finished. What another window still runs may stay: that is no harm. */
  async tidy(): Promise<void> {
    const { folder } = await this.find();
    for (const name of await this.names()) {
      const other = join(this.place, name);
      if (other !== folder) {
        await rm(other, { recursive: true, force: true }).catch(() => undefined);
      }
    }
  }

  private async finished(): Promise<string[]> {
    const names = await this.names();
    const marks = await Promise.all(names.map((name) => isThere(join(this.place, name, FINISHED))));
    return names.filter((_, i) => marks[i]);
  }

  private async names(): Promise<string[]> {
    return readdir(this.place).catch(() => []);
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
