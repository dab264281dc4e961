import type { Canary } from "../api/canary.ts";
import type { Routes } from "../api/routes.ts";
import type { Change, ObjectAt } from "../kubernetes/change.ts";
import type { KubeObject } from "../kubernetes/objects.ts";

/** What the Services and routes of a Canary are made from. */
export interface RouteSource {
  /** With the status that is about to be recorded, where session cookies are found. */
  readonly canary: Canary;
  /** The label that tells target and primary pods apart; the primary's pods have `VALUE-primary`. */
  readonly selector: { readonly label: string; readonly value: string };
  /** Further container ports of the target to expose, by port name. */
  readonly ports: Readonly<Record<string, number>>;
}

/** The same, and the live objects that the router asked for, in that order; undefined where there is none. */
export interface RouterView<Objects extends readonly KubeObject[] = readonly KubeObject[]> extends RouteSource {
  readonly live: { readonly [I in keyof Objects]: Objects[I] | undefined };
}

/** The data plane does not say where requests go, or has not yet taken what the objects ask for. */
export interface NotReady {
  readonly notReady: string;
}

/**
 * One mesh or ingress: pure functions from a Canary and live objects to changes. The controller reads what a router
 * asks for and makes the changes that it returns, in their order. `Objects` are the types of what it asks for, e.g.
 * `readonly [Ingress, Ingress]`, or `readonly [RouteTable, ...Upstream[]]` where the number differs by Canary.
 */
export interface Router<Objects extends readonly KubeObject[] = readonly KubeObject[]> {
  /** The provider string of the Canary that selects this router, e.g. `kubernetes`. */
  readonly name: string;
  /**
   * What must be read before anything else: also what is only copied from, and what may not exist yet.
   * @throws InvalidSpec when the Canary does not name something that this provider requires
   */
  inputs(canary: Canary): { readonly [I in keyof Objects]: ObjectAt<Objects[I]> };
  /**
   * The changes that bring these routes about; none when the live objects say so already. What others have put on an
   * object stays.
   * @throws InvalidSpec when the Canary, or an object that it names, lacks something that this provider requires
   */
  render(view: RouterView<Objects>, routes: Routes): readonly Change[];
  /** The routes that the live objects say, or why they are not in effect. */
  read(view: RouterView<Objects>): Routes | NotReady;
  /** The changes that give the objects back when a Canary with `revertOnDeletion` is deleted. */
  undo(view: RouterView<Objects>): readonly Change[];
}
