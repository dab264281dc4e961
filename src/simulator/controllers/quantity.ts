import { canonicalQuantity, nanoOf } from "../schema/quantity.ts";

/** A quantity such as `250m` or `64Mi` in thousandths of its unit (cores, bytes), rounded up; 0 for what is none. */
export function milliOf(quantity: string | number): number {
  return Math.ceil(Number(nanoOf(quantity) ?? 0n) / 1e6);
}

/** Thousandths of a unit as a quantity, in the largest decimal unit that needs no fraction. */
export function quantityOf(milli: number): string {
  return canonicalQuantity(`${milli}m`);
}
