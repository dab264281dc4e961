/** Where requests to the apex go, in percent. `primary` and `canary` are each 0..100 and sum to 100. */
export interface Routes {
  readonly primary: number;
  readonly canary: number;
  /** The canary also gets a copy of the primary's requests; its answers are thrown away. */
  readonly mirrored: boolean;
}

/** All requests to the primary: the routes at rest. */
export const allToPrimary: Routes = { primary: 100, canary: 0, mirrored: false };

/** All requests to the canary. */
export const allToCanary: Routes = { primary: 0, canary: 100, mirrored: false };
