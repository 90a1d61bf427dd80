/** Amounts as senders write them, `12.5`, and as they are counted: whole minor units of the shop's currency. Pure. */

export interface Money {
  /** ISO 4217. */
  readonly currency: string
  /** Decimals of its minor unit: 2 for EUR, 0 for JPY. */
  readonly decimals: number
}

/** What is known of a currency by CLDR; undefined where there is no such currency. */
export function moneyOf(currency: string): Money | undefined {
  try {
    // The code comes back in capitals, as orders have it.
    const { currency: code = currency, maximumFractionDigits = 2 } = new Intl.NumberFormat('en', {
      style: 'currency',
      currency,
    }).resolvedOptions()
    return { currency: code, decimals: maximumFractionDigits }
  } catch {
    return undefined
  }
}

export const toMinor = (amount: number, { decimals }: Money): number => Math.round(amount * 10 ** decimals)
