import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import * as z from "zod";
import { AppError } from "../platform/app-error.ts";

/** Fixed instructions, by name. Every text from outside goes into the facts. */
export const PROMPT_NAMES = ["status-update", "postmortem", "marking"] as const;
export type PromptName = (typeof PROMPT_NAMES)[number];
/** Those whose text customers read. */
const STYLED: readonly PromptName[] = ["status-update"];

export interface Prompt {
  system: string;
  /** Answers are short; the rest is room for the model to think. */
  maxTokens: number;
}

export interface StyleRule {
  /** Told to the model. */
  say: string;
  /** Words that show that the rule was broken. Compared without case, at the edges of words. */
  never: string[];
}

export interface Prompts {
  of(name: PromptName): Prompt;
  style: readonly StyleRule[];
}

/** The directory of prompts is not usable; the bridge does not start with half of its instructions. */
export class PromptsError extends AppError {
  override readonly name = "PromptsError";
}

const Style = z
  .array(
    z.strictObject({ say: z.string().min(1).max(500), never: z.array(z.string().min(1).max(60)).max(50).default([]) }),
  )
  .min(1)
  .max(30);
const Head = z.strictObject({ max_tokens: z.int().min(256).max(32_768) });
const FILE = /^---\n([\s\S]{1,2000}?)\n---\n([\s\S]{1,20000})$/;
const STYLE_MARK = "{{style}}";

/** Beside this file; in the bundle, beside the bundle. */
const SHIPPED = fileURLToPath(new URL("./prompts/", import.meta.url));

/** Reads `<name>.md` and `style.yaml`. @throws PromptsError naming the file and what is wrong with it */
export function loadPrompts(directory: string = SHIPPED): Prompts {
  const style = read(directory, "style.yaml", (text) => Style.parse(parse(text)));
  const rules = style.map(({ say }) => `- ${say}`).join("\n");
  const prompts = Object.fromEntries(
    PROMPT_NAMES.map((name) => [
      name,
      read(directory, `${name}.md`, (text): Prompt => {
        const [, head, body] = FILE.exec(text.replaceAll("\r\n", "\n")) ?? [];
        if (head === undefined || body === undefined)
          throw new Error("it must begin with settings between two lines of ---");
        if (STYLED.includes(name) && !body.includes(STYLE_MARK))
          throw new Error(`it does not say where the style rules stand (${STYLE_MARK})`);
        return { system: body.replace(STYLE_MARK, rules).trim(), maxTokens: Head.parse(parse(head)).max_tokens };
      }),
    ]),
  ) as Record<PromptName, Prompt>;
  return { of: (name) => prompts[name], style };
}

function read<T>(directory: string, file: string, use: (text: string) => T): T {
  const path = join(directory, file);
  try {
    return use(readFileSync(path, "utf8"));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : cause instanceof Error ? cause.message : "";
    throw new PromptsError(`${path} is not usable: ${why}`, { cause });
  }
}
