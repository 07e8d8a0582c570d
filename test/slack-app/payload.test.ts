import { describe, expect, test } from "vitest";
import { clickOf, submissionOf } from "../../slack-app/payload.ts";
import blockActions from "../fixtures/slack-block-actions.json" with { type: "json" };
import viewSubmission from "../fixtures/slack-view-submission.json" with { type: "json" };

describe("what Slack delivers", () => {
  const { body } = blockActions;
  const [action] = body.actions;

  test("a click names the person, the card and the execution that posted it", () => {
    expect(clickOf({ body, action })).toMatchObject({
      actor: { userId: "U07JORDANO5", teamId: "T07KESTREL1" },
      executionId: "Fx07EXEC0042",
      channel: "C07WARROOM9",
      ts: "1795253107.118209",
      effectId: "EFF-01JD7W4QX3",
      actionId: "approve_publish",
      commandId: "Fx07EXEC0042:approve_publish:1795253160.730155",
    });
  });

  test("a person of another workspace is named by theirs, not by ours", () => {
    const stranger = { ...body, user: { id: "U08OUTSIDE1", team_id: "T08OTHER001" } };
    expect(clickOf({ body: stranger, action }).actor).toEqual({ userId: "U08OUTSIDE1", teamId: "T08OTHER001" });
  });

  test("a payload without a workspace is not acted on", () => {
    expect(() => clickOf({ body: { ...body, team: null, user: { id: "U07JORDANO5" } }, action })).toThrow(
      /no workspace/,
    );
  });

  test("a submission gives the fields by name and nothing for blank ones", () => {
    const submission = submissionOf({ body: viewSubmission.body, view: viewSubmission.body.view });
    expect(submission.field("title")).toBe("Card payments failing in the EU region");
    expect(submission.field("reason")).toBeUndefined();
    expect(submission.picked("components")).toEqual([]);
    expect(submission).toMatchObject({ viewId: "V07EDITDRF1", callbackId: "edit_draft_modal" });
  });
});
