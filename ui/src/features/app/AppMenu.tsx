// The menu at the clinician's name: who this is, locking and switching, and how the window looks.
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components';
import { Button } from '../../components/Button';
import { AFTER_OVERLAY_MS } from '../../data/focus';
import { modKey } from '../../data/keys';
import type { PreferencesPort } from '../../data/preferences';
import type { AppView } from '../../generated/AppView';
import { bar as text, menu as menuText } from '../../text/app';
import { account as accountText } from '../../text/lock';
import { othersThan } from '../lock/others';
import { useSessionActions } from '../lock/session-actions';
import styles from './TopBar.module.css';

interface Props {
  app: AppView;
  preferences: PreferencesPort;
  onShortcuts: () => void;
  onPalette: () => void;
}

/** Colleagues who stand in the menu by name; the lock screen lists all. */
const NAMED = 3;
const SWITCH_TO = 'switch-to-';

export function AppMenu({ app, preferences, onShortcuts, onPalette }: Props) {
  const { theme, density, change } = preferences;
  const session = useSessionActions();
  const others = othersThan(app).slice(0, NAMED);
  /** A dialog opens once the menu is gone, so that closing it gives the focus back to the bar. */
  const open = (dialog: () => void) => setTimeout(dialog, AFTER_OVERLAY_MS);
  const act = (key: string) => {
    if (key === 'shortcuts') open(onShortcuts);
    else if (key === 'palette') open(onPalette);
    else if (key === 'lock') session.lockNow();
    else if (key === 'switch') session.switchTo(undefined);
    else if (key.startsWith(SWITCH_TO))
      session.switchTo(others.find((one) => `${SWITCH_TO}${one.account}` === key));
    else if (key === 'pin-set') open(session.setPin);
    else if (key === 'pin-remove') session.removePin();
    else if (key === 'sign-out') open(session.signOut);
    else if (key === 'system' || key === 'light' || key === 'dark') change({ theme: key });
    else if (key === 'comfortable' || key === 'compact') change({ density: key });
  };
  const choice = (id: string, words: string, on: boolean) => (
    <MenuItem id={id} key={id} textValue={words} className={styles.item ?? ''}>
      <span className={on ? styles.current : undefined}>
        <span aria-hidden className={styles.tick}>
          {on ? '✓' : ''}
        </span>
        {words}
      </span>
    </MenuItem>
  );
  const entry = (id: string, words: string, keys?: string, detail?: string) => (
    <MenuItem
      id={id}
      key={id}
      textValue={words}
      className={styles.item ?? ''}
      data-testid={`menu-${id}`}
    >
      <span className={styles.entry}>
        <span>{words}</span>
        {keys !== undefined && (
          <span className={styles.detail} aria-hidden>
            {keys}
          </span>
        )}
      </span>
      {detail !== undefined && <span className={styles.detail}>{detail}</span>}
    </MenuItem>
  );
  const who = app.session;
  const hasPin = who?.has_pin === true;

  return (
    <MenuTrigger>
      <Button small data-testid="app-menu">
        <span className={styles.clinician} title={who?.clinician}>
          {who?.clinician ?? text.menu}
        </span>
      </Button>
      <Popover className={styles.popover ?? ''} placement="bottom end">
        <Menu
          className={styles.menu ?? ''}
          aria-label={text.menu}
          onAction={(key) => act(String(key))}
        >
          {who && (
            <MenuSection>
              <Header className={styles.heading ?? ''} data-testid="menu-role">
                {accountText.asRole(who.role_words, who.ehr_name)}
                {who.rights_words !== null && (
                  <span className={styles.rights}>{who.rights_words}</span>
                )}
              </Header>
              {entry('lock', accountText.lockNow, `${modKey}+L`)}
              {others.map((one) =>
                entry(
                  `${SWITCH_TO}${one.account}`,
                  accountText.switchTo(one.clinician),
                  undefined,
                  one.ehr_name,
                ),
              )}
              {entry('switch', accountText.switch)}
            </MenuSection>
          )}
          {who && (app.lock.pin_allowed || hasPin) && (
            <MenuSection aria-label={accountText.pin} className={styles.lined ?? ''}>
              {app.lock.pin_allowed &&
                entry('pin-set', hasPin ? accountText.changePin : accountText.setPin)}
              {hasPin && entry('pin-remove', accountText.removePin)}
            </MenuSection>
          )}
          <MenuSection className={styles.lined ?? ''}>
            <Header className={styles.heading ?? ''}>{menuText.theme}</Header>
            {(['system', 'light', 'dark'] as const).map((one) =>
              choice(one, menuText.themes[one], one === theme),
            )}
          </MenuSection>
          <MenuSection>
            <Header className={styles.heading ?? ''}>{menuText.density}</Header>
            {(['comfortable', 'compact'] as const).map((one) =>
              choice(one, menuText.densities[one], one === density),
            )}
          </MenuSection>
          <MenuSection aria-label={text.menu} className={styles.lined ?? ''}>
            {entry('palette', menuText.commands, `${modKey}+K`)}
            {entry('shortcuts', menuText.shortcuts, '?')}
            {entry('sign-out', menuText.signOut)}
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
