/** One stored ledger item, exactly as `GET /world/ledger` lists it. */
export interface LedgerItem {
  pk: string;
  sk: string;
  body: string;
  hash: string;
  type: string;
}

export interface LedgerEvent {
  type: string;
  [field: string]: unknown;
}

export interface CheckedEntry {
  item: LedgerItem;
  seq: number;
  at: string | undefined;
  actor: { kind?: string; id?: string; basis?: string };
  events: LedgerEvent[];
  /** Why this entry does not prove itself; empty when hash, link and place all hold. */
  faults: string[];
}

/**
 * Checks each entry as an outsider could: the hash is that of the stored string, `prev` is the hash of the entry before
 * (for the first, of the genesis line), and place and type repeat what the body says. Lists every fault, stops at none.
 */
export async function verifyChain(items: readonly LedgerItem[]): Promise<CheckedEntry[]> {
  const sorted = [...items].sort((a, b) => (a.sk < b.sk ? -1 : 1));
  const checked: CheckedEntry[] = [];
  for (const item of sorted) checked.push(await checkEntry(item, checked.at(-1)?.item.hash));
  return checked;
}

async function checkEntry(item: LedgerItem, hashBefore: string | undefined): Promise<CheckedEntry> {
  const seq = Number(item.sk.replace(/^E#/, ""));
  const faults: string[] = [];
  if ((await sha256Hex(`incident-ledger/v1/entry\n${item.body}`)) !== item.hash) {
    faults.push("The stored text does not have the stored hash.");
  }
  const body = readBody(item.body);
  if (!body) return { item, seq, at: undefined, actor: {}, events: [], faults: [...faults, "The body is not JSON."] };
  const genesis = await sha256Hex(`incident-ledger/v1/genesis\n${JSON.stringify([body.incident, body.epoch])}`);
  // A later epoch starts its own chain; only the first entry of all must be a genesis.
  const linked = hashBefore === undefined ? body.prev === genesis : body.prev === hashBefore || body.prev === genesis;
  if (!linked) faults.push("It does not link to the entry before it.");
  if (item.pk !== `INC#${body.incident}` || body.seq !== seq) faults.push("The body belongs to another place.");
  const events = Array.isArray(body.events) ? body.events : [];
  if (events.map((event) => event.type).join(",") !== item.type) faults.push("The type does not name its events.");
  return { item, seq, at: body.at, actor: body.actor ?? {}, events, faults };
}

interface EntryBody {
  incident: string;
  epoch: number;
  seq: number;
  prev: string;
  at?: string;
  actor?: CheckedEntry["actor"];
  events?: LedgerEvent[];
}

function readBody(text: string): EntryBody | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? (body as EntryBody) : undefined;
  } catch {
    return undefined;
  }
}

/** Browsers offer WebCrypto only on https and localhost. */
export function canVerify(): boolean {
  return globalThis.crypto?.subtle !== undefined;
}

async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
