import { expect, test } from "vitest";
import { recordContextRead } from "../../../../bridge/incident/decide/context.ts";
import type { EventOf, IncidentEvent } from "../../../../bridge/incident/events.ts";
import { contextView } from "../../../../bridge/incident/views/context-view.ts";
import { given, stateOf } from "../../../support/given.ts";
import { context, opened, resolved } from "../../../support/incident-events.ts";
import { viewWorld } from "../../../support/view-world.ts";

const world = viewWorld();

type Read = EventOf<"ContextRead">;
type Part = Read["readings"][number]["part"];

const reading = (part: Part, value: string | null = "12") => ({
  part,
  label: part,
  value,
  why: value === null ? "timed out" : null,
  details: [],
});
const read = (parts: Read["readings"], complete = false): Read => ({
  type: "ContextRead",
  readings: parts,
  links: [],
  complete,
});

test("answers are recorded as they come, each part once, until they are complete", () => {
  const first = read([reading("latency"), reading("deploys")]);
  const rest = read([reading("error_rate", null)], true);
  given(opened())
    .when((state) => recordContextRead(state, first))
    .then(first);
  given(opened(), first)
    .when((state) => recordContextRead(state, read([reading("deploys", "other"), reading("error_rate", null)], true)))
    .then(rest);
  given(opened(), first, rest)
    .when((state) => recordContextRead(state, read([reading("logs")], true)))
    .thenNothing();
});

test("a worker that begins again repeats nothing, and can say that it is done", () => {
  const first = read([reading("latency")]);
  given(opened(), first)
    .when((state) => recordContextRead(state, first))
    .thenNothing();
  given(opened(), first)
    .when((state) => recordContextRead(state, read([reading("latency")], true)))
    .then(read([], true));
});

test("nothing is added to what was gathered at once, nor to an incident that is over", () => {
  const more = read([reading("logs")], true);
  given(opened(), context())
    .when((state) => recordContextRead(state, more))
    .thenNothing();
  given(opened(), resolved())
    .when((state) => recordContextRead(state, more))
    .thenNothing();
});

test("people read the answers in one order, whatever the order in which they came", () => {
  const labels = (...events: Read[]) =>
    contextView(stateOf(opened(), ...events), world).readings.map(({ label }) => label);
  expect(labels(read([reading("owners"), reading("commits")]), read([reading("error_rate")], true))).toEqual([
    "error_rate",
    "commits",
    "owners",
  ]);
});

test("the message says that answers are awaited for as long as they are", () => {
  const awaiting = (...events: IncidentEvent[]) => contextView(stateOf(...events), world).awaiting;
  expect(awaiting(opened())).toBe(true);
  expect(awaiting(opened(), read([reading("latency")]))).toBe(true);
  expect(awaiting(opened(), read([reading("latency")]), read([], true))).toBeUndefined();
  expect(awaiting(opened(), context())).toBeUndefined();
  expect(awaiting(opened(), resolved())).toBeUndefined();
});

test("a Grafana dashboard opens on the time of the incident, any other link as it is", () => {
  const links = {
    alertGroup: "https://grafana.example.com/a/oncall",
    dashboard: "https://grafana.example.com/d/pay/payments?orgId=1",
    runbook: null,
    silence: null,
    call: null,
  };
  const shown = contextView(stateOf(opened({ links, firingSince: "2026-11-21T09:14:03.000Z" })), world).links;
  const from = Date.parse("2026-11-21T08:44:03.000Z");
  expect(shown).toEqual([
    { title: "Alert group", url: "https://grafana.example.com/a/oncall" },
    { title: "Dashboard", url: `https://grafana.example.com/d/pay/payments?orgId=1&from=${from}&to=now` },
  ]);
});
