// Signed in: the day, what else is open here, and how to start a visit without an appointment.
import { Button } from '../../components/Button';
import { useClient } from '../../data/hooks';
import { moment } from '../../data/time';
import type { AppView } from '../../generated/AppView';
import type { VisitSummary } from '../../generated/VisitSummary';
import { bar, signIn as signInText, visitStatus } from '../../text/app';
import { worklist as text } from '../../text/worklist';
import { EhrChanged } from '../signin/EhrChanged';
import { Notice, StartHere } from '../signin/SignedOut';
import { useSignIn } from '../signin/use-sign-in';
import { Worklist } from './Worklist';
import styles from './DayPage.module.css';

interface Props {
  app: AppView;
  /** A visit was opened from here, be it the current one already. */
  onOpened: (visit: string) => void;
}

export function DayPage({ app, onOpened }: Props) {
  const { host } = useClient();
  const signIn = useSignIn();
  const show = (visit: string) =>
    void host.call('visit_show', { visit }).then(
      () => onOpened(visit),
      () => undefined,
    );
  return (
    <main className={styles.page} data-testid="day">
      <div className={styles.column}>
        <Notice app={app} signIn={signIn} />
        <EhrChanged app={app} />
        <Worklist
          onOpened={onOpened}
          below={(listed) => (
            <Others visits={app.visits.filter((one) => !listed.has(one.visit))} onShow={show} />
          )}
        />
        <StartHere app={app} signIn={signIn} title={signInText.orChoose} purposes={['patient']} />
      </div>
    </main>
  );
}

/** Visits that are open here and have no row of today: another day's, or without an appointment. */
function Others({ visits, onShow }: { visits: VisitSummary[]; onShow: (visit: string) => void }) {
  if (visits.length === 0) return null;
  return (
    <section className={styles.others}>
      <h2>{text.others}</h2>
      <ul className={styles.list}>
        {visits.map((visit) => (
          <li key={visit.visit} className={styles.visit}>
            <Button
              kind="quiet"
              onPress={() => onShow(visit.visit)}
              data-testid={`visit-${visit.visit}`}
            >
              {visit.patient_name}
            </Button>
            <span className={styles.quiet}>
              {visit.birth_date} · {visit.visit_type}
              {visit.start !== null && ` · ${moment(visit.start)}`}
            </span>
            <span className={visit.status === 'needs_you' ? styles.alert : styles.quiet}>
              {visit.in_call && <span className={styles.call}>● {bar.inCall} · </span>}
              {visitStatus[visit.status]}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
