/**
 * Moves positions apart to at least a gap, each as little as may be, keeping their order and staying within bounds if
 * they fit. Neighbours that touch move as one block about the mean of what they wished for (pooled adjacent violators).
 */
export function spread(wished: readonly number[], gap: number, first: number, last: number): number[] {
  const order = wished.map((_, i) => i).sort((a, b) => (wished[a] ?? 0) - (wished[b] ?? 0) || a - b);
  const blocks: { sum: number; members: number[] }[] = [];
  // A member's wish for its whole block is its own, less its place in the block.
  const top = (block: { sum: number; members: number[] }): number => {
    const height = (block.members.length - 1) * gap;
    return Math.max(first, Math.min(last - height, block.sum / block.members.length));
  };
  for (const index of order) {
    let block = { sum: wished[index] ?? 0, members: [index] };
    let above = blocks.at(-1);
    while (above !== undefined && top(above) + above.members.length * gap > top(block)) {
      blocks.pop();
      block = {
        sum: above.sum + block.sum - block.members.length * above.members.length * gap,
        members: [...above.members, ...block.members],
      };
      above = blocks.at(-1);
    }
    blocks.push(block);
  }
  const placed = wished.map(() => 0);
  for (const block of blocks)
    block.members.forEach((index, i) => {
      placed[index] = top(block) + i * gap;
    });
  return placed;
}
