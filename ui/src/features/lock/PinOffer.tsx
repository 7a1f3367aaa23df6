// Offers an offline PIN to who has none, once; whether it was declined is known to this run only.
import { useState } from 'react';
import { Button } from '../../components/Button';
import { sessionKey } from '../../data/client';
import { useClient } from '../../data/hooks';
import type { AppView } from '../../generated/AppView';
import { pin as text } from '../../text/lock';
import { useSessionActions } from './session-actions';
import styles from './PinOffer.module.css';

export function PinOffer({ app }: { app: AppView }) {
  const { pinOffers } = useClient();
  const { setPin } = useSessionActions();
  const who = sessionKey(app);
  const [, setDeclined] = useState(false);
  // Nobody decides about a PIN in the middle of a call.
  const busy = app.visits.some((visit) => visit.in_call);
  if (busy || !app.session || app.session.has_pin || !app.lock.pin_allowed || pinOffers.has(who))
    return null;
  return (
    <aside className={styles.offer} aria-label={text.label} data-testid="pin-offer">
      <p>{text.offer}</p>
      <Button small onPress={setPin} data-testid="pin-offer-set">
        {text.setTitle}
      </Button>
      <Button
        small
        kind="quiet"
        onPress={() => {
          pinOffers.add(who);
          setDeclined(true);
        }}
        data-testid="pin-offer-decline"
      >
        {text.notNow}
      </Button>
    </aside>
  );
}
