import { type FormEvent, useState } from "react";
import { useConsole } from "./console-context.ts";
import { DRILL_FIXTURES, DRILL_SERVICES, DRILL_SEVERITIES, type DrillFixture, drillOverrides } from "./drill-alert.ts";
import { FaultForm } from "./fault-form.tsx";
import { Icon } from "./icon.tsx";
import { Popover } from "./popover.tsx";
import type { Connection } from "./use-world.ts";

const CONNECTION_TEXT: Record<Connection, string> = {
  connecting: "Connecting",
  live: "Live",
  polling: "Polling",
  starting: "World is starting",
  lost: "No connection",
};

/** What one can do to the world: alerts, faults, the bridge itself. */
export function DrillBar({ connection }: { connection: Connection }) {
  const { world, act } = useConsole();
  const { running } = world.bridge;
  return (
    <header className="drill-bar">
      <p className="brand">
        <span className="brand-mark">
          <Icon name="pulse" size={17} />
        </span>
        <span className="brand-name">Incident response</span>
        <span className="brand-kind">sandbox</span>
      </p>
      <div className="drill-controls" role="toolbar" aria-label="Drill">
        <Popover label="Fire alert" icon="alert" title="Fire an alert" align="left" tone="bar-button bar-primary">
          {(close) => <AlertForm onSent={close} />}
        </Popover>
        <Popover label="Break a vendor" icon="fault" title="Break a vendor" align="left" tone="bar-button">
          {(close) => <FaultForm onSent={close} />}
        </Popover>
        {world.faults.length > 0 && (
          <span className="fault-count">
            {world.faults.length === 1 ? "1 fault" : `${world.faults.length} faults`} active
          </span>
        )}
        <span className="bridge-state">
          <span className={`lamp ${running ? "lamp-on" : "lamp-off"}`} aria-hidden="true" />
          <span>Bridge {running ? "running" : "down"}</span>
        </span>
        <button
          type="button"
          className="quiet-button bar-button"
          onClick={() => void act("/world/bridge", { action: running ? "kill" : "start" })}
        >
          <Icon name="power" size={15} />
          <span>{running ? "Kill bridge" : "Start bridge"}</span>
        </button>
        <Popover label="Reset" icon="reset" title="Start a fresh world?" align="right" tone="bar-button">
          {(close) => (
            <>
              <p className="panel-note">Channels, incidents and the ledger of this sandbox are thrown away.</p>
              <button
                type="button"
                className="slack-button slack-button-danger"
                onClick={() => {
                  close();
                  void act("/world/reset");
                }}
              >
                Reset the world
              </button>
            </>
          )}
        </Popover>
      </div>
      <p className={`connection connection-${connection}`} role="status">
        <span className="lamp" aria-hidden="true" />
        {CONNECTION_TEXT[connection]}
      </p>
    </header>
  );
}

function AlertForm({ onSent }: { onSent(): void }) {
  const { act, tell } = useConsole();
  const [fixture, setFixture] = useState<DrillFixture>("grafana-alerting-firing");
  const [service, setService] = useState<string>("payments");
  const [severity, setSeverity] = useState<string>("critical");
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const opens = DRILL_FIXTURES.find(({ name }) => name === fixture)?.opens ?? true;
    const now = Date.now();
    if (opens || lastGroup === undefined) lastGroup = { group: newGroupId(), startedAt: now - FIRING_FOR_MS };
    const overrides = drillOverrides({ fixture, service, severity, ...lastGroup, now });
    onSent();
    const { ok, status, ms } = await act("/world/alerts", { fixture, overrides });
    if (!ok) return;
    if (status === 0) tell("Nobody took the alert: the bridge did not answer.");
    else tell(`The bridge answered the alert with ${status} after ${ms} ms.`);
  };
  return (
    <form className="panel-form" onSubmit={(event) => void send(event)}>
      <label>
        Payload
        <select value={fixture} onChange={(event) => setFixture(event.target.value as DrillFixture)}>
          {DRILL_FIXTURES.map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label>
        Service
        <select value={service} onChange={(event) => setService(event.target.value)}>
          {DRILL_SERVICES.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        Severity
        <select value={severity} onChange={(event) => setSeverity(event.target.value)}>
          {DRILL_SEVERITIES.map(({ label, means }) => (
            <option key={label} value={label}>
              {label} ({means})
            </option>
          ))}
        </select>
      </label>
      <button type="submit" className="slack-button slack-button-danger">
        Fire
      </button>
    </form>
  );
}

/** The group the follow-up payloads speak about; it outlives the panel. */
let lastGroup: { group: string; startedAt: number } | undefined;

/** An alert rule waits a while before it fires; so has a drill's. */
const FIRING_FOR_MS = 4 * 60_000;

/** Thirteen letters and digits, as OnCall's ids have. */
const newGroupId = () =>
  `I${Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => (byte % 36).toString(36).toUpperCase()).join("")}`;
