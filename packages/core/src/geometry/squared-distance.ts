/**
 * The exact Euclidean distance transform, squared: for each pixel the squared distance, centre to
 * centre, to the nearest pixel that is 0. Whole numbers, so that comparisons and ties are exact; its
 * square root is `scipy.ndimage.distance_transform_edt`.
 *
 * Beyond the border nothing counts as 0: what the border cuts is taken to go on. Where no pixel is 0,
 * every value is width² + height², more than any distance within.
 *
 * Two passes, linear in the pixels (Meijster, Roerdink, Hesselink, "A general algorithm for computing
 * distance transforms in linear time", 2000).
 *
 * @param mask height*width, row-major; pixels other than 0 are foreground
 * @returns height*width
 * @throws RangeError a mask of another length, or width² + height² beyond int32
 */
export function squaredDistance(mask: Uint8Array, width: number, height: number): Int32Array {
  if (mask.length !== width * height)
    throw new RangeError(
      `mask of ${mask.length} pixels for width ${width} x height ${height} = ${width * height}`,
    );
  const beyond = width * width + height * height;
  if (beyond > 2 ** 31 - 1)
    throw new RangeError(`width ${width} x height ${height} is too large for squared distances`);
  const distance = distanceInColumns(mask, width, height);
  const row = nearestInRow(width, beyond);
  for (let start = 0; start < distance.length; start += width)
    row(distance.subarray(start, start + width));
  return distance;
}

/** Distance to the nearest 0 of the same column; width + height or more where there is none. */
function distanceInColumns(mask: Uint8Array, width: number, height: number): Int32Array {
  const distance = new Int32Array(mask.length);
  for (let at = 0; at < mask.length; at++)
    if (mask[at] !== 0) distance[at] = at < width ? width + height : distance[at - width] + 1;
  for (let at = mask.length - width - 1; at >= 0; at--)
    if (distance[at] > distance[at + width]) distance[at] = distance[at + width] + 1;
  return distance;
}

/**
 * Makes squared distances in the image of the distances in columns, a row at a time: the lower envelope
 * of one parabola a column, (x - column)² + distance².
 */
function nearestInRow(width: number, beyond: number): (row: Int32Array) => void {
  const squares = new Float64Array(width);
  const columns = new Int32Array(width);
  const starts = new Int32Array(width);
  return (row) => {
    let foreground = false;
    for (let x = 0; x < width; x++) {
      squares[x] = row[x] * row[x];
      foreground ||= row[x] !== 0;
    }
    if (!foreground) return;
    let last = 0;
    columns[0] = 0;
    for (let x = 1; x < width; x++) {
      while (last >= 0) {
        const start = starts[last];
        const column = columns[last];
        const held = (start - column) ** 2 + squares[column];
        if (held <= (start - x) ** 2 + squares[x]) break;
        last--;
      }
      if (last < 0) {
        last = 0;
        columns[0] = x;
        continue;
      }
      // The last place where the parabola of the envelope is no higher than that of x; exact.
      const column = columns[last];
      const sums = x * x - column * column + squares[x] - squares[column];
      const start = 1 + Math.floor(sums / (2 * (x - column)));
      if (start >= width) continue;
      last++;
      columns[last] = x;
      starts[last] = start;
    }
    for (let x = width - 1; x >= 0; x--) {
      const column = columns[last];
      row[x] = Math.min((x - column) ** 2 + squares[column], beyond);
      if (x === starts[last]) last--;
    }
  };
}
