/** @file Gaussian blur of one plane of numbers, separable, edges repeated. */

/** Return a blurred copy; `sigma` in pixels. The kernel reaches 2.5 sigma. */
export function blurPlane(
  plane: Float32Array,
  width: number,
  height: number,
  sigma: number,
): Float32Array {
  if (sigma <= 0) return plane.slice();
  const kernel = gaussianKernel(sigma);
  const reach = kernel.length - 1;
  const across = new Float32Array(plane.length);
  const padded = new Float32Array(width + 2 * reach);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    padded.fill(plane[row]!, 0, reach);
    padded.set(plane.subarray(row, row + width), reach);
    padded.fill(plane[row + width - 1]!, reach + width);
    for (let x = 0; x < width; x++) {
      let sum = kernel[0]! * padded[x + reach]!;
      for (let k = 1; k <= reach; k++) {
        sum += kernel[k]! * (padded[x + reach - k]! + padded[x + reach + k]!);
      }
      across[row + x] = sum;
    }
  }
  // Down the columns, whole rows at a time so that memory is read in order.
  const blurred = new Float32Array(plane.length);
  for (let y = 0; y < height; y++) {
    const out = y * width;
    const middle = kernel[0]!;
    for (let x = 0; x < width; x++) blurred[out + x] = middle * across[out + x]!;
    for (let k = 1; k <= reach; k++) {
      const weight = kernel[k]!;
      const above = Math.max(0, y - k) * width;
      const below = Math.min(height - 1, y + k) * width;
      for (let x = 0; x < width; x++) {
        blurred[out + x] = blurred[out + x]! + weight * (across[above + x]! + across[below + x]!);
      }
    }
  }
  return blurred;
}

/** Half of a normalised Gaussian kernel: the middle, then one side. */
function gaussianKernel(sigma: number): Float32Array {
  const reach = Math.max(1, Math.ceil(2.5 * sigma));
  const half = Float32Array.from({ length: reach + 1 }, (_, i) =>
    Math.exp(-(i * i) / (2 * sigma * sigma)),
  );
  const sum = half.reduce((total, weight) => total + 2 * weight, -half[0]!);
  return half.map((weight) => weight / sum);
}
