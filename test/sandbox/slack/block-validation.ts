import { BlockCheck, isObject, type Surface } from "./block-check.ts";
import { checkElement, checkImage } from "./block-elements.ts";
import { SlackError } from "./slack-error.ts";
import type { Json } from "./state.ts";

type BlockRule = (check: BlockCheck, block: Json, pointer: string) => void;

export const BLOCKS_IN_MESSAGE = 50;
export const BLOCKS_IN_MODAL = 100;
/** All `markdown` blocks of one message together (docs.slack.dev, markdown block). */
const MARKDOWN_TOTAL = 12_000;

const section: BlockRule = (check, block, pointer) => {
  if (block.text === undefined && block.fields === undefined) {
    check.refuse(pointer, "must define either `text` or `fields`");
  }
  check.text(block, "text", pointer, 3000);
  const fields = Array.isArray(block.fields) ? block.fields : [];
  check.list(block, "fields", pointer, 10, { min: 1 });
  for (let index = 0; index < fields.length; index++) {
    // A list item is checked like a named field: the pointer ends in its index.
    check.text({ [index]: fields[index] }, String(index), `${pointer}/fields`, 2000);
  }
  if (block.accessory !== undefined) {
    if (!isObject(block.accessory)) return check.refuse(`${pointer}/accessory`, "must provide an object");
    checkElement(check, block.accessory, `${pointer}/accessory`, "accessory", new Set());
  }
};

const actions: BlockRule = (check, block, pointer) => {
  const seen = new Set<string>();
  for (const { item, pointer: here } of check.list(block, "elements", pointer, 25, { required: true, min: 1 })) {
    checkElement(check, item, here, "actions", seen);
  }
};

const context: BlockRule = (check, block, pointer) => {
  for (const { item, pointer: here } of check.list(block, "elements", pointer, 10, { required: true, min: 1 })) {
    if (item.type === "image") checkImage(check, item, here);
    else if (item.type === "mrkdwn" || item.type === "plain_text")
      check.string(item, "text", here, 3000, { required: true, min: 1 });
    else check.refuse(`${here}/type`, `unsupported type: ${String(item.type)}`);
  }
};

const input: BlockRule = (check, block, pointer) => {
  check.text(block, "label", pointer, 2000, { required: true, kind: "plain_text" });
  check.text(block, "hint", pointer, 2000, { kind: "plain_text" });
  if (!isObject(block.element)) return check.refuse(pointer, "missing required field: element");
  checkElement(check, block.element, `${pointer}/element`, "input", new Set());
};

const RICH_TEXT_PARTS = ["rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"];

const richText: BlockRule = (check, block, pointer) => {
  for (const { item, pointer: here } of check.list(block, "elements", pointer, 1000, { required: true })) {
    if (!RICH_TEXT_PARTS.includes(String(item.type)))
      check.refuse(`${here}/type`, `unsupported type: ${String(item.type)}`);
    check.list(item, "elements", here, 1000, { required: true });
  }
};

const BLOCKS: Readonly<Record<string, { surfaces: Surface[]; rule: BlockRule }>> = {
  section: { surfaces: ["message", "modal"], rule: section },
  header: {
    surfaces: ["message", "modal"],
    rule: (check, block, pointer) => check.text(block, "text", pointer, 150, { required: true, kind: "plain_text" }),
  },
  divider: { surfaces: ["message", "modal"], rule: () => {} },
  actions: { surfaces: ["message", "modal"], rule: actions },
  context: { surfaces: ["message", "modal"], rule: context },
  input: { surfaces: ["message", "modal"], rule: input },
  image: { surfaces: ["message", "modal"], rule: checkImage },
  rich_text: { surfaces: ["message", "modal"], rule: richText },
  markdown: {
    surfaces: ["message"],
    rule: (check, block, pointer) => check.string(block, "text", pointer, MARKDOWN_TOTAL, { required: true, min: 1 }),
  },
};

/** The problems Slack would name, as `[ERROR] … [json-pointer:…]` lines; none when the blocks are fine. */
export function blockProblems(blocks: unknown, surface: Surface, root = "/blocks"): string[] {
  const check = new BlockCheck(surface);
  if (!Array.isArray(blocks)) {
    check.refuse(root, "must be an array");
    return check.problems;
  }
  const max = surface === "message" ? BLOCKS_IN_MESSAGE : BLOCKS_IN_MODAL;
  if (blocks.length > max) check.refuse(root, `no more than ${max} items allowed`);
  const blockIds = new Set<string>();
  let markdown = 0;
  for (const [index, block] of blocks.entries() as Iterable<[number, unknown]>) {
    const pointer = `${root}/${index}`;
    if (!isObject(block)) {
      check.refuse(pointer, "must provide an object");
      continue;
    }
    const known = BLOCKS[String(block.type)];
    if (!known?.surfaces.includes(surface)) {
      check.refuse(`${pointer}/type`, `unsupported type: ${String(block.type)}`);
      continue;
    }
    check.string(block, "block_id", pointer, 255, { min: 1 });
    if (typeof block.block_id === "string") {
      if (blockIds.has(block.block_id)) {
        check.refuse(`${pointer}/block_id`, `\`block_id\` "${block.block_id}" already exists`);
      }
      blockIds.add(block.block_id);
    }
    if (block.type === "markdown" && typeof block.text === "string") markdown += block.text.length;
    known.rule(check, block, pointer);
  }
  if (markdown > MARKDOWN_TOTAL)
    check.refuse(root, `markdown blocks must be less than ${MARKDOWN_TOTAL + 1} characters together`);
  return check.problems;
}

const bare = (line: string): string => line.replace(/^\[ERROR] /, "");

/** @throws SlackError `invalid_blocks` with the failing JSON pointers. */
export function assertMessageBlocks(blocks: unknown): asserts blocks is Json[] {
  const problems = blockProblems(blocks, "message");
  if (problems.length > 0) {
    throw new SlackError("invalid_blocks", { errors: problems.map(bare), response_metadata: { messages: problems } });
  }
}

/** Defaults that Slack writes into text objects when it stores them. */
function storedText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(storedText);
  if (!isObject(value)) return value;
  if (value.type === "plain_text") return { emoji: true, ...value };
  if (value.type === "mrkdwn") return { verbatim: false, ...value };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, storedText(inner)]));
}

const WITHOUT_ACTION_ID = ["image", "mrkdwn", "plain_text"];

/**
 * Blocks as Slack keeps and shows them: every block with a block_id, every interactive element with an action_id,
 * text objects with their defaults.
 */
export function asStored(blocks: Json[], nextId: () => string): Json[] {
  const element = (given: unknown): unknown =>
    isObject(given) && given.action_id === undefined && !WITHOUT_ACTION_ID.includes(String(given.type))
      ? { ...given, action_id: nextId() }
      : given;
  return blocks.map((given) => {
    const block = given.type === "rich_text" ? given : (storedText(given) as Json);
    return {
      ...block,
      block_id: block.block_id ?? nextId(),
      ...(block.type === "actions" && Array.isArray(block.elements) ? { elements: block.elements.map(element) } : {}),
      ...(block.accessory === undefined ? {} : { accessory: element(block.accessory) }),
      ...(block.type === "input" ? { element: element(block.element) } : {}),
    };
  });
}
