/** What a generator came to: an event, its end, or an error. */
type Step<Event> =
  | { readonly work: AsyncGenerator<Event>; readonly result: IteratorResult<Event, unknown> }
  | { readonly work: AsyncGenerator<Event>; readonly error: unknown };

/**
 * Does jobs, at most so many at once, begun in their order; gives the events of all as they come.
 * An error of one, or a reader who leaves, ends all: `stop` is called, and the others are waited for.
 */
export async function* runPool<Job, Event>(
  jobs: Iterable<Job>,
  most: number,
  begin: (job: Job) => AsyncGenerator<Event>,
  stop: () => void = () => {},
): AsyncGenerator<Event, void> {
  const waiting = jobs[Symbol.iterator]();
  const running = new Map<AsyncGenerator<Event>, Promise<Step<Event>>>();
  const goOn = (work: AsyncGenerator<Event>): void => {
    // Never rejects: nobody may be looking when it would.
    const step = work.next().then(
      (result): Step<Event> => ({ work, result }),
      (error: unknown): Step<Event> => ({ work, error }),
    );
    running.set(work, step);
  };
  const fillUp = (): void => {
    while (running.size < most) {
      const next = waiting.next();
      if (next.done === true) return;
      goOn(begin(next.value));
    }
  };
  try {
    for (fillUp(); running.size > 0; fillUp()) {
      const step = await Promise.race(running.values());
      running.delete(step.work);
      if ("error" in step) throw step.error;
      if (step.result.done === true) continue;
      goOn(step.work);
      yield step.result.value;
    }
  } finally {
    stop();
    await Promise.allSettled([...running.keys()].map((work) => work.return(undefined)));
  }
}
