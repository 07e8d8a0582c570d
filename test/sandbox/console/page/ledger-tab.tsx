import { useEffect, useState } from "react";
import { displayName } from "./cast.ts";
import { useConsole } from "./console-context.ts";
import { Icon } from "./icon.tsx";
import { instantOf, preciseText } from "./time-text.ts";
import { type CheckedEntry, canVerify, type LedgerItem, verifyChain } from "./verify-chain.ts";
import { incidentOf, incidentsIn } from "./world.ts";

/** The incident's ledger as people read it. Hashes are recomputed here, in the reader's browser, from the stored text. */
export function LedgerTab() {
  const { world, channel } = useConsole();
  const [chosen, setChosen] = useState<string>();
  const known = incidentsIn(world);
  const incident = chosen ?? incidentOf(channel) ?? known[0];
  const { entries, problem } = useLedger(incident);
  if (incident === undefined) return <p className="empty">No incident yet. Fire an alert to begin one.</p>;
  return (
    <div className="ledger">
      <label className="ledger-choice">
        <span>Incident</span>
        <select value={incident} onChange={(event) => setChosen(event.target.value)}>
          {(known.includes(incident) ? known : [incident, ...known]).map((id) => (
            <option key={id}>{id}</option>
          ))}
        </select>
      </label>
      {problem ? <p className="problem">{problem}</p> : <ChainState entries={entries} />}
      <ol className="ledger-entries">
        {entries.map((entry) => (
          <Entry key={entry.item.sk} entry={entry} />
        ))}
      </ol>
    </div>
  );
}

function ChainState({ entries }: { entries: readonly CheckedEntry[] }) {
  if (!canVerify()) {
    return (
      <p className="chain chain-unknown">
        Hashes can only be checked when this page is opened as localhost or over https.
      </p>
    );
  }
  const broken = entries.filter(({ faults }) => faults.length > 0).length;
  if (entries.length === 0) return <p className="chain chain-unknown">Nothing recorded yet.</p>;
  return broken === 0 ? (
    <p className="chain chain-whole">
      <Icon name="check" size={15} /> {entries.length} entries, every hash and link checked in this browser
    </p>
  ) : (
    <p className="chain chain-broken" role="alert">
      <Icon name="cross" size={15} /> {broken} of {entries.length} entries do not prove themselves
    </p>
  );
}

function Entry({ entry }: { entry: CheckedEntry }) {
  const { world } = useConsole();
  const { item, seq, at, actor, events, faults } = entry;
  const instant = instantOf(at);
  const who = world.slack.users.find(({ id }) => id === actor.id);
  const proved = faults.length === 0;
  return (
    <li className={`ledger-entry ${proved ? "" : "ledger-entry-broken"}`}>
      <details>
        <summary>
          <span className="ledger-seq">{seq}</span>
          <span className="ledger-what">
            <span className="ledger-events">
              {(events.length > 0 ? events.map(({ type }) => type) : [item.type]).map((type, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: one entry may hold several events of one type.
                <span key={index}>{type}</span>
              ))}
            </span>
            <span className="ledger-who">
              {instant !== undefined && <time dateTime={at}>{preciseText(instant)}</time>}
              <bdi>{displayName(who, actor.id)}</bdi>
              {actor.basis && <span>({actor.basis})</span>}
            </span>
          </span>
          {canVerify() && (
            <span
              className={`ledger-proof ${proved ? "proved" : "not-proved"}`}
              role="img"
              aria-label={proved ? "hash and link hold" : "not proved"}
            >
              <Icon name={proved ? "check" : "cross"} size={14} />
            </span>
          )}
        </summary>
        {faults.map((fault) => (
          <p key={fault} className="ledger-fault">
            {fault}
          </p>
        ))}
        <dl className="ledger-hash">
          <dt>hash</dt>
          <dd>
            <code>{item.hash}</code>
          </dd>
        </dl>
        <pre dir="ltr">{item.body}</pre>
      </details>
    </li>
  );
}

/** Reads and checks the ledger whenever the world changes. */
function useLedger(incident: string | undefined) {
  const { world } = useConsole();
  const [entries, setEntries] = useState<CheckedEntry[]>([]);
  const [problem, setProblem] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new picture of the world may mean new entries.
  useEffect(() => {
    if (incident === undefined) return;
    const cancelled = new AbortController();
    readLedger(incident, cancelled.signal)
      .then(async (items) => {
        const checked = await verifyChain(items);
        if (cancelled.signal.aborted) return;
        setEntries(checked);
        setProblem(undefined);
      })
      .catch((cause: unknown) => {
        if (!cancelled.signal.aborted) setProblem(`The ledger cannot be read: ${(cause as Error).message}`);
      });
    return () => cancelled.abort();
  }, [incident, world]);
  return { entries: entries.filter(({ item }) => item.pk === `INC#${incident}`), problem };
}

async function readLedger(incident: string, signal: AbortSignal): Promise<LedgerItem[]> {
  const response = await fetch(`/world/ledger?incident=${encodeURIComponent(incident)}`, { signal });
  if (!response.ok) throw new Error(`GET /world/ledger answered HTTP ${response.status}.`);
  const { entries, items } = (await response.json()) as { entries?: LedgerItem[]; items?: LedgerItem[] };
  return entries ?? items ?? [];
}
