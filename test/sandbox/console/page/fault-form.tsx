import { type FormEvent, useState } from "react";
import { FAULT_KINDS, FAULT_TARGETS } from "../../faults.ts";
import { useConsole } from "./console-context.ts";

/** Asks for one fault. The kinds are explained in the words of what a client would see. */
const KIND_TEXT: Record<(typeof FAULT_KINDS)[number], string> = {
  down: "down: the connection is cut",
  slow: "slow: the answer comes late",
  error: "error: fails without acting",
  rate_limit: "rate limit",
  commit_then_drop: "acts, then loses the reply",
  accept_then_lose: "says yes, does nothing",
  malformed: "acts, answers nonsense",
};

export function FaultForm({ onSent }: { onSent(): void }) {
  const { act } = useConsole();
  const [target, setTarget] = useState<string>("statuspage");
  const [kind, setKind] = useState<string>("down");
  const [times, setTimes] = useState("1");
  const [ms, setMs] = useState("5000");
  const [status, setStatus] = useState("500");
  const send = async (event: FormEvent) => {
    event.preventDefault();
    onSent();
    await act("/world/faults", {
      target,
      kind,
      ...(times !== "" && { times: Number(times) }),
      ...(kind === "slow" && { ms: Number(ms) }),
      ...(kind === "error" && { status: Number(status) }),
    });
  };
  return (
    <form className="panel-form" onSubmit={(event) => void send(event)}>
      <label>
        Vendor
        <select value={target} onChange={(event) => setTarget(event.target.value)}>
          {FAULT_TARGETS.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        Fault
        <select value={kind} onChange={(event) => setKind(event.target.value)}>
          {FAULT_KINDS.map((name) => (
            <option key={name} value={name}>
              {KIND_TEXT[name]}
            </option>
          ))}
        </select>
      </label>
      {kind === "slow" && <NumberField label="Delay, milliseconds" value={ms} onChange={setMs} />}
      {kind === "error" && <NumberField label="HTTP status" value={status} onChange={setStatus} />}
      <NumberField label="How many requests (empty: all)" value={times} onChange={setTimes} />
      <button type="submit" className="slack-button slack-button-danger">
        Break
      </button>
    </form>
  );
}

function NumberField({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  return (
    <label>
      {label}
      <input type="number" min="1" value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}
