import { expect, test } from "vitest";
import { type Logger, silentLogger } from "../../../bridge/platform/logger.ts";
import { createTasks } from "../../../bridge/platform/tasks.ts";

function tasksWithLog() {
  const events: string[] = [];
  const log: Logger = {
    ...silentLogger,
    error: (event, fields) => void events.push(`${event} ${String(fields?.task)}`),
  };
  return { tasks: createTasks({ log }), events };
}

test("draining waits for the work and for the work it starts", async () => {
  const { tasks } = tasksWithLog();
  const done: string[] = [];
  const first = new Promise<void>((resolve) => setTimeout(resolve, 20)).then(() => {
    done.push("first");
    tasks.track(
      "second",
      new Promise<void>((resolve) => setTimeout(resolve, 20)).then(() => void done.push("second")),
    );
  });
  tasks.track("first", first);
  expect(await tasks.drain(2_000)).toEqual([]);
  expect(done).toEqual(["first", "second"]);
});

test("what does not end in time is named", async () => {
  const { tasks } = tasksWithLog();
  tasks.track("stuck", new Promise(() => {}));
  expect(await tasks.drain(20)).toEqual(["stuck"]);
});

test("a failure is logged with the task's name and hurts nobody else", async () => {
  const { tasks, events } = tasksWithLog();
  tasks.track("ring-doorbell", Promise.reject(new Error("boom")));
  expect(await tasks.drain(1_000)).toEqual([]);
  expect(events).toEqual(["task-failed ring-doorbell"]);
});
