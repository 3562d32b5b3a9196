/** @file Hands the display curve to the browser as an SVG filter on the picture alone. */
import { type DisplayAids, displayCurve, isPlainDisplay } from './display-aids.ts';

const svg = 'http://www.w3.org/2000/svg';
let count = 0;

/** Put a filter beside the viewer; `apply` shows an element through it. */
export function displayFilter(beside: HTMLElement): {
  apply(element: HTMLElement, aids: DisplayAids): void;
  remove(): void;
} {
  const id = `leukoscope-display-${++count}`;
  const root = document.createElementNS(svg, 'svg');
  root.setAttribute('aria-hidden', 'true');
  Object.assign(root.style, { position: 'absolute', width: '0', height: '0' });
  const filter = document.createElementNS(svg, 'filter');
  filter.id = id;
  // The default, linear light, would bend the curve.
  filter.setAttribute('color-interpolation-filters', 'sRGB');
  const transfer = document.createElementNS(svg, 'feComponentTransfer');
  const channels = ['feFuncR', 'feFuncG', 'feFuncB'].map((name) => {
    const channel = document.createElementNS(svg, name);
    channel.setAttribute('type', 'table');
    return channel;
  });
  transfer.append(...channels);
  filter.append(transfer);
  root.append(filter);
  beside.append(root);
  let last: DisplayAids | undefined;
  return {
    apply(element, aids) {
      if (aids === last) return;
      last = aids;
      const table = displayCurve(aids)
        .map((value) => value.toFixed(4))
        .join(' ');
      for (const channel of channels) channel.setAttribute('tableValues', table);
      element.style.filter = isPlainDisplay(aids) ? '' : `url(#${id})`;
    },
    remove: () => root.remove(),
  };
}
