/** The part of the package that is used: it has no types. */
declare module 'hashring' {
  export default class HashRing {
    constructor(servers: string[], algorithm: string, options: { 'vnode count': number });
    get(key: string): string;
  }
}
