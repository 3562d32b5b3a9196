/**
 * @file A button that opens a list of actions below it.
 *
 * The list is a popover of the browser: it lies above everything, Escape and a click elsewhere close
 * it. Arrow keys, Home and End move between its actions, as people expect of a menu.
 */
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import { Button } from './Button.tsx';
import styles from './Menu.module.css';

/** One action of a menu. */
export interface MenuAction {
  readonly name: string;
  readonly onChoose: () => void;
  readonly isDisabled?: boolean;
  /** For choices: whether it is the chosen one. */
  readonly isChosen?: boolean;
}

/** A button with a menu. `label` is read out; `children` are shown. */
export function Menu(props: {
  readonly label: string;
  readonly children: ReactNode;
  readonly actions: readonly (MenuAction | 'line')[];
  readonly look?: 'plain' | 'primary' | 'quiet';
}) {
  const { label, children, actions, look = 'quiet' } = props;
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const items = () =>
    [...(list.current?.querySelectorAll('button') ?? [])].filter((item) => !item.disabled);

  const move = (event: KeyboardEvent) => {
    const all = items();
    const here = all.indexOf(document.activeElement as HTMLButtonElement);
    const next = {
      ArrowDown: (here + 1) % all.length,
      ArrowUp: (here - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    all[next]?.focus();
  };
  const place = () => {
    const from = button.current?.getBoundingClientRect();
    const popover = list.current;
    if (from === undefined || popover === null) return;
    popover.style.top = `${from.bottom + 4}px`;
    popover.style.left = `${Math.max(8, Math.min(from.left, innerWidth - popover.offsetWidth - 8))}px`;
    const below = innerHeight - from.bottom;
    if (below < popover.offsetHeight + 12)
      popover.style.top = `${Math.max(8, from.top - popover.offsetHeight - 4)}px`;
  };
  return (
    <>
      <Button
        ref={button}
        look={look}
        aria-label={label}
        aria-haspopup="menu"
        popoverTarget={id}
        title={label}
      >
        {children}
      </Button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        className={styles.menu}
        onKeyDown={move}
        onToggle={(event) => {
          if (event.newState !== 'open') return;
          place();
          items()[0]?.focus();
        }}
      >
        {actions.map((action, i) =>
          action === 'line' ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else to tell them apart.
            <hr key={i} />
          ) : (
            <button
              key={action.name}
              type="button"
              {...(action.isChosen === undefined
                ? { role: 'menuitem' }
                : { role: 'menuitemradio', 'aria-checked': action.isChosen })}
              disabled={action.isDisabled}
              onClick={() => {
                list.current?.hidePopover();
                action.onChoose();
              }}
            >
              {action.name}
            </button>
          ),
        )}
      </div>
    </>
  );
}
