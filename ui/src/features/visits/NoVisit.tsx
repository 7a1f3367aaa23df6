// Signed in, but no visit is on screen: the visits that are open, and how to start another.
import { Button } from '../../components/Button';
import { useClient } from '../../data/hooks';
import { moment } from '../../data/time';
import type { AppView } from '../../generated/AppView';
import { bar, signIn as signInText, visits as text, visitStatus } from '../../text/app';
import { Notice, StartHere } from '../signin/SignedOut';
import { useSignIn } from '../signin/use-sign-in';
import styles from './NoVisit.module.css';

export function NoVisit({ app }: { app: AppView }) {
  const { host } = useClient();
  const signIn = useSignIn();
  return (
    <main className={styles.page} data-testid="no-visit">
      <div className={styles.column}>
        <h1 className={styles.title}>{app.visits.length > 0 ? text.title : text.none}</h1>
        <p className={styles.quiet}>{app.visits.length > 0 ? text.someDetail : text.noneDetail}</p>
        <Notice app={app} signIn={signIn} />
        {app.visits.length > 0 && (
          <ul className={styles.list}>
            {app.visits.map((visit) => (
              <li key={visit.visit} className={styles.visit}>
                <Button
                  kind="quiet"
                  onPress={() =>
                    void host.call('visit_show', { visit: visit.visit }).catch(() => undefined)
                  }
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
        )}
        <StartHere app={app} signIn={signIn} title={signInText.orChoose} purposes={['patient']} />
      </div>
    </main>
  );
}
