/** @file The menu of the one who uses the page: appearance, password, second factor, sessions, signing out. */
import { CircleUser } from 'lucide-react';
import { Menu, type MenuAction } from '../../components/Menu.tsx';
import { useStore } from '../../components/use-store.ts';
import { sessionStore, signOut } from '../../state/session-store.ts';
import { chooseTheme, theme, themes } from '../../state/theme.ts';
import styles from './Shell.module.css';

const themeNames = { system: 'As the system', light: 'Light', dark: 'Dark' };

/** The menu of the one who uses the page. */
export function AccountMenu(props: {
  readonly onPassword: () => void;
  readonly onSecondFactor: () => void;
  readonly onSessions: () => void;
}) {
  const session = useStore(sessionStore);
  const chosen = useStore(theme);
  const user = session?.user;
  const actions: (MenuAction | 'line')[] = themes.map((name) => ({
    name: themeNames[name],
    isChosen: name === chosen,
    onChoose: () => chooseTheme(name),
  }));
  if (session?.mode === 'accounts') {
    actions.push(
      'line',
      { name: 'Change password ...', onChoose: props.onPassword },
      { name: 'Second factor ...', onChoose: props.onSecondFactor },
      { name: 'Your sessions ...', onChoose: props.onSessions },
      { name: 'Sign out', onChoose: () => void signOut() },
    );
  }
  return (
    <Menu
      label={`Appearance and account${user === null || user === undefined ? '' : ` of ${user.displayName}`}`}
      actions={actions}
    >
      <CircleUser size={20} aria-hidden />
      {session?.mode === 'accounts' && <span className={styles.userName}>{user?.displayName}</span>}
    </Menu>
  );
}
