/** @file The menu of help: keys, page, tour, teaching. */
import { CircleHelp } from 'lucide-react';
import { useLocation } from 'wouter';
import { Menu } from '../../components/Menu.tsx';
import { beginTour } from '../help/page-tour.ts';

/** The menu of help. */
export function HelpMenu({ onShortcuts }: { readonly onShortcuts: () => void }) {
  const [, go] = useLocation();
  const takeTour = () => {
    // Without the case the page of help says why there is no tour.
    beginTour().then(
      (hasBegun) => hasBegun || go('/help'),
      () => go('/help'),
    );
  };
  return (
    <Menu
      label="Help"
      actions={[
        { name: 'Keyboard shortcuts (?)', onChoose: onShortcuts },
        { name: 'What the marks mean', onChoose: () => go('/help') },
        { name: 'Tour of the demonstration case', onChoose: takeTour },
        { name: 'Teaching', onChoose: () => go('/teaching') },
      ]}
    >
      <CircleHelp size={20} aria-hidden />
    </Menu>
  );
}
