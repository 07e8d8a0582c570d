import { get } from "node:http";
import { get as getTls } from "node:https";

export interface SandboxStore {
  endpoint: string;
  region: string;
  tables: { ledger: string; index: string };
  /** The log's directory. */
  log: string;
  verifierKey: string | null;
}

const TIMEOUT_MS = 10_000;
const MAX_WORLD_BYTES = 64 * 1_048_576;

/** What the sandbox says of its store; undefined when none answers. */
export async function sandboxStore(sandboxUrl: string): Promise<SandboxStore | undefined> {
  try {
    const world = JSON.parse(await textOf(new URL("/world", sandboxUrl))) as { store?: SandboxStore };
    return world.store;
  } catch {
    return undefined;
  }
}

const textOf = (url: URL): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? getTls : get)(url, { timeout: TIMEOUT_MS }, (response) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      response.on("data", (piece: Buffer) => {
        bytes += piece.length;
        if (bytes > MAX_WORLD_BYTES) request.destroy(new Error("the answer is too long"));
        pieces.push(piece);
      });
      response.on("end", () => {
        if (response.statusCode === 200) resolve(Buffer.concat(pieces).toString("utf8"));
        else reject(new Error(`HTTP ${response.statusCode}`));
      });
      response.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", reject);
  });
