// A signed visit of which the EHR takes nothing.
import type { LiveView } from '../../data/hooks';
import type { DeliveryView } from '../../generated/DeliveryView';

/** For a signed visit: nothing of it is on its way. While the answer is awaited, nothing is claimed. */
export function staysHere({ data, fetching }: LiveView<DeliveryView>): boolean {
  return data?.items.length === 0 && !fetching;
}
