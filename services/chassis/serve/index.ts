export {
  type Binding,
  type Call,
  type Duplex,
  type Handler,
  type Handlers,
  type Outbound,
  type ServiceDefinition,
  bind,
} from './bind.ts'
export type { Service } from './service.ts'
