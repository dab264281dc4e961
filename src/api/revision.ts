/**
 * How the hash of a revision begins: the version of the way in which it is computed. A hash in a status that begins
 * otherwise was written by Flagger, or by another version of Headgate.
 */
export const revisionPrefix = "v1:";
