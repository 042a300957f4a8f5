/** The next multiple of `alignment`. Not by bits: offsets outgrow 32 of them. */
export function padTo(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}
