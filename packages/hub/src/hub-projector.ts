import { basename, dirname } from "node:path/posix";
import { plainLabel, quantizationLabel } from "./quantization.ts";

// A projector is small beside its model, and what it loses is lost on every image, so Q8_0 comes
// last. F16 runs on every backend of llama.cpp, BF16 not on all, F32 takes twice the room.
const PREFERRED: readonly string[] = ["F16", "BF16", "F32", "Q8_0"];
const PROJECTOR = /mmproj/i;
// What makers write around the name of the model.
const DECORATION = /mmproj|\.gguf$/gi;

/** Whether a path is that of a multimodal projector. */
export function isProjectorPath(path: string): boolean {
  return PROJECTOR.test(basename(path)) && /\.gguf$/i.test(path);
}

/**
 * The projector for images and sound that fits a model; undefined without one. As with llama.cpp's
 * `-hf`, it lies in the model's folder or one above it, and the nearest folder wins. llama.cpp then
 * takes the one whose label has as many bits as the model's; here it is one that is named for no
 * other model, and of those the best by {@link PREFERRED}.
 */
export function findProjector(model: string, paths: readonly string[]): string | undefined {
  const folder = dirname(model);
  const fitting = paths.filter(
    (path) => isProjectorPath(path) && isSameOrAbove(dirname(path), folder),
  );
  const ranked = fitting.map((path) => ({ path, rank: rankOf(path, model) }));
  return ranked.toSorted((a, b) => compareRanks(a.rank, b.rank) || (a.path < b.path ? -1 : 1))[0]
    ?.path;
}

function isSameOrAbove(folder: string, other: string): boolean {
  return folder === "." || other === folder || other.startsWith(`${folder}/`);
}

/** Smaller is better, the first number first. */
function rankOf(path: string, model: string): number[] {
  const label = quantizationLabel(path) ?? "";
  const preference = PREFERRED.indexOf(plainLabel(label));
  return [
    -path.split("/").length,
    isNamedForAnother(path, model, label) ? 1 : 0,
    preference === -1 ? PREFERRED.length : preference,
  ];
}

/** Whether the name has words that the model's has not: mmproj-other-4b-F16.gguf. */
function isNamedForAnother(path: string, model: string, label: string): boolean {
  const words = basename(path).replaceAll(DECORATION, "").toLowerCase();
  const name = words.replace(label.toLowerCase(), "").replaceAll(/^[-._]+|[-._]+$/g, "");
  return name !== "" && name !== "model" && !basename(model).toLowerCase().includes(name);
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
