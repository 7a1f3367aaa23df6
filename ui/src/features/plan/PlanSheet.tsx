// The write plan: before signing, what will be written where, and what this EHR cannot take.
import { useEffect } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { Button } from '../../components/Button';
import { Kbd } from '../../components/Kbd';
import { Problem } from '../../components/Problem';
import { Sheet } from '../../components/Sheet';
import { focusSoon, placesOf } from '../../data/focus';
import { useView } from '../../data/hooks';
import { signKeys } from '../../data/keys';
import type { Blocker } from '../../generated/Blocker';
import type { WritePlanView } from '../../generated/WritePlanView';
import { plan as text, sign } from '../../text/plan';
import { useVisit } from '../visits/visit-context';
import { NotePreview } from './NotePreview';
import { ExportPlan } from './ExportPlan';
import { PlanItems } from './PlanItems';
import type { Signing } from './use-signing';
import styles from './PlanSheet.module.css';

interface Props {
  signing: Signing;
  /** The plan as it is now, for the key that signs. */
  onPlan: (plan: WritePlanView | undefined) => void;
}

export function PlanSheet({ signing, onPlan }: Props) {
  const { visit, view, app, signed } = useVisit();
  const topics = ['visit', 'note', 'codes', 'follow_ups'] as const;
  const { data, error, fetching, refetch } = useView('plan_get', { visit }, topics);
  const ready = data?.blockers.length === 0 && !signed && view.can_sign;
  const { saw, changed } = signing;

  useEffect(() => {
    onPlan(ready ? data : undefined);
    if (ready) saw(data.plan_hash);
  });
  useEffect(() => () => onPlan(undefined), [onPlan]);

  // "The plan changed": this is the moment to fetch it, whatever events say.
  useEffect(() => {
    if (changed) refetch();
  }, [changed, refetch]);

  const go = (blocker: Blocker) => {
    signing.closePlan();
    focusSoon(...placesOf(blocker));
  };

  return (
    <Sheet
      isOpen
      onClose={signing.closePlan}
      title={text.title}
      subtitle={`${view.banner.name} · ${text.intro(data?.ehr_name ?? view.ehr_name)}`}
      closeLabel={text.close}
      testId="plan"
      footer={
        !signed && (
          <>
            <span className={styles.foot}>
              {ready && <span>✓ {text.ready}</span>}
              {app.session?.needs_cosign === true && view.can_sign && (
                <span data-testid="plan-cosign">{sign.cosign}</span>
              )}
              {!view.can_sign && <span>{app.session?.rights_words ?? sign.roleCannot}</span>}
            </span>
            <Button
              kind="primary"
              isDisabled={!ready || signing.busy || fetching}
              onPress={() => {
                if (data) signing.commit(data.plan_hash);
              }}
              data-testid="plan-sign"
            >
              {signing.busy ? sign.signing : sign.button(view.banner.name)} <Kbd>{signKeys}</Kbd>
            </Button>
          </>
        )
      }
    >
      <div className={styles.notices}>
        {changed && (
          <p className={styles.changed} role="alert" data-testid="plan-changed">
            ▲ {text.changed}
          </p>
        )}
        {signing.words !== undefined && (
          <p className={styles.changed} role="alert">
            ▲ {signing.words}
          </p>
        )}
        {signing.error && <Problem error={signing.error} data-testid="sign-failed" />}
        {error && <Problem error={error} title={text.loadFailed} onRetry={refetch} />}
        {!data && !error && <p role="status">{text.loading}</p>}
        {data && data.blockers.length > 0 && <Blockers blockers={data.blockers} onGo={go} />}
        {data && data.warnings.length > 0 && <Warnings warnings={data.warnings} onGo={go} />}
      </div>
      {data && (
        <Tabs className={styles.tabs ?? ''}>
          <TabList aria-label={text.title} className={styles.tabList ?? ''}>
            <Tab id="items" className={styles.tab ?? ''}>
              {text.tabPlan}
            </Tab>
            <Tab id="preview" className={styles.tab ?? ''} data-testid="plan-preview-tab">
              {text.tabPreview}
            </Tab>
          </TabList>
          <TabPanel id="items" className={styles.panel ?? ''}>
            <PlanItems items={data.items} />
            <ExportPlan />
          </TabPanel>
          <TabPanel id="preview" className={styles.panel ?? ''}>
            <NotePreview />
          </TabPanel>
        </Tabs>
      )}
    </Sheet>
  );
}

function Blockers({ blockers, onGo }: { blockers: Blocker[]; onGo: (blocker: Blocker) => void }) {
  return (
    <section className={styles.blockers} data-testid="blockers">
      <h3>▲ {text.blockersTitle(blockers.length)}</h3>
      <ul>
        {blockers.map((blocker) => (
          <li key={`${blocker.kind} ${blocker.what}`}>
            <span>{blocker.what}</span>
            {blocker.kind !== 'rights' && (
              <Button
                small
                aria-label={`${text.go}: ${blocker.what}`}
                onPress={() => onGo(blocker)}
                data-testid={`blocker-${blocker.target ?? blocker.kind}`}
              >
                {text.go}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What deserves a look, and does not keep from signing. */
function Warnings({ warnings, onGo }: { warnings: Blocker[]; onGo: (warning: Blocker) => void }) {
  return (
    <section className={styles.warnings} data-testid="plan-warnings">
      <h3>{text.warningsTitle}</h3>
      <ul>
        {warnings.map((warning) => (
          <li key={`${warning.kind} ${warning.what}`}>
            <span>▲ {warning.what}</span>
            <Button
              small
              aria-label={`${text.go}: ${warning.what}`}
              onPress={() => onGo(warning)}
              data-testid={`warning-${warning.target ?? warning.kind}`}
            >
              {text.go}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
