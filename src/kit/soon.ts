/**
 * What is at hand, or will be. A page view finds nearly everything in memory, where a promise would cost more than the
 * thing that it promises: so only what truly waits makes one.
 */
export type Soon<T> = T | Promise<T>

/** What comes of it: at once where it is at hand. */
export const soon = <T, R>(value: Soon<T>, next: (value: T) => Soon<R>): Soon<R> =>
  value instanceof Promise ? value.then(next) : next(value)
