/** A view of the store's becomes the cookie's: and with it that an order answered what had been shown before it. */
import { countOrder } from '../decide/caps.ts'
import type { ProfileView, Snapshot } from '../profile/model.ts'
import { adoptView } from '../profile/view.ts'

/** As `adoptView`: the very same object comes back where the view is no newer. */
export function adopt(snapshot: Snapshot, view: ProfileView): Snapshot {
  const adopted = adoptView(snapshot, view)
  const at = adopted.orders?.lastAt
  if (adopted === snapshot || at === undefined) return adopted
  const caps = countOrder(adopted.caps, at)
  return caps === undefined || caps === adopted.caps ? adopted : { ...adopted, caps }
}
