import { expect, test } from "vitest";
import { createLedgerStore } from "../../../bridge/ledger/ledger-store.ts";
import { tracedLedger } from "../../../bridge/ledger/traced-ledger.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import type { SpanOptions } from "../../../bridge/platform/telemetry/tracing.ts";
import { LEDGER_TABLE, startDynalite } from "../../support/dynalite.ts";
import { opened } from "../../support/incident-events.ts";
import { append, freshIncident, ledgerOn } from "../../support/ledgers.ts";

test("each command is a span of its incident, and appends what it would have appended", async () => {
  await using store = await startDynalite();
  const spans: SpanOptions[] = [];
  const ledger = tracedLedger(ledgerOn(createLedgerStore({ dynamo: store.client, table: LEDGER_TABLE }), systemClock), {
    within(options, work) {
      spans.push(options);
      return work();
    },
    traceparent: () => undefined,
    stop: async () => {},
  });
  const incident = freshIncident();
  await append(ledger, incident, "first", opened());
  expect((await ledger.loadAfresh(incident)).seq).toBe(1);
  expect(spans).toEqual([{ name: "ledger execute", incident, attributes: { "actor.kind": "system" } }]);
});
