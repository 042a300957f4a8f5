/** Runs work that yields events to its end, and returns its result. */
export async function resultOf<Event, Result>(
  work: AsyncGenerator<Event, Result>,
  onEvent: (event: Event) => void = () => {},
): Promise<Result> {
  for (;;) {
    const { done, value } = await work.next();
    if (done) return value;
    onEvent(value);
  }
}
