import { type Instant, iso } from "../platform/clock.ts";
import { number, readNumber, readText, text } from "../platform/dynamo.ts";
import type { Random } from "../platform/random.ts";
import type { IndexTable } from "./index-table.ts";

/** Which incident an identity belongs to. Truth, not projection: one conditional put makes one incident of one alert. */
export interface CorrelationRows {
  find(key: string): Promise<{ incident: string; version: number } | undefined>;
  /**
   * The incident of this identity: newly minted, or the one somebody else made first.
   * `replaces`: the version seen of an incident that is closed, so that its successor is made once, too.
   */
  claim(key: string, now: Instant, replaces?: number): Promise<{ incident: string }>;
  /**
   * Points an identity at an incident that has its id already; `replaces` as for `claim`.
   * @returns the incident it points at: this one, or what somebody else wrote first.
   */
  point(key: string, incident: string, replaces?: number): Promise<string>;
  /** An incident id that nobody else will have. */
  reserve(now: Instant): Promise<string>;
}

const CODE_LENGTH = 4;

export function createCorrelationRows({ index, random }: { index: IndexTable; random: Random }): CorrelationRows {
  const find: CorrelationRows["find"] = async (key) => {
    const item = await index.get(`CORR#${key}`, "C");
    const incident = readText(item, "incident");
    return incident === undefined ? undefined : { incident, version: readNumber(item, "version") ?? 1 };
  };

  /** Four characters that no other incident of the day has: they make the channel name a pure function of the incident. */
  const mint = async (now: Instant): Promise<string> => {
    const day = iso(now).slice(0, 10).replaceAll("-", "");
    const minute = iso(now).slice(11, 16).replace(":", "");
    for (;;) {
      const code = random.code(CODE_LENGTH);
      const reserved = await index.put({ pk: text(`CODE#${day}-${code}`), sk: text("C") }, "attribute_not_exists(pk)");
      if (reserved) return `INC-${day}-${minute}-${code}`;
    }
  };

  const write = async (key: string, incident: string, replaces?: number): Promise<string> => {
    const won = await index.put(
      { pk: text(`CORR#${key}`), sk: text("C"), incident: text(incident), version: number((replaces ?? 0) + 1) },
      replaces === undefined ? "attribute_not_exists(pk)" : "version = :seen",
      replaces === undefined ? undefined : { ":seen": number(replaces) },
    );
    if (won) return incident;
    return (await find(key))?.incident ?? incident;
  };

  return {
    find,
    claim: async (key, now, replaces) => ({ incident: await write(key, await mint(now), replaces) }),
    point: write,
    reserve: mint,
  };
}

/** `inc-<mmdd>-<service>-<4 chars>`, lower case, within Slack's 80 characters and alphabet. */
export function roomNameOf(incidentId: string, service: string): string {
  const [, day = "", , code = ""] = incidentId.split("-");
  const slug = service
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  return `inc-${day.slice(4)}-${slug || "unknown"}-${code.toLowerCase()}`;
}
