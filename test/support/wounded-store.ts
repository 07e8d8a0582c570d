import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

export const WOUNDS = ["call fails", "reply lost", "process dies"] as const;
export type Wound = (typeof WOUNDS)[number];

/** The process is gone: whatever it would have done next does not happen. */
export class ProcessDied extends Error {
  override readonly name = "ProcessDied";
}

/** Counts calls and hurts the k-th of them (from 1): it fails, its reply is lost after it acted, or nothing is done from there on. */
export function woundAt(k: number, wound: Wound) {
  let calls = 0;
  let dead = false;
  const hurt = async <T>(act: () => Promise<T>, failure: () => Error): Promise<T> => {
    if (dead) throw new ProcessDied();
    calls += 1;
    if (calls !== k) return act();
    switch (wound) {
      case "call fails":
        throw failure();
      case "reply lost":
        await act();
        throw failure();
      case "process dies":
        dead = true;
        throw new ProcessDied();
    }
  };
  return {
    hurt,
    /** Whether there were as many calls as that: if not, all await points have been tried. */
    reached: () => calls >= k,
  };
}

const lost = () => Object.assign(new Error("store: ECONNRESET"), { code: "ECONNRESET" });

/** The store's client with a wound at its k-th call. */
export function woundedStore(client: DynamoDBClient, k: number, wound: Wound) {
  const { hurt, reached } = woundAt(k, wound);
  const send = (...args: unknown[]) => hurt(() => Reflect.apply(client.send, client, args) as Promise<unknown>, lost);
  return { client: { send } as unknown as DynamoDBClient, reached };
}
