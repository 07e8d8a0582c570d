import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { AskDefinition } from "../functions/ask.ts";
import { WorkDefinition } from "../functions/work.ts";

export const WorkWorkflow = DefineWorkflow({
  callback_id: "work",
  title: "Work",
  description: "Works",
  input_parameters: { properties: { reason: { type: Schema.types.string } }, required: [] },
});
WorkWorkflow.addStep(WorkDefinition, { reason: WorkWorkflow.inputs.reason });

export const AskWorkflow = DefineWorkflow({
  callback_id: "ask",
  title: "Ask",
  description: "Asks, then says what was answered",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel: { type: Schema.slack.types.channel_id },
      user: { type: Schema.slack.types.user_id },
      incident_id: { type: Schema.types.string },
    },
    required: ["interactivity", "user"],
  },
});
const asked = AskWorkflow.addStep(AskDefinition, {
  interactivity: AskWorkflow.inputs.interactivity,
  channel: AskWorkflow.inputs.channel,
  user: AskWorkflow.inputs.user,
  incident_id: AskWorkflow.inputs.incident_id,
});
AskWorkflow.addStep(Schema.slack.functions.SendMessage, {
  channel_id: "C07GENERAL1",
  message: `Answered: ${asked.outputs.summary} for ${AskWorkflow.inputs.incident_id}`,
});

export const FormWorkflow = DefineWorkflow({
  callback_id: "form",
  title: "Form",
  description: "A form of Slack's own, then work",
  input_parameters: {
    properties: { interactivity: { type: Schema.slack.types.interactivity } },
    required: ["interactivity"],
  },
});
const filled = FormWorkflow.addStep(Schema.slack.functions.OpenForm, {
  title: "Take a note",
  interactivity: FormWorkflow.inputs.interactivity,
  submit_label: "Note it",
  fields: {
    required: ["note"],
    elements: [
      { name: "note", title: "Note", type: Schema.types.string, long: true },
      {
        name: "kind",
        title: "Kind",
        type: Schema.types.string,
        enum: ["fact", "guess"],
        choices: [
          { value: "fact", title: "A fact" },
          { value: "guess", title: "A guess" },
        ],
      },
      { name: "who", title: "Who", type: Schema.slack.types.user_id },
    ],
  },
});
FormWorkflow.addStep(WorkDefinition, { reason: filled.outputs.fields.note });

export const UnknownStepWorkflow = DefineWorkflow({
  callback_id: "unknown_step",
  title: "Unknown step",
  description: "Uses a step of Slack's that this Slack does not have",
  input_parameters: { properties: {}, required: [] },
});
UnknownStepWorkflow.addStep(Schema.slack.functions.Delay, { minutes_to_delay: 1 });
