import { formatModelReference, type ModelPlan, type ModelReference } from "@ggufkit/hub";

/** What a download leaves out that a user may want: the model's projector, and how to get it. */
export function projectorText(
  reference: ModelReference,
  { mmproj, quantization }: Pick<ModelPlan, "mmproj" | "quantization">,
): string | undefined {
  if (mmproj === undefined || reference.kind !== "hub") return undefined;
  const option = `--include ${shellWord(asGlob(mmproj))}`;
  // Without a label, --include would choose the projector alone.
  const isOpen = reference.path === undefined && reference.quantization === undefined;
  const source =
    isOpen && quantization !== undefined
      ? `${formatModelReference({ ...reference, quantization })} `
      : "";
  return `${mmproj} reads images and sound for it: ${source}${option} gets it too`;
}

/** A pattern that matches this path alone. */
function asGlob(path: string): string {
  return path.replace(/[[*?]/g, "[$&]");
}

function shellWord(text: string): string {
  return /^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
