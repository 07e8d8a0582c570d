/** What Slack would refuse about blocks that we build. Slack's limits; only the kinds of block that we use. */
export function blockFaults(blocks: unknown): string[] {
  if (blocks === undefined) return [];
  if (!Array.isArray(blocks)) return ["blocks are no list"];
  const faults: string[] = [];
  if (blocks.length > 50) faults.push(`${blocks.length} blocks`);
  const ids = blocks.flatMap((block) => (block.block_id === undefined ? [] : [block.block_id]));
  if (new Set(ids).size < ids.length) faults.push("a block id twice");
  const text = (path: string, object: { type?: string; text?: string } | undefined, max: number) => {
    const length = onTheWire(object);
    if (length < 1 || length > max) faults.push(`${path}: ${length} characters, allowed 1 to ${max}`);
  };
  for (const [index, block] of blocks.entries()) {
    const at = `blocks[${index}] ${block.type}`;
    switch (block.type) {
      case "header":
        text(at, block.text, 150);
        break;
      case "section":
        text(at, block.text, 3000);
        break;
      case "context":
        if (block.elements.length < 1 || block.elements.length > 10) faults.push(`${at}: elements`);
        for (const element of block.elements) text(at, element, 3000);
        break;
      case "divider":
        break;
      case "actions":
        if (block.elements.length < 1 || block.elements.length > 25) faults.push(`${at}: elements`);
        for (const element of block.elements) {
          if (!["button", "workflow_button"].includes(element.type)) faults.push(`${at}: ${element.type}`);
          text(`${at} ${element.action_id}`, element.text, 75);
          if (String(element.action_id).length > 255) faults.push(`${at}: action id`);
          if (element.type === "button" && element.value.length > 2000) faults.push(`${at}: value`);
        }
        if (new Set(block.elements.map((one: { action_id: string }) => one.action_id)).size < block.elements.length) {
          faults.push(`${at}: an action id twice`);
        }
        break;
      case "input": {
        text(at, block.label, 2000);
        const { element } = block;
        const groups = element.option_groups ?? (element.options ? [{ options: element.options }] : []);
        for (const group of groups) {
          if (group.options.length < 1 || group.options.length > 100)
            faults.push(`${at}: ${group.options.length} options`);
          for (const option of group.options) text(`${at} option`, option.text, 75);
        }
        if ((element.initial_value?.length ?? 0) > (element.max_length ?? 3000)) faults.push(`${at}: initial value`);
        break;
      }
      default:
        faults.push(`${at}: not a block we use`);
    }
  }
  return faults;
}

/** Plain text travels with `&`, `<`, `>` as entities; mrkdwn is escaped already. */
function onTheWire(object: { type?: string; text?: string } | undefined): number {
  const text = object?.text ?? "";
  if (object?.type === "mrkdwn") return text.length;
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").length;
}
