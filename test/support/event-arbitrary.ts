import * as fc from "fast-check";
import * as z from "zod";
import { IncidentEvent } from "../../bridge/incident/events.ts";
import { CARD_TS, DRAFT, PEOPLE, ROOM } from "./incident-events.ts";

interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
  maxItems?: number;
  minItems?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  format?: string;
  additionalProperties?: Schema | false;
}

const person = fc.constantFrom(...Object.values(PEOPLE));
const ts = fc.constantFrom(CARD_TS, "1795253107.118210", "1795253107.118211");

/** Few values for what events refer to each other by, so that sequences meet; real ids where contracts want them. */
const BY_NAME: Record<string, fc.Arbitrary<unknown>> = {
  draftId: fc.constantFrom(DRAFT, "DRF-0000000002"),
  byDraftId: fc.constantFrom(DRAFT, "DRF-0000000002"),
  attemptId: fc.constantFrom("ATT-1", "ATT-2"),
  approvalId: fc.constantFrom("APR-1", "APR-2"),
  targetId: fc.constantFrom("h4z9w6tq1mxk", "h5z9w6tq1mxk"),
  updateId: fc.constantFrom("r2c8v5yn7jdp", "r3c8v5yn7jdp"),
  reviewId: fc.constantFrom("REV-1", "REV-2"),
  executionId: fc.constantFrom("Fx1", "Fx2"),
  pageId: fc.constantFrom("PG-1", "PG-2"),
  groupId: fc.constantFrom("IW4K9ZP7TN2XC", "IW4K9ZP7TN2XD"),
  commander: person,
  version: fc.integer({ min: 0, max: 3 }),
  n: fc.integer({ min: -1, max: 4 }),
  size: fc.integer({ min: 0, max: 1_000_000 }),
  channel: fc.constantFrom(ROOM, "C07WARROOM8"),
  ts,
  userId: person,
  to: person,
  first: fc.option(person),
  key: fc.constantFrom("context", "checklist", "offer-0", "offer-1", "alert_line", "closing"),
  rev: fc.constantFrom("assembled", "1", "SUPERSEDED"),
  duplicateOf: fc.constantFrom(null, "INC-20261121-0914-AAAA"),
  incidentId: fc.constant("INC-20261121-0914-K9ZP"),
};

const HOSTILE = ["<!channel> <@U07ALEXLIN1>", "`*_~&<>", "عَرَبِي", "é", "🚨".repeat(40), "", " ", "__proto__", "a\nb"];
/** Text in normal form: what may stand in the ledger at all. */
const text = (max: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: "grapheme", maxLength: Math.min(max, 40) }),
      fc.constant("<&>".repeat(Math.floor(max / 3))),
    )
    .map((value) =>
      [...value.normalize("NFC")].reduce((kept, char) => ((kept + char).length <= max ? kept + char : kept), ""),
    );

function arbitraryOf(schema: Schema, name?: string): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (name !== undefined && Object.hasOwn(BY_NAME, name)) return BY_NAME[name] as fc.Arbitrary<unknown>;
  if (name === "by" || name === "from") return schema.anyOf ? fc.option(person) : person;
  if (schema.const !== undefined) return fc.constant(schema.const);
  const union = schema.anyOf ?? schema.oneOf;
  if (union) return fc.oneof(...union.map((one) => arbitraryOf(one)));
  switch (schema.type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return integers(schema);
    case "array":
      return fc.array(arbitraryOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, 4),
      });
    case "object":
      return schema.properties
        ? fc.record(
            Object.fromEntries(Object.entries(schema.properties).map(([key, value]) => [key, arbitraryOf(value, key)])),
          )
        : fc.dictionary(fc.stringMatching(/^[a-z0-9]{1,12}$/), arbitraryOf(schema.additionalProperties || {}), {
            maxKeys: 3,
          });
    case "string":
      if (schema.format === "date-time")
        return fc
          .date({ min: new Date("2026-11-21T00:00:00Z"), max: new Date("2026-11-23T00:00:00Z"), noInvalidDate: true })
          .map((date) => date.toISOString());
      if (schema.format === "uuid") return fc.uuid({ version: 4 });
      if (schema.pattern) return fc.stringMatching(new RegExp(schema.pattern));
      return text(schema.maxLength ?? 100);
    default:
      throw new Error(`no arbitrary for ${JSON.stringify(schema)}`);
  }
}

/** Any event that the ledger's schema takes, made from the schema itself, so that a new event is met by the properties at once. */
export const anyEvent: fc.Arbitrary<IncidentEvent> = arbitraryOf(
  z.toJSONSchema(IncidentEvent) as unknown as Schema,
) as fc.Arbitrary<IncidentEvent>;

/** Small ones more often than a uniform choice would give, and now and then any that the schema allows. */
function integers({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: Schema): fc.Arbitrary<number> {
  const min = Math.max(0, minimum);
  return fc.oneof(fc.integer({ min, max: Math.min(min + 5, maximum) }), fc.integer({ min, max: maximum }));
}
