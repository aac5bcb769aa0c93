/** What a test asks for. */
export interface ClusterOptions {
  /** 1 or 3. */
  readonly count: number
  /** Settings of every broker besides those of properties.ts. `@files@` stands for their folder. */
  readonly settings?: Readonly<Record<string, string>>
  /** Files for the brokers to read, by name, e.g. certificates. */
  readonly files?: Readonly<Record<string, string>>
  /** Users who may log in by SCRAM-SHA-512, with their passwords. */
  readonly users?: Readonly<Record<string, string>>
}

/** Brokers that run, and what can be done to them. Brokers are numbered from 1. */
export interface Cluster {
  /** `localhost:port` of each, in order. */
  readonly addresses: readonly string[]
  /** Stands still, as a machine that hangs: its connections stay open. */
  pause(id: number): Promise<void>
  resume(id: number): Promise<void>
  /** As kill -9. */
  kill(id: number): Promise<void>
  /** As an operator stops it: it hands its partitions over. */
  stop(id: number): Promise<void>
  /** Starts what was killed or stopped, with its data, at its old address. */
  restart(id: number): Promise<void>
  /** Cuts it off from the other brokers, not from clients. Undefined where that can't be done. */
  readonly disconnect?: (id: number) => Promise<void>
  readonly connect?: (id: number) => Promise<void>
  stopAll(): Promise<void>
}
