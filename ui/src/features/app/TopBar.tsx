// The bar on top of everything: the patient, the network, what is still to be filed, the visits.
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { Button } from '../../components/Button';
import { Padlock } from '../../components/Padlock';
import type { AppView } from '../../generated/AppView';
import type { Banner as BannerView } from '../../generated/Banner';
import { useClient } from '../../data/hooks';
import {
  bar as text,
  connectivity,
  connectivityDetail,
  outbox,
  product,
  visitStatus,
} from '../../text/app';
import { account } from '../../text/lock';
import { modKey } from '../../data/keys';
import { useSessionActions } from '../lock/session-actions';
import type { PreferencesPort } from '../../data/preferences';
import type { VisitSummary } from '../../generated/VisitSummary';
import { AppMenu } from './AppMenu';
import { Banner } from './Banner';
import styles from './TopBar.module.css';

interface Props {
  app: AppView;
  /** The visit on screen; nobody's while the day is. */
  shown: string | null;
  banner: BannerView | undefined;
  preferences: PreferencesPort;
  /** The visit on screen is signed, and its EHR takes nothing. */
  staysHere?: boolean;
  onDelivery: (() => void) | undefined;
  onDay?: (() => void) | undefined;
  /** A visit was asked for, be it the current one below the day's list. */
  onVisit?: () => void;
  onShortcuts: () => void;
  onPalette: () => void;
}

export function TopBar(props: Props) {
  const { app, shown, banner, onDelivery, onDay, staysHere = false } = props;
  const client = useClient();
  const iss = app.ehrs.find((ehr) => ehr.name === app.session?.ehr_name)?.iss ?? app.ehrs[0]?.iss;
  const elsewhere = app.visits.filter((one) => one.in_call && one.visit !== shown);
  return (
    <header>
      <div className={styles.bar}>
        <span className={styles.product}>{product}</span>
        {banner ? <Banner banner={banner} /> : <span />}
        <div className={styles.status} role="group" aria-label={text.statusRegion}>
          <span
            className={styles.net}
            data-testid="connectivity"
            data-state={app.connectivity}
            title={connectivityDetail[app.connectivity]}
            role="status"
          >
            <span aria-hidden className={styles.dot} />
            <span className={styles.words}>{connectivity[app.connectivity]}</span>
          </span>
          {app.connectivity === 'needs_sign_in' && iss !== undefined && (
            <Button
              small
              onPress={() =>
                void client.signIn(iss, 'patient', app.session?.clinician).catch(() => undefined)
              }
              data-testid="sign-in-again"
            >
              {text.signInAgain}
            </Button>
          )}
          <OutboxButton app={app} staysHere={staysHere} onPress={onDelivery} />
          {onDay && (
            <Button small onPress={onDay} data-testid="show-day">
              <span title={`${text.dayDetail} (Alt+W)`}>{text.day}</span>
            </Button>
          )}
          {app.visits.length > 1 && shown !== null && <VisitsMenu app={app} />}
          {app.session && <LockButton />}
          <AppMenu {...props} />
        </div>
      </div>
      {elsewhere.map((one) => (
        <CallElsewhere key={one.visit} visit={one} onVisit={props.onVisit} />
      ))}
    </header>
  );
}

interface CallProps {
  visit: VisitSummary;
  onVisit: (() => void) | undefined;
}

/** A call goes on with somebody else than the patient on screen. */
function CallElsewhere({ visit, onVisit }: CallProps) {
  const { host } = useClient();
  const show = () =>
    void host.call('visit_show', { visit: visit.visit }).then(onVisit, () => undefined);
  return (
    <div className={styles.call} data-testid="in-call-elsewhere">
      <p role="status">
        <span aria-hidden>● </span>
        {text.inCallWith(visit.patient_name)}
      </p>
      <Button
        small
        aria-label={text.toCallWith(visit.patient_name)}
        onPress={show}
        data-testid="back-to-call"
      >
        {text.toCall}
      </Button>
    </div>
  );
}

function LockButton() {
  const { lockNow } = useSessionActions();
  return (
    <Button small onPress={lockNow} data-testid="lock">
      <span className={styles.lock} title={`${account.lockNow} (${modKey}+L)`}>
        <Padlock /> {account.lock}
      </span>
    </Button>
  );
}

interface OutboxProps {
  app: AppView;
  staysHere: boolean;
  onPress: (() => void) | undefined;
}

function OutboxButton({ app, staysHere, onPress }: OutboxProps) {
  const { waiting, needs_you, filed, late } = app.outbox;
  const open = waiting + needs_you;
  const parts = [
    waiting > 0 ? outbox.toFile(open) : '',
    needs_you > 0 ? outbox.needsYou(needs_you) : '',
    late > 0 ? outbox.late(late) : '',
  ].filter(Boolean);
  const none = staysHere ? outbox.stays : filed > 0 ? outbox.nothingWaits : outbox.nothing;
  const words = parts.join(', ') || none;
  return (
    <Button
      small
      kind={parts.length > 0 ? 'normal' : 'quiet'}
      aria-label={outbox.open(words)}
      isDisabled={!onPress}
      {...(onPress ? { onPress } : {})}
      data-testid="outbox"
    >
      <span className={needs_you + late > 0 ? styles.needsYou : undefined}>
        {needs_you + late > 0 && <span aria-hidden>▲ </span>}
        {words}
      </span>
    </Button>
  );
}

function VisitsMenu({ app }: { app: AppView }) {
  const { host } = useClient();
  return (
    <MenuTrigger>
      <Button small data-testid="visits-menu">
        {text.visitsCount(app.visits.length)}
      </Button>
      <Popover className={styles.popover ?? ''} placement="bottom end">
        <Menu
          className={styles.menu ?? ''}
          onAction={(key) =>
            void host.call('visit_show', { visit: String(key) }).catch(() => undefined)
          }
        >
          {app.visits.map((visit) => (
            <MenuItem
              key={visit.visit}
              id={visit.visit}
              textValue={visit.patient_name}
              className={styles.item ?? ''}
              data-testid={`visit-${visit.visit}`}
            >
              <span className={visit.visit === app.current_visit ? styles.current : undefined}>
                {visit.patient_name}
              </span>
              <span className={styles.detail}>
                {visit.birth_date} · {visit.visit_type} · {visitStatus[visit.status]}
              </span>
              {visit.in_call && (
                <span className={styles.inCall}>
                  <span aria-hidden>● </span>
                  {text.inCall}
                </span>
              )}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
