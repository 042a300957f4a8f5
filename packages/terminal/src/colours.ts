import pc from "picocolors";

/** Environment variables, handed in by the app. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** picocolors' set of functions; each returns its text unchanged when colours are off. */
export type Colours = ReturnType<typeof pc.createColors>;

/** Where coloured text is to go. */
export type ColourTarget = {
  stream: { readonly isTTY?: boolean | undefined };
  env: Environment;
};

/**
 * Colours for one stream: FORCE_COLOR decides when it is set ("0" and "false" switch off), then
 * NO_COLOR and TERM=dumb switch off, else a terminal gets colours and a file or pipe does not.
 */
export function colours(target: ColourTarget): Colours {
  return pc.createColors(wantsColour(target));
}

/** Colour functions that add nothing. */
export const plain: Colours = pc.createColors(false);

function wantsColour({ stream, env }: ColourTarget): boolean {
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  if (env["NO_COLOR"] || env["TERM"] === "dumb") return false;
  return stream.isTTY === true;
}
