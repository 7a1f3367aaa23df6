// A signed visit of which the EHR takes nothing.
import type { LiveView } from '../../data/hooks';
import type { DeliveryView } from '../../generated/DeliveryView';

/** For a signed visit: nothing of it is on its way. While the answer is awaited, nothing is claimed. */
export function staysHere({ data, fetching }: LiveView<DeliveryView>): boolean {
  return data?.items.length === 0 && !fetching;
}

/** Nothing of it was taken back, left in the note or handed to somebody: only then all is filed. */
export function isAllSent({ items }: DeliveryView): boolean {
  return items.every((item) => item.state === 'filed');
}
