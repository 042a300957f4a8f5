/**
 * Runs work that yields events to its end, shows each of them, and returns the work's result. The
 * next event is asked for when the last one has been shown. An error of `show` ends the work, which
 * cleans up first.
 */
export async function follow<Event, Result>(
  work: AsyncGenerator<Event, Result, undefined>,
  show: (event: Event) => void | Promise<void>,
): Promise<Result> {
  for (;;) {
    const { done, value } = await work.next();
    if (done === true) return value;
    try {
      await show(value);
    } catch (error) {
      await work.return(undefined as Result); // nobody gets to see this result
      throw error;
    }
  }
}
