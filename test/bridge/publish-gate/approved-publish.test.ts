import { describe, expect, test } from "vitest";
import {
  type ApprovedPublish,
  AutoPublishNotPermittedError,
  mint,
  spend,
} from "../../../bridge/publish-gate/approved-publish.ts";
import { render } from "../../../bridge/publish-gate/content.ts";
import { createStatuspageWrite } from "../../../bridge/publish-gate/statuspage-write.ts";
import { contentOf } from "../../support/incident-events.ts";

const content = contentOf();

describe("the right to publish", () => {
  test("is good for exactly the request of the content it was made for", () => {
    expect(spend(mint(content))).toEqual(render(content));
  });

  test("cannot be spent twice", () => {
    const approved = mint(content);
    spend(approved);
    expect(() => spend(approved)).toThrow(AutoPublishNotPermittedError);
  });

  test("cannot be forged or copied", () => {
    const approved = mint(content);
    const copies = [
      { ...approved },
      structuredClone({ request: approved.request }),
      Object.create(approved),
      { request: render(content) },
    ];
    for (const copy of copies) expect(() => spend(copy as ApprovedPublish)).toThrow(AutoPublishNotPermittedError);
    // The real one is still good: the copies used nothing up.
    expect(spend(approved)).toEqual(render(content));
  });

  test("does not type unless the gate made it", () => {
    // @ts-expect-error an object with the right shape is not a right to publish
    expect(() => spend({ request: render(content) })).toThrow(AutoPublishNotPermittedError);
    // @ts-expect-error nor is the rendered request itself
    expect(() => spend(render(content))).toThrow(AutoPublishNotPermittedError);
    // @ts-expect-error nor the content
    expect(() => spend(content)).toThrow(AutoPublishNotPermittedError);
    // @ts-expect-error nor the request of a real one without its brand
    expect(() => spend({ request: mint(content).request })).toThrow(AutoPublishNotPermittedError);
  });

  test("cannot be changed after it was made", () => {
    const approved = mint(content);
    expect(() => Object.assign(approved, { request: render(contentOf({ title: "Other" })) })).toThrow(TypeError);
    expect(() => Object.assign(approved.request, { body: "{}" })).toThrow(TypeError);
  });

  test("that is not one stops the write before anything is sent", async () => {
    const sent: unknown[] = [];
    const { write } = createStatuspageWrite({
      baseUrl: "http://page.invalid/v1",
      apiKey: async () => "key",
      sendOnce: async (request) => {
        sent.push(request);
        return { kind: "not-sent", cause: new Error("no") };
      },
    });
    await expect(write({ request: render(content) } as unknown as ApprovedPublish)).rejects.toThrow(
      AutoPublishNotPermittedError,
    );
    expect(sent).toEqual([]);
  });
});
