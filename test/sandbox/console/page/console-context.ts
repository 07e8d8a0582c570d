import { createContext, useContext } from "react";
import type { Answer } from "./control.ts";
import type { Channel, Person, World } from "./world.ts";

/** What every part of the console may need: the world, who is acting, and the ways to act. */
export interface ConsoleContext {
  world: World;
  person: Person;
  channel: Channel | undefined;
  theme: "light" | "dark";
  openChannel(id: string): void;
  /** Sends a wish; a refusal is told to the person, then returned. */
  act(path: string, body?: Record<string, unknown>, method?: "POST" | "DELETE"): Promise<Answer>;
  /** Reads the world again now. */
  refresh(): void;
  /** Says something once, in passing. */
  tell(text: string): void;
}

const Context = createContext<ConsoleContext | undefined>(undefined);
export const ConsoleProvider = Context.Provider;

export function useConsole(): ConsoleContext {
  const value = useContext(Context);
  if (!value) throw new Error("useConsole is used outside ConsoleProvider; render the component below App.");
  return value;
}
