import type { IncidentEvent } from "../incident/events.ts";
import { evolve } from "../incident/evolve.ts";
import {
  ERASED,
  inPlainForm,
  isSealed,
  type RecordedEvent,
  UNREADABLE,
  type Words,
  wordsIn,
} from "../incident/sealed-events.ts";
import { type Incident, initialIncident } from "../incident/state.ts";
import type { RecordedEntry } from "../ledger/entry-types.ts";
import type { Appended, Ledger, SealedLedger } from "../ledger/ledger.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Revealed, SealedDetails } from "./sealed-details.ts";

/** So old may be what was read of words: an erasure elsewhere shows after that. */
const FRESH_MS = 10_000;
const MAX_REMEMBERED = 500;

/** By commitment; what is not in it was erased. Only ever added to, so that whatever was folded with it stays right. */
type Readable = Map<string, Words | typeof UNREADABLE>;

interface Reading {
  /** Under way until it resolves: whoever asks meanwhile waits for the same. */
  words: Promise<Readable>;
  /** The same, once they are there. */
  known?: Readable;
  /** How many commitments there were when it was read: later ones it cannot hold. */
  commits: number;
  at: number;
}

/**
 * The ledger as people read it: states and entries with the words that can still be read. What decides is handed the state of
 * the ledger itself, which holds none of them; so is the gate by `snapshotAfresh`, which must not wait for words.
 */
export function revealingLedger(
  ledger: SealedLedger,
  deps: { details: Pick<SealedDetails, "reveal">; clock: Clock; log: Logger },
): Ledger {
  const { clock, log } = deps;
  const readings = new Map<string, Reading>();
  const states = new Map<string, { state: Incident; words: Readable }>();

  const read = async (incident: string, commits: number, before: Reading | undefined): Promise<Readable> => {
    const words = readable(await deps.details.reveal(incident));
    // Words are never changed, only added and erased: as many as before are the same ones.
    return before?.known && before.commits === commits && before.known.size === words.size ? before.known : words;
  };

  const wordsOf = async (incident: string, commits: number): Promise<Readable> => {
    const before = readings.get(incident);
    if (before && before.commits >= commits && clock.monotonic() - before.at < FRESH_MS) return before.words;
    const reading: Reading = { words: read(incident, commits, before), commits, at: clock.monotonic() };
    remember(readings, incident, reading);
    try {
      reading.known = await reading.words;
      return reading.known;
    } catch (error) {
      if (readings.get(incident) === reading) readings.delete(incident);
      throw error;
    }
  };

  /** What this process has just kept need not be read back, where it knows all that was kept before. */
  const learn = async (state: Incident, decided: readonly IncidentEvent[]): Promise<void> => {
    if (!decided.some(wordsIn)) return;
    const recorded = entriesOf(state, state.seq - 1).flatMap(({ events }) => events);
    const kept = decided.flatMap((event, place) => {
      const words = wordsIn(event);
      const sealed = recorded[place];
      return words && sealed && isSealed(sealed) ? [[sealed.commit, words] as const] : [];
    });
    const commits = commitsIn(state);
    const before = readings.get(state.id) ?? { words: Promise.resolve(new Map()), commits: 0, at: clock.monotonic() };
    if (before.commits !== commits - kept.length) return;
    const known = await before.words;
    for (const [commit, words] of kept) known.set(commit, words);
    remember(readings, state.id, { ...before, words: Promise.resolve(known), known, commits });
  };

  /** `afresh`: nothing that was folded before is trusted. */
  const revealed = async (state: Incident, { afresh = false } = {}): Promise<Incident> => {
    const commits = commitsIn(state);
    if (commits === 0) return state;
    const words = await wordsOf(state.id, commits);
    const before = afresh ? undefined : states.get(state.id);
    const from = before && before.words === words && before.state.seq <= state.seq ? before.state : undefined;
    const shown = entriesOf(state, from?.seq ?? 0).reduce(
      (folded, entry) => evolve(folded, { ...entry, events: entry.events.map((event) => shownAs(event, words)) }),
      from ?? initialIncident(state.id),
    );
    remember(states, state.id, { state: shown, words });
    return shown;
  };

  /** What was appended is appended: words that cannot be read just now are no reason to say that it failed. */
  const orSealed = async <R>(appended: Appended<R>): Promise<Incident> => {
    const { state } = appended;
    try {
      if (appended.kind === "happened" && !appended.repeated) await learn(state, appended.events);
      return await revealed(state);
    } catch (error) {
      log.warn("details-unavailable", { incident: state.id, error });
      return state;
    }
  };

  return {
    ...ledger,
    load: async (incident) => revealed(await ledger.load(incident)),
    loadAfresh: async (incident) => revealed(await ledger.loadAfresh(incident), { afresh: true }),
    recall: async (incident) => revealed(await ledger.recall(incident)),
    execute: async <R>(...call: Parameters<typeof ledger.execute<R>>): Promise<Appended<R>> => {
      const appended = await ledger.execute<R>(...call);
      const state = await orSealed(appended);
      if (appended.kind === "refused" || !appended.repeated) return { ...appended, state };
      const then = entriesOf(state, appended.seq - 1).filter(({ seq }) => seq === appended.seq);
      return { ...appended, state, events: then.flatMap(({ events }) => events.map((event) => inPlainForm(event))) };
    },
    entries: async (incident) => {
      const entries = await ledger.recorded(incident);
      const commits = entries.flatMap(({ events }) => events.filter(isSealed)).length;
      const words = commits === 0 ? NOTHING : await wordsOf(incident, commits);
      return entries.map((entry) => ({ ...entry, events: entry.events.map((event) => shownAs(event, words)) }));
    },
  };
}

const NOTHING: Readable = new Map();

const readable = (revealed: Revealed): Readable =>
  new Map([...revealed].map(([commit, kept]) => [commit, kept === "unreadable" ? UNREADABLE : kept.words]));

const shownAs = (event: RecordedEvent, words: Readable) =>
  isSealed(event) ? inPlainForm(event, words.get(event.commit) ?? ERASED) : event;

const entriesOf = (
  state: Incident,
  after: number,
): Pick<RecordedEntry, "commandId" | "seq" | "at" | "actor" | "events">[] =>
  [...state.commands].flatMap(([commandId, entry]) => (entry.seq > after ? [{ commandId, ...entry }] : []));

/** A plain loop: it runs over the whole record at every append. */
function commitsIn({ commands }: Incident): number {
  let count = 0;
  for (const { events } of commands.values()) for (const event of events) if (isSealed(event)) count += 1;
  return count;
}

/** The newest last; the oldest goes. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next().value;
  if (map.size > MAX_REMEMBERED && oldest !== undefined) map.delete(oldest);
}
