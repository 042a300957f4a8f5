const SUBJECTS = "The harness,A worker,The loader,Each shard,The sampler,A checkpoint,The queue";
const VERBS = "writes,reads,keeps,drops,counts,compares,moves";
const OBJECTS = "records of the run,lines of the log,rows of the table,parts of the batch";
const TAILS = "on the first disk,before it goes on,once an hour,without a lock,in the given order";

/**
 * An appendix of some `words` words, as long cards have them: logs and notes that say nothing of the
 * model. The same number gives the same text.
 * @param {number} words
 */
export function paddingOf(words) {
  const next = generator(words);
  const pick = (/** @type {string} */ list) => {
    const items = list.split(",");
    return items[next() % items.length] ?? "";
  };
  const parts = ["\n\n## Appendix: logs of the runs\n"];
  for (let count = 0, section = 1; count < words; section++) {
    const sentences = Array.from(
      { length: 8 },
      () => `${pick(SUBJECTS)} ${pick(VERBS)} ${pick(OBJECTS)} ${pick(TAILS)}.`,
    );
    const text = `\n### Log ${section}\n\n${sentences.join(" ")}\n`;
    count += text.split(/\s+/).length;
    parts.push(text);
  }
  return parts.join("");
}

/** Numbers that look random (a linear congruence); always the same for the same seed. */
function generator(/** @type {number} */ seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}
