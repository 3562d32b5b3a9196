/** @file What the gallery shows and how: queue or bins, order, filters, size of the pictures. */
import type { Field } from '@leukoscope/contract';
import { SlidersHorizontal } from 'lucide-react';
import { memo, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Popup } from '../../components/Popup.tsx';
import { useStore } from '../../components/use-store.ts';
import {
  type CellFlag,
  type GallerySort,
  isWhole,
  wholeFilter,
} from '../../state/gallery-cells.ts';
import styles from './GalleryTools.module.css';
import { useGalleryStore } from './use-gallery.ts';

const flags: readonly (readonly [CellFlag, string])[] = [
  ['unsure', 'Unsure'],
  ['unseen', 'Not seen'],
  ['unidentified', 'Unidentified'],
  ['incomplete', 'Incomplete'],
  ['changed', 'Changed by a person'],
  ['added', 'Added by a person'],
];

const sorts: readonly (readonly [GallerySort, string])[] = [
  ['uncertain', 'Least certain first'],
  ['certain', 'Most certain first'],
  ['likeness', 'Most like their type first'],
  ['teaching', 'Would teach most first'],
  ['nucleus', 'Highest N:C first'],
  ['lobes', 'Most lobes first'],
  ['field', 'By field'],
];

/** The tools above the cells. Pointing at another cell does not draw them anew. */
export const GalleryTools = memo(function GalleryTools(props: {
  readonly fields: readonly Field[];
  /** How many cells pass the filter. */
  readonly shown: number;
  readonly hasExamples: boolean;
  readonly onExamples: () => void;
  readonly isSelecting: boolean;
  readonly onSelecting: () => void;
}) {
  const { fields, shown, hasExamples, onExamples, isSelecting, onSelecting } = props;
  const gallery = useGalleryStore();
  const view = useStore(gallery, (state) => state.view);
  const sort = useStore(gallery, (state) => state.sort);
  const filter = useStore(gallery, (state) => state.filter);
  const tileSize = useStore(gallery, (state) => state.tileSize);
  const isOneScale = useStore(gallery, (state) => state.isOneScale);
  const [isOpen, setOpen] = useState(false);
  const toggle = (flag: CellFlag) => {
    const next = new Set(filter.flags);
    if (!next.delete(flag)) next.add(flag);
    gallery.patch({ filter: { ...filter, flags: next } });
  };
  return (
    <div
      className={styles.tools}
      role="toolbar"
      aria-label="Gallery"
      data-open={isOpen || undefined}
    >
      <fieldset className={styles.views}>
        <legend className="visually-hidden">View</legend>
        <Button
          look="quiet"
          aria-pressed={view === 'bins'}
          onClick={() => gallery.patch({ view: 'bins' })}
        >
          Bins
        </Button>
        <Button
          look="quiet"
          aria-pressed={view === 'queue'}
          onClick={() => gallery.patch({ view: 'queue', sort: 'uncertain' })}
          title="All types in one line, the least certain first"
        >
          Unsure first
        </Button>
      </fieldset>
      <Button
        look="quiet"
        className={styles.more ?? ''}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        aria-label="Order and filters"
      >
        <SlidersHorizontal size={16} aria-hidden /> Filters
      </Button>
      <div className={styles.rest}>
        <select
          aria-label="Order"
          value={sort}
          onChange={(event) =>
            gallery.patch({ sort: sorts.find(([id]) => id === event.target.value)![0] })
          }
        >
          {sorts.map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <input
          type="search"
          className={styles.search}
          aria-label="Search by what is seen"
          title="Words of types and of what the model saw: segmented, 3 lobes, vacuoles, red granules"
          placeholder="Search"
          value={filter.text}
          onChange={(event) => gallery.patch({ filter: { ...filter, text: event.target.value } })}
        />
        <Popup
          className={styles.filters}
          summary={filter.flags.size > 0 ? `Marks: ${filter.flags.size}` : 'Marks'}
        >
          <div className={styles.popup}>
            {flags.map(([flag, name]) => (
              <label key={flag}>
                <input
                  type="checkbox"
                  checked={filter.flags.has(flag)}
                  onChange={() => toggle(flag)}
                />{' '}
                {name}
              </label>
            ))}
          </div>
        </Popup>
        <span className={styles.range}>
          Score
          {([0, 1] as const).map((end) => (
            <input
              key={end}
              type="number"
              min={0}
              max={1}
              step={0.05}
              aria-label={end === 0 ? 'Lowest score' : 'Highest score'}
              value={filter.score[end]}
              onChange={(event) => {
                const value = Math.min(1, Math.max(0, event.target.valueAsNumber || 0));
                const score = end === 0 ? [value, filter.score[1]] : [filter.score[0], value];
                gallery.patch({ filter: { ...filter, score: [score[0]!, score[1]!] } });
              }}
            />
          ))}
        </span>
        {fields.length > 1 && (
          <select
            aria-label="Field"
            value={filter.fieldId ?? ''}
            onChange={(event) =>
              gallery.patch({ filter: { ...filter, fieldId: event.target.value || null } })
            }
          >
            <option value="">All fields</option>
            {fields.map((field) => (
              <option key={field.id} value={field.id}>
                {field.position}. {field.fileName}
              </option>
            ))}
          </select>
        )}
        <label className={styles.size}>
          Size
          <input
            type="range"
            min={56}
            max={220}
            step={4}
            value={tileSize}
            onChange={(event) => gallery.patch({ tileSize: event.target.valueAsNumber })}
          />
        </label>
        <Button
          look="quiet"
          aria-pressed={isOneScale}
          title="All cells at one magnification; otherwise each fills its tile"
          onClick={() => gallery.patch({ isOneScale: !isOneScale })}
        >
          One scale
        </Button>
        <Button look="quiet" aria-pressed={hasExamples} onClick={onExamples}>
          Examples
        </Button>
        <Button
          look="quiet"
          className={styles.touch ?? ''}
          aria-pressed={isSelecting}
          onClick={onSelecting}
        >
          Select several
        </Button>
      </div>
      {!isWhole(filter) && (
        <span className={styles.state} role="status">
          {shown === 0 ? 'No cell is left that fits the filter' : `${shown} shown`}{' '}
          <Button look="quiet" onClick={() => gallery.patch({ filter: wholeFilter })}>
            Show all
          </Button>
        </span>
      )}
    </div>
  );
});
