import { expect, test } from "vitest";
import { startTestSlack } from "./start-test-slack.ts";

const incidents = (test: Awaited<ReturnType<typeof startTestSlack>>) =>
  test.slack.snapshot().channels.find((channel) => channel.name === "incidents")?.messages ?? [];

test("a rung doorbell answers at once and runs the workflow with the hosted app's own handler", async () => {
  await using world = await startTestSlack();
  expect(await world.ring({ reason: "a test" })).toMatchObject({ status: 200, body: { ok: true } });
  const message = await world.until(() => incidents(world).find((one) => one.text === "worked: a test"));
  expect(message.user).toBe("U07HOSTBOT1");
  const execution = await world.until(() =>
    world.slack.snapshot().executions.find((one) => one.status === "completed"),
  );
  expect(execution).toMatchObject({
    workflow: "work",
    function: "work",
    trigger: "doorbell",
    outputs: { done: "yes" },
    error: null,
  });
});

test("a link trigger opens its modal, and submitting it goes to the function that opened it, then to the next step", async () => {
  await using world = await startTestSlack();
  const run = await world.slack.run({
    user: "alex",
    trigger: "ask",
    channel: "incidents",
    inputs: { incident_id: "INC-7" },
  });
  expect(run).toMatchObject({ ok: true, view_id: expect.any(String) });
  if (!run.ok || !run.view_id) return;
  const view = world.slack.snapshot().views[0];
  expect(view).toMatchObject({ id: run.view_id, user: "U07ALEXLIN1", title: "Ask", callback_id: "ask_form" });

  const submitted = await world.slack.submit({
    user: "alex",
    view_id: run.view_id,
    values: {
      severity: "SEV1",
      Components: ["api", "web"],
      owner_value: "sam",
      helpers: ["kim", "U07RILEYQ4"],
      done: ["paged"],
      public: "no",
      minutes: 30,
      link: "https://example.com/run",
      day: "2026-11-21",
    },
  });
  expect(submitted).toEqual({ ok: true, response_action: "close" });
  const { values, metadata, actor } = JSON.parse(incidents(world).at(-1)?.text ?? "{}");
  expect(actor).toBe("U07ALEXLIN1");
  // A pointer opens one modal: the second views.open was refused.
  expect(metadata).toBe("INC-7 exchanged_trigger_id");
  expect(values.title.title_value).toEqual({ type: "plain_text_input", value: "Checkout is down" });
  expect(values.severity.severity_value.selected_option.value).toBe("SEV1");
  expect(values.components.components_value.selected_options.map((one: { value: string }) => one.value)).toEqual([
    "api",
    "web",
  ]);
  expect(values.owner.owner_value.selected_user).toBe("U07SAMWIER2");
  expect(values.helpers.helpers_value.selected_users).toEqual(["U07KIMRAMN3", "U07RILEYQ4"]);
  expect(values.done.done_value.selected_options).toHaveLength(1);
  expect(values.public.public_value.selected_option.value).toBe("no");
  expect(values.minutes.minutes_value.value).toBe("30");
  expect(values.link.link_value.value).toBe("https://example.com/run");
  expect(values.day.day_value.selected_date).toBe("2026-11-21");

  const said = await world.until(() =>
    world.slack
      .snapshot()
      .channels.find((channel) => channel.name === "general")
      ?.messages.find((one) => one.text.startsWith("Answered")),
  );
  expect(said.text).toBe("Answered: Checkout is down for INC-7");
  expect(world.slack.snapshot().views).toEqual([]);
});
