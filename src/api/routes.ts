/** Where requests to the apex go, in percent. `primary` and `canary` are each 0..100 and sum to 100. */
export interface Routes {
  readonly primary: number;
  readonly canary: number;
  /** The canary also gets a copy of the primary's requests; its answers are thrown away. */
  readonly mirrored: boolean;
  /**
   * Where those go whom the release is not about: whom an A/B test does not match, and who calls the apex Service behind
   * a gateway. The primary unless told.
   */
  readonly rest?: "canary";
}

/** All requests to the primary: the routes at rest. */
export const allToPrimary: Routes = { primary: 100, canary: 0, mirrored: false };

/** All requests of a release to the canary. */
export const allToCanary: Routes = { primary: 0, canary: 100, mirrored: false };

/** All requests to the canary, of everybody: nobody is to meet the primary. */
export const everyoneToCanary: Routes = { ...allToCanary, rest: "canary" };
