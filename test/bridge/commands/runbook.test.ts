import { describe, expect, test } from "vitest";
import { runbook } from "../../../bridge/commands/runbook.ts";
import type { Library } from "../../../bridge/runbooks/load-runbooks.ts";
import { stateOf, T0 } from "../../support/given.ts";
import { PEOPLE, roomOpened } from "../../support/incident-events.ts";
import { LIBRARY } from "../../support/library.ts";
import { NOTHING_TO_REACH } from "./nothing-to-reach.ts";

const typed = (args: string, library: Library = LIBRARY) =>
  runbook.run({
    ...NOTHING_TO_REACH,
    library,
    act: async () => undefined,
    incident: stateOf(...roomOpened()),
    actor: { userId: PEOPLE.alex, teamId: "T07KESTREL1" },
    args,
    links: {},
    now: T0,
    registry: [],
  });

describe("a runbook named by hand", () => {
  test.each(["bad-deploy", "attach bad-deploy", "attach Bad-Deploy"])("is attached by %j", async (words) => {
    expect(await typed(words)).toContain("Attached");
  });

  test("that there is not is answered with those that share a word with it, then all", async () => {
    const said = await typed("attach data-loss");
    expect(said).toContain('no runbook "data-loss". Did you mean `data-corruption-or-loss` or `domain-control-loss`?');
    expect(said).toContain("There are: ");
    expect(await typed("weather")).not.toContain("Did you mean");
  });
});
