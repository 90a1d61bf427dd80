/** Of numbers, from the first to the last; 0 of none. Pure. */
export const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
