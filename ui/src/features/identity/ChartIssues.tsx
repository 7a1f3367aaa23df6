// What the chart says about itself (merged, a second chart, deceased), a wrong encounter, and what to do about it.
import { useState } from 'react';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { useAction, useClient } from '../../data/hooks';
import type { IdentityChoice } from '../../generated/IdentityChoice';
import type { IdentityIssueView } from '../../generated/IdentityIssueView';
import { identity as text } from '../../text/visit';
import { useVisit } from '../visits/visit-context';
import styles from './IdentityCard.module.css';

export function ChartIssues() {
  const { view } = useVisit();
  return view.identity.issues.map((one) => <Issue key={one.issue} one={one} />);
}

function Issue({ one }: { one: IdentityIssueView }) {
  return (
    <div className={styles.compare} data-testid={`issue-${one.issue}`} data-open={one.open}>
      <p className={one.open ? styles.stop : undefined}>
        {one.open && <span aria-hidden>▲ </span>}
        {one.words} {one.reason !== null && text.decidedBecause(one.reason)}
      </p>
      {one.choices.map((choice) => (
        <Choice key={`${choice.decision} ${choice.encounter}`} issue={one} choice={choice} />
      ))}
    </div>
  );
}

function Choice({ issue, choice }: { issue: IdentityIssueView; choice: IdentityChoice }) {
  const { visit, put, signed } = useVisit();
  const { host } = useClient();
  const [reason, setReason] = useState('');
  const { decision, label, needs_reason, encounter } = choice;
  const decide = useAction(async () => {
    const said = reason.trim() || null;
    const what = { issue: issue.issue, decision, reason: said, encounter };
    put(await host.call('identity_decide', { visit, ...what }));
  });
  if (signed) return null;
  return (
    <>
      {needs_reason && (
        <label className={styles.reason}>
          <span>{text.decisionReason}</span>
          <input
            value={reason}
            autoComplete="off"
            onChange={(event) => setReason(event.target.value)}
            data-testid={`issue-${issue.issue}-reason`}
          />
        </label>
      )}
      <div className={styles.actions}>
        <Button
          small
          isDisabled={decide.pending || (needs_reason && reason.trim() === '')}
          onPress={() => void decide.run()}
          data-testid={[`issue-${issue.issue}-${decision}`, encounter].filter(Boolean).join('-')}
        >
          {label}
        </Button>
      </div>
      {decide.error && <Problem error={decide.error} />}
    </>
  );
}
