import type { Found } from "./fact.ts";

/** What trainers call their settings in generated cards, and what people call them. */
const NAMES: Readonly<Record<string, string>> = {
  learning_rate: "learning rate",
  num_epochs: "epochs",
  num_train_epochs: "epochs",
  train_batch_size: "batch size",
  per_device_train_batch_size: "batch size",
  gradient_accumulation_steps: "gradient accumulation steps",
  total_train_batch_size: "total batch size",
  lr_scheduler_type: "scheduler",
  warmup_ratio: "warm-up ratio",
  lr_scheduler_warmup_steps: "warm-up steps",
  optim: "optimizer",
  optimizer: "optimizer",
  weight_decay: "weight decay",
  training_steps: "steps",
  max_steps: "steps",
};

/** `learning_rate: 3e-05` under a heading of hyperparameters. */
export function trainingSetting(text: string, headings: readonly string[]): Found {
  if (!/\bhyper-?parameters?\b/i.test(headings.at(-1) ?? "")) return {};
  const [, key = "", value = ""] =
    /^([a-z_]{3,40}): (?:Use )?([\w.+-]{1,30})(?= |$)/.exec(text) ?? [];
  const name = Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
  // Zero and minus one are what is not set.
  const isSet = value !== "" && !/^(?:-1|0(?:\.0)?|None|False)$/.test(value);
  return name !== undefined && isSet ? { "training.setting": { name, value } } : {};
}
