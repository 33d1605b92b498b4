// Numbers of a work and its table rows, from what the runs of each side printed.
import { median } from './statistics.mjs';

const measures = {
  seconds: { text: (value) => `${value.toPrecision(3)} s`, pooled: ({ seconds }) => seconds },
  peakBytes: {
    text: (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`,
    pooled: ({ peakBytes }) => peakBytes,
  },
};

export const head = ['work', 'ours', 'least', 'better peer', '', 'least', 'ratio', 'goal', 'met'];

/**
 * For each measure with a goal: median and minimum of all runs of a side, the better peer's, the ratio of
 * the medians. Without a peer there is no ratio.
 */
export function compare({ title, goals, sides }) {
  const [ours, ...peers] = sides;
  return Object.entries(goals).map(([measure, goal]) => {
    const mine = summary(ours, measure);
    const peer = peers
      .map((side) => summary(side, measure))
      .toSorted((a, b) => a.median - b.median)[0];
    const ratio = peer && mine.median / peer.median;
    return { title, measure, goal, ours: mine, peer, ratio, met: peer && ratio <= goal };
  });
}

function summary({ label, runs }, measure) {
  const values = runs.flatMap(measures[measure].pooled);
  return { label, median: median(values), minimum: Math.min(...values) };
}

/** A comparison as the row of a table. */
export function row({ title, measure, goal, ours, peer, ratio, met }) {
  const { text } = measures[measure];
  return [
    measure === 'peakBytes' ? `its memory` : title,
    text(ours.median),
    text(ours.minimum),
    peer?.label ?? '-',
    peer ? text(peer.median) : '-',
    peer ? text(peer.minimum) : '-',
    peer ? ratio.toFixed(2) : '-',
    `${goal}`,
    peer ? (met ? 'yes' : 'no') : '-',
  ];
}
