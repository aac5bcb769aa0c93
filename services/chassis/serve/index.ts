export { applied, caughtUp, read } from './answers.ts'
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
export { descriptors, onlyInAnswers } from './descriptors.ts'
export { type GrpcOptions, type GrpcServer, startGrpc } from './grpc.ts'
export { type Health, type HealthState, createHealth } from './health.ts'
export { type HttpOptions, type HttpServer, startHttp } from './http.ts'
export { type ServeLimits, checkLimits, serveLimits } from './limits.ts'
export { AddressRefused, isLoopback, refusePlaintext } from './listening.ts'
export { openApi } from './openapi.ts'
export type { Page } from './pages.ts'
export { type Shutdown, createShutdown } from './shutdown.ts'
export type { Inbox, InboxSurroundings, Service } from './service.ts'
