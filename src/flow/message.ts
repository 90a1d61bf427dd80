/** What the queue hands over, as far as it matters to whoever takes it: it delivers at least once. */
export interface QueueMessage<Body> {
  readonly body: Body
  /** Deliveries so far, this one among them. */
  readonly attempts: number
  readonly ack: () => void
  readonly retry: (options?: { readonly delaySeconds?: number }) => void
}

/** Has a message delivered again, after `first` seconds, and twice as long each time, up to `most`. */
export const again = (
  message: Pick<QueueMessage<unknown>, 'attempts' | 'retry'>,
  first: number,
  most: number,
): void => message.retry({ delaySeconds: Math.min(most, first * 2 ** Math.max(0, message.attempts - 1)) })
