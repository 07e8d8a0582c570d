import type { Scene } from "./scene.ts";

/** Somebody presses *acknowledge* on their phone. @returns how the webhook was answered; 0: it got no answer. */
export async function acknowledgesOnPhone(
  { world }: Pick<Scene, "world">,
  who: { id: string },
  group: string,
): Promise<number> {
  const at = new Date().toISOString();
  const { status } = await world.alert({
    fixture: "oncall-acknowledge",
    overrides: {
      alert_group_id: group,
      event: { time: at },
      user: who,
      alert_group: { id: group, state: "acknowledged", acknowledged_by: who.id, acknowledged_at: at },
    },
  });
  return status;
}
