import { describe, expect, test } from "vitest";
import { acceptJoin } from "../../../../bridge/incident/decide/join.ts";
import { detachRunbook } from "../../../../bridge/incident/decide/runbook.ts";
import { mayUseModel } from "../../../../bridge/incident/response/may-use-model.ts";
import { given, stateOf } from "../../../support/given.ts";
import { commandTaken, PEOPLE, roomOpened } from "../../../support/incident-events.ts";
import { attachedCopy } from "../../../support/library.ts";

const { alex, sam, riley } = PEOPLE;
const asked = { type: "JoinRequested" as const, userId: riley, reason: null };

describe("a restricted incident", () => {
  test("lets in only whom the commander lets in, and nobody while nobody commands", () => {
    const restricted = [...roomOpened(), attachedCopy("secret-exposure"), asked];
    given(...restricted)
      .when((state) => acceptJoin(state, { actor: alex, userId: riley }))
      .thenRefused("no-commander");
    given(...restricted, commandTaken(alex))
      .when((state) => acceptJoin(state, { actor: sam, userId: riley }))
      .thenRefused("not-commander");
    given(...restricted, commandTaken(alex))
      .when((state) => acceptJoin(state, { actor: alex, userId: riley }))
      .then({ type: "JoinAccepted", userId: riley, by: alex });
  });

  test("is kept from models: by its class before a runbook is attached, by the runbook, and after that was detached", () => {
    expect(mayUseModel(stateOf(...roomOpened(), attachedCopy("default")))).toBe(true);
    expect(mayUseModel(stateOf(...roomOpened({ class: "security" }), attachedCopy("default")))).toBe(false);
    const attached = [...roomOpened(), commandTaken(alex), attachedCopy("default"), attachedCopy("secret-exposure")];
    expect(mayUseModel(stateOf(...attached))).toBe(false);
    const detached = detachRunbook(stateOf(...attached), {
      actor: alex,
      runbookId: "secret-exposure",
      reason: "a test key",
    });
    if (detached.kind !== "happened") throw new Error("it could not be detached");
    expect(mayUseModel(stateOf(...attached, ...detached.events))).toBe(false);
  });
});
