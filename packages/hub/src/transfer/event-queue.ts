/** Events of work that runs by itself, for a generator to hand out. */
export interface EventQueue<Event> {
  push: (event: Event) => void;
  /** No more will come. */
  end: () => void;
  events: () => AsyncGenerator<Event, void>;
}

export function eventQueue<Event>(): EventQueue<Event> {
  const waiting: Event[] = [];
  let hasEnded = false;
  let wake = (): void => {};
  return {
    push(event) {
      waiting.push(event);
      wake();
    },
    end() {
      hasEnded = true;
      wake();
    },
    async *events() {
      for (;;) {
        yield* waiting.splice(0);
        if (waiting.length > 0) continue;
        if (hasEnded) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
