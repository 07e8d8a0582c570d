import { exchangePointer } from "../pointers.ts";
import { SlackError } from "../slack-error.ts";
import type { Json, View } from "../state.ts";
import { openView, pushView, topView, updateView, viewShape } from "../views.ts";
import type { Call, Family } from "./call.ts";

const shaped = (call: Call, view: View): Json => ({ view: viewShape(view, call.state.team.id, call.caller) });

function spendPointer(call: Call) {
  const given = call.args.text("trigger_id") || call.args.text("interactivity_pointer");
  if (!given)
    throw new SlackError("invalid_arguments", {
      response_metadata: { messages: ["[ERROR] missing required field: trigger_id or interactivity_pointer"] },
    });
  return exchangePointer(call.state, call.now, call.limits.pointerMs, given);
}

/** The order matters as on the platform: a refused view does not spend the pointer. */
function dry(call: Call, run: () => View): View {
  const before = structuredClone(call.state.pointers);
  try {
    return run();
  } catch (refusal) {
    call.state.pointers = before;
    throw refusal;
  }
}

function ownView(call: Call): View {
  const id = call.args.text("view_id");
  const externalId = call.args.text("external_id");
  const view = call.state.views.find((one) => (id ? one.id === id : externalId && one.external_id === externalId));
  if (!view || view.form_run_id) throw new SlackError("not_found");
  const hash = call.args.text("hash");
  if (hash && hash !== view.hash) throw new SlackError("hash_conflict");
  return view;
}

export const views: Family = {
  "views.open": {
    tier: 4,
    apps: ["hosted"],
    run: (call) => {
      const view = dry(call, () => {
        const { user } = spendPointer(call);
        return openView(call.state, call.now, call.args.json("view"), { user, execution_id: call.caller.execution_id });
      });
      call.changed({ type: "view_opened", view_id: view.id, user: view.user });
      return shaped(call, view);
    },
  },
  "views.push": {
    tier: 4,
    apps: ["hosted"],
    run: (call) => {
      const view = dry(call, () => {
        const { user } = spendPointer(call);
        const root = call.state.views.find((one) => one.user === user && one.previous_view_id === null);
        const below = root && topView(call.state, root.id);
        if (!below) throw new SlackError("no_view_to_push_on");
        return pushView(call.state, call.now, call.args.json("view"), below);
      });
      call.changed({ type: "view_opened", view_id: view.id, user: view.user });
      return shaped(call, view);
    },
  },
  "views.update": {
    tier: 4,
    apps: ["hosted"],
    run: (call) => {
      const view = updateView(call.state, call.now, call.args.json("view"), ownView(call));
      call.changed({ type: "view_updated", view_id: view.id, user: view.user });
      return shaped(call, view);
    },
  },
  "views.publish": {
    tier: 4,
    run: () => {
      // A hosted app has no home tab, and the companion's manifest declares none.
      throw new SlackError("not_enabled");
    },
  },
};
