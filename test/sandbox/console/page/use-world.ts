import { useCallback, useEffect, useRef, useState } from "react";
import * as z from "zod/mini";
import { World } from "./world.ts";

/** `live`: changes are pushed. `polling`: they are asked for. `lost`: the sandbox does not answer. */
export type Connection = "connecting" | "live" | "polling" | "starting" | "lost";

const DEBOUNCE_MS = 120;
const POLL_MS = 2_000;
/** A pushed event can be missed between two connections, so even a live page looks now and then. */
const SAFETY_POLL_MS = 10_000;

export interface WorldFeed {
  world: World | undefined;
  connection: Connection;
  /** Set when the snapshot cannot be read: shown, not hidden behind an old picture. */
  problem: string | undefined;
  refresh(): void;
}

/** Keeps the page's picture of the world fresh: pushed events cause one debounced read; without them it polls. */
export function useWorld(): WorldFeed {
  const [world, setWorld] = useState<World>();
  const [connection, setConnection] = useState<Connection>("connecting");
  const [problem, setProblem] = useState<string>();
  const readSoon = useRef<() => void>(undefined);
  const refresh = useCallback(() => readSoon.current?.(), []);

  useEffect(() => {
    let shown = "";
    let pushed = false;
    let closed = false;
    let reading = false;
    let readAgain = false;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const plan = (delayMs: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => void read(), delayMs);
    };
    const read = async (): Promise<void> => {
      // One at a time: an older snapshot must never arrive after a newer one.
      if (reading) {
        readAgain = true;
        return;
      }
      reading = true;
      const outcome = await readWorld(shown);
      reading = false;
      if (closed) return;
      if (outcome.kind === "read") {
        shown = outcome.text;
        setWorld(outcome.world);
      }
      setProblem(outcome.kind === "unreadable" ? outcome.why : undefined);
      setConnection(
        outcome.kind === "gone" ? "lost" : outcome.kind === "starting" ? "starting" : pushed ? "live" : "polling",
      );
      if (readAgain) {
        readAgain = false;
        plan(DEBOUNCE_MS);
      } else plan(pushed && outcome.kind !== "gone" ? SAFETY_POLL_MS : POLL_MS);
    };

    const events = new EventSource("/world/events");
    const onChange = () => {
      if (reading) readAgain = true;
      else plan(DEBOUNCE_MS);
    };
    readSoon.current = onChange;
    events.onmessage = onChange;
    events.addEventListener("change", onChange);
    events.onopen = () => {
      pushed = true;
      plan(0);
    };
    events.onerror = () => {
      pushed = false;
      if (!reading) plan(DEBOUNCE_MS);
    };
    void read();
    return () => {
      closed = true;
      clearTimeout(timer);
      events.close();
    };
  }, []);

  return { world, connection, problem, refresh };
}

type Outcome =
  | { kind: "read"; text: string; world: World }
  | { kind: "same" }
  | { kind: "starting" }
  | { kind: "gone" }
  | { kind: "unreadable"; why: string };

async function readWorld(shown: string): Promise<Outcome> {
  try {
    const response = await fetch("/world");
    if (response.status === 503) return { kind: "starting" };
    const text = await response.text();
    if (!response.ok) return { kind: "unreadable", why: `GET /world answered HTTP ${response.status}.` };
    if (text === shown) return { kind: "same" };
    const parsed = World.safeParse(JSON.parse(text));
    if (parsed.success) return { kind: "read", text, world: parsed.data };
    return { kind: "unreadable", why: `GET /world is not as expected: ${z.prettifyError(parsed.error)}` };
  } catch (cause) {
    if (cause instanceof SyntaxError) return { kind: "unreadable", why: "GET /world did not answer JSON." };
    return { kind: "gone" };
  }
}
