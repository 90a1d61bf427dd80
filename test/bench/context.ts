export interface Context {
  /** Where bundles, configurations and results go. */
  readonly folder: string
  /** The peers' `node_modules`. */
  readonly peers: string
  readonly quick: boolean
}

export const worker = (name: string): string => `${import.meta.dirname}/workers/${name}.ts`
