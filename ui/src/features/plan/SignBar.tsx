// The foot of the note: the write plan and the signature before, delivery after.
import { Button } from '../../components/Button';
import { Kbd } from '../../components/Kbd';
import { signKeys } from '../../data/keys';
import type { AppView } from '../../generated/AppView';
import type { DeliveryView } from '../../generated/DeliveryView';
import type { VisitView } from '../../generated/VisitView';
import { delivery, plan, sign as text } from '../../text/plan';
import { isAllSent, staysHere } from '../delivery/stays';
import { useVisit } from '../visits/visit-context';
import type { Signing } from './use-signing';
import styles from './SignBar.module.css';

export function SignBar({ signing }: { signing: Signing }) {
  const { view, app, signed } = useVisit();
  if (signed) return <DeliveryLine />;
  const mismatch = view.identity.state === 'mismatch';
  const why = mismatch ? text.mismatch : notAllowed(view, app);
  const cosign = app.session?.needs_cosign === true ? text.cosign : undefined;
  const trouble = signing.planOpen ? undefined : (signing.words ?? signing.error?.message);
  return (
    <footer className={styles.bar}>
      <div className={styles.line}>
        <Button isDisabled={signing.busy} onPress={signing.openPlan} data-testid="open-plan">
          {plan.open}
        </Button>
        <p
          className={trouble === undefined ? styles.why : styles.trouble}
          role="status"
          id="sign-why"
          data-testid="sign-why"
        >
          {trouble === undefined ? (why ?? cosign) : `▲ ${trouble}`}
        </p>
        <Button
          kind="primary"
          isDisabled={signing.busy || why !== undefined}
          onPress={signing.begin}
          aria-describedby="sign-why"
          data-testid="sign"
        >
          {signing.busy ? text.signing : text.button(view.banner.name)}
          <span className={styles.keys}>
            <Kbd>{signKeys}</Kbd>
          </span>
        </Button>
      </div>
    </footer>
  );
}

/** Why this clinician does not sign; the note says at length why it can only be read. */
function notAllowed(view: VisitView, app: AppView): string | undefined {
  if (view.can_sign) return undefined;
  if (!view.can_draft) return text.roleReads;
  return app.session?.rights_words ?? text.roleCannot;
}

/** After signing: how far delivery is. */
function DeliveryLine() {
  const { showDelivery, delivery: live, awaitsCosign } = useVisit();
  const { data } = live;
  return (
    <footer className={styles.bar}>
      <div className={styles.afterwards}>
        <p className={styles.far} role="status" data-testid="signed-line">
          {[awaitsCosign ? delivery.awaitsCosign : '', data ? how(data, staysHere(live)) : '']
            .filter(Boolean)
            .join(' · ')}
        </p>
        <Button onPress={showDelivery} data-testid="open-delivery">
          {delivery.open}
        </Button>
      </div>
    </footer>
  );
}

function how(view: DeliveryView, stays: boolean): string {
  const { items, all_filed } = view;
  if (all_filed) return `✓ ${isAllSent(view) ? delivery.allFiled : delivery.nothingWaits}`;
  if (items.length === 0) return stays ? delivery.staysShort : '';
  return delivery.filedOf(items.filter((item) => item.state === 'filed').length, items.length);
}
