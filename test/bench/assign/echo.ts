/**
 * The floor of assign-embedded: a grpc-js server of the same services and messages that decides
 * nothing and keeps nothing.
 */
import { serveEcho } from './echo-server.ts'

serveEcho()
