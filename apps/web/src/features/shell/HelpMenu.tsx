/** @file The menu of help: keys, tour, page. */
import { CircleHelp } from 'lucide-react';
import { useLocation } from 'wouter';
import { Menu } from '../../components/Menu.tsx';

/** The menu of help. */
export function HelpMenu({ onShortcuts }: { readonly onShortcuts: () => void }) {
  const [, go] = useLocation();
  return (
    <Menu
      label="Help"
      actions={[
        { name: 'Keyboard shortcuts (?)', onChoose: onShortcuts },
        { name: 'What the marks mean', onChoose: () => go('/help') },
      ]}
    >
      <CircleHelp size={20} aria-hidden />
    </Menu>
  );
}
