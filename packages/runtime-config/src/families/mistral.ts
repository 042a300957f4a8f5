import { type Family, values } from "./family.ts";

/** Told by their names: most of them carry the architecture of Llama. */
export const MISTRAL: readonly Family[] = [
  {
    id: "magistral",
    label: "Magistral Small",
    source: "https://huggingface.co/mistralai/Magistral-Small-2506#sampling-parameters",
    name: /magistral-small/,
    thinking: "always",
    sampling: { thinking: values(0.7, 0.95) },
    outputTokens: 40_960,
  },
  {
    id: "mistral-small-3",
    label: "Mistral Small 3",
    source: "https://huggingface.co/mistralai/Mistral-Small-3.2-24B-Instruct-2506#usage",
    name: /^mistral-small-(?:3-[12]-)?24b-instruct/,
    thinking: "never",
    sampling: { plain: values(0.15) },
  },
  {
    id: "mistral-nemo",
    label: "Mistral Nemo",
    source: "https://huggingface.co/mistralai/Mistral-Nemo-Instruct-2407",
    architectures: ["llama"],
    name: /^mistral-nemo-instruct/,
    thinking: "never",
    sampling: { plain: values(0.3) },
  },
];
