// What the EHR no longer takes since an earlier sign-in, until somebody read it.
import { Button } from '../../components/Button';
import { useClient } from '../../data/hooks';
import type { AppView } from '../../generated/AppView';
import { ehrChanged as text } from '../../text/app';
import styles from './EhrChanged.module.css';

export function EhrChanged({ app }: { app: AppView }) {
  const { host } = useClient();
  const { ehr_changes: changes } = app;
  if (!changes) return null;
  return (
    <div className={styles.changed} role="status" data-testid="ehr-changed">
      <div>
        <strong>▲ {text.title(changes.ehr_name)}</strong>
        <ul>
          {changes.words.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      </div>
      <Button
        small
        onPress={() => void host.call('ehr_changes_read', {}).catch(() => undefined)}
        data-testid="ehr-changed-read"
      >
        {text.read}
      </Button>
    </div>
  );
}
