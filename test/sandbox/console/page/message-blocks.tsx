import { BlockControl, isControl } from "./block-control.tsx";
import { RenderedBlocks } from "./rendered-blocks.tsx";
import type { Block } from "./world.ts";

/** What a press on a control of these blocks does. Resolves when the world has answered. */
export type OnControl = (press: { action_id: string; value?: string | string[] }) => Promise<unknown>;

/**
 * Blocks in order: what only shows goes to the renderer in runs as long as possible, what can be pressed is drawn here,
 * because the renderer's controls have no way to say that they were used. Without `onControl` they are shown disabled.
 */
export function MessageBlocks({ blocks, onControl }: { blocks: readonly Block[]; onControl?: OnControl }) {
  const parts: ({ shown: Block[] } | { block: Block })[] = [];
  for (const block of blocks) {
    const last = parts.at(-1);
    if (hasControls(block)) parts.push({ block });
    else if (last && "shown" in last) last.shown.push(block);
    else parts.push({ shown: [block] });
  }
  return parts.map((part, index) =>
    "shown" in part ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no identity but their place.
      <RenderedBlocks key={index} blocks={part.shown} />
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no identity but their place.
      <ControlBlock key={index} block={part.block} onControl={onControl} />
    ),
  );
}

function ControlBlock({ block, onControl }: { block: Block; onControl: OnControl | undefined }) {
  if (block.type === "actions") {
    return (
      <div className="block-actions">
        {elementsOf(block).map((element, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: several elements may share one action id.
          <BlockControl key={index} element={element} onControl={onControl} />
        ))}
      </div>
    );
  }
  const { accessory, ...rest } = block;
  return (
    <div className="block-with-accessory">
      <RenderedBlocks blocks={[rest as Block]} />
      <BlockControl element={accessory as Block} onControl={onControl} />
    </div>
  );
}

function hasControls(block: Block): boolean {
  if (block.type === "actions") return true;
  return block.type === "section" && isControl(block.accessory as Block | undefined);
}

const elementsOf = (block: Block): Block[] => (Array.isArray(block.elements) ? (block.elements as Block[]) : []);
